/** Sums up the partitions' accounts into one report. Stored bytes are scaled to what the blocks take now: merging makes them smaller. */
import type { Signal } from "../../model/signal.ts";
import type { NamedUsage, SignalUsage, StorageReport, StorageRequest, TimeRange } from "../store.ts";
import { METRIC_SIGNAL } from "./metrics/metric-tables.ts";
import type { SignalRow } from "./partition/partition-reader.ts";
import { SIGNAL_NUMBER } from "./partition/schema.ts";
import type { UsageRow } from "./partition/usage-table.ts";

const NUMBER: Readonly<Record<Signal, number>> = { ...SIGNAL_NUMBER, metrics: METRIC_SIGNAL };
const SIGNALS = Object.keys(NUMBER) as Signal[];

export interface PartitionUsage {
  readonly signals: readonly SignalRow[];
  readonly names: readonly UsageRow[];
}

export function sumUsage(
  partitions: readonly PartitionUsage[],
  { limit }: StorageRequest,
): Pick<StorageReport, "signals" | "services" | "attributeKeys" | "otherServices" | "otherAttributeKeys"> {
  const signals = SIGNALS.map((signal) => sumSignal(signal, partitions));
  const services = named("service", partitions);
  const keys = named("key", partitions);
  return {
    signals,
    services: services.slice(0, limit),
    attributeKeys: keys.slice(0, limit),
    otherServices: Math.max(0, services.length - limit),
    otherAttributeKeys: Math.max(0, keys.length - limit),
  };
}

function sumSignal(signal: Signal, partitions: readonly PartitionUsage[]): SignalUsage {
  const number = NUMBER[signal];
  const rows = partitions.flatMap(({ signals }) => signals.filter((row) => row.signal === number));
  const counted = partitions.flatMap(({ names }) =>
    names.filter((row) => row.signal === number && row.kind === "service"),
  );
  const sum = (of: (row: SignalRow) => number) => rows.reduce((total, row) => total + of(row), 0);
  return {
    signal,
    blocks: sum((row) => row.blocks),
    records: sum((row) => row.records),
    storedBytes: sum((row) => row.stored_bytes),
    rawBytes: counted.reduce((total, row) => total + row.raw_bytes, 0),
    // A merged block has the arrival of its newest part; the account knows the oldest.
    firstArrivalMillis:
      rows.length === 0 ? 0 : Math.min(...[...rows, ...counted].map((row) => row.first_arrival_millis)),
    lastArrivalMillis: Math.max(0, ...rows.map((row) => row.last_arrival_millis)),
    data: rangeOf(rows),
  };
}

function named(kind: UsageRow["kind"], partitions: readonly PartitionUsage[]): NamedUsage[] {
  const sums = new Map<string, UsageRow & { bytes: number }>();
  for (const { signals, names } of partitions) {
    for (const { signal: number, stored_bytes } of signals) {
      const services = names.filter((row) => row.signal === number && row.kind === "service");
      const sealed = services.reduce((total, row) => total + row.stored_bytes, 0);
      const scale = sealed > 0 ? stored_bytes / sealed : 1;
      for (const row of names) {
        if (row.signal !== number || row.kind !== kind) continue;
        const key = `${number}\0${row.name}`;
        const known = sums.get(key);
        sums.set(key, known ? merge(known, row, scale) : { ...row, bytes: row.stored_bytes * scale });
      }
    }
  }
  return Array.from(sums.values(), (row): NamedUsage => ({
    name: row.name,
    signal: SIGNALS.find((signal) => NUMBER[signal] === row.signal) as Signal,
    records: row.records,
    rawBytes: row.raw_bytes,
    storedBytes: Math.round(row.bytes),
    firstArrivalMillis: row.first_arrival_millis,
    lastArrivalMillis: row.last_arrival_millis,
    ...(kind === "service" ? { data: rangeOf([row]) } : {}),
  })).sort((a, b) => b.storedBytes - a.storedBytes || (a.name < b.name ? -1 : 1));
}

function merge(a: UsageRow & { bytes: number }, b: UsageRow, scale: number): UsageRow & { bytes: number } {
  const least = (x: number | null, y: number | null) => (x === null || y === null ? (x ?? y) : Math.min(x, y));
  const most = (x: number | null, y: number | null) => (x === null || y === null ? (x ?? y) : Math.max(x, y));
  return {
    ...a,
    bytes: a.bytes + b.stored_bytes * scale,
    records: a.records + b.records,
    raw_bytes: a.raw_bytes + b.raw_bytes,
    stored_bytes: a.stored_bytes + b.stored_bytes,
    first_arrival_millis: Math.min(a.first_arrival_millis, b.first_arrival_millis),
    last_arrival_millis: Math.max(a.last_arrival_millis, b.last_arrival_millis),
    min_time_micros: least(a.min_time_micros, b.min_time_micros),
    max_time_micros: most(a.max_time_micros, b.max_time_micros),
  };
}

function rangeOf(
  rows: readonly { readonly min_time_micros: number | null; readonly max_time_micros: number | null }[],
): TimeRange | undefined {
  const timed = rows.filter((row) => row.min_time_micros !== null && row.max_time_micros !== null);
  if (timed.length === 0) return undefined;
  const min = Math.min(...timed.map((row) => row.min_time_micros as number));
  const max = Math.max(...timed.map((row) => row.max_time_micros as number));
  return { start: BigInt(min) * 1000n, end: BigInt(max) * 1000n + 999n };
}
