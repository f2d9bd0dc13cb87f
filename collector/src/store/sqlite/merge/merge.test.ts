import Database from "better-sqlite3";
import { randomBytes } from "node:crypto";
import { closeSync, openSync, statSync, writeSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { logsRequest, traceIdOf, tracesRequest } from "../../../../test/kit/simple-otlp.ts";
import { logsOf, openSqlite, spansOf, tempDirectory } from "../../../../test/kit/stores.ts";
import type { TraceRunRow } from "../partition/schema.ts";
import { walOf } from "../partition/write-ahead-log.ts";
import { planMerge } from "./plan-merge.ts";
import { runMergeTask, type MergeTask } from "./merge-task.ts";

const MEBIBYTE = 1024 * 1024;

describe("the plan of a merge", () => {
  const plan = (...counts: number[]) =>
    planMerge(
      counts.map((recordCount, i) => ({ id: i + 1, recordCount, storedBytes: recordCount * 30 })),
      16_384,
    );

  it("takes four blocks of like size, and as many as fill one", () => {
    expect(plan(100, 100, 100)).toBeUndefined();
    expect(plan(100, 100, 100, 100)).toEqual([1, 2, 3, 4]);
    expect(plan(5000, 5000)).toEqual([1, 2]);
    expect(plan(...Array.from({ length: 40 }, () => 10))?.length).toBe(16);
    expect(plan(7000, 7000, 7000)).toEqual([1, 2]);
  });

  it("leaves full blocks alone, and doesn't rewrite a large one for the sake of a small one", () => {
    expect(plan(16_384, 16_384, 9000, 9000)).toBeUndefined();
    expect(plan(4000, 10, 10, 10)).toBeUndefined();
    expect(plan(4000, 10, 10, 10, 10)).toEqual([2, 3, 4, 5]);
  });

  it("rewrites a record a few times only, however many blocks come", () => {
    let blocks: { id: number; recordCount: number; storedBytes: number }[] = [];
    let rewritten = 0;
    let id = 0;
    for (let n = 0; n < 2000; n++) {
      blocks.push({ id: ++id, recordCount: 100, storedBytes: 3000 });
      for (let ids = planMerge(blocks, 16_384); ids; ids = planMerge(blocks, 16_384)) {
        const taken = blocks.filter((block) => ids?.includes(block.id));
        const recordCount = taken.reduce((sum, block) => sum + block.recordCount, 0);
        rewritten += recordCount;
        blocks = blocks.filter((block) => !taken.includes(block));
        blocks.push({ id: ++id, recordCount, storedBytes: recordCount * 30 });
      }
    }
    expect(rewritten / (2000 * 100)).toBeLessThan(5);
    expect(blocks.length).toBeLessThan(45);
  });
});

/** Makes the first page of a table unreadable, also for those who have the file open. */
function damageTable(path: string, table: string): void {
  const db = new Database(path);
  db.pragma("wal_checkpoint(TRUNCATE)");
  const page = db.prepare("SELECT rootpage FROM sqlite_schema WHERE name = ?").pluck().get(table) as number;
  const file = openSync(path, "r+");
  writeSync(file, Buffer.alloc(8192, 0xff), 0, 8192, (page - 1) * 8192);
  closeSync(file);
  // Who has read the page reads it again after somebody has written.
  db.prepare("UPDATE meta SET value = value + 0 WHERE key = 'created_at_millis'").run();
  db.close();
}

describe("merging", () => {
  let directory: ReturnType<typeof tempDirectory>;
  let store: ReturnType<typeof openSqlite>;
  let now = 1_760_000_000_000;
  beforeEach(() => {
    directory = tempDirectory();
  });
  afterEach(async () => {
    await store.close();
    directory.remove();
  });

  const open = (options = {}) =>
    (store = openSqlite(directory.path, {
      now: () => now,
      seal: { records: 1 },
      mergeUpToRecords: 10_000,
      ...options,
    }));
  const put = async (trace: number, id: number) => {
    await store.writer.append(spansOf(tracesRequest({ trace, id, service: "a", attributes: { n: id } })));
    await expect.poll(() => store.writer.openRecords).toBe(0);
  };
  const count = async (trace: number) =>
    (await store.reader.readTrace(traceIdOf(trace))).reduce((sum, batch) => sum + batch.count, 0);
  const rows = (sql: string) => {
    const db = new Database(join(directory.path, "partitions/000001.db"), { readonly: true });
    try {
      return db.prepare(sql).pluck().get() as number;
    } finally {
      db.close();
    }
  };
  const settle = async () => {
    while (await store.writer.maintenance.step()) continue;
  };

  it("makes few blocks of many, and everything is found as before, spans sent twice once", async () => {
    open();
    for (let n = 0; n < 40; n++) await put(1 + (n % 5), n + 1);
    for (let n = 0; n < 3; n++)
      await store.writer.append(logsOf(logsRequest({ body: `line ${n}`, time: n, trace: 1 })));
    await put(1, 1000);
    await store.writer.append(
      spansOf(tracesRequest({ trace: 1, id: 1000, service: "a", attributes: { n: 1000 } }, { trace: 7, id: 1 })),
    );
    await expect.poll(() => store.writer.openRecords).toBe(0);
    await settle();
    expect(rows("SELECT count(*) FROM block WHERE replaced_by IS NULL AND signal = 1")).toBeLessThan(7);
    for (const trace of [2, 3, 4, 5]) expect(await count(trace)).toBe(8);
    expect(await count(1)).toBe(9);
    expect(await count(7)).toBe(1);
    expect((await store.reader.readTraceLogs(traceIdOf(1))).reduce((sum, batch) => sum + batch.count, 0)).toBe(3);
    const range = { start: 0n, end: 2n ** 63n };
    const [summary] = await store.reader.summarizeOperations(range, { buckets: 1, service: "a" });
    // The span that came twice counts twice in the sums until its two blocks are merged.
    expect([41, 42]).toContain(summary.count);
    expect((await store.reader.findTraces({ range, attributes: [{ key: "n", value: "17" }] }, 10)).length).toBe(1);
  });

  it("moves what was committed into the file now and then, so that its write-ahead log begins anew", async () => {
    const kinds: (string | undefined)[] = [];
    open({ mergeUpToRecords: 1, onMerge: (kind: string, signal?: string) => kinds.push(kind, signal) });
    const partition = join(directory.path, "partitions/000001.db");
    const sizes = () => [partition, walOf(partition)].map((path) => statSync(path).size / MEBIBYTE);
    const fill = async () => {
      for (let n = 0; n < 3; n++) {
        const body = randomBytes(3 * MEBIBYTE).toString("base64");
        await store.writer.append(logsOf(logsRequest({ body })));
        await expect.poll(() => store.writer.openRecords).toBe(0);
      }
    };
    await fill();
    const [before, log] = sizes();
    expect(before).toBeLessThan(1);
    await settle();
    expect(sizes()[0]).toBeGreaterThan(9);
    expect(kinds).toEqual(["checkpoint", undefined]);
    await fill();
    expect(sizes()[1]).toBeLessThan(log * 1.1);
  });

  it("merges in the same turn as it moves", async () => {
    open({ seal: { records: 1 }, mergeUpToRecords: 1 });
    const kinds: string[] = [];
    for (let n = 0; n < 16; n++) await put(1, n + 1);
    await store.close();
    open({ mergeUpToRecords: 1, onMerge: (kind: string) => kinds.push(kind) });
    for (let n = 0; n < 3; n++) {
      await store.writer.append(logsOf(logsRequest({ body: randomBytes(3 * MEBIBYTE).toString("base64") })));
      await expect.poll(() => store.writer.openRecords).toBe(0);
    }
    expect(await store.writer.maintenance.step()).toBe(true);
    expect(kinds).toEqual(["checkpoint", "runs", "runs"]);
  });

  it("merges runs of the trace index level by level", async () => {
    open({ mergeUpToRecords: 1 });
    for (let n = 0; n < 70; n++) await put(n + 1, 1);
    await settle();
    expect(rows("SELECT count(*) FROM trace_run")).toBe(1 + 6);
    expect(rows("SELECT max(level) FROM trace_run")).toBe(2);
    for (let n = 0; n < 70; n++) expect(await count(n + 1)).toBe(1);
    expect(await count(71)).toBe(0);
  });

  it("forgets replaced blocks after a minute, and their entries in the trace index with the next merge of runs", async () => {
    open();
    for (let n = 0; n < 6; n++) await put(n + 1, 1);
    await settle();
    expect(rows("SELECT count(*) FROM block")).toBeGreaterThan(6);
    now += 61_000;
    await settle();
    expect(rows("SELECT count(*) FROM block")).toBeLessThan(4);
    expect(rows("SELECT count(*) FROM section WHERE id / 16 NOT IN (SELECT id FROM block)")).toBe(0);
    expect(rows("SELECT count(*) FROM span_chunk WHERE id / 65536 NOT IN (SELECT id FROM block)")).toBe(0);
    expect(rows("SELECT count(*) FROM signature_part WHERE id / 256 NOT IN (SELECT id FROM block)")).toBe(0);
    expect(rows("SELECT count(*) FROM operation_block WHERE block_id NOT IN (SELECT id FROM block)")).toBe(0);
    expect(rows("SELECT count(*) FROM operation_pack")).toBe(rows("SELECT count(*) FROM block"));
    for (let n = 0; n < 6; n++) expect(await count(n + 1)).toBe(1);
    const db = new Database(join(directory.path, "partitions/000001.db"), { readonly: true });
    const runs = db.prepare("SELECT * FROM trace_run ORDER BY id").all() as TraceRunRow[];
    db.close();
    const path = join(directory.path, "partitions/000001.db");
    const { kind, ...result } = runMergeTask({ kind: "runs", path, signal: "traces", level: 1, runs });
    expect(runs.length).toBeGreaterThan(6);
    expect({ kind, ...result }).toMatchObject({ kind: "runs", run: { entryCount: 6 } });
  });

  it("forgets those of a partition that is full by then", async () => {
    open();
    for (let n = 0; n < 8; n++) await put(n + 1, 1);
    await settle();
    now += 86_400_000;
    await put(9, 1);
    expect(rows("SELECT count(*) FROM block WHERE replaced_by IS NOT NULL")).toBeGreaterThan(0);
    now += 61_000;
    await settle();
    expect(rows("SELECT count(*) FROM block WHERE replaced_by IS NOT NULL")).toBe(0);
    expect(rows("PRAGMA freelist_count")).toBe(0);
    for (let n = 0; n < 9; n++) expect(await count(n + 1)).toBe(1);
  });

  it("makes one run of those of a partition that is full, while blocks go into the next", async () => {
    open({ mergeUpToRecords: 1 });
    for (let n = 0; n < 13; n++) await put(n + 1, 1);
    await settle();
    expect(rows("SELECT count(*) FROM trace_run")).toBe(1 + 5);
    now += 86_400_000;
    await put(14, 1);
    await settle();
    expect(rows("SELECT count(*) FROM trace_run")).toBe(1);
    expect(rows("SELECT count(*) FROM trace_page WHERE id / 65536 NOT IN (SELECT id FROM trace_run)")).toBe(0);
    for (let n = 0; n < 14; n++) expect(await count(n + 1)).toBe(1);
  });

  it("merges other runs where one is damaged, and still finds what it had", async () => {
    open({ mergeUpToRecords: 1 });
    for (let n = 0; n < 8; n++) await put(n + 1, 1);
    const db = new Database(join(directory.path, "partitions/000001.db"));
    db.prepare("UPDATE trace_page SET data = zeroblob(40) WHERE id = 65536").run();
    db.close();
    await settle();
    for (let n = 8; n < 16; n++) await put(n + 1, 1);
    await settle();
    expect(store.log.lines.filter(({ message }) => message.startsWith("cannot merge")).length).toBe(1);
    expect(rows("SELECT count(*) FROM trace_run WHERE level = 0")).toBe(8);
    expect(rows("SELECT count(*) FROM trace_run WHERE level = 1")).toBe(1);
    for (let n = 0; n < 16; n++) expect(await count(n + 1)).toBe(1);
  });

  it("keeps the current partition in order where one that is full is damaged, which is told once", async () => {
    open({ mergeUpToRecords: 1 });
    for (let n = 0; n < 3; n++) await put(n + 1, 1);
    now += 86_400_000;
    await put(4, 1);
    damageTable(join(directory.path, "partitions/000001.db"), "trace_run");
    for (let n = 4; n < 11; n++) await put(n + 1, 1);
    for (let n = 0; n < 5; n++) await store.writer.maintenance.step();
    const told = store.log.lines.filter(({ message }) => message.startsWith("cannot merge"));
    expect(told.map(({ fields }) => String(fields?.file).slice(-9))).toEqual(["000001.db"]);
    const db = new Database(join(directory.path, "partitions/000002.db"), { readonly: true });
    expect(db.prepare("SELECT count(*) FROM trace_run").pluck().get()).toBe(1);
    db.close();
    now += 10 * 60_000;
    for (let n = 0; n < 3; n++) await store.writer.maintenance.step();
    for (let n = 3; n < 11; n++) expect(await count(n + 1)).toBe(1);
  });

  it("writes nothing more to a partition that was given up as damaged", async () => {
    open({ mergeUpToRecords: 1 });
    for (let n = 0; n < 3; n++) await put(n + 1, 1);
    damageTable(join(directory.path, "partitions/000001.db"), "section");
    for (let n = 3; n < 12; n++) await put(n + 1, 1);
    expect(store.log.lines.map(({ message }) => message)).toEqual([expect.stringMatching(/a new one begun/)]);
    for (let n = 0; n < 3; n++) await store.writer.maintenance.step();
    // Those of a partition that is full become one.
    expect(rows("SELECT count(*) FROM trace_run")).toBe(3);
    expect(store.log.lines.length).toBe(1);
    for (let n = 3; n < 12; n++) expect(await count(n + 1)).toBe(1);
  });

  it("leaves nothing of replaced blocks in the file when it is closed", async () => {
    open();
    for (let n = 0; n < 8; n++) {
      const text = randomBytes(20_000).toString("base64");
      await store.writer.append(spansOf(tracesRequest({ trace: n + 1, id: 1, service: "a", attributes: { text } })));
      await expect.poll(() => store.writer.openRecords).toBe(0);
    }
    await settle();
    const pages = rows("PRAGMA page_count");
    await store.close();
    expect(rows("SELECT count(*) FROM block WHERE replaced_by IS NOT NULL")).toBe(0);
    expect(rows("PRAGMA freelist_count")).toBe(0);
    expect(rows("PRAGMA page_count")).toBeLessThan(pages * 0.7);
    open();
    for (let n = 0; n < 8; n++) expect(await count(n + 1)).toBe(1);
  });

  it("does not commit what was being merged when the store is closed, and begins again at the next start", async () => {
    let release = () => {};
    const held = new Promise<void>((resolve) => (release = resolve));
    const tasks: MergeTask[] = [];
    open({
      runMergeTask: async (task: MergeTask) => {
        tasks.push(task);
        const result = runMergeTask(task);
        await held;
        return result;
      },
    });
    for (let n = 0; n < 5; n++) await put(n + 1, 1);
    store.writer.maintenance.tick();
    await expect.poll(() => tasks.length).toBe(1);
    const closed = store.close();
    release();
    await closed;
    open();
    expect(rows("SELECT count(*) FROM block WHERE replaced_by IS NOT NULL")).toBe(0);
    await settle();
    for (let n = 0; n < 5; n++) expect(await count(n + 1)).toBe(1);
  });

  it("reports a block that cannot be read, merges the others, and leaves it where it is", async () => {
    open();
    for (let n = 0; n < 6; n++) await put(n + 1, 1);
    const db = new Database(join(directory.path, "partitions/000001.db"));
    db.prepare("UPDATE section SET data = zeroblob(40) WHERE id = 1 * 16 + 12").run();
    db.close();
    await settle();
    await settle();
    expect(store.log.lines.filter(({ message }) => message.startsWith("cannot merge")).length).toBe(1);
    expect(rows("SELECT count(*) FROM block WHERE replaced_by IS NULL AND id = 1")).toBe(1);
    expect(rows("SELECT count(*) FROM block WHERE replaced_by IS NOT NULL")).toBe(5);
    for (let n = 1; n < 6; n++) expect(await count(n + 1)).toBe(1);
  });
});
