/**
 * Rate, errors and durations of services and operations, from the store's operation summaries. Rates are over the part of the range that
 * there is data for. Pure but for the reads.
 */
import {
  addLatencies,
  LATENCY_BUCKETS,
  latencyQuantileMillis,
  latencySumMillis,
} from "../../model/latency-histogram.ts";
import { SPAN_KIND_CONSUMER, SPAN_KIND_SERVER } from "../../model/span-batch.ts";
import type { OperationSummary, StoreReader, TimeRange } from "../../store/store.ts";

export interface Red {
  readonly requestCount: number;
  readonly errorCount: number;
  readonly ratePerSecond: number;
  /** 0 to 1. */
  readonly errorRatio: number;
  readonly p50Millis: number | null;
  readonly p90Millis: number | null;
  readonly p95Millis: number | null;
  readonly p99Millis: number | null;
  readonly series: { readonly requests: number[]; readonly errors: number[]; readonly p95Millis: (number | null)[] };
}

export interface ServiceRed extends Red {
  readonly name: string;
  readonly versions: readonly string[];
  readonly spanCount: number;
  /** "entry": by its server and consumer spans; "all": it has none, so by all its spans. */
  readonly countedBy: "entry" | "all";
}

export interface OperationRed extends Red {
  readonly name: string;
  readonly kind: number;
  /** Of the time that all operations of the service took together, 0 to 1. */
  readonly timeShare: number;
}

/** Every service with spans in the range, by name. */
export async function summarizeServices(
  reader: StoreReader,
  range: TimeRange,
  buckets: number,
  signal?: AbortSignal,
): Promise<ServiceRed[]> {
  const [operations, services, seconds] = await Promise.all([
    reader.summarizeOperations(range, { buckets }, signal),
    reader.listServices(range, signal),
    secondsOf(reader, range),
  ]);
  const byService = Map.groupBy(operations, ({ service }) => service);
  return services.map(({ name, versions }) => {
    const all = byService.get(name) ?? [];
    const entry = all.filter(({ kind }) => kind === SPAN_KIND_SERVER || kind === SPAN_KIND_CONSUMER);
    const countedBy = entry.length > 0 ? "entry" : "all";
    const spanCount = all.reduce((sum, { count }) => sum + count, 0);
    return { name, versions, spanCount, countedBy, ...redOf(entry.length > 0 ? entry : all, seconds, buckets) };
  });
}

/** The operations of one service, most time spent first: as near as the latency histograms tell it. */
export async function summarizeOperations(
  reader: StoreReader,
  service: string,
  range: TimeRange,
  buckets: number,
  signal?: AbortSignal,
): Promise<OperationRed[]> {
  const [operations, seconds] = await Promise.all([
    reader.summarizeOperations(range, { buckets, service }, signal),
    secondsOf(reader, range),
  ]);
  const times = operations.map(({ latency }) => latencySumMillis(latency));
  const total = times.reduce((sum, time) => sum + time, 0);
  const red = operations.map((operation, i) => ({
    name: operation.operation,
    kind: operation.kind,
    timeShare: total > 0 ? times[i] / total : 0,
    ...redOf([operation], seconds, buckets),
  }));
  return red.sort((a, b) => b.timeShare - a.timeShare);
}

/** Of the range, without what was before the first span of all. */
async function secondsOf(reader: StoreReader, { start, end }: TimeRange): Promise<number> {
  const data = await reader.dataRange("traces");
  const since = data && data.start > start ? data.start : start;
  return Math.max(1, Number(end - since) / 1e9);
}

function redOf(operations: readonly OperationSummary[], seconds: number, buckets: number): Red {
  const latency = new Uint32Array(LATENCY_BUCKETS);
  const latencies = Array.from({ length: buckets }, () => new Uint32Array(LATENCY_BUCKETS));
  const requests = new Array<number>(buckets).fill(0);
  const errors = new Array<number>(buckets).fill(0);
  let requestCount = 0;
  let errorCount = 0;
  for (const operation of operations) {
    requestCount += operation.count;
    errorCount += operation.errorCount;
    addLatencies(latency, operation.latency);
    for (let i = 0; i < buckets; i++) {
      requests[i] += operation.counts[i];
      errors[i] += operation.errorCounts[i];
      addLatencies(latencies[i], operation.latencies[i]);
    }
  }
  const quantile = (q: number) => latencyQuantileMillis(latency, q);
  return {
    requestCount,
    errorCount,
    ratePerSecond: requestCount / seconds,
    errorRatio: requestCount > 0 ? errorCount / requestCount : 0,
    p50Millis: quantile(0.5),
    p90Millis: quantile(0.9),
    p95Millis: quantile(0.95),
    p99Millis: quantile(0.99),
    series: {
      requests,
      errors,
      p95Millis: latencies.map((bucket) => latencyQuantileMillis(bucket, 0.95)),
    },
  };
}
