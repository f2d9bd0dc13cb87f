/**
 * Spans -> `calls`, `duration` and `events`: counts and latencies by service, name, kind and status. It counts what everything else its
 * pipeline feeds has taken (`follows`), and hands the sums to the metrics pipelines every flush interval and when it stops.
 */
import { nanosBetween } from "../../base/nanos.ts";
import { BYTES, ProtoReader } from "../../base/protobuf.ts";
import type { ConsumingComponent, Settings } from "../../component/component.ts";
import type { Consumer, Consumers } from "../../component/consumer.ts";
import type { MetricBatch } from "../../model/metric-batch.ts";
import type { SpanBatch } from "../../model/span-batch.ts";
import { Bounds } from "../series/bounds.ts";
import { DEFAULT_BOUNDS } from "../series/config-fields.ts";
import type { HistogramForm } from "../series/duration-histogram.ts";
import { MetricFlusher } from "../series/metric-flusher.ts";
import { MetricRequest, type MetricHead, type Temporality } from "../series/metric-request.ts";
import { SeriesClock } from "../series/series-clock.ts";
import { warmBytes } from "../series/warm-bytes.ts";
import { DELTA, type Config, type Dimension } from "./config.ts";
import { Resources } from "./resources.ts";
import { SpanSeriesSet, type KeyValueRange, type SpanSeries } from "./span-series.ts";

const SCOPE = "spanmetricsconnector";
/** Series in one request: what is behind it takes them in one go. */
const SERIES_PER_REQUEST = 2000;
/** Fields of Span and of Event. */
const EVENTS = 11;
const EVENT_ATTRIBUTES = 3;

export class SpanMetrics implements ConsumingComponent {
  readonly traces: Consumer<SpanBatch>;
  readonly #config: Config;
  readonly #clock = new SeriesClock();
  readonly #flusher: MetricFlusher;
  readonly #temporality: Temporality;
  /** Nanoseconds in the unit of durations. */
  readonly #nanosPerUnit: number;
  /** `calls`, and `duration` with it unless that has labels of its own. */
  readonly #calls: SpanSeriesSet;
  readonly #durations: SpanSeriesSet | undefined;
  readonly #events: SpanSeriesSet | undefined;
  readonly #heads: Readonly<Record<"calls" | "duration" | "events", MetricHead>>;
  #lastFlushMillis = 0;

