/**
 * What is done with a sample, series by series: one older than its series' newest is not taken, nor one of the same time and another value;
 * deltas are summed up; where a counter began later than its sample before, it was zero then. No bound holds over all series.
 */
import { ByteColumn, F64Column } from "../../base/column.ts";
import { resetHintAfter } from "../../model/counter-reset.ts";
import type { NativeHistogram } from "../../model/native-histogram.ts";
import { addHistograms, emptyHistogram } from "./add-histograms.ts";
import { COUNTER, DELTA, STALE, VERDICT, type Verdict } from "./sample-sink.ts";

/** Takes the samples that count, in order of time for each series. A start of 0 is unknown. */
export interface SampleLog {
  putFloat(series: number, timestamp: number, value: number, start: number): void;
  putStale(series: number, timestamp: number): void;
  putHistogram(series: number, timestamp: number, histogram: NativeHistogram, start: number): void;
}

/** A counter's start further back is told with its samples, but makes no sample of its own. */
const OLDEST_ZERO_MILLIS = 86_400_000;
/** Nanoseconds were cut: an interval that begins where the last one ended may seem to be this much off. */
const SLACK_MILLIS = 1;

/** What a series' newest sample is. */
const FLOAT = 0;
const ENDED = 1;
const HISTOGRAM = 2;
/** It came in an earlier life of the store: its value isn't known any more. */
const UNKNOWN = 3;

/** The newest sample of an earlier life, as it was stored; undefined = stale. */
export type LastValue = number | NativeHistogram | undefined;

interface DeltaState {
  start: number;
  sum: number;
  histogram: NativeHistogram | undefined;
  /** As it came. */
  last: number;
  lastHistogram: NativeHistogram | undefined;
}

export class SampleRules {
  readonly #log: SampleLog;
  /** -Infinity = no sample yet. */
  readonly newest = new F64Column(1024);
  /** Of a series whose kind is FLOAT. */
  readonly #value = new F64Column(1024);
  readonly #start = new F64Column(1024);
  readonly #kind = new ByteColumn(1024);
  readonly #histograms = new Map<number, NativeHistogram>();
  readonly #deltas = new Map<number, DeltaState>();

  constructor(log: SampleLog) {
    this.#log = log;
  }

  /** The next series' number follows the one before it. */
  addSeries(): void {
    this.newest.push(-Infinity);
    this.#value.push(NaN);
    this.#start.push(0);
    this.#kind.push(FLOAT);
  }

  /** A series' newest sample in an earlier life. @param last absent = it cannot be told */
  recall(series: number, timestamp: number, last?: { readonly value: LastValue }): void {
    if (timestamp <= this.newest.values[series]) return;
    this.newest.values[series] = timestamp;
    const value = last?.value;
    this.#kind.values[series] =
      last === undefined ? UNKNOWN : value === undefined ? ENDED : typeof value === "number" ? FLOAT : HISTOGRAM;
    if (typeof value === "number") this.#value.values[series] = value;
    else if (value) this.#histograms.set(series, value);
  }

