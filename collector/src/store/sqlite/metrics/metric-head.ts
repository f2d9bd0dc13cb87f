/**
 * The open head of metrics, on the ingest thread: series in use, samples not sealed yet, exemplars and metadata. Takes batches, answers
 * readers, and is sealed into a block as a whole. Series keep their numbers over seals; those without samples for an hour are let go.
 */
import { U32Column } from "../../../base/column.ts";
import { compileMatcher } from "../../../model/label-matcher.ts";
import { labelsKey, type Labels } from "../../../model/labels.ts";
import type { MetricBatch } from "../../../model/metric-batch.ts";
import type { Exemplar, MetricMetadata } from "../../../model/metric-facts.ts";
import type { NativeHistogram } from "../../../model/native-histogram.ts";
import { MetricSamples } from "../../../wire/metrics/metric-samples.ts";
import type { SampleOutcome } from "../../../wire/metrics/sample-rejections.ts";
import { SampleRules, type LastValue } from "../../../wire/metrics/sample-rules.ts";
import { REFUSED, type SampleSink, type Verdict } from "../../../wire/metrics/sample-sink.ts";
import type { CardinalityReport, LabelMatcher, MillisRange } from "../../store.ts";
import type { BlockUsage } from "../block/usage-of-block.ts";
import { MetricBlockBuilder, type MetricAdditions, type SealedMetricBlock } from "./block/metric-block.ts";
import type { StoredExemplar } from "./block/exemplar-codec.ts";
import { boundedExemplar, boundedMetadata } from "./bounded-facts.ts";
import { reportOfSeries } from "./cardinality.ts";
import { JobUsage } from "./job-usage.ts";
import { OpenSamples } from "./open-samples.ts";
import { packSeries, type PackedSeries } from "./packed-series.ts";
import type { SeriesLimits } from "./series-places.ts";
import { SeriesTable } from "./series-table.ts";

/** What readers ask of the head. Plain data: it crosses threads. */
export type MetricHeadRequest =
  | { readonly kind: "samples"; readonly matchers: readonly LabelMatcher[]; readonly range: MillisRange }
  | {
      readonly kind: "series";
      readonly selections: readonly (readonly LabelMatcher[])[];
      readonly range: MillisRange;
      readonly exemplars: boolean;
    }
  | { readonly kind: "metadata"; readonly metric: string | undefined }
  | { readonly kind: "cardinality"; readonly limit: number };

export interface MetricHeadAnswer {
  /** The partition whose numbers of series are meant; undefined = no series has one. */
  readonly partition?: string;
  readonly samples?: PackedSeries;
  readonly series?: readonly HeadSeries[];
  readonly metadata?: readonly MetricMetadata[];
  readonly cardinality?: CardinalityReport;
}

export interface HeadSeries {
  readonly labels: Labels;
  readonly exemplars: readonly Exemplar[];
}

/** A seal that is made and not committed yet. */
export interface MetricSeal {
  readonly block: SealedMetricBlock;
  readonly additions: MetricAdditions;
  readonly usage: BlockUsage;
}

/** Exemplars kept of one block: a sample of what happened, not all of it. */
const MOST_EXEMPLARS = 20_000;
/** Beyond so many a series keeps one in half a minute: so there is room for the block's last minute as for its first. */
const MANY_EXEMPLARS = 5000;
const EXEMPLAR_GAP_MILLIS = 30_000;
const EXEMPLAR_BYTES = 300;
const MOST_METADATA = 20_000;
/** What is remembered of how series were sent; beyond it everything is looked up afresh. */
const SCANNER_BYTES = 24 * 1024 * 1024;
const IDLE_MILLIS = 3_600_000;

