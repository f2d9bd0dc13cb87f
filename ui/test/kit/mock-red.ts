/** The mock's services and operations: rate, errors and percentiles counted from the corpus, in the contract's shape. */
import type { WireOperation, WireOperations, WireRed, WireServices, WireSpanKind } from "goldspan/contract";
import type { Bounds } from "./mock-traces.ts";
import { SHOP_SERVICES } from "./shop-services.ts";
import type { ShopSpan, ShopTrace } from "./trace-generator.ts";

const KINDS: readonly WireSpanKind[] = ["unspecified", "internal", "server", "client", "producer", "consumer"];

export function hueOfShopService(name: string): number {
  return Math.max(0, Object.keys(SHOP_SERVICES).indexOf(name)) % 14;
}

export function summarizeServices(traces: readonly ShopTrace[], bounds: Bounds, buckets: number): WireServices {
  const byService = Map.groupBy(spansIn(traces, bounds), (span) => span.service);
  const services = [...byService].map(([name, spans]) => {
    const entries = spans.filter((span) => span.span.kind === 2 || span.span.kind === 5);
    const counted = entries.length > 0 ? entries : spans;
    return {
      ...summarizeRed(counted, bounds, buckets),
      name,
      color: hueOfShopService(name),
      versions: [...new Set(spans.toSorted((a, b) => b.start - a.start).map((span) => span.version))].slice(0, 5),
      spanCount: spans.length,
      countedBy: entries.length > 0 ? ("entry" as const) : ("all" as const),
    };
  });
  return { ...frame(bounds, buckets), services };
}

export function summarizeOperations(
  traces: readonly ShopTrace[],
  service: string,
  bounds: Bounds,
  buckets: number,
): WireOperations {
  const spans = spansIn(traces, bounds).filter((span) => span.service === service);
  const groups = Map.groupBy(spans, (span) => `${span.span.kind} ${span.span.name}`);
  const timeOf = (group: readonly ShopSpan[]) => group.reduce((sum, { millis }) => sum + millis, 0);
  const operations = [...groups.values()].map((group): WireOperation => {
    const { name = "", kind = 0 } = group[0].span;
    const timeShare = timeOf(group) / timeOf(spans);
    return { ...summarizeRed(group, bounds, buckets), name, kind: KINDS[kind], timeShare };
  });
  return { ...frame(bounds, buckets), operations };
}

function frame(bounds: Bounds, buckets: number): { startMillis: number; endMillis: number; bucketMillis: number } {
  return { startMillis: bounds.start, endMillis: bounds.end, bucketMillis: (bounds.end - bounds.start) / buckets };
}

export function spansIn(traces: readonly ShopTrace[], bounds: Bounds): ShopSpan[] {
  return traces.flatMap((trace) =>
    trace.spans.filter((span) => span.start >= bounds.start && span.start <= bounds.end),
  );
}

function summarizeRed(spans: readonly ShopSpan[], bounds: Bounds, buckets: number): WireRed {
  const width = (bounds.end - bounds.start) / buckets;
  const perBucket: ShopSpan[][] = Array.from({ length: buckets }, () => []);
  for (const span of spans)
    perBucket[Math.min(buckets - 1, Math.floor((span.start - bounds.start) / width))].push(span);
  const errorCount = countErrors(spans);
  return {
    requestCount: spans.length,
    errorCount,
    ratePerSecond: spans.length / ((bounds.end - bounds.start) / 1000),
    errorRatio: spans.length > 0 ? errorCount / spans.length : 0,
    p50Millis: percentile(spans, 0.5),
    p90Millis: percentile(spans, 0.9),
    p95Millis: percentile(spans, 0.95),
    p99Millis: percentile(spans, 0.99),
    series: {
      requests: perBucket.map((bucket) => bucket.length),
      errors: perBucket.map(countErrors),
      p95Millis: perBucket.map((bucket) => percentile(bucket, 0.95)),
    },
  };
}

function countErrors(spans: readonly ShopSpan[]): number {
  return spans.filter((span) => span.span.status?.code === 2).length;
}

export function percentile(spans: readonly ShopSpan[], share: number): number | null {
  if (spans.length === 0) return null;
  const sorted = spans.map((span) => span.millis).sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))];
}
