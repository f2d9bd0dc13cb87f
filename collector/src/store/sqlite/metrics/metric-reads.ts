/**
 * The reading side of metrics, on a query thread: the head's part from the ingest thread, then blocks up to the state it named. Series
 * are selected by the labels of each partition; of a block only the chunks that hold wanted series are read.
 */
import { scopeOf } from "../../../base/work-scope.ts";
import { compileMatcher } from "../../../model/label-matcher.ts";
import { labelsKey, type Labels } from "../../../model/labels.ts";
import type {
  CardinalityReport,
  Exemplar,
  ExemplarSeries,
  LabelMatcher,
  MetricMetadata,
  MetricReader,
  MillisRange,
  Series,
  SeriesRequest,
} from "../../store.ts";
import type { Catalogue } from "../catalogue.ts";
import type { AskHead, HeadAnswer } from "../head.ts";
import { decodeExemplars } from "./block/exemplar-codec.ts";
import { FloatScratch, FloatSlab } from "./float-slab.ts";
import { lowerBound, SampleJoiner, seriesOf } from "./join-samples.ts";
import { MetricBlockReader } from "./metric-block-reader.ts";
import { MetricCache } from "./metric-cache.ts";
import type { HeadSeries, MetricHeadAnswer, MetricHeadRequest } from "./metric-head.ts";
import type { MetricPartition } from "./metric-partition.ts";
import type { SeriesSamples } from "./open-samples.ts";
import { unpackSeries } from "./packed-series.ts";
import { intersect, labelsOfSelected, selectInPartition, type SeriesSelection } from "./series-selection.ts";

/** A sample takes a sixteenth of what a span or log record does: so many count as one row. */
const SAMPLES_A_ROW = 16;

interface PartitionSeries {
  readonly partition: MetricPartition;
  readonly selection: SeriesSelection;
}

export class MetricReads implements MetricReader {
  readonly #ask: AskHead;
  readonly #catalogue: Catalogue;
  readonly #cache: MetricCache;

  constructor(ask: AskHead, catalogue: Catalogue, cacheBytes: number) {
    this.#ask = ask;
    this.#catalogue = catalogue;
    this.#cache = new MetricCache(cacheBytes);
  }

