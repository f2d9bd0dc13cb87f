/** Flipped bits wherever they may be: they are noticed, named and counted, and only what they hit is lost. */
import Database from "better-sqlite3";
import { cpSync, existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { SECTION } from "../../src/store/sqlite/block/section-kinds.ts";
import { splitChunk } from "../../src/store/sqlite/block/span-chunk.ts";
import { sectionId, spanChunkId } from "../../src/store/sqlite/partition/schema.ts";
import { Random } from "../kit/random.ts";
import { logsRequest, traceIdOf, tracesRequest } from "../kit/simple-otlp.ts";
import { logSearch } from "../kit/log-searches.ts";
import { logsOf, openSqlite, spansOf, tempDirectory } from "../kit/stores.ts";

const BLOCKS = 3;
const EVER = { start: 0n, end: 2n ** 64n - 1n };
const SPAN_SECTIONS = ["traces", "dictionary", "rest", "names"] as const;
const CHUNK_PARTS = ["columns", "ids", "attributeIds"] as const;
const LOG_SECTIONS = ["hot", "ids", "links", "attributeIds", "dictionary", "rest", "names", "shapedBody"] as const;

describe("damage", () => {
  let temp: ReturnType<typeof tempDirectory>;
  let damaged: number;
  const open: { close(): Promise<void> }[] = [];
  beforeEach(() => {
    temp = tempDirectory();
    damaged = 0;
  });
  afterEach(async () => {
    for (const store of open.splice(0)) await store.close();
    temp.remove();
  });

  const start = (path: string) => {
    const store = openSqlite(path, { onDamage: () => damaged++ });
    open.push(store);
    return store;
  };
  /** Three blocks a signal, each with one trace: 1, 2 and 3. */
  const build = async () => {
    const path = join(temp.path, "data");
    for (let trace = 1; trace <= BLOCKS; trace++) {
      const store = openSqlite(path);
      const attributes = { "http.route": "/orders", text: `${"words ".repeat(20)}${trace}` };
      const events = [{ name: "e", attributes }];
      await store.writer.append(
        spansOf(
          tracesRequest(
            {
              trace,
              id: 1,
              service: "a",
              attributes: { ...attributes, "of.spans": "only these" },
              events,
              error: true,
            },
            { trace, id: 2, parent: 1, service: "b", attributes },
          ),
        ),
      );
      const line = { trace, span: 1, time: trace, body: "a line of some length ".repeat(3), attributes };
      await store.writer.append(
        logsOf(logsRequest({ ...line, service: "a" }, { ...line, service: "b", severity: 17 })),
      );
      await store.close();
    }
    return path;
  };
  const partitionOf = (path: string) => join(path, "partitions/000001.db");
  const changeRow = (
    path: string,
    signal: 1 | 2,
    table: "section" | "span_chunk",
    idOf: (block: number) => number,
    change: (data: Buffer) => void,
  ) => {
    const db = new Database(partitionOf(path));
    const block = db
      .prepare("SELECT id FROM block WHERE signal = ? ORDER BY id LIMIT 1 OFFSET 1")
      .pluck()
      .get(signal) as number;
    const data = db.prepare(`SELECT data FROM ${table} WHERE id = ?`).pluck().get(idOf(block)) as Buffer;
    change(data);
    db.prepare(`UPDATE ${table} SET data = ? WHERE id = ?`).run(data, idOf(block));
    db.close();
    return block;
  };
  const changeSection = (path: string, signal: 1 | 2, kind: number, change: (data: Buffer) => void) =>
    changeRow(path, signal, "section", (block) => sectionId(block, kind), change);
  const changeChunk = (path: string, change: (data: Buffer) => void) =>
    changeRow(path, 1, "span_chunk", (block) => spanChunkId(block, 0), change);
  const spansFound = async ({ reader }: ReturnType<typeof start>) => {
    const counts: number[] = [];
    for (let trace = 1; trace <= BLOCKS; trace++)
      counts.push((await reader.readTrace(traceIdOf(trace))).reduce((sum, { count }) => sum + count, 0));
    return counts;
  };
  const logsFound = async ({ reader }: ReturnType<typeof start>) => {
    const found = await reader.findLogs(logSearch(100));
    return found.reduce((sum, { count }) => sum + count, 0);
  };
  const searched = async ({ reader }: ReturnType<typeof start>) => {
    const attributes = [{ key: "http.route", value: "/orders" }];
    const traces = await reader.findTraces({ range: EVER, attributes }, 100);
    const logs = await reader.findLogs(logSearch(100, { attributes }));
    return [traces.length, logs.reduce((sum, { count }) => sum + count, 0)];
  };
  const errorsOf = (store: ReturnType<typeof start>) =>
    store.log.lines
      .filter(({ level }) => level === "error")
      .map(({ message, fields }) => `${message.split(":")[0]}: ${String(fields.part)}`);

  it.each(SPAN_SECTIONS)("in the section %s of a block of spans costs that block only", async (name) => {
    const path = await build();
    const block = changeSection(path, 1, SECTION[name], (data) => (data[data.length - 1] ^= 0x10));
    const store = start(path);
    const [, lines] = await searched(store);
    expect([await spansFound(store), lines, await logsFound(store)]).toEqual([[2, 0, 2], 6, 6]);
    expect(errorsOf(store)).toEqual([`cannot read a part of the store: block ${block}`]);
    expect(damaged).toBe(1);
  });

  it.each(CHUNK_PARTS)("in the %s of a chunk of spans costs that chunk only", async (name) => {
    const path = await build();
    const block = changeChunk(path, (data) => {
      const part = splitChunk(data)[name];
      part[part.length - 1] ^= 0x10;
    });
    const store = start(path);
    const [, lines] = await searched(store);
    expect([await spansFound(store), lines, await logsFound(store)]).toEqual([[2, 0, 2], 6, 6]);
    expect(errorsOf(store)).toEqual([`cannot read a part of the store: block ${block}`]);
  });

  it("in what tells chunks apart costs searches that block, and reads nothing", async () => {
    const path = await build();
    const block = changeSection(path, 1, SECTION.entrySpread, (data) => (data[data.length - 1] ^= 0x10));
    const store = start(path);
    const attributes = [{ key: "of.spans", value: "only these" }];
    const found = await store.reader.findTraces({ range: EVER, attributes }, 100);
    expect([found.length, await spansFound(store)]).toEqual([2, [2, 2, 2]]);
    expect(errorsOf(store)).toEqual([`cannot read a part of the store: block ${block}`]);
  });

  it.each(LOG_SECTIONS)("in the section %s of a block of logs costs that block only", async (name) => {
    const path = await build();
    const block = changeSection(path, 2, SECTION[name], (data) => (data[data.length - 1] ^= 0x10));
    const store = start(path);
    const [traces] = await searched(store);
    expect([traces, await spansFound(store), await logsFound(store)]).toEqual([3, [2, 2, 2], 4]);
    expect(errorsOf(store)).toEqual([`cannot read a part of the store: block ${block}`]);
  });

  it.each(["signature_part", "trace_page"])("in %s costs no record", async (table) => {
    const path = await build();
    const db = new Database(partitionOf(path));
    const rows = db.prepare(`SELECT id, data FROM ${table}`).all() as { id: number; data: Buffer }[];
    for (const { id, data } of rows) {
      data[data.length - 1] ^= 1;
      db.prepare(`UPDATE ${table} SET data = ? WHERE id = ?`).run(data, id);
    }
    db.close();
    const store = start(path);
    expect([await searched(store), await spansFound(store), await logsFound(store)]).toEqual([[3, 6], [2, 2, 2], 6]);
    expect(errorsOf(store).length).toBeGreaterThanOrEqual(BLOCKS);
    expect(damaged).toBe(errorsOf(store).length);
  });

  it("in any bit of a section's header is noticed or does no harm", async () => {
    const path = await build();
    const changes = {
      traces: (copy: string, byte: number) =>
        changeSection(copy, 1, SECTION.traces, (data) => (data[byte] ^= 1 << (byte % 8))),
      names: (copy: string, byte: number) =>
        changeSection(copy, 1, SECTION.names, (data) => (data[byte] ^= 1 << (byte % 8))),
      // Its lengths and the first section's header.
      chunk: (copy: string, byte: number) => changeChunk(copy, (data) => (data[byte] ^= 1 << (byte % 8))),
    };
    for (const [kind, byte] of (["traces", "names", "chunk"] as const).flatMap((kind) =>
      Array.from({ length: kind === "chunk" ? 20 : 12 }, (_, i) => [kind, i] as const),
    )) {
      const copy = join(temp.path, `copy-${kind}-${byte}`);
      cpSync(path, copy, { recursive: true });
      changes[kind](copy, byte);
      const store = start(copy);
      const found = await spansFound(store);
      expect([found[0], found[2]], `byte ${byte} of section ${kind}`).toEqual([2, 2]);
      expect([0, 2]).toContain(found[1]);
      expect(errorsOf(store).length).toBe(found[1] === 0 ? 1 : 0);
    }
  });

  it("in any page of a partition leaves a collector that starts, takes data, and says what it lost", async () => {
    const path = await build();
    const random = new Random(7);
    const pages = readFileSync(partitionOf(path)).length / 8192;
    for (let page = 0; page < pages; page++) {
      const copy = join(temp.path, `page-${page}`);
      cpSync(path, copy, { recursive: true });
      const bytes = readFileSync(partitionOf(copy));
      // The first bytes say what a page is; garbage there is the worst.
      for (let i = 0; i < 64; i++) bytes[page * 8192 + (page === 0 ? 100 : 0) + i] = random.below(256);
      writeFileSync(partitionOf(copy), bytes);
      const store = start(copy);
      // Maintenance looks into the indexes on its own: what it cannot read must not end the process.
      await store.writer.maintenance.step();
      await store.writer.append(spansOf(tracesRequest({ trace: 9, id: 1 })));
      await store.writer.maintenance.step();
      await spansFound(store);
      await logsFound(store);
      await store.close();
      open.pop();
      const again = start(copy);
      expect(
        (await again.reader.readTrace(traceIdOf(9))).map(({ count }) => count),
        `page ${page}`,
      ).toEqual([1]);
      const lost = (await spansFound(again)).some((count) => count !== 2) || (await logsFound(again)) !== 6;
      const said = [...store.log.lines, ...again.log.lines].some(({ level }) => level === "error");
      if (lost) expect(said, `page ${page} lost something in silence`).toBe(true);
    }
  });

  it("in the catalogue sets the partition aside by name, and the journal goes on where it was", async () => {
    const path = await build();
    const bytes = readFileSync(partitionOf(path));
    bytes.fill(0x5a, 100, 8192);
    writeFileSync(partitionOf(path), bytes);
    const store = start(path);
    expect(store.log.lines).toMatchObject([
      { level: "error", message: expect.stringMatching(/set aside/), fields: { file: partitionOf(path) } },
    ]);
    expect([damaged, readdirSync(join(path, "quarantine")).length]).toEqual([1, 1]);
    expect(await spansFound(store)).toEqual([0, 0, 0]);
    expect(await store.writer.append(spansOf(tracesRequest({ trace: 9, id: 1 })))).toBe("stored");
  });
});

describe("damage of a journal", () => {
  let temp: ReturnType<typeof tempDirectory>;
  beforeEach(() => {
    temp = tempDirectory();
  });
  afterEach(() => temp.remove());

  const REQUESTS = 5;
  /** A journal whose sequences are far from 1, as in a collector that has run for long. */
  const build = async () => {
    const path = join(temp.path, "data");
    const old = openSqlite(path);
    for (let n = 0; n < 20; n++) await old.writer.append(spansOf(tracesRequest({ trace: 2, id: n + 1 })));
    await old.close();
    const db = new Database(join(path, "partitions/000001.db"));
    db.prepare("UPDATE meta SET value = 5000000 WHERE key = 'covered_traces'").run();
    db.close();
    const store = openSqlite(path);
    for (let id = 1; id <= REQUESTS; id++) await store.writer.append(spansOf(tracesRequest({ trace: 1, id })));
    const copy = join(temp.path, "crashed");
    cpSync(path, copy, { recursive: true, filter: (from) => !/lock[^/]*$/.test(from) });
    await store.close();
    const [name] = readdirSync(join(copy, "journal/traces"));
    return {
      path: copy,
      segment: join(copy, "journal/traces", name),
      bytes: readFileSync(join(copy, "journal/traces", name)),
    };
  };
  const idsIn = async (path: string) => {
    const store = openSqlite(path);
    const batches = await store.reader.readTrace(traceIdOf(1));
    const ids = batches.flatMap((batch) =>
      Array.from({ length: batch.count }, (_, i) => batch.bytes[batch.spanId[i] + 7]),
    );
    await store.close();
    return { ids: ids.sort((a, b) => a - b), log: store.log };
  };

  it("costs one record wherever a bit flips, and the first record is no exception", async () => {
    const { path, segment, bytes } = await build();
    const size = (bytes.length - 16) / REQUESTS;
    const all = Array.from({ length: REQUESTS }, (_, i) => i + 1);
    for (let at = 16; at < bytes.length; at += 31) {
      const copy = join(temp.path, `at-${at}`);
      cpSync(path, copy, { recursive: true });
      const changed = Buffer.from(bytes);
      changed[at] ^= 1 << (at % 8);
      writeFileSync(segment.replace(path, copy), changed);
      const lost = Math.floor((at - 16) / size) + 1;
      const { ids, log } = await idsIn(copy);
      expect(ids, `byte ${at}`).toEqual(all.filter((id) => id !== lost));
      // At the very end it cannot be told from what a crash leaves.
      expect(log.lines.filter(({ level }) => level === "error").length).toBe(lost === REQUESTS ? 0 : 1);
    }
  });

  it("in a segment's header costs no record", async () => {
    const { path, segment, bytes } = await build();
    for (const at of [0, 1, 2, 3, 5, 6, 7, 8, 9, 10, 11]) {
      const copy = join(temp.path, `at-${at}`);
      cpSync(path, copy, { recursive: true });
      const changed = Buffer.from(bytes);
      changed[at] ^= 2;
      writeFileSync(segment.replace(path, copy), changed);
      const { ids, log } = await idsIn(copy);
      expect(ids, `byte ${at}`).toEqual([1, 2, 3, 4, 5]);
      expect(log.lines.filter(({ level }) => level === "error").length).toBe(1);
    }
  });

  it("in a segment's header that says a newer format stops the start, and nothing is moved", async () => {
    const { path, segment, bytes } = await build();
    const changed = Buffer.from(bytes);
    changed[4] = 2;
    writeFileSync(segment, changed);
    expect(() => openSqlite(path)).toThrow(
      /journal\/traces\/\d+\.journal is of format 2, .* formats up to 1; run the newer/,
    );
    expect(readFileSync(segment)).toEqual(changed);
    expect(existsSync(join(path, "quarantine"))).toBe(false);
    writeFileSync(segment, bytes);
    expect((await idsIn(path)).ids).toEqual([1, 2, 3, 4, 5]);
  });

  it("a file that is no segment is set aside", async () => {
    const { path } = await build();
    writeFileSync(join(path, "journal/traces/0000000000000007.journal"), "something else, longer than a header");
    const { ids, log } = await idsIn(path);
    expect(ids).toEqual([1, 2, 3, 4, 5]);
    expect(log.lines).toMatchObject([
      { level: "error", fields: { reason: "it is no journal segment" } },
      { level: "info" },
    ]);
  });
});
