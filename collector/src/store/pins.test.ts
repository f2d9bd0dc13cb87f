import Database from "better-sqlite3";
/** Pinned traces: what every engine promises, and in the embedded one that they outlive their blocks, nothing missing, nothing twice. */
import { afterEach, describe, expect, it } from "vitest";
import { oracleDecode } from "../../test/kit/oracle.ts";
import { logsRequest, traceIdOf, tracesRequest } from "../../test/kit/simple-otlp.ts";
import { engines, logsOf, openSqlite, spansOf, tempDirectory, type StoreUnderTest } from "../../test/kit/stores.ts";
import { encodeLogs, encodeTraces } from "../wire/otlp/encode-batch.ts";
import { MemoryStore } from "./memory/memory-store.ts";
import { PinBudgetError } from "./store.ts";
import type { SqliteStoreOptions } from "./sqlite/writer.ts";

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const store of open.splice(0)) await store.close();
});

const DAY = 86_400_000;
const ID = traceIdOf(7);

/** A span (its number as id) and a log line of trace 7. */
async function put({ writer }: Pick<StoreUnderTest, "writer">, id: number, body = `line ${id}`): Promise<void> {
  await writer.append(spansOf(tracesRequest({ trace: 7, id, service: "shop", attributes: { n: id } })));
  await writer.append(logsOf(logsRequest({ body, trace: 7, time: id, service: "shop" })));
}

/** What reads of the trace find: span ids and bodies, sorted. */
async function found({ reader }: Pick<StoreUnderTest, "reader">): Promise<[number[], string[]]> {
  const spans = oracleDecode("traces", encodeTraces(await reader.readTrace(ID)));
  const logs = oracleDecode("logs", encodeLogs(await reader.readTraceLogs(ID)));
  const flat = (groups: any[] = [], scopes: string, records: string) =>
    groups.flatMap((group) => group[scopes]).flatMap((scope: any) => scope[records]);
  return [
    flat(spans.resourceSpans, "scopeSpans", "spans")
      .map(({ spanId }: { spanId: string }) => parseInt(spanId, 16))
      .sort((a: number, b: number) => a - b),
    flat(logs.resourceLogs, "scopeLogs", "logRecords")
      .map(({ body }: { body: { stringValue: string } }) => body.stringValue)
      .sort(),
  ];
}

describe.each(engines())("$name", ({ open: openEngine }) => {
  it("pins a trace, lists it, and reads it with what comes later, nothing twice", async () => {
    const store = openEngine();
    open.push(store);
    const { pins } = store.reader;
    expect(await pins.pin(ID, "why")).toBeUndefined();
    expect(await pins.list()).toEqual([]);
    await put(store, 1);
    expect(await pins.pin(ID, "evidence")).toMatchObject({ reason: "evidence", isComplete: true });
    await put(store, 2);
    expect(await found(store)).toEqual([
      [1, 2],
      ["line 1", "line 2"],
    ]);
    expect(await pins.pin(ID, "another reason")).toMatchObject({ reason: "another reason" });
    expect((await pins.list()).map(({ traceId, reason }) => [Buffer.from(traceId).equals(ID), reason])).toEqual([
      [true, "another reason"],
    ]);
    expect([await pins.unpin(ID), await pins.unpin(ID)]).toEqual([true, false]);
    expect(await pins.list()).toEqual([]);
    expect((await found(store))[0]).toEqual([1, 2]);
  });
});

function sqlite(options: Partial<SqliteStoreOptions> = {}) {
  const directory = tempDirectory();
  const clock = { now: Date.parse("2026-01-01T00:00:00Z") };
  const start = () =>
    openSqlite(directory.path, {
      now: () => clock.now,
      retention: { maxAgeMillis: 3 * DAY, maxBytes: 0 },
      seal: { records: 1 },
      ...options,
    });
  const store = { current: start() };
  open.push({ close: () => store.current.close().finally(directory.remove) });
  const restart = async () => {
    await store.current.close();
    store.current = start();
  };
  /** Lets all blocks of up to now expire; something newer is there. */
  const expire = async () => {
    store.current.writer.tick();
    clock.now += 10 * DAY;
    await store.current.writer.append(spansOf(tracesRequest({ trace: 99, id: 1 })));
    store.current.writer.tick();
    store.current.writer.dropExpired();
  };
  return { store, restart, expire, clock };
}

