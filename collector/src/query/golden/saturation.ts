/**
 * How full a service's resources are: every source of the table that has series is evaluated for all services at once, and what it
 * gives is told apart by service and instance. The gauge of a service is its fullest resource.
 */
import { QueryError } from "../../base/errors.ts";
import { scopeOf } from "../../base/work-scope.ts";
import { labelValue, METRIC_NAME, type Labels } from "../../model/labels.ts";
import type { MetricReader } from "../../store/store.ts";
import { runRangeQuery } from "../metrics/engine.ts";
import { formatPromDuration } from "../metrics/parse/format-expr.ts";
import type { SaturationSource } from "./saturation-sources.ts";
import { jobPattern, serviceOfSeries } from "./service-of-series.ts";
import type { TimeBuckets } from "./time-buckets.ts";

/** One resource of one instance. */
export interface SaturationPart {
  readonly source: SaturationSource;
  readonly instance: string;
  /** The newest value, 0 to 1. */
  readonly value: number;
  /** At the end of each time bucket; null = none. */
  readonly series: readonly (number | null)[];
}

export interface ServiceSaturation {
  /** The fullest first. */
  readonly parts: readonly SaturationPart[];
  /** The fullest of those that count; undefined = none counts. */
  readonly worst: SaturationPart | undefined;
  /** The gauge over time. */
  readonly series: readonly (number | null)[];
}

/** Rates look at least this far back: a scrape every 15 s gives four samples. */
const SHORTEST_WINDOW_MILLIS = 60_000;
/** A value that is older is no longer said to be now: an instance may be gone without a word. */
const NOW_MILLIS = 120_000;

/** @param service only this one */
export async function saturationOf(
  metrics: MetricReader,
  sources: readonly SaturationSource[],
  buckets: TimeBuckets,
  service?: string,
  signal?: AbortSignal,
): Promise<Map<string, ServiceSaturation>> {
  const names = new Set(await metrics.labelValues(METRIC_NAME, { selections: [], range: buckets, limit: 0 }, signal));
  const parts = new Map<string, SaturationPart[]>();
  const sent = sources.filter(({ metric }) => names.has(metric));
  const evaluated = await Promise.all(
    sent.map(async (source) => ({ source, found: await evaluate(metrics, source, buckets, service, signal) })),
  );
  for (const { source, found } of evaluated) {
    for (const { labels, series } of found) {
      const name = serviceOfSeries(labels);
      const value = newestOf(series, buckets);
      if (name === "" || value === undefined || (service !== undefined && name !== service)) continue;
      const part = { source, instance: labelValue(labels, "instance"), value, series };
      parts.set(name, [...(parts.get(name) ?? []), part]);
    }
  }
  return new Map(Array.from(parts, ([name, list]) => [name, summarize(list, buckets)]));
}

/** The query of a source as it can be run: for one service, or for all. @param window milliseconds, or what a board puts there */
export function queryOf(
  source: Pick<SaturationSource, "query">,
  service: string | undefined,
  window: number | string,
): string {
  const matcher = service === undefined ? "" : `job=~${JSON.stringify(jobPattern(service))}`;
  const over = typeof window === "string" ? window : formatPromDuration(window);
  return source.query
    .replaceAll(/(,\s*)?\$service/g, (_, comma: string = "") => (matcher === "" ? "" : comma + matcher))
    .replaceAll("$window", () => over);
}

/** Of rates and averages: as wide as a time bucket, so that nothing is left out. Whole seconds. */
export function windowOf({ width }: TimeBuckets): number {
  return Math.max(SHORTEST_WINDOW_MILLIS, Math.ceil(width / 1000) * 1000);
}

/** A source that cannot be evaluated costs its own figures only, and the answer says so. */
async function evaluate(
  metrics: MetricReader,
  source: SaturationSource,
  buckets: TimeBuckets,
  service: string | undefined,
  signal: AbortSignal | undefined,
): Promise<{ labels: Labels; series: (number | null)[] }[]> {
  try {
    const { value } = await runRangeQuery({
      reader: metrics,
      query: queryOf(source, service, windowOf(buckets)),
      startMillis: buckets.start + buckets.width,
      endMillis: buckets.end,
      stepMillis: buckets.width,
      lookbackMillis: NOW_MILLIS,
      signal,
    });
    if (value.type !== "matrix") return [];
    return value.series.map(({ labels, timestamps, values, histograms }) => {
      const series = new Array<number | null>(buckets.count).fill(null);
      timestamps.forEach((time, i) => {
        const bucket = Math.round((time - buckets.start) / buckets.width) - 1;
        if (bucket >= 0 && bucket < series.length && !histograms?.[i] && !Number.isNaN(values[i]))
          series[bucket] = Math.min(1, Math.max(0, values[i]));
      });
      return { labels, series };
    });
  } catch (error) {
    if (!(error instanceof QueryError)) throw error;
    scopeOf(signal).miss(`saturation by ${source.id} (${error.message})`);
    return [];
  }
}

function newestOf(series: readonly (number | null)[], { width }: TimeBuckets): number | undefined {
  const recent = Math.max(1, Math.ceil(NOW_MILLIS / width));
  return series.slice(-recent).findLast((value) => value !== null) ?? undefined;
}

function summarize(list: readonly SaturationPart[], buckets: TimeBuckets): ServiceSaturation {
  const parts = list.toSorted((a, b) => b.value - a.value);
  const counting = parts.filter(({ source }) => source.counts);
  const series = Array.from({ length: buckets.count }, (_, i) => {
    const values = counting.map((part) => part.series[i]).filter((value) => value !== null);
    return values.length === 0 ? null : Math.max(...values);
  });
  return { parts, worst: counting[0], series };
}
