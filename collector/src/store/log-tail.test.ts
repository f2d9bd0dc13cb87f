import { afterEach, describe, expect, it } from "vitest";
import { logCondition } from "../../test/kit/log-searches.ts";
import { logsRequest } from "../../test/kit/simple-otlp.ts";
import { engines, logsOf, openSqlite, tempDirectory, type StoreUnderTest } from "../../test/kit/stores.ts";
import type { LogBatch } from "../model/log-batch.ts";
import type { LogCondition } from "../model/log-condition.ts";
import { anyValueText } from "../wire/otlp/attribute-text.ts";
import type { StoreReader } from "./store.ts";

function bodiesOf(batch: LogBatch): string[] {
  return Array.from({ length: batch.count }, (_, i) =>
    anyValueText(batch.bytes, batch.bodyOffset[i], batch.bodyOffset[i] + batch.bodyLength[i]),
  );
}

/** Collects what a tail tells, and lets a test wait for it. */
class Listener {
  readonly bodies: string[] = [];
  missed = 0;
  readonly #ended = new AbortController();
  readonly #done: Promise<void>;
  #wake = () => {};

  constructor(reader: StoreReader, condition: LogCondition, busy: () => Promise<void> = async () => {}) {
    const visit = async (batch: LogBatch, missed: number) => {
      this.bodies.push(...bodiesOf(batch));
      this.missed += missed;
      this.#wake();
      await busy();
    };
    this.#done = reader.tailLogs(condition, visit, this.#ended.signal);
  }

  async until(count: number): Promise<void> {
    while (this.bodies.length + this.missed < count) await new Promise<void>((resolve) => (this.#wake = resolve));
  }

  async end(): Promise<void> {
    this.#ended.abort();
    await this.#done;
  }
}

describe.each(engines())("a tail of the log ($name)", ({ open }) => {
  let store: StoreUnderTest;
  afterEach(() => store.close());

  it("tells what comes from now on and meets the condition, in order of arrival, over seals", async () => {
    store = open();
    const put = (...bodies: string[]) =>
      store.writer.append(logsOf(logsRequest(...bodies.map((body) => ({ body, time: 1000 - body.length })))));
    await put("hit before");
    const tail = new Listener(store.reader, logCondition({ words: ["hit"] }));
    // It has begun when this returns: a first question is on its way.
    await store.reader.dataRange("logs");
    const expected: string[] = [];
    for (let i = 0; i < 20; i++) {
      await put(`hit ${i}`, `miss ${i}`, `another hit ${i}`);
      expected.push(`hit ${i}`, `another hit ${i}`);
      if (i % 5 === 0) await tail.until(expected.length);
    }
    await tail.until(expected.length);
    await tail.end();
    await put("hit after");
    expect(tail.bodies).toEqual(expected);
    expect(tail.missed).toBe(0);
  });

  it("tells what an expression matches, and nothing else", async () => {
    store = open();
    const pattern: LogCondition = {
      kind: "field",
      field: { kind: "body" },
      test: { kind: "regex", pattern: "h.t [02468]$", ignoreCase: false, whole: false },
    };
    const tail = new Listener(store.reader, pattern);
    await store.reader.dataRange("logs");
    for (let i = 0; i < 10; i++) await store.writer.append(logsOf(logsRequest({ body: `hit ${i}`, time: 1000 + i })));
    await tail.until(5);
    await tail.end();
    expect(tail.bodies).toEqual(["hit 0", "hit 2", "hit 4", "hit 6", "hit 8"]);
  });
});

describe("a tail of the embedded store", () => {
  it("leaves the oldest out for a listener that is slow, says how many, and holds no more than it must", async () => {
    const directory = tempDirectory();
    const store = openSqlite(directory.path, { seal: { records: 3000 } });
    let go = () => {};
    let isWaiting = false;
    const busy = () =>
      new Promise<void>((resolve) => {
        if (isWaiting) return resolve();
        isWaiting = true;
        go = resolve;
      });
    const tail = new Listener(store.reader, logCondition({}), busy);
    await store.reader.dataRange("logs");
    const put = (first: number) =>
      store.writer.append(
        logsOf(logsRequest(...Array.from({ length: 1000 }, (_, i) => ({ body: `line ${first + i}` })))),
      );
    await put(0);
    await tail.until(1000);
    for (let i = 1; i < 10; i++) await put(i * 1000);
    go();
    await tail.until(10_000);
    await tail.end();
    expect(tail.bodies.length + tail.missed).toBe(10_000);
    expect(tail.missed).toBeGreaterThanOrEqual(4000);
    expect(tail.bodies.at(-1)).toBe("line 9999");
    await store.close();
    directory.remove();
  });

  it("is refused when too many follow already, and the next one is let in when one ends", async () => {
    const directory = tempDirectory();
    const store = openSqlite(directory.path);
    const tails = Array.from({ length: 64 }, () => new Listener(store.reader, logCondition({})));
    await store.reader.dataRange("logs");
    const { signal } = new AbortController();
    await expect(store.reader.tailLogs(logCondition({}), () => {}, signal)).rejects.toThrow(/cannot follow the log/);
    await tails[0].end();
    const another = new Listener(store.reader, logCondition({}));
    await store.reader.dataRange("logs");
    await Promise.all([...tails, another].map((tail) => tail.end()));
    await store.close();
    directory.remove();
  });
});
