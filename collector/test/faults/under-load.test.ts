/** Backup, verify and export beside a process that writes, seals, merges and drops: nothing acknowledged before is missing, nothing is there twice. */
import { rmSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { backupStore } from "../../src/store/sqlite/files/backup-store.ts";
import { exportRecords } from "../../src/store/sqlite/files/export-records.ts";
import { StoreFiles } from "../../src/store/sqlite/files/store-files.ts";
import { verifyStore } from "../../src/store/sqlite/files/verify-store.ts";
import { formatLogsJson, formatTracesJson } from "../../src/wire/otlp/json-pieces.ts";
import { checkWorkload, workloadOptions } from "../kit/fault-workload.ts";
import { spawnFaultChild, type FaultChild } from "../kit/spawn-fault-child.ts";
import { openSqlite, tempDirectory } from "../kit/stores.ts";

/** A week of the store's clock. */
const REQUESTS = 360;
const EVER = { start: 0n, end: 2n ** 64n - 1n };

let temp: ReturnType<typeof tempDirectory>;
let child: FaultChild;
beforeEach(async () => {
  temp = tempDirectory();
  await new Promise<void>((resolve) => {
    child = spawnFaultChild([join(temp.path, "data"), 0, REQUESTS], ({ acknowledged }) => {
      if (acknowledged.size > 60) resolve();
    });
  });
});
afterEach(async () => {
  await child.ended;
  temp.remove();
});

/** Calls `use` again and again until the writer has ended. */
async function whileWriting(use: (times: number) => Promise<void>): Promise<number> {
  const state = { hasEnded: false };
  const ended = child.ended.finally(() => {
    state.hasEnded = true;
  });
  let times = 0;
  while (!state.hasEnded) {
    await use(times++);
    // What the writer said meanwhile is read now.
    await new Promise((resolve) => setImmediate(resolve));
  }
  expect(await ended).toEqual({ how: 0, stderr: "" });
  return times;
}

it("a backup holds everything acknowledged before it, once", { timeout: 60_000 }, async () => {
  const files = new StoreFiles(join(temp.path, "data"));
  const times = await whileWriting(async (n) => {
    const acknowledged = new Set(child.acknowledged);
    const copy = join(temp.path, `copy-${n}`);
    await backupStore(files, copy, () => undefined);
    expect(verifyStore(new StoreFiles(copy), () => undefined).damage).toEqual([]);
    const now = Math.max(...child.acknowledged);
    const store = openSqlite(
      copy,
      workloadOptions(() => now),
    );
    // The writer went on, and its retention too.
    await checkWorkload(store.reader, acknowledged, REQUESTS, `backup ${n}`, now);
    expect(store.log.lines.filter(({ level }) => level === "error")).toEqual([]);
    await store.close();
    rmSync(copy, { recursive: true });
  });
  expect(times).toBeGreaterThan(1);
});

it("verify finds nothing wrong", { timeout: 60_000 }, async () => {
  const files = new StoreFiles(join(temp.path, "data"));
  const times = await whileWriting(async () => {
    const { damage, blocks } = verifyStore(files, () => undefined);
    expect(damage).toEqual([]);
    expect(blocks).toBeGreaterThan(0);
  });
  expect(times).toBeGreaterThan(1);
  expect(verifyStore(files, () => undefined)).toMatchObject({ damage: [], notes: [] });
});

it.each(["traces", "logs"] as const)(
  "an export of %s holds everything acknowledged before it, once",
  { timeout: 60_000 },
  async (signal) => {
    const files = new StoreFiles(join(temp.path, "data"));
    const times = await whileWriting(async (n) => {
      const acknowledged = new Set(child.acknowledged);
      const counts = new Map<number, number>();
      for (const batch of exportRecords(files, signal, { range: EVER }).batches((part, problem) =>
        expect.fail(`${part}: ${problem}`),
      )) {
        const json = [...(batch.signal === "traces" ? formatTracesJson([batch]) : formatLogsJson([batch]))].join("");
        for (const [, id] of json.matchAll(/"traceId":"([0-9a-f]{32})"/g)) {
          const request = parseInt(id, 16) - 1;
          counts.set(request, (counts.get(request) ?? 0) + 1);
        }
      }
      const whole = signal === "traces" ? 5 : 3;
      expect(
        [...counts.values()].every((count) => count === whole),
        `export ${n}`,
      ).toBe(true);
      const newest = Math.max(...counts.keys());
      const missing = [...acknowledged].filter(
        (each) => each % 2 === (signal === "traces" ? 0 : 1) && each > newest - 40 && !counts.has(each),
      );
      expect(missing, `export ${n}`).toEqual([]);
    });
    expect(times).toBeGreaterThan(1);
  },
);
