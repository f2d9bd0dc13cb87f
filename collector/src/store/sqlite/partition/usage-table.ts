/**
 * A partition's account: what each service and each attribute key took when its blocks were sealed, summed up. A merge of blocks
 * changes nothing here; retention deletes it with the file. Partitions from before it have none.
 *
 *   usage(signal, kind, name, records, raw_bytes, stored_bytes, first_arrival_millis, last_arrival_millis, min_time_micros, max_time_micros)
 */
import type { Database, Statement } from "better-sqlite3";
import type { BlockUsage } from "../block/usage-of-block.ts";

const KIND = { service: 1, key: 2 } as const;
/** Names beyond this many of a kind are summed up under "": a sender with ids in attribute keys can't flood the table. */
const MOST_NAMES = 2048;

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS usage(
    signal INTEGER NOT NULL,
    kind INTEGER NOT NULL,             -- 1 service, 2 attribute key
    name TEXT NOT NULL,                -- "" = all others
    records INTEGER NOT NULL,
    raw_bytes INTEGER NOT NULL,        -- as OTLP protobuf
    stored_bytes INTEGER NOT NULL,     -- when sealed
    first_arrival_millis INTEGER NOT NULL,
    last_arrival_millis INTEGER NOT NULL,
    min_time_micros INTEGER,           -- of services only
    max_time_micros INTEGER,
    PRIMARY KEY(signal, kind, name)
  ) WITHOUT ROWID`;

const ADD = `
  INSERT INTO usage VALUES (@signal, @kind, @name, @records, @rawBytes, @storedBytes, @at, @at, @min, @max)
  ON CONFLICT(signal, kind, name) DO UPDATE SET
    records = records + excluded.records,
    raw_bytes = raw_bytes + excluded.raw_bytes,
    stored_bytes = stored_bytes + excluded.stored_bytes,
    last_arrival_millis = max(last_arrival_millis, excluded.last_arrival_millis),
    min_time_micros = min(coalesce(min_time_micros, excluded.min_time_micros), excluded.min_time_micros),
    max_time_micros = max(coalesce(max_time_micros, excluded.max_time_micros), excluded.max_time_micros)`;

export interface UsageRow {
  readonly signal: number;
  readonly kind: "service" | "key";
  readonly name: string;
  readonly records: number;
  readonly raw_bytes: number;
  readonly stored_bytes: number;
  readonly first_arrival_millis: number;
  readonly last_arrival_millis: number;
  readonly min_time_micros: number | null;
  readonly max_time_micros: number | null;
}

interface Account {
  readonly add: Statement;
  /** Kind -> names that have a row. */
  readonly names: ReadonlyMap<number, Set<string>>;
}

/** The writing side; its `add` belongs into the transaction of the block. */
export class UsageTable {
  readonly #db: Database;
  #account: Account | undefined;

  /** Makes the table where a partition has none. Must not run in a transaction: a rollback would take it away again. */
  constructor(db: Database) {
    db.exec(SCHEMA);
    this.#db = db;
  }

  add(signal: number, { services, attributeKeys }: BlockUsage, at: number): void {
    // Read no earlier: damage here must not keep the partition from being opened.
    const { add, names } = (this.#account ??= this.#open());
    for (const { name, records, rawBytes, storedBytes, minTimeMicros, maxTimeMicros } of services) {
      const kind = KIND.service;
      const row = { signal, kind, name: bounded(names, kind, name), records, rawBytes, storedBytes, at };
      add.run({ ...row, min: minTimeMicros, max: maxTimeMicros });
    }
    for (const { name, records, rawBytes, storedBytes } of attributeKeys) {
      const kind = KIND.key;
      const row = { signal, kind, name: bounded(names, kind, name), records, rawBytes, storedBytes, at };
      add.run({ ...row, min: null, max: null });
    }
  }

  #open(): Account {
    const known = this.#db.prepare("SELECT DISTINCT name FROM usage WHERE kind = ?").pluck();
    const names = new Map(Object.values(KIND).map((kind) => [kind, new Set(known.all(kind) as string[])]));
    return { add: this.#db.prepare(ADD), names };
  }
}

function bounded(all: ReadonlyMap<number, Set<string>>, kind: number, name: string): string {
  const names = all.get(kind) as Set<string>;
  if (names.has(name)) return name;
  if (names.size >= MOST_NAMES) return "";
  names.add(name);
  return name;
}

/** Every row of a partition; none where it has no account. */
export function readUsage(db: Database): UsageRow[] {
  if (db.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'usage'").get() === undefined) return [];
  const rows = db.prepare("SELECT * FROM usage").all() as (Omit<UsageRow, "kind"> & { kind: number })[];
  return rows.map((row) => ({ ...row, kind: row.kind === KIND.service ? "service" : "key" }));
}