  async selectSeries(matchers: readonly LabelMatcher[], range: MillisRange, signal?: AbortSignal): Promise<Series[]> {
    const scope = scopeOf(signal);
    const { head, metrics } = await this.#askHead({ kind: "samples", matchers, range });
    const slab = new FloatSlab();
    const joiner = new SampleJoiner(range, slab);
    const scratch = new FloatScratch();
    const open = metrics.samples ? unpackSeries(metrics.samples) : [];
    const found: { labels: () => Labels; parts: SeriesSamples[] }[] = [];
    let rows = 0;
    let sources = 0;
    for (const each of await this.#select(head, [matchers], signal)) {
      const parts: SeriesSamples[][] = [];
      const { ids } = each.selection;
      const add = (i: number, samples: SeriesSamples | undefined) => {
        if (!samples) return;
        rows += samples.timestamps.length;
        (parts[i] ??= []).push(samples);
      };
      await this.#eachBlock(head, each, range, signal, (block) => {
        const reader = new MetricBlockReader(each.partition, this.#cache, block);
        intersect(ids, reader.directory.ids, (i, place) => {
          if (reader.lastTime(place) < range.start || reader.firstTime(place) > range.end) return;
          const lies = joiner.place(reader.times(place));
          // A block holds half an hour, most rules ask for minutes: what they don't ask for is not kept for them.
          if (lies === "in part") add(i, joiner.copy(reader.samples(place, scratch.begin())));
          else if (lies === "within") add(i, reader.samples(place, slab));
        });
        scope.addRows(Math.floor(rows / SAMPLES_A_ROW));
        rows %= SAMPLES_A_ROW;
      });
      if (each.partition.path === metrics.partition) {
        for (const { id, samples } of open) {
          const i = id === 0 ? -1 : placeOf(ids, id);
          if (i >= 0) add(i, joiner.cut(samples));
        }
      }
      if (parts.length > 0) sources++;
      parts.forEach((list, i) => found.push({ labels: () => labelsOfSelected(each.selection, i), parts: list }));
    }
    const fresh = open.filter(({ id }) => id === 0);
    for (const { labels, samples } of fresh) {
      const cut = joiner.cut(samples);
      if (cut && labels) found.push({ labels: () => labels, parts: [cut] });
    }
    scope.check();
    if (sources <= 1 && fresh.length === 0)
      return found.map(({ labels, parts }) => seriesOf(labels(), joiner.join(parts)));
    const byLabels = new Map<string, { labels: Labels; parts: SeriesSamples[] }>();
    for (const { labels: labelsNow, parts } of found) {
      const labels = labelsNow();
      const key = labelsKey(labels);
      const known = byLabels.get(key);
      if (known) known.parts.push(...parts);
      else byLabels.set(key, { labels, parts });
    }
    return Array.from(byLabels.values(), ({ labels, parts }) => seriesOf(labels, joiner.join(parts)));
  }

  async findSeries(request: SeriesRequest, signal?: AbortSignal): Promise<Labels[]> {
    const found = new Map<string, Labels>();
    const add = (labels: Labels) => void found.set(labelsKey(labels), labels);
    const { limit } = request;
    const isEnough = () => limit > 0 && found.size >= limit;
    const headSeries = await this.#eachActive(
      request,
      signal,
      (selection, i) => add(labelsOfSelected(selection, i)),
      isEnough,
    );
    for (const { labels } of headSeries) if (!isEnough()) add(labels);
    scopeOf(signal).addRows(found.size);
    return [...found.values()];
  }

  async labelNames(request: SeriesRequest, signal?: AbortSignal): Promise<string[]> {
    const names = new Set<string>();
    const headSeries = await this.#eachActive(request, signal, ({ pages, pageOf, rows }, i) => {
      for (const { name, ids } of pages[pageOf[i]].columns) if (ids[rows[i]] > 0) names.add(name);
    });
    for (const { labels } of headSeries) for (let i = 0; i < labels.length; i += 2) names.add(labels[i]);
    return limited([...names].sort(), request.limit);
  }

  async labelValues(name: string, request: SeriesRequest, signal?: AbortSignal): Promise<string[]> {
    const values = new Set<string>();
    const headSeries = await this.#eachActive(request, signal, ({ pages, pageOf, rows }, i) => {
      const value = pages[pageOf[i]].valueOf(rows[i], name);
      if (value !== "") values.add(value);
    });
    for (const { labels } of headSeries)
      for (let i = 0; i < labels.length; i += 2) if (labels[i] === name) values.add(labels[i + 1]);
    return limited([...values].sort(), request.limit);
  }

  async metricMetadata({
    metric,
    limit,
  }: {
    readonly metric?: string;
    readonly limit: number;
  }): Promise<MetricMetadata[]> {
    const { head, metrics } = await this.#askHead({ kind: "metadata", metric });
    const byName = new Map<string, MetricMetadata>();
    const add = (list: readonly MetricMetadata[]) => {
      for (const entry of list) if (!byName.has(entry.metric)) byName.set(entry.metric, entry);
    };
    // What was said last stands.
    add(metrics.metadata ?? []);
    for (const { metrics: partition, path } of this.#catalogue.partitions(head))
      this.#catalogue.guard(`metadata of ${path}`, () => add(partition.metadata(metric)));
    const sorted = [...byName.values()].sort((a, b) => (a.metric < b.metric ? -1 : 1));
    return limited(sorted, limit);
  }

  async selectExemplars(request: SeriesRequest, signal?: AbortSignal): Promise<ExemplarSeries[]> {
    const { selections, range, limit } = request;
    const { head, metrics } = await this.#askHead({ kind: "series", selections, range, exemplars: true });
    const found = new Map<string, { labels: Labels; exemplars: Exemplar[] }>();
    const add = (labels: Labels, exemplars: readonly Exemplar[]) => {
      const key = labelsKey(labels);
      const known = found.get(key);
      if (known) known.exemplars.push(...exemplars);
      else found.set(key, { labels, exemplars: [...exemplars] });
    };
    for (const each of await this.#select(head, selections, signal)) {
      const { partition, selection } = each;
      await this.#eachBlock(head, each, range, signal, (block) => {
        const bytes = partition.exemplars(block);
        if (!bytes) return;
        this.#cache.scope.addBytes(bytes.length);
        const bySeries = Map.groupBy(decodeExemplars(bytes), ({ series }) => series);
        for (const [series, list] of bySeries) {
          const i = placeOf(selection.ids, series);
          const within = list
            .map(({ exemplar }) => exemplar)
            .filter(({ timestampMillis: at }) => at >= range.start && at <= range.end);
          if (i >= 0 && within.length > 0) add(labelsOfSelected(selection, i), within);
        }
      });
    }
    for (const { labels, exemplars } of metrics.series ?? []) add(labels, exemplars);
    for (const { exemplars } of found.values()) exemplars.sort((a, b) => a.timestampMillis - b.timestampMillis);
    return limited([...found.values()], limit);
  }

  async reportCardinality(limit: number): Promise<CardinalityReport> {
    const { metrics } = await this.#askHead({ kind: "cardinality", limit });
    return metrics.cardinality as CardinalityReport;
  }

  async #askHead(request: MetricHeadRequest): Promise<{ head: HeadAnswer; metrics: MetricHeadAnswer }> {
    const head = await this.#ask({ kind: "metrics", request });
    return { head, metrics: head.metrics as MetricHeadAnswer };
  }

  /** The partitions with series of the selection, oldest first. */
  async #select(
    head: HeadAnswer,
    selections: readonly (readonly LabelMatcher[])[],
    signal?: AbortSignal,
  ): Promise<PartitionSeries[]> {
    const scope = scopeOf(signal);
    const lists = selections.map((list) => list.map(compileMatcher));
    const found: PartitionSeries[] = [];
    const partitions = this.#catalogue.partitions(head, scope).reverse();
    await this.#catalogue.each(partitions, signal, ({ metrics: partition, path }) => {
      this.#cache.scope = scope;
      this.#catalogue.guard(`series of ${path}`, () => {
        const selection = selectInPartition(partition, this.#cache, lists);
        if (selection.ids.length > 0) found.push({ partition, selection });
      });
    });
    return found;
  }

  async #eachBlock(
    head: HeadAnswer,
    { partition }: PartitionSeries,
    range: MillisRange,
    signal: AbortSignal | undefined,
    visit: (block: number) => boolean | void,
  ): Promise<void> {
    let blocks: number[] = [];
    const scope = scopeOf(signal);
    this.#catalogue.guard(
      `index of ${partition.path}`,
      () => void (blocks = partition.blocks(head.lastBlockId, range)),
      scope,
    );
    await this.#catalogue.each(blocks, signal, (block) => {
      let goesOn: boolean | void = true;
      this.#cache.scope = scope;
      this.#catalogue.guard(`block ${block}`, () => void (goesOn = visit(block)));
      return goesOn;
    });
  }

  /** Calls `visit` once for each selected series of a partition with samples in the range; returns the head's. */
  async #eachActive(
    { selections, range }: SeriesRequest,
    signal: AbortSignal | undefined,
    visit: (selection: SeriesSelection, i: number) => void,
    isEnough: () => boolean = () => false,
  ): Promise<readonly HeadSeries[]> {
    const { head, metrics } = await this.#askHead({ kind: "series", selections, range, exemplars: false });
    for (const each of await this.#select(head, selections, signal)) {
      const { partition, selection } = each;
      const seen = new Uint8Array(selection.ids.length);
      await this.#eachBlock(head, each, range, signal, (block) => {
        const reader = new MetricBlockReader(partition, this.#cache, block);
        intersect(selection.ids, reader.directory.ids, (i, place) => {
          const [first, last] = [reader.firstTime(place), reader.lastTime(place)];
          if (seen[i] === 1 || last < range.start || first > range.end) return;
          if (first < range.start && last > range.end) {
            // It may have a gap just there.
            const times = reader.times(place);
            if (!(times[lowerBound(times, range.start)] <= range.end)) return;
          }
          seen[i] = 1;
          if (!isEnough()) visit(selection, i);
        });
        return !isEnough();
      });
      if (isEnough()) break;
    }
    return metrics.series ?? [];
  }
}

/** Its place among ascending numbers, or -1. */
function placeOf(ids: Uint32Array, id: number): number {
  let [low, high] = [0, ids.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (ids[middle] < id) low = middle + 1;
    else high = middle;
  }
  return ids[low] === id ? low : -1;
}

function limited<T>(items: T[], limit: number): T[] {
  return limit > 0 ? items.slice(0, limit) : items;
}
