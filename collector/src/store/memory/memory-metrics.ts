/**
 * Series in memory, one object each, every read a scan: the metrics of MemoryStore, and what tests of queries and of the API read from.
 * Samples follow the store's rules series by series; nothing is ever dropped.
 */
import { scopeOf } from "../../base/work-scope.ts";
import { resetHintAfter } from "../../model/counter-reset.ts";
import { compileMatcher, type CompiledMatcher } from "../../model/label-matcher.ts";
import { labelsKey, labelValue, METRIC_NAME, type Labels } from "../../model/labels.ts";
import type { NativeHistogram } from "../../model/native-histogram.ts";
import type {
  CardinalityReport,
  CountedName,
  Exemplar,
  ExemplarSeries,
  LabelMatcher,
  MetricMetadata,
  MetricReader,
  MillisRange,
  Series,
  SeriesRequest,
  TimeRange,
} from "../store.ts";

/** A sample's value; "stale" = the series ends here. */
export type SampleValue = number | NativeHistogram | "stale";

/** "stored" and "duplicate" are good; the others were not taken. */
export type AddOutcome = "stored" | "duplicate" | "out_of_order" | "conflict";

interface MemorySeries {
  readonly labels: Labels;
  readonly timestamps: number[];
  readonly samples: SampleValue[];
  readonly startTimestamps: number[];
  readonly exemplars: Exemplar[];
}

export class MemoryMetrics implements MetricReader {
  readonly #series = new Map<string, MemorySeries>();
  readonly #byMetric = new Map<string, MemorySeries[]>();
  readonly #metadata = new Map<string, MetricMetadata>();

  /** @param startTimestamp when the counter began, unix milliseconds; 0 = unknown */
  add(labels: Labels, timestampMillis: number, value: SampleValue, startTimestamp = 0): AddOutcome {
    const series = this.#open(labels);
    const last = series.timestamps.length - 1;
    if (last >= 0 && timestampMillis <= series.timestamps[last]) {
      if (timestampMillis < series.timestamps[last]) return "out_of_order";
      return isSameSample(series.samples[last], value) ? "duplicate" : "conflict";
    }
    series.timestamps.push(timestampMillis);
    series.samples.push(hinted(series.samples[last], value));
    series.startTimestamps.push(startTimestamp);
    return "stored";
  }

  addExemplar(labels: Labels, exemplar: Exemplar): void {
    const { exemplars } = this.#open(labels);
    exemplars.push(exemplar);
    exemplars.sort((a, b) => a.timestampMillis - b.timestampMillis);
  }

  /** What was said last of a metric stands. */
  setMetadata(metadata: MetricMetadata): void {
    this.#metadata.set(metadata.metric, metadata);
  }