describe("the embedded engine's pins", () => {
  it("survive retention and restarts, with what came before and after", async () => {
    const { store, restart, expire } = sqlite();
    await put(store.current, 1);
    await put(store.current, 2, "equal");
    store.current.writer.tick();
    await store.current.reader.pins.pin(ID, "");
    await put(store.current, 3, "equal");
    expect(await found(store.current)).toEqual([
      [1, 2, 3],
      ["equal", "equal", "line 1"],
    ]);
    await expire();
    const [pin] = await store.current.reader.pins.list();
    expect(pin).toMatchObject({ spanCount: 3, logCount: 3, isComplete: true });
    await restart();
    expect(await found(store.current)).toEqual([
      [1, 2, 3],
      ["equal", "equal", "line 1"],
    ]);
    await put(store.current, 4);
    expect((await found(store.current))[0]).toEqual([1, 2, 3, 4]);
    await store.current.reader.pins.unpin(ID);
    expect((await found(store.current))[0]).toEqual([4]);
    const { disk } = await store.current.reader.reportStorage({ limit: 1 });
    expect([disk.pinnedBytes, disk.pinnedTraces]).toEqual([0, 0]);
  });

  it("copy what is still in the open block when it is sealed", async () => {
    const { store, expire } = sqlite({ seal: { records: 1000, ageMillis: 5 * DAY } });
    await put(store.current, 1);
    expect(await store.current.reader.pins.pin(ID, "")).toMatchObject({ spanCount: 0, isComplete: true });
    expect((await found(store.current))[0]).toEqual([1]);
    store.current.writer.tick();
    await expire();
    await expire();
    expect(await found(store.current)).toEqual([[1], ["line 1"]]);
  });

  it("refuse a trace that does not fit, and say so when something later does not", async () => {
    const { store, expire } = sqlite({ maxPinnedBytes: 450 });
    await put(store.current, 1);
    store.current.writer.tick();
    await store.current.reader.pins.pin(ID, "");
    for (let id = 2; id <= 4; id++) await put(store.current, id);
    store.current.writer.tick();
    expect((await store.current.reader.pins.list())[0]).toMatchObject({ isComplete: false });
    expect(store.current.log.lines.map(({ message }) => message)).toContain("cannot keep all of a pinned trace");
    expect((await found(store.current))[0]).toEqual([1, 2, 3, 4]);
    await store.current.writer.append(spansOf(tracesRequest({ trace: 8, id: 1, attributes: { text: noise(1000) } })));
    store.current.writer.tick();
    await expect(store.current.reader.pins.pin(traceIdOf(8), "")).rejects.toThrow(
      /cannot pin the trace: its copy takes \d+ bytes, and \d+ of 450 are used/,
    );
    expect((await store.current.reader.pins.list()).length).toBe(1);
    await expire();
    expect((await found(store.current))[0][0]).toBe(1);
    // The copy is all that is left: pinning it once more must not cost it.
    expect((await store.current.reader.pins.pin(ID, "again"))?.spanCount).toBeGreaterThan(0);
    expect((await found(store.current))[0][0]).toBe(1);
  });

  it("that are damaged cost their own copies only", async () => {
    const { store } = sqlite();
    await put(store.current, 1);
    store.current.writer.tick();
    await store.current.reader.pins.pin(ID, "");
    const db = new Database(store.current.writer.directory.pins);
    db.prepare("UPDATE piece SET data = zeroblob(length(data))").run();
    db.close();
    expect((await found(store.current))[0]).toEqual([1]);
    expect(store.current.log.lines.map(({ fields }) => fields.part)).toEqual(["pinned spans", "pinned logs"]);
  });
});

it("the engine in memory keeps a budget as well", async () => {
  const store = new MemoryStore(10);
  await put({ writer: store }, 1);
  await expect(store.pins.pin(ID, "")).rejects.toThrow(PinBudgetError);
});

function noise(length: number): string {
  let state = 1;
  return Array.from({ length }, () => String.fromCharCode(33 + ((state = (state * 48271) % 2147483647) % 90))).join("");
}