  /** Only these series stay, numbered by their place in the list. */
  keep(series: readonly number[]): void {
    const place = new Map(series.map((old, i) => [old, i]));
    for (const column of [this.newest, this.#value, this.#start, this.#kind]) {
      series.forEach((old, i) => (column.values[i] = column.values[old]));
      column.length = series.length;
    }
    renumber(this.#histograms, place);
    renumber(this.#deltas, place);
  }

  sample(series: number, timestamp: number, value: number, start: number, flags: number): Verdict {
    const newest = this.newest.values[series];
    if (timestamp <= newest) return this.#late(series, timestamp, value, flags);
    if ((flags & STALE) !== 0) {
      this.#log.putStale(series, timestamp);
      this.#kind.values[series] = ENDED;
      this.#deltas.delete(series);
      this.#histograms.delete(series);
      this.newest.values[series] = timestamp;
      return VERDICT.taken;
    }
    if (this.#kind.values[series] === HISTOGRAM) this.#histograms.delete(series);
    if ((flags & DELTA) !== 0) {
      const state = this.#delta(series, timestamp, start, newest, flags);
      if (!state) return VERDICT.overlap;
      state.last = value;
      value = state.sum += value;
      start = state.start;
    } else if (start !== 0 && start !== this.#start.values[series]) {
      if (isZeroAt(start, timestamp, newest, flags)) this.#log.putFloat(series, start, 0, start);
      this.#start.values[series] = start;
    }
    this.#log.putFloat(series, timestamp, value, start);
    this.newest.values[series] = timestamp;
    this.#value.values[series] = value;
    this.#kind.values[series] = FLOAT;
    return VERDICT.taken;
  }

  histogram(series: number, timestamp: number, histogram: NativeHistogram, start: number, flags: number): Verdict {
    const newest = this.newest.values[series];
    if (timestamp < newest) return VERDICT.outOfOrder;
    if (timestamp === newest) {
      const state = this.#deltas.get(series);
      // What a sum of an earlier life was made of isn't known any more.
      if (this.#kind.values[series] === UNKNOWN || ((flags & DELTA) !== 0 && !state)) return VERDICT.taken;
      const last = (flags & DELTA) !== 0 ? state?.lastHistogram : this.#histograms.get(series);
      return last && isSame(last, histogram) ? VERDICT.taken : VERDICT.duplicate;
    }
    let before = this.#histograms.get(series);
    if ((flags & DELTA) !== 0) {
      const state = this.#delta(series, timestamp, start, newest, flags, histogram);
      if (!state) return VERDICT.overlap;
      state.lastHistogram = histogram;
      state.histogram = histogram = state.histogram ? addHistograms(state.histogram, histogram) : histogram;
      start = state.start;
    } else if (start !== 0 && start !== this.#start.values[series]) {
      if (isZeroAt(start, timestamp, newest, flags)) {
        before = emptyHistogram(histogram);
        this.#log.putHistogram(series, start, before, start);
      }
      this.#start.values[series] = start;
    }
    const hinted = { ...histogram, counterResetHint: resetHintAfter(before, histogram) };
    this.#log.putHistogram(series, timestamp, hinted, start);
    this.newest.values[series] = timestamp;
    this.#kind.values[series] = HISTOGRAM;
    this.#histograms.set(series, histogram);
    return VERDICT.taken;
  }

  #late(series: number, timestamp: number, value: number, flags: number): Verdict {
    if (timestamp < this.newest.values[series]) return VERDICT.outOfOrder;
    const kind = this.#kind.values[series];
    if (kind === UNKNOWN) return VERDICT.taken;
    if ((flags & STALE) !== 0) return kind === ENDED ? VERDICT.taken : VERDICT.duplicate;
    const state = this.#deltas.get(series);
    if ((flags & DELTA) !== 0 && kind === FLOAT && !state) return VERDICT.taken;
    const last = (flags & DELTA) !== 0 ? state?.last : this.#value.values[series];
    return kind === FLOAT && Object.is(last, value) ? VERDICT.taken : VERDICT.duplicate;
  }

  /**
   * The state that the next delta is added to: the one there is when the delta follows it, else a new one, and the zero it begins from.
   * Undefined = its interval began before the last one ended.
   */
  #delta(
    series: number,
    timestamp: number,
    start: number,
    newest: number,
    flags: number,
    layout?: NativeHistogram,
  ): DeltaState | undefined {
    const known = this.#deltas.get(series);
    if (known && start !== 0 && start < newest - SLACK_MILLIS) return undefined;
    if (known && start <= newest + SLACK_MILLIS) return known;
    const state: DeltaState = { start, sum: 0, histogram: undefined, last: NaN, lastHistogram: undefined };
    this.#deltas.set(series, state);
    // Where a sum of an earlier life ended just then the reset has to be seen.
    const zeroAt = start !== 0 && start <= newest && start >= newest - SLACK_MILLIS ? newest + 1 : start;
    if (isZeroAt(zeroAt, timestamp, newest, flags)) {
      if (layout) this.#log.putHistogram(series, zeroAt, emptyHistogram(layout), start);
      else this.#log.putFloat(series, zeroAt, 0, start);
    }
    return state;
  }
}

function isZeroAt(start: number, timestamp: number, newest: number, flags: number): boolean {
  return (
    (flags & COUNTER) !== 0 &&
    start > newest &&
    start < timestamp &&
    timestamp - start <= OLDEST_ZERO_MILLIS &&
    start > 0
  );
}

function isSame(a: NativeHistogram, b: NativeHistogram): boolean {
  // Each part by its name: histograms that were read back have them in another order.
  const parts = ({ schema, zeroThreshold, zeroCount, count, sum, customValues = [], ...rest }: NativeHistogram) =>
    JSON.stringify([
      [schema, zeroThreshold, zeroCount, count, sum, customValues],
      [rest.positiveSpans, rest.positiveBuckets, rest.negativeSpans, rest.negativeBuckets],
    ]);
  return parts(a) === parts(b);
}

function renumber<T>(map: Map<number, T>, place: ReadonlyMap<number, number>): void {
  const entries = [...map];
  map.clear();
  for (const [old, value] of entries) {
    const next = place.get(old);
    if (next !== undefined) map.set(next, value);
  }
}
