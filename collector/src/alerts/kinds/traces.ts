/**
 * `traces`: spans that meet a search, counted or measured. Where the search asks for service, operation, kind and status alone, the
 * index has the sums; else the newest traces that have such a span are read, and counts of more are scaled up.
 */
import { labelsOf } from "../../model/labels.ts";
import {
  addLatencies,
  LATENCY_BUCKETS,
  latencyQuantileMillis,
  latencySumMillis,
} from "../../model/latency-histogram.ts";
import { findMatchingSpans, type MatchingSpan } from "../../query/traces/matching-spans.ts";
import type { OperationSummary } from "../../store/store.ts";
import type { TraceMeasure, TracesSource } from "../rules/rule-source.ts";
import { formatMeasure, type MeasureUnit } from "./format-value.ts";
import { nanosOf, type FoundSamples, type KindTools } from "./kind-tools.ts";
import { subjectOf } from "./logs.ts";
import { meets } from "./threshold.ts";

/** Traces that are read for one evaluation. */
const MOST_TRACES = 1000;

interface Measured {
  readonly service: string;
  readonly operation: string;
  readonly count: number;
  /** Spans that the value is made of. */
  readonly seen: number;
  readonly value: number;
}

export async function findSpans(tools: KindTools, source: TracesSource, timeMillis: number): Promise<FoundSamples> {
  const { conditions, windowMillis, measure } = source;
  const isSummed =
    conditions.attributes === undefined &&
    conditions.minDurationNanos === undefined &&
    conditions.maxDurationNanos === undefined &&
    !(conditions.errorsOnly && measure !== "count" && measure !== "rate" && measure !== "errors") &&
    measure !== "max";
  const measured = isSummed ? await fromIndex(tools, source, timeMillis) : await fromSpans(tools, source, timeMillis);
  const samples: FoundSamples[number][] = [];
  for (const { service, operation, count, seen, value } of measured) {
    if (seen < source.minCount || !meets(source, value)) continue;
    const labels = labelsOf({ service_name: service, span_name: operation });
    const minutes = formatMeasure(windowMillis / 1000, "seconds");
    const what = wordsOf(measure, value);
    samples.push({
      labels,
      timestampMillis: timeMillis,
      value,
      details: {
        count: Math.round(count),
        query: source.query,
        summary: `${subjectOf(labels)}${what} in ${minutes} of spans that meet ${source.query}`,
      },
    });
  }
  return samples;
}

async function fromIndex(
  { reader, share }: KindTools,
  { conditions, measure, windowMillis, by }: TracesSource,
  timeMillis: number,
): Promise<Measured[]> {
  const range = { start: nanosOf(timeMillis - windowMillis), end: nanosOf(timeMillis) };
  const { service } = conditions;
  const all = await share(`operations ${service ?? ""} ${windowMillis}`, timeMillis, () =>
    reader.summarizeOperations(range, { buckets: 1, ...(service !== undefined && { service }) }),
  );
  const met = all.filter(
    ({ operation, kind }) =>
      (conditions.operation === undefined || conditions.operation === operation) &&
      (conditions.kind === undefined || conditions.kind === kind),
  );
  const counts = (one: OperationSummary) => (conditions.errorsOnly ? one.errorCount : one.count);
  const groups = Map.groupBy(met, ({ service: name, operation }) => keyOf(by, name, operation));
  if (groups.size === 0 && by.length === 0) groups.set(keyOf(by, "", ""), []);
  return Array.from(groups, ([key, members]) => {
    const latency = new Uint32Array(LATENCY_BUCKETS);
    for (const one of members) addLatencies(latency, one.latency);
    const count = members.reduce((sum, one) => sum + counts(one), 0);
    const errors = members.reduce((sum, one) => sum + one.errorCount, 0);
    const quantile = (q: number) => (latencyQuantileMillis(latency, q) ?? NaN) / 1000;
    const average = latencySumMillis(latency) / 1000 / count;
    const value = valueOf(measure, { count, errors, seconds: windowMillis / 1000, quantile, average, most: NaN });
    return { ...partsOf(key), count, seen: count, value };
  }).filter(({ value }) => !Number.isNaN(value));
}

async function fromSpans(
  { reader, signal }: KindTools,
  { conditions, measure, windowMillis, by }: TracesSource,
  timeMillis: number,
): Promise<Measured[]> {
  const range = { start: nanosOf(timeMillis - windowMillis), end: nanosOf(timeMillis) };
  const { spans, truncated } = await findMatchingSpans(reader, { ...conditions, range }, MOST_TRACES, signal);
  const oldest = spans.reduce((least, { startUnixNano }) => (startUnixNano < least ? startUnixNano : least), range.end);
  const looked = Math.max(1, Number(range.end - oldest) / 1e6);
  const scale = truncated ? Math.max(1, windowMillis / looked) : 1;
  const groups = Map.groupBy(spans, ({ service, operation }) => keyOf(by, service, operation));
  if (groups.size === 0 && by.length === 0) groups.set(keyOf(by, "", ""), []);
  return Array.from(groups, ([key, members]) => {
    const count = members.length * scale;
    const errors = members.filter(({ isError }) => isError).length * scale;
    const lengths = members.map(secondsOf).sort((a, b) => a - b);
    const quantile = (q: number) => lengths[Math.min(lengths.length - 1, Math.floor(q * lengths.length))] ?? NaN;
    const average = lengths.reduce((sum, each) => sum + each, 0) / lengths.length;
    const most = lengths.at(-1) ?? NaN;
    const value = valueOf(measure, { count, errors, seconds: windowMillis / 1000, quantile, average, most });
    return { ...partsOf(key), count, seen: members.length, value };
  }).filter(({ value }) => !Number.isNaN(value));
}

interface Sums {
  readonly count: number;
  readonly errors: number;
  readonly seconds: number;
  readonly quantile: (q: number) => number;
  readonly average: number;
  readonly most: number;
}

/** NaN = there is nothing to measure. */
function valueOf(measure: TraceMeasure, { count, errors, seconds, quantile, average, most }: Sums): number {
  switch (measure) {
    case "count":
      return Math.round(count);
    case "errors":
      return Math.round(errors);
    case "rate":
      return count / seconds;
    case "error_ratio":
      return errors / count;
    case "avg":
      return average;
    case "max":
      return most;
    default:
      return quantile(Number(measure.slice(1)) / 100);
  }
}

function keyOf(by: TracesSource["by"], service: string, operation: string): string {
  return `${by.includes("service") ? service : ""}\n${by.includes("operation") ? operation : ""}`;
}

function partsOf(key: string): { readonly service: string; readonly operation: string } {
  const [service, operation] = key.split("\n");
  return { service, operation };
}

function secondsOf({ durationNanos }: MatchingSpan): number {
  return durationNanos / 1e9;
}

const UNITS: Readonly<Partial<Record<TraceMeasure, MeasureUnit>>> = {
  count: "count",
  errors: "count",
  rate: "per_second",
  error_ratio: "ratio",
};

function wordsOf(measure: TraceMeasure, value: number): string {
  const text = formatMeasure(value, UNITS[measure] ?? "seconds");
  const words: Readonly<Partial<Record<TraceMeasure, string>>> = {
    count: `${text} spans`,
    errors: `${text} errors`,
    rate: text,
    error_ratio: `${text} fail`,
    avg: `${text} on average`,
    max: `${text} at most`,
  };
  return words[measure] ?? `${measure} ${text}`;
}
