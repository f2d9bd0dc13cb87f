import { once } from "node:events";
import { cpSync } from "node:fs";
import { Worker } from "node:worker_threads";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { BulletinWriterData, BulletinWriterReady } from "../../../test/kit/bulletin-writer.ts";
import { at, EPOCH, logsRequest, traceIdOf, tracesRequest } from "../../../test/kit/simple-otlp.ts";
import { CollectedLog, logsOf, openSqlite, spansOf, tempDirectory } from "../../../test/kit/stores.ts";
import type { HeadAnswer, HeadRequest } from "./head.ts";
import { BulletinReader, HeadBulletin } from "./head-bulletin.ts";
import { SqliteStoreReader } from "./reader.ts";

const DAY = 86_400_000;

let directory: ReturnType<typeof tempDirectory>;
beforeEach(() => {
  directory = tempDirectory();
});
afterEach(() => directory.remove());

describe("readers ask the ingest thread only for what may be open", () => {
  let store: ReturnType<typeof openSqlite>;
  let now: number;
  beforeEach(() => {
    now = Date.parse("2026-01-01T00:00:00Z");
    store = openSqlite(directory.path, {
      now: () => now,
      seal: { records: 2 },
      retention: { maxAgeMillis: 3 * DAY, maxBytes: 0 },
    });
  });
  afterEach(() => store.close());

  /** Two spans are a block. */
  const add = async (trace: number, ids: number[], start = trace * 1000) => {
    await store.writer.append(spansOf(tracesRequest(...ids.map((id) => ({ trace, id, start })))));
    if (ids.length > 1) await expect.poll(() => store.writer.openRecords).toBe(0);
  };
  const spansIn = async (trace: number) =>
    (await store.reader.readTrace(traceIdOf(trace))).reduce((sum, { count }) => sum + count, 0);
  const begunWithin = async (from: number, to: number) =>
    (await store.reader.findTraces({ range: { start: at(from), end: at(to) } }, 10)).length;
  /** What was asked since. */
  const asked = () => store.asked.splice(0);
  /** The partitions are named once, when there is one. */
  const learn = async () => {
    await add(98, [981, 982], -DAY);
    await store.reader.readTrace(traceIdOf(99));
    asked();
  };

  it("traces", async () => {
    await add(1, [1, 2]);
    expect(await spansIn(1)).toBe(2);
    expect(asked()).toEqual(["spans"]);
    await add(2, [3]);
    expect([await spansIn(1), await spansIn(3)]).toEqual([2, 0]);
    expect(asked()).toEqual([]);
    expect(await spansIn(2)).toBe(1);
    expect(asked()).toEqual(["spans"]);
    // Sealed with the second span, and read by the block's new number.
    await add(2, [4, 5]);
    expect([await spansIn(2), await spansIn(1)]).toEqual([3, 2]);
    expect(asked()).toEqual([]);
    await add(1, [6]);
    expect(await spansIn(1)).toBe(3);
    expect(asked()).toEqual(["spans"]);
  });

  it("logs of a trace", async () => {
    await learn();
    await store.writer.append(logsOf(logsRequest({ body: "a", trace: 1 })));
    const lines = async (trace: number) => (await store.reader.readTraceLogs(traceIdOf(trace))).length;
    expect([await lines(1), await lines(2)]).toEqual([1, 0]);
    expect(asked()).toEqual(["logs"]);
    await store.writer.append(logsOf(logsRequest({ body: "b", trace: 3 })));
    await expect.poll(() => store.writer.openRecords).toBe(0);
    expect([await lines(1), await lines(3)]).toEqual([1, 1]);
    expect(asked()).toEqual([]);
  });

  it("searches, by when the open block's spans began", async () => {
    await learn();
    await add(1, [1, 2], 5000);
    await add(2, [3], 9000);
    expect(await begunWithin(0, 8999)).toBe(1);
    expect(await begunWithin(9001, 20_000)).toBe(0);
    expect(asked()).toEqual([]);
    expect([await begunWithin(0, 9000), await begunWithin(9000, 20_000)]).toEqual([2, 1]);
    expect(asked()).toEqual(["findTraces", "findTraces"]);
    // Both ends of a request's spans, in whatever order they come, beyond 2^32 nanoseconds.
    await store.writer.append(
      spansOf(tracesRequest(...[7000, 30_000, 6000].map((start, i) => ({ trace: 3 + i, id: 4 + i, start })))),
    );
    await expect.poll(() => store.writer.openRecords).toBe(0);
    await add(9, [9], 50_000);
    expect(await begunWithin(0, 49_000)).toBe(5);
    expect(asked()).toEqual([]);
  });

  it("several traces, where one of them may be open, also one that only looks like it", async () => {
    await add(1, [1, 2]);
    await learn();
    await add(2, [3]);
    const count = async (...ids: Buffer[]) =>
      (await store.reader.readTraces(ids, "full")).reduce((sum, batch) => sum + batch.count, 0);
    expect(await count(traceIdOf(1), traceIdOf(3))).toBe(2);
    expect(asked()).toEqual([]);
    expect(await count(traceIdOf(1), traceIdOf(2))).toBe(3);
    // The same last bits.
    expect(await count(Buffer.concat([Buffer.alloc(13, 7), traceIdOf(2).subarray(13)]))).toBe(0);
    expect(asked()).toEqual(["spans", "spans"]);
  });

  it("times at both ends of what there is, and ranges beyond them", async () => {
    await learn();
    const EPOCH_MILLIS = Number(EPOCH / 1_000_000n);
    await add(1, [1], -EPOCH_MILLIS);
    const found = async (start: bigint, end: bigint) =>
      (await store.reader.findTraces({ range: { start, end } }, 10)).length;
    expect([await found(-5n, -1n), await found(0n, 0n), await found(1n, 2n ** 70n)]).toEqual([1, 1, 1]);
    expect(asked()).toEqual(["findTraces", "findTraces"]);
  });

  it("what a journal has brought back is open", async () => {
    await add(1, [1, 2]);
    await add(2, [3]);
    const copy = tempDirectory();
    cpSync(directory.path, copy.path, { recursive: true, filter: (path) => !/\block$/.test(path) });
    const again = openSqlite(copy.path, { now: () => now });
    try {
      const count = async (trace: number) =>
        (await again.reader.readTrace(traceIdOf(trace))).reduce((sum, batch) => sum + batch.count, 0);
      expect([await count(99), await count(1), await count(2)]).toEqual([0, 2, 1]);
      expect(again.asked).toEqual(["spans", "spans"]);
    } finally {
      await again.close();
      copy.remove();
    }
  });

  it("after each change of the partitions they are named once more", async () => {
    await add(1, [1, 2]);
    await learn();
    now += DAY + 1;
    await add(2, [3, 4]);
    expect(await spansIn(2)).toBe(2);
    expect(asked()).toEqual(["spans"]);
    expect([await spansIn(1), await spansIn(2)]).toEqual([2, 2]);
    now += 3 * DAY;
    store.writer.dropExpired();
    expect(await spansIn(1)).toBe(0);
    expect(asked()).toEqual(["spans"]);
  });

  it("what was merged is read as merged", async () => {
    await add(1, [1, 2]);
    await add(2, [3, 4]);
    await learn();
    while (await store.writer.maintenance.step());
    // What it replaces is gone.
    now += DAY / 2;
    while (await store.writer.maintenance.step());
    expect([await spansIn(1), await spansIn(2), await begunWithin(0, 5000)]).toEqual([2, 2, 2]);
    expect(asked()).toEqual([]);
  });
});

