/** Short ways to write OTLP metrics in tests. Times are unix milliseconds. */
import { keyValues } from "./simple-otlp.ts";

export interface SimplePoint {
  readonly time: number;
  readonly start?: number;
  readonly value?: number;
  readonly attributes?: Record<string, unknown>;
  readonly flags?: number;
  readonly exemplars?: readonly object[];
  /** Fields of the point as OTLP/JSON has them. */
  readonly [field: string]: unknown;
}

export interface SimpleMetric {
  readonly name: string;
  readonly unit?: string;
  readonly description?: string;
  readonly type?: "gauge" | "sum" | "histogram" | "exponentialHistogram" | "summary";
  /** Of sums; true by default. */
  readonly monotonic?: boolean;
  readonly delta?: boolean;
  readonly points: readonly SimplePoint[];
}

export const SERVICE = { "service.name": "shop", "service.instance.id": "shop-1" };

export function metricsRequest(metrics: readonly SimpleMetric[], resource: Record<string, unknown> = SERVICE): object {
  return {
    resourceMetrics: [
      { resource: { attributes: keyValues(resource) }, scopeMetrics: [{ metrics: metrics.map(metricOf) }] },
    ],
  };
}

/** A gauge of one series: its points as [time, value]. */
export function gaugesRequest(name: string, points: readonly (readonly [number, number])[]): object {
  return metricsRequest([{ name, points: points.map(([time, value]) => ({ time, value })) }]);
}

export function nanos(millis: number): string {
  return (BigInt(millis) * 1_000_000n).toString();
}

function metricOf({ name, unit, description, type = "gauge", monotonic = true, delta, points }: SimpleMetric): object {
  const data: Record<string, unknown> = { dataPoints: points.map(pointOf) };
  if (type !== "gauge" && type !== "summary") data.aggregationTemporality = delta ? 1 : 2;
  if (type === "sum") data.isMonotonic = monotonic;
  return { name, ...(unit !== undefined && { unit }), ...(description !== undefined && { description }), [type]: data };
}

function pointOf({ time, start, value, attributes = {}, ...rest }: SimplePoint): object {
  return {
    attributes: keyValues(attributes),
    timeUnixNano: nanos(time),
    ...(start !== undefined && { startTimeUnixNano: nanos(start) }),
    ...(value !== undefined && { asDouble: value }),
    ...rest,
  };
}
