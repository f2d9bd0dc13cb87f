/**
 * A partition: one SQLite file that holds the blocks which arrived in one period, with everything needed to find and read them.
 * A new one is begun every day and at 512 MiB, so that retention deletes files, and damage stays in one. Drawn in docs/format.md.
 */

export const PARTITION_FORMAT = 3;
export const SIGNAL_NUMBER = { traces: 1, logs: 2 } as const;
export type StoredSignal = keyof typeof SIGNAL_NUMBER;

/** What format 3 added: also what an upgrade from format 2 creates. */
export const CHUNK_TABLE = `
  CREATE TABLE span_chunk(id INTEGER PRIMARY KEY, data BLOB NOT NULL);      -- id = block * 65536 + chunk; see span-chunk.ts
`;

/** What format 2 added: also what an upgrade from format 1 creates. */
export const INDEX_TABLES = `
  CREATE TABLE trace_run(              -- see trace-run.ts
    id INTEGER PRIMARY KEY,
    signal INTEGER NOT NULL,
    level INTEGER NOT NULL,            -- 0 = of one block; see merge/plan-runs.ts
    first_block INTEGER NOT NULL,
    last_block INTEGER NOT NULL,
    entry_count INTEGER NOT NULL,
    page_count INTEGER NOT NULL
  );
  CREATE TABLE trace_page(id INTEGER PRIMARY KEY, data BLOB NOT NULL);      -- id = run * 65536 + page
  CREATE TABLE signature_part(id INTEGER PRIMARY KEY, data BLOB NOT NULL);  -- id = block * 256 + part; tokens from 128 on
`;

export const PARTITION_SCHEMA = `
  CREATE TABLE meta(key TEXT PRIMARY KEY, value NOT NULL) WITHOUT ROWID;

  CREATE TABLE block(
    id INTEGER PRIMARY KEY,            -- ascending over all partitions
    signal INTEGER NOT NULL,           -- 1 traces, 2 logs
    record_count INTEGER NOT NULL,
    trace_count INTEGER NOT NULL,
    error_count INTEGER NOT NULL,
    min_time_micros INTEGER NOT NULL,  -- of span starts or log times
    max_time_micros INTEGER NOT NULL,
    max_duration_micros INTEGER NOT NULL,
    sealed_at_millis INTEGER NOT NULL,
    journal_sequence INTEGER NOT NULL, -- the journal is covered up to here
    stored_bytes INTEGER NOT NULL,
    attribute_parts INTEGER NOT NULL DEFAULT 0,  -- signature parts; 0 = a format-1 signature, in a section
    token_parts INTEGER NOT NULL DEFAULT 0,
    replaced_by INTEGER,               -- the merged block that holds its records, too
    replaced_at_millis INTEGER
  );
  CREATE INDEX block_by_time ON block(signal, max_time_micros);

  CREATE TABLE section(id INTEGER PRIMARY KEY, data BLOB NOT NULL);  -- id = block * 16 + kind

  ${CHUNK_TABLE}
  CREATE TABLE operation(
    id INTEGER PRIMARY KEY,
    service TEXT NOT NULL,
    kind INTEGER NOT NULL,             -- span kind; -1 = logs
    name TEXT,                         -- NULL = operations beyond the first 4096 of a block
    UNIQUE(service, kind, name)
  );
  CREATE TABLE operation_block(
    operation_id INTEGER NOT NULL,
    block_id INTEGER NOT NULL,
    record_count INTEGER NOT NULL,
    error_count INTEGER NOT NULL,
    min_time_micros INTEGER NOT NULL,
    max_time_micros INTEGER NOT NULL,
    latency BLOB,                      -- (bucket u8, count varint) pairs
    PRIMARY KEY(operation_id, block_id)
  ) WITHOUT ROWID;
  ${INDEX_TABLES}
  CREATE TABLE resend_window(block_id INTEGER PRIMARY KEY, sealed_at_millis INTEGER NOT NULL, digests BLOB NOT NULL);
  CREATE TABLE service_version(
    service TEXT NOT NULL,
    version TEXT NOT NULL,
    last_seen_millis INTEGER NOT NULL,
    PRIMARY KEY(service, version)
  ) WITHOUT ROWID;
`;

/** Blocks from before it have no pack, and partitions no table until they are written to: then their rows are read one by one. */
export const OPERATION_PACK_SCHEMA =
  "CREATE TABLE IF NOT EXISTS operation_pack(id INTEGER PRIMARY KEY, data BLOB NOT NULL)"; // id = block; see operation-pack.ts

export interface BlockRow {
  id: number;
  record_count: number;
  trace_count: number;
  error_count: number;
  min_time_micros: number;
  max_time_micros: number;
  max_duration_micros: number;
  journal_sequence: number;
  attribute_parts: number;
  token_parts: number;
}

export interface TraceRunRow {
  id: number;
  level: number;
  first_block: number;
  last_block: number;
  entry_count: number;
  page_count: number;
}

export function sectionId(block: number, kind: number): number {
  return block * 16 + kind;
}

export function spanChunkId(block: number, chunk: number): number {
  return block * 65_536 + chunk;
}

export function tracePageId(run: number, page: number): number {
  return run * 65_536 + page;
}

/** Signature parts of a block: at most 128 of attributes, and as many of tokens. */
export const MOST_PARTS = 128;

export function signaturePartId(block: number, of: "attributes" | "tokens", part: number): number {
  return block * 256 + (of === "tokens" ? MOST_PARTS : 0) + part;
}
