/**
 * A partition: one SQLite file that holds the blocks which arrived in one period, with everything needed to find and read them.
 * A new one is begun every day and at 512 MiB, so that retention deletes files, and damage stays in one. Drawn in docs/format.md.
 */

export const PARTITION_FORMAT = 1;
export const SIGNAL_NUMBER = { traces: 1, logs: 2 } as const;

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
    stored_bytes INTEGER NOT NULL
  );
  CREATE INDEX block_by_time ON block(signal, max_time_micros);

  CREATE TABLE section(id INTEGER PRIMARY KEY, data BLOB NOT NULL);  -- id = block * 16 + kind

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

  CREATE TABLE trace_index(block_id INTEGER PRIMARY KEY, hashes BLOB NOT NULL);
  CREATE TABLE resend_window(block_id INTEGER PRIMARY KEY, sealed_at_millis INTEGER NOT NULL, digests BLOB NOT NULL);
  CREATE TABLE service_version(
    service TEXT NOT NULL,
    version TEXT NOT NULL,
    last_seen_millis INTEGER NOT NULL,
    PRIMARY KEY(service, version)
  ) WITHOUT ROWID;
`;

export interface BlockRow {
  id: number;
  record_count: number;
  trace_count: number;
  error_count: number;
  min_time_micros: number;
  max_time_micros: number;
  max_duration_micros: number;
}

export function sectionId(block: number, kind: number): number {
  return block * 16 + kind;
}