  /** For the storage report. */
  totals(): { samples: number; series: number; data: TimeRange | undefined } {
    const times = [...this.#series.values()].flatMap(({ timestamps }) => timestamps);
    const nanos = (millis: number) => BigInt(millis) * 1_000_000n;
    const data = times.length > 0 ? { start: nanos(Math.min(...times)), end: nanos(Math.max(...times)) } : undefined;
    return { samples: times.length, series: this.#series.size, data };
  }

  async selectSeries(matchers: readonly LabelMatcher[], range: MillisRange, signal?: AbortSignal): Promise<Series[]> {
    const scope = scopeOf(signal);
    const found: Series[] = [];
    for (const series of this.#match(matchers)) {
      scope.check();
      const [from, to] = bounds(series.timestamps, range);
      if (from < to) found.push(cut(series, from, to));
    }
    return found;
  }

  async findSeries(request: SeriesRequest, signal?: AbortSignal): Promise<Labels[]> {
    const found = this.#select(request, signal).map(({ labels }) => labels);
    return request.limit > 0 ? found.slice(0, request.limit) : found;
  }

  async labelNames(request: SeriesRequest, signal?: AbortSignal): Promise<string[]> {
    const names = new Set<string>();
    for (const { labels } of this.#select(request, signal))
      for (let i = 0; i < labels.length; i += 2) names.add(labels[i]);
    return limited([...names].sort(), request.limit);
  }

  async labelValues(name: string, request: SeriesRequest, signal?: AbortSignal): Promise<string[]> {
    const values = new Set(this.#select(request, signal).map(({ labels }) => labelValue(labels, name)));
    values.delete("");
    return limited([...values].sort(), request.limit);
  }

  async metricMetadata({
    metric,
    limit,
  }: {
    readonly metric?: string;
    readonly limit: number;
  }): Promise<MetricMetadata[]> {
    const all = [...this.#metadata.values()].filter((entry) => metric === undefined || entry.metric === metric);
    return limited(
      all.sort((a, b) => (a.metric < b.metric ? -1 : 1)),
      limit,
    );
  }

  async selectExemplars({ selections, range, limit }: SeriesRequest): Promise<ExemplarSeries[]> {
    const all = [...this.#series.values()].filter(
      (series) => selections.length === 0 || selections.some(meets(series)),
    );
    const found = all.map(({ labels, exemplars }) => ({
      labels,
      exemplars: exemplars.filter(({ timestampMillis: at }) => at >= range.start && at <= range.end),
    }));
    return limited(
      found.filter(({ exemplars }) => exemplars.length > 0),
      limit,
    );
  }

  async reportCardinality(limit: number): Promise<CardinalityReport> {
    const [metrics, pairs] = [new Map<string, number>(), new Map<string, number>()];
    const values = new Map<string, Set<string>>();
    for (const { labels } of this.#series.values()) {
      count(metrics, labelValue(labels, METRIC_NAME));
      for (let i = 0; i < labels.length; i += 2) {
        count(pairs, `${labels[i]}=${labels[i + 1]}`);
        values.set(labels[i], (values.get(labels[i]) ?? new Set()).add(labels[i + 1]));
      }
    }
    const labelNames = new Map(Array.from(values, ([name, set]) => [name, set.size]));
    return {
      series: this.#series.size,
      metrics: largest(metrics, limit),
      labelNames: largest(labelNames, limit),
      labelPairs: largest(pairs, limit),
      refused: [],
    };
  }

  #open(labels: Labels): MemorySeries {
    const key = labelsKey(labels);
    let series = this.#series.get(key);
    if (!series) {
      series = { labels, timestamps: [], samples: [], startTimestamps: [], exemplars: [] };
      this.#series.set(key, series);
      const metric = labelValue(labels, METRIC_NAME);
      this.#byMetric.set(metric, [...(this.#byMetric.get(metric) ?? []), series]);
    }
    return series;
  }

  #match(matchers: readonly LabelMatcher[]): MemorySeries[] {
    const name = matchers.find((matcher) => matcher.name === METRIC_NAME && matcher.operator === "=");
    const candidates = name ? (this.#byMetric.get(name.value) ?? []) : [...this.#series.values()];
    const compiled = matchers.map(compileMatcher);
    return candidates.filter(({ labels }) => meetsEach(labels, compiled));
  }

  /** Series with samples in the range that meet one of the selections. */
  #select({ selections, range }: SeriesRequest, signal?: AbortSignal): MemorySeries[] {
    const scope = scopeOf(signal);
    const found = selections.length === 0 ? [...this.#series.values()] : selections.flatMap((one) => this.#match(one));
    return [...new Set(found)].filter(({ timestamps }) => {
      scope.check();
      const [from, to] = bounds(timestamps, range);
      return from < to;
    });
  }
}

function meets(series: MemorySeries): (matchers: readonly LabelMatcher[]) => boolean {
  return (matchers) => meetsEach(series.labels, matchers.map(compileMatcher));
}

function meetsEach(labels: Labels, matchers: readonly CompiledMatcher[]): boolean {
  return matchers.every(({ name, test }) => test(labelValue(labels, name)));
}

/** A histogram with the hint that its neighbour gives it. */
function hinted(previous: SampleValue | undefined, value: SampleValue): SampleValue {
  if (typeof value !== "object") return value;
  return { ...value, counterResetHint: resetHintAfter(typeof previous === "object" ? previous : undefined, value) };
}

function isSameSample(a: SampleValue, b: SampleValue): boolean {
  if (typeof a !== "object" || typeof b !== "object") return Object.is(a, b);
  return JSON.stringify({ ...a, counterResetHint: "" }) === JSON.stringify({ ...b, counterResetHint: "" });
}

/** [first index in the range, first index behind it] */
function bounds(timestamps: readonly number[], { start, end }: MillisRange): [number, number] {
  return [lowerBound(timestamps, start), lowerBound(timestamps, end + 1)];
}

function lowerBound(timestamps: readonly number[], at: number): number {
  let [low, high] = [0, timestamps.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (timestamps[middle] < at) low = middle + 1;
    else high = middle;
  }
  return low;
}

function cut(series: MemorySeries, from: number, to: number): Series {
  const samples = series.samples.slice(from, to);
  const starts = series.startTimestamps.slice(from, to);
  return {
    labels: series.labels,
    timestamps: Float64Array.from(series.timestamps.slice(from, to)),
    values: Float64Array.from(samples, (sample) => (typeof sample === "number" ? sample : NaN)),
    ...(samples.includes("stale") && { stale: Uint8Array.from(samples, (sample) => (sample === "stale" ? 1 : 0)) }),
    ...(samples.some((sample) => typeof sample === "object") && {
      histograms: samples.map((sample) => (typeof sample === "object" ? sample : undefined)),
    }),
    ...(starts.some((start) => start !== 0) && { startTimestamps: Float64Array.from(starts) }),
  };
}

function limited<T>(entries: T[], limit: number): T[] {
  return limit > 0 ? entries.slice(0, limit) : entries;
}

function count(counts: Map<string, number>, name: string): void {
  counts.set(name, (counts.get(name) ?? 0) + 1);
}

function largest(counts: ReadonlyMap<string, number>, limit: number): CountedName[] {
  const sorted = Array.from(counts, ([name, count]) => ({ name, count })).sort(
    (a, b) => b.count - a.count || (a.name < b.name ? -1 : 1),
  );
  return limited(sorted, limit);
}
