/** Traffic from the store's sums of spans: there with the first span, and exact as long as nothing is sampled. */
import { addLatencies, LATENCY_BOUNDS_MICROS, LATENCY_BUCKETS } from "../../model/latency-histogram.ts";
import { SPAN_KIND_CONSUMER, SPAN_KIND_SERVER } from "../../model/span-batch.ts";
import type { OperationSummary, StoreReader } from "../../store/store.ts";
import type { TimeBuckets } from "./time-buckets.ts";
import type { Traffic, TrafficOfAll } from "./traffic.ts";

const BOUNDS_MILLIS = Array.from(LATENCY_BOUNDS_MICROS, (micros) => micros / 1000);

/** @param service only this one */
export async function trafficOfSpans(
  reader: StoreReader,
  buckets: TimeBuckets,
  service?: string,
  signal?: AbortSignal,
): Promise<TrafficOfAll> {
  const range = { start: nanos(buckets.start), end: nanos(buckets.end) };
  const operations = await reader.summarizeOperations(range, { buckets: buckets.count, service }, signal);
  const services = new Map<string, Traffic>();
  for (const [name, all] of Map.groupBy(operations, (operation) => operation.service)) {
    const entry = all.filter(({ kind }) => kind === SPAN_KIND_SERVER || kind === SPAN_KIND_CONSUMER);
    services.set(name, trafficOf(name, entry.length > 0 ? "entry" : "all", entry.length > 0 ? entry : all, buckets));
  }
  const data = services.size === 0 ? undefined : await reader.dataRange("traces");
  return {
    services,
    oldest: data ? Number(data.start / 1_000_000n) : Infinity,
  };
}

function trafficOf(
  service: string,
  countedBy: Traffic["countedBy"],
  operations: readonly OperationSummary[],
  { count, end }: TimeBuckets,
): Traffic {
  const [requests, errors] = [new Float64Array(count), new Float64Array(count)];
  const latencies = Array.from({ length: count }, () => new Uint32Array(LATENCY_BUCKETS));
  for (const operation of operations) {
    for (let i = 0; i < count; i++) {
      requests[i] += operation.counts[i];
      errors[i] += operation.errorCounts[i];
      addLatencies(latencies[i], operation.latencies[i]);
    }
  }
  const counts = latencies.map((row) => Float64Array.from(row));
  const latencyCounts = { boundsMillis: BOUNDS_MILLIS, counts };
  return { service, source: "spans", countedBy, requests, errors, latencies: latencyCounts, newest: end };
}

function nanos(millis: number): bigint {
  return BigInt(Math.max(0, Math.round(millis))) * 1_000_000n;
}
