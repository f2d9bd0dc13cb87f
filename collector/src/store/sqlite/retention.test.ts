import { existsSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { traceIdOf, tracesRequest } from "../../../test/kit/simple-otlp.ts";
import { openSqlite, spansOf, tempDirectory } from "../../../test/kit/stores.ts";
import type { Retention } from "./writer.ts";

const DAY = 86_400_000;

describe("retention", () => {
  let directory: ReturnType<typeof tempDirectory>;
  let store: ReturnType<typeof openSqlite>;
  let now: number;
  beforeEach(() => {
    directory = tempDirectory();
    now = Date.parse("2026-01-01T00:00:00Z");
  });
  afterEach(async () => {
    await store.close();
    directory.remove();
  });

  const open = (retention: Retention) =>
    (store = openSqlite(directory.path, { now: () => now, retention, seal: { records: 1 } }));
  /** A span a day; timestamps are years old and must not matter. */
  const days = async (count: number, attributes: Record<string, unknown> = {}) => {
    for (let day = 1; day <= count; day++) {
      await store.writer.append(spansOf(tracesRequest({ trace: day, id: 1, start: -1e11, attributes })));
      await expect.poll(() => store.writer.openRecords).toBe(0);
      now += DAY;
    }
  };
  const kept = async (count: number) => {
    const found: number[] = [];
    for (let day = 1; day <= count; day++)
      if ((await store.reader.readTrace(traceIdOf(day))).length > 0) found.push(day);
    return found;
  };

  it("drops whole partitions by arrival, the oldest first, and the readers go on", async () => {
    open({ maxAgeMillis: 3 * DAY, maxBytes: 0 });
    await days(6);
    store.writer.dropExpired();
    expect(await kept(6)).toEqual([4, 5, 6]);
    const oldest = join(directory.path, "partitions/000001.db");
    expect([existsSync(oldest), existsSync(`${oldest}-wal`)]).toEqual([false, false]);
    expect(store.log.lines.filter(({ message }) => message === "dropped the oldest partition").length).toBe(3);
  });

  it("keeps everything for ever at 0", async () => {
    open({ maxAgeMillis: 0, maxBytes: 0 });
    await days(3);
    now += 1000 * DAY;
    store.writer.dropExpired();
    expect(await kept(3)).toEqual([1, 2, 3]);
  });

  it("keeps all files together below the budget, but never drops the current partition", async () => {
    open({ maxAgeMillis: 0, maxBytes: 400_000 });
    await days(8, { noise: Array.from({ length: 5000 }, (_, i) => Math.sin(i)) });
    store.writer.dropExpired();
    const left = await kept(8);
    expect(left.length).toBeGreaterThan(0);
    expect(left.length).toBeLessThan(8);
    expect(left.at(-1)).toBe(8);
    expect(left).toEqual(Array.from({ length: left.length }, (_, i) => 9 - left.length + i));
  });
});
