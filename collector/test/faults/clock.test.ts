/** Clocks are put back and forth, and some begin in 1970: ids, seals, partitions and retention must not depend on it. */
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { traceIdOf, tracesRequest } from "../kit/simple-otlp.ts";
import { openSqlite, spansOf, tempDirectory } from "../kit/stores.ts";

const DAY = 86_400_000;
const TODAY = Date.parse("2026-01-10T00:00:00Z");

describe("a clock that jumps", () => {
  let directory: ReturnType<typeof tempDirectory>;
  let store: ReturnType<typeof openSqlite>;
  let now: number;
  beforeEach(() => {
    directory = tempDirectory();
    now = TODAY;
    open();
  });
  afterEach(async () => {
    await store.close();
    directory.remove();
  });

  const open = (seal = { records: 1 }) => {
    const retention = { maxAgeMillis: 7 * DAY, maxBytes: 0 };
    store = openSqlite(directory.path, { now: () => now, seal, retention });
  };
  const reopen = async (seal?: { records: number }) => {
    await store.close();
    open(seal);
  };
  /** A sealed block with one trace, written at this time by the clock. */
  const write = async (trace: number, at: number) => {
    now = at;
    await store.writer.append(spansOf(tracesRequest({ trace, id: 1 })));
    await expect.poll(() => store.writer.openRecords).toBe(0);
  };
  const kept = async (most: number) => {
    const found: number[] = [];
    for (let trace = 1; trace <= most; trace++)
      if ((await store.reader.readTrace(traceIdOf(trace))).length > 0) found.push(trace);
    return found;
  };
  const partitions = () =>
    readdirSync(join(directory.path, "partitions")).filter((name) => name.endsWith(".db")).length;

  it("back keeps order, finds everything, and begins a partition of its own", async () => {
    await write(1, TODAY);
    await write(2, TODAY - 400 * DAY);
    await write(3, TODAY - 400 * DAY + 1);
    expect(partitions()).toBe(2);
    expect(await kept(3)).toEqual([1, 2, 3]);
    await reopen();
    expect(await kept(3)).toEqual([1, 2, 3]);
    await write(4, TODAY);
    expect(await kept(4)).toEqual([1, 2, 3, 4]);
    expect(store.log.lines.filter(({ level }) => level === "error")).toEqual([]);
  });

  it("back seals by age all the same", async () => {
    await reopen({ records: 1000 });
    await store.writer.append(spansOf(tracesRequest({ trace: 1, id: 1 })));
    now = TODAY - 30 * DAY;
    store.writer.tick();
    expect(store.writer.openRecords).toBe(1);
    now += 30_000;
    store.writer.tick();
    expect(store.writer.openRecords).toBe(0);
  });

  it("into the future and back doesn't hold up retention", async () => {
    await write(1, TODAY);
    await write(2, TODAY + 5000 * DAY);
    for (let trace = 3; trace <= 12; trace++) await write(trace, TODAY + (trace - 2) * DAY);
    store.writer.dropExpired();
    expect(await kept(12)).toEqual([5, 6, 7, 8, 9, 10, 11, 12]);
  });

  it("begun in 1970 drops nothing that is new", async () => {
    await write(1, TODAY);
    await write(2, 1000);
    await write(3, 2 * DAY);
    store.writer.dropExpired();
    await write(4, TODAY + DAY);
    store.writer.dropExpired();
    expect(await kept(4)).toEqual([1, 2, 3, 4]);
    await reopen();
    store.writer.dropExpired();
    expect(await kept(4)).toEqual([1, 2, 3, 4]);
    for (let trace = 5; trace <= 8; trace++) await write(trace, TODAY + (trace + 2) * DAY);
    store.writer.dropExpired();
    expect(await kept(8)).toEqual([5, 6, 7, 8]);
  });

  it("between two starts with nothing written drops nothing", async () => {
    await write(1, TODAY);
    now = 1000;
    await reopen();
    store.writer.dropExpired();
    expect(await kept(1)).toEqual([1]);
  });
});
