/** The store engines under test, each behind the same two interfaces, and requests made into batches. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { LogBatch } from "../../src/model/log-batch.ts";
import type { MetricBatch } from "../../src/model/metric-batch.ts";
import type { SpanBatch } from "../../src/model/span-batch.ts";
import { MemoryStore } from "../../src/store/memory/memory-store.ts";
import type { HeadRequest } from "../../src/store/sqlite/head.ts";
import { BulletinReader } from "../../src/store/sqlite/head-bulletin.ts";
import { SqliteStoreReader } from "../../src/store/sqlite/reader.ts";
import { SqliteStoreWriter, type SqliteStoreOptions } from "../../src/store/sqlite/writer.ts";
import type { StoreLog, StoreReader, StoreWriter } from "../../src/store/store.ts";
import { decodeBody } from "../../src/wire/decode-body.ts";
import { oracleEncode } from "./oracle.ts";

export interface StoreUnderTest {
  readonly name: string;
  readonly writer: StoreWriter;
  readonly reader: StoreReader;
  close(): Promise<void>;
}

export function tempDirectory(): { path: string; remove: () => void } {
  const path = mkdtempSync(join(tmpdir(), "goldspan-test-"));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}

/** Collects what a store reports. */
export class CollectedLog implements StoreLog {
  readonly lines: { level: string; message: string; fields: Readonly<Record<string, unknown>> }[] = [];
  readonly info = (message: string, fields = {}) => void this.lines.push({ level: "info", message, fields });
  readonly warn = (message: string, fields = {}) => void this.lines.push({ level: "warn", message, fields });
  readonly error = (message: string, fields = {}) => void this.lines.push({ level: "error", message, fields });
}

/**
 * `asked`: what the writer was asked.
 * @param around what happens right before and right after the open blocks are asked: a merge must not be noticed by a reader
 */
export function openSqlite(
  directory: string,
  options: Partial<SqliteStoreOptions> = {},
  around: (writer: SqliteStoreWriter) => Promise<void> = async () => {},
): StoreUnderTest & { writer: SqliteStoreWriter; log: CollectedLog; asked: HeadRequest["kind"][] } {
  const log = new CollectedLog();
  const asked: HeadRequest["kind"][] = [];
  const writer = new SqliteStoreWriter({ directory, log, ...options });
  const bulletin = new BulletinReader(writer.bulletin, async (request) => {
    asked.push(request.kind);
    return structuredClone(writer.answer(request));
  });
  const reader = new SqliteStoreReader({
    ask: async (request) => {
      await around(writer);
      const answer = await bulletin.ask(request);
      await around(writer);
      return answer;
    },
    log,
    documentsPath: writer.directory.documents,
    progressMillis: 0,
    tailPollMillis: 2,
    pinsPath: writer.directory.pins,
    pinCalls: writer.pinCalls,
    onDamage: options.onDamage,
  });
  const close = async () => {
    await reader.close();
    await writer.close();
  };
  return { name: "sqlite", writer, reader, log, asked, close };
}

/** Every engine and the states its data may be in: in memory, in the open block, in many sealed blocks, in merged ones. */
export function engines(): { name: string; open: () => StoreUnderTest }[] {
  const sqlite = (
    name: string,
    options: Partial<SqliteStoreOptions>,
    around?: (w: SqliteStoreWriter) => Promise<void>,
  ) => ({
    name,
    open: () => {
      const directory = tempDirectory();
      const store = openSqlite(directory.path, options, around);
      return { ...store, name, close: () => store.close().finally(directory.remove) };
    },
  });
  return [
    {
      name: "memory",
      open: () => {
        const store = new MemoryStore();
        return { name: "memory", writer: store, reader: store, close: () => store.close() };
      },
    },
    sqlite("sqlite, open block", {}),
    sqlite("sqlite, a sealed block a request", { seal: { records: 1 } }),
    sqlite("sqlite, mixed", { seal: { records: 7 } }),
    sqlite("sqlite, merged", { seal: { records: 1 }, mergeUpToRecords: 1000 }, async ({ maintenance }) => {
      await maintenance.step();
    }),
  ];
}

/** A request in the oracle's shape as a batch, as a receiver would make it. */
export function spansOf(request: object): SpanBatch {
  return decodeBody(
    "traces",
    { bytes: oracleEncode("traces", request), encoding: "protobuf", compression: "none" },
    1e9,
  ).batch;
}

export function metricsOf(request: object): MetricBatch {
  const body = { bytes: oracleEncode("metrics", request), encoding: "protobuf", compression: "none" } as const;
  return decodeBody("metrics", body, 1e9).batch;
}

export function logsOf(request: object): LogBatch {
  return decodeBody("logs", { bytes: oracleEncode("logs", request), encoding: "protobuf", compression: "none" }, 1e9)
    .batch;
}
