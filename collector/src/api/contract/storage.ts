/** Suggestions, dependencies, what is stored and what is pinned. A part of ../contract.ts. */

export interface WireSuggestions {
  suggestions: { text: string; count: number }[];
}

export interface WireDependencies {
  dependencies: { parent: string; child: string; callCount: number; errorCount: number }[];
}

export interface WireStorage {
  signals: WireSignalUsage[];
  /** Those that take most bytes first, `limit` at most. */
  services: WireNamedUsage[];
  attributeKeys: WireNamedUsage[];
  /** How many there are beyond these. */
  otherServices: number;
  otherAttributeKeys: number;
  disk: {
    /** What `budgets.maxDiskBytes` is held against: partitions, journals and documents. */
    usedBytes: number;
    partitions: number;
    partitionBytes: number;
    /** Of the partitions: what is no block, so indexes and free pages. */
    indexBytes: number;
    journalBytes: number;
    documentBytes: number;
    /** Beside the budget of the disk, in one of its own. */
    pinnedBytes: number;
    pinnedTraces: number;
    /** Files that could not be read, set aside. */
    quarantineBytes: number;
  };
  /** 0 = no limit. */
  budgets: { retentionMillis: number; maxDiskBytes: number; maxMemoryBytes: number; maxPinnedBytes: number };
  /** Records that are in the journal and in memory, but in no sealed block yet; series of metrics in use. */
  open: { records: number; bytes: number; series: number };
}

export interface WireUsage {
  /** Spans, log records, samples; of an attribute key how often it occurs. */
  records: number;
  /** As sent, in OTLP protobuf, within some percent. 0 where it was not counted. */
  rawBytes: number;
  storedBytes: number;
  /** rawBytes / storedBytes; null where there is nothing to divide. */
  compressionRatio: number | null;
  firstArrivalMillis: number | null;
  lastArrivalMillis: number | null;
}

export interface WireSignalUsage extends WireUsage {
  signal: "traces" | "logs" | "metrics";
  blocks: number;
  dataStartMillis: number | null;
  dataEndMillis: number | null;
}

export interface WireNamedUsage extends WireUsage {
  /** "" = all beyond those that are counted one by one. */
  name: string;
  /** The services of metrics are their jobs. */
  signal: "traces" | "logs" | "metrics";
  /** Null for attribute keys. */
  dataStartMillis: number | null;
  dataEndMillis: number | null;
}

export interface WirePins {
  /** Newest pin first. */
  pins: WirePin[];
}

/** A trace whose copy retention doesn't take. */
export interface WirePin {
  traceId: string;
  reason: string;
  pinnedAtMillis: number;
  /** False when something that came later didn't fit into the budget any more. */
  isComplete: boolean;
  /** Copied so far; what came in the last half minute is copied when its block is sealed. */
  spanCount: number;
  logCount: number;
  bytes: number;
}
