/**
 * Samples that are not in a block yet, in the order in which they came, as columns: 29 bytes each. Each knows the one before it of its
 * series, so that a reader walks a series' samples and a seal sorts nothing.
 */
import { ByteColumn, F64Column, U32Column } from "../../../base/column.ts";
import type { NativeHistogram } from "../../../model/native-histogram.ts";
import type { SampleLog } from "../../../wire/metrics/sample-rules.ts";

export const KIND = { float: 0, stale: 1, histogram: 2 } as const;

/** What a histogram takes in memory beside its buckets. */
const HISTOGRAM_BYTES = 400;
const SAMPLE_BYTES = 29;

/** One series' samples, in order of time. */
export interface SeriesSamples {
  readonly timestamps: Float64Array;
  /** 0 where the kind is another one. */
  readonly values: Float64Array;
  /** KIND of each; undefined = all are floats. */
  readonly kinds: Uint8Array | undefined;
  /** By sample, where its kind is histogram. */
  readonly histograms: readonly (NativeHistogram | undefined)[] | undefined;
  /** 0 = unknown; undefined = all are. */
  readonly starts: Float64Array | undefined;
}

export class OpenSamples implements SampleLog {
  readonly #times = new F64Column(16_384);
  readonly #values = new F64Column(16_384);
  readonly #kinds = new ByteColumn(16_384);
  /** Index into #startTimes. */
  readonly #starts = new U32Column(16_384);
  /** Place of the series' sample before, plus one. */
  readonly #previous = new U32Column(16_384);
  /** By series: place of its newest sample, plus one. */
  readonly #last = new U32Column(1024);
  readonly #counts = new U32Column(1024);
  /** Series with samples, in the order in which they got their first. */
  readonly touched: number[] = [];
  readonly #startTimes: number[] = [0];
  readonly #startIds = new Map<number, number>([[0, 0]]);
  #histograms: NativeHistogram[] = [];
  #histogramBytes = 0;
  #scratch = Array.from({ length: 3 }, () => new Float64Array(256));
  minTime = Infinity;
  maxTime = -Infinity;

  get count(): number {
    return this.#times.length;
  }

  get sizeBytes(): number {
    return this.count * SAMPLE_BYTES + this.#histogramBytes;
  }

  addSeries(): void {
    this.#last.push(0);
    this.#counts.push(0);
  }

  putFloat(series: number, timestamp: number, value: number, start: number): void {
    this.#push(series, timestamp, value, KIND.float, start);
  }

  putStale(series: number, timestamp: number): void {
    this.#push(series, timestamp, 0, KIND.stale, 0);
  }

  putHistogram(series: number, timestamp: number, histogram: NativeHistogram, start: number): void {
    this.#push(series, timestamp, this.#histograms.length, KIND.histogram, start);
    this.#histograms.push(histogram);
    const { positiveBuckets, negativeBuckets, customValues = [] } = histogram;
    this.#histogramBytes +=
      HISTOGRAM_BYTES + 8 * (positiveBuckets.length + negativeBuckets.length + customValues.length);
  }

  countOf(series: number): number {
    return this.#counts.values[series];
  }

  /** Place of a series' newest sample, or -1. */
  newestOf(series: number): number {
    return this.#last.values[series] - 1;
  }

  timeAt(place: number): number {
    return this.#times.values[place];
  }

  before(place: number): number {
    return this.#previous.values[place] - 1;
  }

  /** A series' samples from `start` to `end`, both inclusive. */
  select(series: number, start = -Infinity, end = Infinity): SeriesSamples {
    let place = this.newestOf(series);
    while (place >= 0 && this.timeAt(place) > end) place = this.before(place);
    let count = 0;
    for (let p = place; p >= 0 && this.timeAt(p) >= start; p = this.before(p)) count++;
    return this.#read(place, new Float64Array(count), new Float64Array(count), () => new Float64Array(count));
  }

  /** All of a series' samples, in arrays that are used again: valid until the next call. A seal makes no garbage so. */
  peek(series: number): SeriesSamples {
    const count = this.#counts.values[series];
    if (count > this.#scratch[0].length) this.#scratch = this.#scratch.map(() => new Float64Array(count * 2));
    const [timestamps, values, starts] = this.#scratch.map((scratch) => scratch.subarray(0, count));
    return this.#read(this.newestOf(series), timestamps, values, () => starts.fill(0));
  }

  /** The samples up to a place, as many as the arrays are long. */
  #read(place: number, timestamps: Float64Array, values: Float64Array, noStarts: () => Float64Array): SeriesSamples {
    const count = timestamps.length;
    let kinds: Uint8Array | undefined;
    let starts: Float64Array | undefined;
    let histograms: (NativeHistogram | undefined)[] | undefined;
    for (let i = count - 1; i >= 0; i--, place = this.before(place)) {
      timestamps[i] = this.#times.values[place];
      values[i] = this.#values.values[place];
      const kind = this.#kinds.values[place];
      if (kind !== KIND.float) {
        kinds ??= new Uint8Array(count);
        kinds[i] = kind;
        if (kind === KIND.histogram) {
          histograms ??= Array.from({ length: count }, () => undefined);
          histograms[i] = this.#histograms[values[i]];
        }
        values[i] = 0;
      }
      const began = this.#startTimes[this.#starts.values[place]];
      if (began !== 0) {
        starts ??= noStarts();
        starts[i] = began;
      }
    }
    return { timestamps, values, kinds, histograms, starts };
  }

  /** Forgets all samples and keeps the memory. @param seriesCount how many series there are from now on */
  clear(seriesCount: number): void {
    for (const column of [this.#times, this.#values, this.#kinds, this.#starts, this.#previous]) column.clear();
    for (const column of [this.#last, this.#counts]) {
      column.clear();
      column.reserve(seriesCount);
      column.values.fill(0, 0, seriesCount);
      column.length = seriesCount;
    }
    this.touched.length = 0;
    this.#startTimes.length = 1;
    this.#startIds.clear();
    this.#startIds.set(0, 0);
    this.#histograms = [];
    this.#histogramBytes = 0;
    this.minTime = Infinity;
    this.maxTime = -Infinity;
  }

  #push(series: number, timestamp: number, value: number, kind: number, start: number): void {
    this.#times.push(timestamp);
    this.#values.push(value);
    this.#kinds.push(kind);
    this.#starts.push(start === 0 ? 0 : this.#startId(start));
    const last = this.#last.values;
    this.#previous.push(last[series]);
    if (last[series] === 0) this.touched.push(series);
    last[series] = this.#times.length;
    this.#counts.values[series]++;
    if (timestamp < this.minTime) this.minTime = timestamp;
    if (timestamp > this.maxTime) this.maxTime = timestamp;
  }

  #startId(start: number): number {
    // Samples of one request mostly began together.
    if (this.#startTimes.at(-1) === start) return this.#startTimes.length - 1;
    let id = this.#startIds.get(start);
    if (id === undefined) {
      id = this.#startTimes.push(start) - 1;
      this.#startIds.set(start, id);
    }
    return id;
  }
}
