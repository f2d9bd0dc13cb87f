/** Metric batches as tests read them: every point with its metric, resource and plain attributes. */
import type { MetricBatch } from "../../src/model/metric-batch.ts";
import { decodeToObject } from "../../src/wire/otlp/protobuf-to-json.ts";
import { METRICS_REQUEST } from "../../src/wire/otlp/schema.ts";

export interface MetricPoint {
  name: string;
  unit: string;
  kind: "sum" | "histogram" | "exponentialHistogram";
  temporality: "delta" | "cumulative";
  resource: Record<string, string>;
  attributes: Record<string, string>;
  /** Unix milliseconds. */
  start: number;
  time: number;
  /** Of a sum; of a histogram the count. */
  value: number;
  sum?: number;
  bounds?: number[];
  buckets?: number[];
  isEnd: boolean;
  exemplars: { traceId: string; spanId: string; value: number; time: number }[];
  /** As decoded. */
  raw: any;
}

export function metricPoints(batches: MetricBatch | readonly MetricBatch[]): MetricPoint[] {
  return [batches].flat().flatMap(({ bytes }) => {
    const { resourceMetrics = [] } = decodeToObject(bytes, METRICS_REQUEST);
    return resourceMetrics.flatMap(({ resource, scopeMetrics = [] }: any) =>
      scopeMetrics.flatMap(({ metrics = [] }: any) =>
        metrics.flatMap((metric: any) => pointsOf(metric, texts(resource?.attributes))),
      ),
    );
  });
}

function pointsOf(metric: any, resource: Record<string, string>): MetricPoint[] {
  const kind = (["sum", "histogram", "exponentialHistogram"] as const).find((each) => metric[each]);
  if (!kind) throw new Error(`cannot read the metric ${JSON.stringify(metric)}`);
  const data = metric[kind];
  return (data.dataPoints ?? []).map((raw: any): MetricPoint => {
    return {
      name: metric.name,
      unit: metric.unit ?? "",
      kind,
      temporality: data.aggregationTemporality === 1 ? "delta" : "cumulative",
      resource,
      attributes: texts(raw.attributes),
      start: millis(raw.startTimeUnixNano),
      time: millis(raw.timeUnixNano),
      value: Number(raw.asInt ?? raw.count ?? 0),
      sum: raw.sum,
      bounds: raw.explicitBounds,
      buckets: raw.bucketCounts?.map(Number),
      isEnd: raw.flags === 1,
      exemplars: (raw.exemplars ?? []).map((each: any) => ({
        traceId: each.traceId,
        spanId: each.spanId,
        value: each.asDouble,
        time: millis(each.timeUnixNano),
      })),
      raw,
    };
  });
}

function millis(nanos: string): number {
  return Number(BigInt(nanos) / 1_000_000n);
}

function texts(attributes: any[] = []): Record<string, string> {
  return Object.fromEntries(attributes.map(({ key, value }) => [key, String(Object.values(value ?? { a: "" })[0])]));
}
