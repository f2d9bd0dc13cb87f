/** What a store keeps, whose it is, and how much of its budgets is used. A part of ../store.ts. */
import type { Signal } from "../../model/signal.ts";
import type { TimeRange } from "./searches.ts";

export interface StorageRequest {
  /** Services and attribute keys at most, those that take most bytes first. */
  readonly limit: number;
}

export interface StorageReport {
  readonly signals: readonly SignalUsage[];
  readonly services: readonly NamedUsage[];
  readonly attributeKeys: readonly NamedUsage[];
  /** Beyond `limit`. */
  readonly otherServices: number;
  readonly otherAttributeKeys: number;
  readonly disk: DiskUsage;
  readonly budgets: StoreBudgets;
  /** Records not in a sealed block yet, and their bytes in memory; series of metrics in use. */
  readonly open: { readonly records: number; readonly bytes: number; readonly series: number };
}

export interface Usage {
  readonly records: number;
  /** As OTLP protobuf, as sent. 0 where it was not counted. */
  readonly rawBytes: number;
  /** In sealed blocks. */
  readonly storedBytes: number;
  /** When the oldest and the newest of it came; milliseconds since 1970. */
  readonly firstArrivalMillis: number;
  readonly lastArrivalMillis: number;
}

export interface SignalUsage extends Usage {
  readonly signal: Signal;
  /** Times of the data itself; undefined when there is none. */
  readonly data: TimeRange | undefined;
  readonly blocks: number;
}

export interface NamedUsage extends Usage {
  /** "" = all beyond the names that are counted one by one. */
  readonly name: string;
  /** The services of metrics are their jobs. */
  readonly signal: Signal;
  /** Of a service's data. */
  readonly data?: TimeRange;
}

/** Bytes of files. */
export interface DiskUsage {
  readonly partitions: number;
  readonly partitionBytes: number;
  readonly journalBytes: number;
  /** Small documents. */
  readonly documentBytes: number;
  readonly pinnedBytes: number;
  readonly pinnedTraces: number;
  /** Files set aside because they could not be read; not part of the budget. */
  readonly quarantineBytes: number;
}

/** 0 = no limit. */
export interface StoreBudgets {
  readonly retentionMillis: number;
  readonly maxDiskBytes: number;
  readonly maxMemoryBytes: number;
  readonly maxPinnedBytes: number;
}
