/** kill -9 at every fault point, twice on the same data, so that the second one also meets what the first left. */
import { cpSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { FAULT_POINTS } from "../../src/store/sqlite/fault-points.ts";
import { checkWorkload, workloadOptions } from "../kit/fault-workload.ts";
import { spawnFaultChild } from "../kit/spawn-fault-child.ts";
import { openSqlite, tempDirectory } from "../kit/stores.ts";

const REQUESTS = 150;
const FORMAT_1 = join(import.meta.dirname, "../../testdata/format-1/data");
const SPANS_IN_FORMAT_1 = 270;
/** At which time of reaching the point each life ends: groups are many, the rest is rare. */
const livesAt = (point: string) => (point.startsWith("journal.") ? [40, 2] : [3, 1]);

let directory: ReturnType<typeof tempDirectory>;
beforeEach(() => {
  directory = tempDirectory();
});
afterEach(() => directory.remove());

it.each(FAULT_POINTS.filter((point) => point !== "upgrade.before-commit"))(
  "a process killed at %s loses nothing acknowledged and doubles nothing",
  async (point) => {
    const acknowledged = new Set<number>();
    const lives = livesAt(point);
    let kills = 0;
    for (const [life, nth] of lives.entries()) {
      const child = spawnFaultChild([directory.path, life * REQUESTS, REQUESTS, point, nth]);
      const { how, stderr } = await child.ended;
      expect(stderr).toBe("");
      expect(["SIGKILL", 0]).toContain(how);
      if (how === "SIGKILL") kills++;
      for (const n of child.acknowledged) acknowledged.add(n);
    }
    expect(kills, "times the point was reached").toBeGreaterThan(0);
    expect(acknowledged.size).toBeGreaterThan(0);
    const options = workloadOptions(() => Math.max(0, ...acknowledged));
    const store = openSqlite(directory.path, options);
    await checkWorkload(store.reader, acknowledged, lives.length * REQUESTS, "after the kills");
    expect(store.log.lines.filter(({ level }) => level === "error")).toEqual([]);
    await store.close();
  },
);

it("a process killed in an upgrade upgrades at its next start", async () => {
  cpSync(FORMAT_1, directory.path, { recursive: true });
  for (const nth of [2, 1]) {
    const { how, stderr } = await spawnFaultChild([directory.path, 0, 3, "upgrade.before-commit", nth]).ended;
    expect([how, stderr]).toEqual(["SIGKILL", ""]);
  }
  const store = openSqlite(directory.path);
  const operations = await store.reader.summarizeOperations({ start: 0n, end: 2n ** 64n - 1n }, { buckets: 1 });
  expect(operations.reduce((sum, { count }) => sum + count, 0)).toBe(SPANS_IN_FORMAT_1);
  expect(store.log.lines.filter(({ level }) => level === "error")).toEqual([]);
  await store.close();
});