export class MetricHead implements SampleSink {
  readonly #table: { current: SeriesTable };
  readonly #samples = new OpenSamples();
  readonly #rules = new SampleRules(this.#samples);
  readonly #scanner = new MetricSamples(this);
  readonly #seed: number;
  readonly #limits: SeriesLimits;
  /** By series: its number in the partition, 0 = it has none there yet. */
  readonly #ids = new U32Column(1024);
  #partition: string | undefined;
  /** The largest number that the partition has the labels of. */
  #lastId = 0;
  /** As sent, of what is not sealed. */
  #rawBytes = 0;
  /** At the last seal. */
  #refusedBefore = 0;
  #exemplars: { series: number; exemplar: Exemplar }[] = [];
  readonly #lastExemplar = new Map<number, Exemplar>();
  readonly #metadata = new Map<string, MetricMetadata>();
  /** Not in the partition yet. */
  readonly #newMetadata = new Set<string>();

  constructor(seed: number, limits: SeriesLimits) {
    this.#seed = seed;
    this.#limits = limits;
    this.#table = { current: new SeriesTable(seed, limits) };
  }

  /** Samples that are not sealed. */
  get count(): number {
    return this.#samples.count;
  }

  get seriesCount(): number {
    return this.#table.current.count;
  }

  get refusedCount(): number {
    return [...this.#table.current.refused.values()].reduce((sum, count) => sum + count, 0);
  }

  /** Of what a seal sets free. */
  get sizeBytes(): number {
    return this.#samples.sizeBytes + this.#exemplars.length * EXEMPLAR_BYTES;
  }

  /** Of what stays: series and how they are recognised. */
  get indexBytes(): number {
    return this.#table.current.sizeBytes + this.#scanner.sizeBytes + this.seriesCount * 40;
  }

  append(batch: MetricBatch): SampleOutcome {
    this.#rawBytes += batch.bytes.length;
    const outcome = this.#scanner.read(batch);
    if (this.#scanner.sizeBytes > SCANNER_BYTES) this.#scanner.forget();
    return outcome;
  }

  // What the scanner hands over -------------------------------------------------------------------------------------------------

  seriesOf(labels: Labels): number {
    const table = this.#table.current;
    const { count } = table;
    const series = table.intern(labels);
    if (series === count && series !== REFUSED) this.#addSeries(0);
    return series;
  }

  sample(series: number, timestamp: number, value: number, start: number, flags: number): Verdict {
    return this.#rules.sample(series, timestamp, value, start, flags);
  }

  histogram(series: number, timestamp: number, histogram: NativeHistogram, start: number, flags: number): Verdict {
    return this.#rules.histogram(series, timestamp, histogram, start, flags);
  }

  exemplar(series: number, exemplar: Exemplar): void {
    const last = this.#lastExemplar.get(series);
    // Targets show an exemplar until they have a newer one.
    if (last && last.timestampMillis === exemplar.timestampMillis && last.value === exemplar.value) return;
    const { length } = this.#exemplars;
    if (length >= MOST_EXEMPLARS) return;
    if (length >= MANY_EXEMPLARS && last && isSoonAfter(exemplar, last)) return;
    const kept = boundedExemplar(exemplar);
    this.#lastExemplar.set(series, kept);
    this.#exemplars.push({ series, exemplar: kept });
  }

  metadata(told: MetricMetadata): void {
    const metadata = boundedMetadata(told);
    if (!metadata) return;
    const known = this.#metadata.get(metadata.metric);
    if (known && known.type === metadata.type && known.help === metadata.help && known.unit === metadata.unit) return;
    if (!known && this.#metadata.size >= MOST_METADATA) return;
    this.#metadata.set(metadata.metric, metadata);
    this.#newMetadata.add(metadata.metric);
  }

  labelsOf(series: number): Labels {
    return this.#table.current.labelsOf(series);
  }

  // Readers ---------------------------------------------------------------------------------------------------------------------

  answer(request: MetricHeadRequest): MetricHeadAnswer {
    switch (request.kind) {
      case "samples":
        return { partition: this.#partition, samples: this.#answerSamples(request.matchers, request.range) };
      case "series":
        return { series: this.#answerSeries(request) };
      case "metadata": {
        const all = [...this.#metadata.values()];
        return { metadata: all.filter(({ metric }) => request.metric === undefined || metric === request.metric) };
      }
      case "cardinality":
        return { cardinality: reportOfSeries(this.#table.current, request.limit) };
    }
  }

  #answerSamples(matchers: readonly LabelMatcher[], { start, end }: MillisRange): PackedSeries {
    const found: Parameters<typeof packSeries>[0] = [];
    const samples = this.#samples;
    if (samples.maxTime >= start && samples.minTime <= end) {
      this.#table.current.match(matchers.map(compileMatcher), (series) => {
        if (samples.newestOf(series) < 0) return;
        const selected = samples.select(series, start, end);
        const given = this.#ids.values[series];
        const id = given > this.#lastId ? 0 : given;
        if (selected.timestamps.length > 0)
          found.push({ id, labels: id === 0 ? this.labelsOf(series) : undefined, samples: selected });
      });
    }
    return packSeries(found);
  }

  #answerSeries({ selections, range, exemplars }: MetricHeadRequest & { kind: "series" }): HeadSeries[] {
    const chosen = new Set<number>();
    const lists = selections.length === 0 ? [[]] : selections;
    for (const list of lists) this.#table.current.match(list.map(compileMatcher), (series) => void chosen.add(series));
    const found: HeadSeries[] = [];
    if (exemplars) {
      const bySeries = Map.groupBy(this.#exemplars, ({ series }) => series);
      for (const [series, list] of bySeries) {
        if (!chosen.has(series)) continue;
        const within = list.filter(({ exemplar: { timestampMillis: at } }) => at >= range.start && at <= range.end);
        if (within.length > 0)
          found.push({ labels: this.labelsOf(series), exemplars: within.map(({ exemplar }) => exemplar) });
      }
      return found;
    }
    for (const series of chosen) {
      let place = this.#samples.newestOf(series);
      while (place >= 0 && this.#samples.timeAt(place) > range.end) place = this.#samples.before(place);
      if (place >= 0 && this.#samples.timeAt(place) >= range.start)
        found.push({ labels: this.labelsOf(series), exemplars: [] });
    }
    return found;
  }

  // Seals -----------------------------------------------------------------------------------------------------------------------

  /**
   * A series of an earlier life. Before anything is appended. @param id its number in `partition`
   * @param newest its newest sample's time; `last` = what it was, absent when that cannot be told
   */
  restore(partition: string, id: number, labels: Labels, newest: number, last?: { readonly value: LastValue }): void {
    if (this.#partition !== partition) this.#forgetIds();
    this.#partition = partition;
    this.#lastId = Math.max(this.#lastId, id);
    const table = this.#table.current;
    const { count } = table;
    const series = table.intern(labels, true);
    if (series === REFUSED) return;
    if (series === count) this.#addSeries(id);
    else this.#ids.values[series] = id;
    this.#rules.recall(series, newest, last);
  }

  /**
   * Makes a block of everything there is; the head stays as it is until {@link sealed}.
   * @param partition the block's, and the largest number of a series there
   */
  seal(partition: string, lastSeriesId: number): MetricSeal {
    if (this.#partition !== partition) {
      this.#forgetIds();
      for (const metric of this.#metadata.keys()) this.#newMetadata.add(metric);
    }
    this.#partition = partition;
    this.#lastId = lastSeriesId;
    const ids = this.#ids.values;
    const touched = [...new Set([...this.#samples.touched, ...this.#exemplars.map(({ series }) => series)])];
    const fresh = touched
      .filter((series) => ids[series] === 0 || ids[series] > lastSeriesId)
      .map((series) => ({ series, labels: this.labelsOf(series) }))
      .map((each) => ({ ...each, key: labelsKey(each.labels) }))
      .sort((a, b) => (a.key < b.key ? -1 : 1));
    fresh.forEach(({ series }, i) => (ids[series] = lastSeriesId + 1 + i));
    touched.sort((a, b) => ids[a] - ids[b]);
    const builder = new MetricBlockBuilder();
    const usage = new JobUsage();
    for (const series of touched) {
      const samples = this.#samples.peek(series);
      builder.add(ids[series], samples);
      usage.add(this.#table.current.jobOf(series), samples.timestamps);
    }
    const exemplars = this.#exemplars.map(({ series, exemplar }): StoredExemplar => ({
      series: ids[series],
      exemplar,
    }));
    const metadata = Array.from(this.#newMetadata, (metric) => this.#metadata.get(metric) as MetricMetadata);
    const block = builder.finish(exemplars);
    return {
      block,
      usage: { services: usage.shares(block.sampleCount, this.#rawBytes, builder.bytes), attributeKeys: [] },
      additions: { firstId: lastSeriesId + 1, labels: fresh.map(({ labels }) => labels), metadata },
    };
  }

  /** The seal is committed: its samples are forgotten, and series that have been idle. */
  sealed({ additions }: MetricSeal, nowMillis: number): void {
    this.#lastId = additions.firstId - 1 + additions.labels.length;
    this.#exemplars = [];
    this.#rawBytes = 0;
    this.#newMetadata.clear();
    const idleSince = nowMillis - IDLE_MILLIS;
    let idle = 0;
    for (let series = 0; series < this.seriesCount; series++) if (this.#isIdle(series, idleSince)) idle++;
    // Letting go makes every series be looked up again: not for a few, unless others are turned away.
    const refused = this.refusedCount;
    const isWanted = refused > this.#refusedBefore;
    this.#refusedBefore = refused;
    if (idle * 4 > this.seriesCount || (idle > 0 && isWanted)) this.#letGo(idleSince);
    this.#samples.clear(this.seriesCount);
  }

  #lastAppend = new Map<number, number>();

  #isIdle(series: number, idleSince: number): boolean {
    if (this.#samples.newestOf(series) >= 0) {
      this.#lastAppend.delete(series);
      return false;
    }
    // By the clock, not by the samples' times: backfill is as busy as anything.
    const since = this.#lastAppend.get(series);
    if (since === undefined) this.#lastAppend.set(series, idleSince + IDLE_MILLIS);
    return since !== undefined && since <= idleSince;
  }

  #letGo(idleSince: number): void {
    const stay: number[] = [];
    for (let series = 0; series < this.seriesCount; series++) if (!this.#isIdle(series, idleSince)) stay.push(series);
    const before = this.#table.current;
    const after = new SeriesTable(this.#seed, this.#limits);
    for (const series of stay) after.intern(before.labelsOf(series), true);
    for (const [job, count] of before.refused) after.refused.set(job, count);
    this.#rules.keep(stay);
    stay.forEach((series, i) => (this.#ids.values[i] = this.#ids.values[series]));
    this.#ids.length = stay.length;
    const place = new Map(stay.map((series, i) => [series, i]));
    for (const map of [this.#lastAppend, this.#lastExemplar] as Map<number, unknown>[]) {
      const entries = [...map];
      map.clear();
      for (const [series, value] of entries) if (place.has(series)) map.set(place.get(series) as number, value);
    }
    this.#table.current = after;
    this.#scanner.forget();
  }

  #addSeries(id: number): void {
    this.#rules.addSeries();
    this.#samples.addSeries();
    this.#ids.push(id);
  }

  #forgetIds(): void {
    this.#ids.values.fill(0);
    this.#lastId = 0;
  }
}

function isSoonAfter(exemplar: Exemplar, last: Exemplar): boolean {
  return Math.abs(exemplar.timestampMillis - last.timestampMillis) < EXEMPLAR_GAP_MILLIS;
}
