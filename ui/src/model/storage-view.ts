/** What the storage page draws, worked out from the report. In: WireStorage; out: parts of the disk, rows of services and keys. */
import type { WireNamedUsage, WireStorage } from "goldspan/contract";

export type DiskTone = "traces" | "logs" | "metrics" | "index" | "journal" | "other";

export interface DiskPart {
  readonly tone: DiskTone;
  readonly label: string;
  readonly bytes: number;
}

/** What lies on the disk, largest meaning first; parts of nothing are left out. */
export function diskParts({ signals, disk }: WireStorage): DiskPart[] {
  const bytesOf = (signal: string): number => signals.find((each) => each.signal === signal)?.storedBytes ?? 0;
  const parts: DiskPart[] = [
    { tone: "traces", label: "Traces", bytes: bytesOf("traces") },
    { tone: "logs", label: "Logs", bytes: bytesOf("logs") },
    { tone: "metrics", label: "Metrics", bytes: bytesOf("metrics") },
    { tone: "index", label: "Indexes and free space", bytes: disk.indexBytes },
    { tone: "journal", label: "Journal", bytes: disk.journalBytes },
    { tone: "other", label: "Documents", bytes: disk.documentBytes },
  ];
  return parts.filter(({ bytes }) => bytes > 0);
}

export interface StorageTotals {
  readonly records: number;
  readonly rawBytes: number;
  readonly storedBytes: number;
  /** Null when nothing is kept. */
  readonly oldestMillis: number | null;
  readonly ratio: number | null;
}

export function storageTotals({ signals, open }: WireStorage): StorageTotals {
  const sum = (of: (signal: WireStorage["signals"][number]) => number): number =>
    signals.reduce((total, signal) => total + of(signal), 0);
  const oldest = signals.flatMap(({ firstArrivalMillis }) => (firstArrivalMillis === null ? [] : [firstArrivalMillis]));
  const [rawBytes, storedBytes] = [sum((signal) => signal.rawBytes), sum((signal) => signal.storedBytes)];
  return {
    records: sum((signal) => signal.records) + open.records,
    rawBytes,
    storedBytes,
    oldestMillis: oldest.length === 0 ? null : Math.min(...oldest),
    ratio: rawBytes > 0 && storedBytes > 0 ? rawBytes / storedBytes : null,
  };
}

/** The service that a scrape job or the job of OTLP metrics stands for: what follows its namespace. */
export function serviceOfUsage({ name, signal }: Pick<UsageRow, "name" | "signal">): string {
  return signal === "metrics" ? name.slice(name.lastIndexOf("/") + 1) : name;
}

export interface UsageRow {
  readonly name: string;
  readonly signal: "traces" | "logs" | "metrics";
  readonly bytes: number;
  /** Of the longest bar. */
  readonly share: number;
  readonly records: number;
  readonly ratio: number | null;
}

export function usageRows(usages: readonly WireNamedUsage[]): UsageRow[] {
  const most = Math.max(1, ...usages.map(({ storedBytes }) => storedBytes));
  return usages.map(({ name, signal, storedBytes, records, compressionRatio }) => ({
    name,
    signal,
    bytes: storedBytes,
    share: storedBytes / most,
    records,
    ratio: compressionRatio,
  }));
}
