/** What the engine in memory knows about itself: records and their times. Nothing is on disk, and nothing is counted in bytes. */
import type { NamedUsage, SignalUsage, StorageReport, StorageRequest, TimeRange } from "../store.ts";
import type { PlainLog, PlainSpan } from "./plain-records.ts";

interface Timed {
  readonly service: string;
  readonly at: bigint;
}

export function reportMemory(
  spans: readonly PlainSpan[],
  logs: readonly PlainLog[],
  metrics: { readonly samples: number; readonly series: number; readonly data: TimeRange | undefined },
  { limit }: StorageRequest,
): StorageReport {
  const timed = {
    traces: spans.map(({ service, start }) => ({ service, at: start })),
    logs: logs.map(({ service, time }) => ({ service, at: time })),
  };
  const services = (["traces", "logs"] as const).flatMap((signal) => {
    const names = [...new Set(timed[signal].map(({ service }) => service))];
    return names.map((name): NamedUsage => {
      const own = timed[signal].filter(({ service }) => service === name);
      return { name, signal, ...usage(own), data: rangeOf(own) };
    });
  });
  services.sort((a, b) => b.records - a.records || (a.name < b.name ? -1 : 1));
  return {
    signals: [
      ...(["traces", "logs"] as const).map((signal): SignalUsage => ({
        signal,
        blocks: 0,
        ...usage(timed[signal]),
        data: rangeOf(timed[signal]),
      })),
      { signal: "metrics", blocks: 0, ...usage({ length: metrics.samples }), data: metrics.data },
    ],
    services: services.slice(0, limit),
    attributeKeys: [],
    otherServices: Math.max(0, services.length - limit),
    otherAttributeKeys: 0,
    disk: {
      partitions: 0,
      partitionBytes: 0,
      journalBytes: 0,
      documentBytes: 0,
      pinnedBytes: 0,
      pinnedTraces: 0,
      quarantineBytes: 0,
    },
    budgets: { retentionMillis: 0, maxDiskBytes: 0, maxMemoryBytes: 0, maxPinnedBytes: 0 },
    open: { records: spans.length + logs.length + metrics.samples, bytes: 0, series: metrics.series },
  };
}

function usage({ length }: { readonly length: number }) {
  return { records: length, rawBytes: 0, storedBytes: 0, firstArrivalMillis: 0, lastArrivalMillis: 0 };
}

function rangeOf(records: readonly Timed[]): { start: bigint; end: bigint } | undefined {
  if (records.length === 0) return undefined;
  const times = records.map(({ at }) => at);
  return { start: times.reduce((a, b) => (a < b ? a : b)), end: times.reduce((a, b) => (a > b ? a : b)) };
}