it("what is asked together is asked at once, to go as one message", async () => {
  const { buffer } = new HeadBulletin();
  let asked = 0;
  const reader = new BulletinReader(buffer, async () => {
    asked++;
    return { lastBlockId: 0, partitions: [], partitionsVersion: 0 };
  });
  const request: HeadRequest = { kind: "facts", signal: "traces" };
  const answers = [reader.ask(request), reader.ask(request), reader.ask(request)];
  expect(asked).toBe(3);
  await Promise.all(answers);
});

it("a row of reads that need not ask lets other work in", async () => {
  const { buffer } = new HeadBulletin();
  const reader = new BulletinReader(buffer, async () => ({ lastBlockId: 0, partitions: [], partitionsVersion: 0 }));
  await reader.ask({ kind: "storage" });
  const state = { hasBeenLetIn: false };
  setImmediate(() => (state.hasBeenLetIn = true));
  const end = performance.now() + 1000;
  while (!state.hasBeenLetIn && performance.now() < end)
    await reader.ask({ kind: "spans", traceIds: [traceIdOf(1)], detail: "full" });
  expect(state.hasBeenLetIn).toBe(true);
});

describe("a block that is sealed between two looks of a reader is asked for, or named", () => {
  const requests: HeadRequest[] = [
    { kind: "spans", traceIds: [traceIdOf(5)], detail: "full" },
    { kind: "findTraces", filter: { range: { start: 0n, end: 99n } }, limit: 1 },
  ];
  afterEach(() => void vi.restoreAllMocks());

  it.each(requests.flatMap((request) => [1, 2, 3, 4].map((look) => ({ request, look, kind: request.kind }))))(
    "$kind, before look $look",
    async ({ request, look }) => {
      for (const intoNewPartition of [false, true]) {
        const bulletin = new HeadBulletin();
        bulletin.lastBlockId = 7;
        let asked = 0;
        const reader = new BulletinReader(bulletin.buffer, async () => {
          asked++;
          return { lastBlockId: 0, partitions: [], partitionsVersion: bulletin.partitionsVersion };
        });
        await reader.ask({ kind: "storage" });
        bulletin.addTraces("traces", { traceIds: traceIdOf(5), traceCount: 1 });
        bulletin.addTimes({ count: 1, startLow: Uint32Array.of(50), startHigh: Uint32Array.of(0) });
        const load = Atomics.load.bind(Atomics) as (array: Int32Array, at: number) => number;
        let looks = 0;
        vi.spyOn(Atomics, "load").mockImplementation(((array: Int32Array, at: number) => {
          if (++looks === look) {
            if (intoNewPartition) bulletin.partitionsChanged();
            bulletin.lastBlockId = 8;
            bulletin.restart("traces");
            bulletin.clear("traces");
          }
          return load(array, at);
        }) as typeof Atomics.load);
        const { lastBlockId } = await reader.ask(request);
        vi.restoreAllMocks();
        expect(asked === 2 || (lastBlockId === 8 && !intoNewPartition)).toBe(true);
      }
    },
  );
});