  constructor(settings: Settings, config: Config, next: Consumers) {
    this.#config = config;
    const { histogram, events, namespace } = config;
    this.#temporality = config.aggregation_temporality === DELTA ? "delta" : "cumulative";
    this.#nanosPerUnit = histogram.unit === "s" ? 1e9 : 1e6;
    const resources = new Resources({
      addAttributes: config.add_resource_attributes,
      keyAttributes: config.resource_metrics_key_attributes,
      withScopes: config.include_instrumentation_scope.length > 0,
    });
    const form = histogram.disable ? undefined : histogramForm(config, this.#nanosPerUnit);
    const set = (own: readonly Dimension[], withHistogram: HistogramForm | undefined) =>
      new SpanSeriesSet({
        dimensions: [...config.dimensions, ...own],
        excluded: new Set(config.exclude_dimensions),
        scopes: new Set(config.include_instrumentation_scope),
        histogram: withHistogram,
        exemplars: config.exemplars.enabled ? config.exemplars.max_per_data_point : 0,
        limit: config.aggregation_cardinality_limit,
        maxOwners: config.resource_metrics_cache_size,
        startMillis: () => (this.#temporality === "delta" ? this.#clock.deltaStartMillis() : this.#clock.startMillis()),
        resources,
      });
    const isOneSet = config.calls_dimensions.length === 0 && histogram.dimensions.length === 0;
    this.#calls = set(config.calls_dimensions, isOneSet ? form : undefined);
    this.#durations = isOneSet || !form ? undefined : set(histogram.dimensions, form);
    this.#events = events.enabled ? set(events.dimensions, undefined) : undefined;
    const head = (name: string, description: string, unit = "") => {
      return { name: namespace === "" ? name : `${namespace}.${name}`, description, unit };
    };
    this.#heads = {
      calls: head("calls", "Number of spans."),
      duration: head("duration", "Durations of spans.", histogram.unit),
      events: head("events", "Number of span events."),
    };
    this.#flusher = new MetricFlusher({
      settings,
      next: next.metrics,
      intervalMillis: config.metrics_flush_interval,
      temporality: this.#temporality,
      collect: () => this.#collect(),
    });
    settings.telemetry.observedGauge(
      "goldspan_span_metrics_series",
      "Series that the span_metrics connector keeps.",
      () => this.#sets().reduce((sum, { table }) => sum + table.size, 0),
    );
    settings.telemetry.observedGauge(
      "goldspan_span_metrics_overflowing_services",
      "Services with more series than aggregation_cardinality_limit.",
      () => this.#sets().reduce((most, { table }) => Math.max(most, table.overflowing), 0),
    );
    this.traces = {
      consume: async (batch) => {
        this.count(batch);
        await this.#flusher.counted();
        return undefined;
      },
    };
  }

  async start(): Promise<void> {
    this.#flusher.start();
  }

  async shutdown(): Promise<void> {
    await this.#flusher.shutdown();
  }

  /** Adds the spans to their series. */
  count(batch: SpanBatch): void {
    warmBytes(batch.bytes);
    const now = this.#clock.nowMillis();
    const [calls, durations, nanosPerUnit] = [this.#calls, this.#durations, this.#nanosPerUnit];
    for (const set of this.#sets()) set.begin(batch, now);
    for (let i = 0; i < batch.count; i++) {
      const value = durationNanos(batch, i) / nanosPerUnit;
      record(calls.seriesOf(batch, i), batch, i, value, now);
      if (durations) record(durations.seriesOf(batch, i), batch, i, value, now);
    }
    if (this.#events) this.#countEvents(this.#events, batch, now);
  }

  #countEvents(events: SpanSeriesSet, batch: SpanBatch, now: number): void {
    const { restStart, restOffset, restLength } = batch;
    const reader = new ProtoReader(batch.bytes);
    for (let i = 0; i < batch.count; i++) {
      const value = durationNanos(batch, i) / this.#nanosPerUnit;
      for (let r = restStart[i]; r < restStart[i + 1]; r++) {
        reader.reset(batch.bytes, restOffset[r], restOffset[r] + restLength[r]);
        while (reader.next()) {
          if (reader.field !== EVENTS || reader.wire !== BYTES) continue;
          record(events.seriesOf(batch, i, attributesOf(reader.message())), batch, i, value, now);
        }
      }
    }
  }

  #sets(): SpanSeriesSet[] {
    return [this.#calls, this.#durations, this.#events].filter((set) => set !== undefined);
  }

  #collect(): MetricBatch[] {
    const time = this.#clock.flushMillis();
    const { metrics_expiration: expiration } = this.#config;
    const isDelta = this.#temporality === "delta";
    const batches: MetricBatch[] = [];
    for (const set of this.#sets()) {
      const dropped = isDelta ? [] : set.table.sweep(expiration > 0 ? time - expiration : 0, this.#lastFlushMillis);
      batches.push(...this.#encode(set, set.table.all(), time, false), ...this.#encode(set, dropped, time, true));
      for (const { exemplars } of set.table.all()) exemplars?.clear();
      if (isDelta) set.table.clear();
    }
    this.#lastFlushMillis = time;
    return batches;
  }

  #encode(set: SpanSeriesSet, all: Iterable<SpanSeries>, timeMillis: number, isEnd: boolean): MetricBatch[] {
    const batches: MetricBatch[] = [];
    const list = [...all];
    for (let from = 0; from < list.length; from += SERIES_PER_REQUEST) {
      const request = new MetricRequest(SCOPE, this.#temporality);
      const byResource = Map.groupBy(list.slice(from, from + SERIES_PER_REQUEST), ({ owner }) => owner.resource);
      for (const [resource, series] of byResource)
        request.resource(resource, () => this.#write(request, set, series, timeMillis, isEnd));
      batches.push(request.finish());
    }
    return batches;
  }

  #write(request: MetricRequest, set: SpanSeriesSet, all: SpanSeries[], timeMillis: number, isEnd: boolean): void {
    const points = all.map(({ attributes, startMillis, exemplars, count, histogram }) => {
      return { attributes, startMillis, timeMillis, exemplars: exemplars?.list ?? [], value: count, histogram, isEnd };
    });
    if (set === this.#events) request.sums(this.#heads.events, points);
    if (set === this.#calls) request.sums(this.#heads.calls, points);
    const histograms = points.filter((point) => hasHistogram(point));
    if (histograms.length > 0) request.histograms(this.#heads.duration, histograms[0].histogram.kind, histograms);
  }
}

/** A span that ends before it starts took no time. */
function durationNanos({ startLow, startHigh, endLow, endHigh }: SpanBatch, span: number): number {
  return Math.max(0, nanosBetween(endLow[span], endHigh[span], startLow[span], startHigh[span]));
}

function record(series: SpanSeries, batch: SpanBatch, span: number, value: number, nowMillis: number): void {
  series.count++;
  series.lastSeenMillis = nowMillis;
  const bucket = series.histogram ? series.histogram.record(value) : 0;
  series.exemplars?.offer(batch.bytes, batch.traceId[span], batch.spanId[span], value, bucket, nowMillis);
}

function hasHistogram<P extends { readonly histogram: SpanSeries["histogram"] }>(
  point: P,
): point is P & { readonly histogram: NonNullable<SpanSeries["histogram"]> } {
  return point.histogram !== undefined;
}

function histogramForm({ histogram }: Config, nanosPerUnit: number): HistogramForm {
  const { explicit, exponential } = histogram;
  if (exponential) return { maxSize: exponential.max_size };
  const millis = explicit?.buckets ?? DEFAULT_BOUNDS;
  return { bounds: new Bounds(millis.map((each) => (each * 1e6) / nanosPerUnit)), maxSize: 0 };
}

function attributesOf(event: ProtoReader): KeyValueRange[] {
  const ranges: KeyValueRange[] = [];
  while (event.next())
    if (event.field === EVENT_ATTRIBUTES && event.wire === BYTES)
      ranges.push({ start: event.valueStart, end: event.valueEnd });
  return ranges;
}