it(
  "beside a thread that writes, every acknowledged trace is found once, asked for or not",
  { timeout: 60_000 },
  async () => {
    const traces = 1200;
    const acknowledged = new SharedArrayBuffer(4);
    const worker = new Worker(new URL("../../../test/kit/bulletin-writer.ts", import.meta.url), {
      workerData: { directory: directory.path, traces, acknowledged } satisfies BulletinWriterData,
    });
    const [ready] = (await once(worker, "message")) as [BulletinWriterReady];
    const waiting = new Map<number, (answer: HeadAnswer) => void>();
    const state = { isDone: false };
    worker.on("message", (message: { n: number; answer: HeadAnswer } | "done") => {
      if (message === "done") state.isDone = true;
      else waiting.get(message.n)?.(message.answer);
    });
    let questions = 0;
    const refuse = async () => {
      throw new Error("nothing is pinned here");
    };
    const reader = new SqliteStoreReader({
      ...ready,
      ask: (request: HeadRequest) =>
        new Promise((resolve) => {
          waiting.set(++questions, resolve);
          worker.postMessage({ n: questions, request }, []);
        }),
      log: new CollectedLog(),
      pinCalls: { begin: refuse, finish: refuse, remove: refuse },
    });
    let reads = 0;
    try {
      while (!state.isDone) {
        const newest = Atomics.load(new Int32Array(acknowledged), 0);
        for (const trace of [newest, newest - 5, newest - 11, newest - 13, 1 + (reads % newest)]) {
          if (!(trace >= 1)) continue;
          reads++;
          const batches = await reader.readTrace(traceIdOf(trace));
          expect([trace, batches.reduce((sum, { count }) => sum + count, 0)]).toEqual([trace, 1]);
          const range = { start: at(trace * 1000), end: at(trace * 1000) };
          expect([trace, (await reader.findTraces({ range }, 5)).length]).toEqual([trace, 1]);
        }
        await new Promise((resolve) => setImmediate(resolve));
      }
      expect(questions).toBeGreaterThan(20);
      expect(questions).toBeLessThan(reads);
    } finally {
      await reader.close();
      worker.postMessage("close", []);
      await once(worker, "exit");
    }
  },
);
