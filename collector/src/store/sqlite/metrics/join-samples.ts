/**
 * Parts of one series -> the series: cut to the range, in order of time, each time once. How parts with these times are joined is worked
 * out once and remembered while a query goes on: series that share their times in every part share them in the answer, too.
 */
import type { NativeHistogram } from "../../../model/native-histogram.ts";
import type { Labels } from "../../../model/labels.ts";
import type { MillisRange, Series } from "../../store.ts";
import { FloatSlab } from "./float-slab.ts";
import { KIND, type SeriesSamples } from "./open-samples.ts";

/** Joined times remembered at a time: of as many targets. */
const MOST_REMEMBERED = 256;

/** Samples [from, to) of a part, one behind the other in the answer. */
interface Run {
  readonly part: number;
  readonly from: number;
  readonly to: number;
}

/** Samples [from, to) of a part lie in the range, and these are their times. */
interface Cut {
  readonly from: number;
  readonly to: number;
  readonly times: Float64Array;
}

interface Joined {
  readonly parts: readonly Float64Array[];
  readonly times: Float64Array;
  readonly runs: readonly Run[];
}

export class SampleJoiner {
  readonly #range: MillisRange;
  readonly #slab: FloatSlab;
  readonly #cuts = new Map<Float64Array, Cut>();
  /** By the first part's times. */
  readonly #joined = new Map<Float64Array, Joined>();

  /** @param slab where joined values go */
  constructor(range: MillisRange, slab = new FloatSlab()) {
    this.#range = range;
    this.#slab = slab;
  }

  /** How samples with these times lie in the range. */
  place(timestamps: Float64Array): "within" | "in part" | "outside" {
    const { from, to, times } = this.#cutOf(timestamps);
    return from >= to ? "outside" : times === timestamps ? "within" : "in part";
  }

  /** The part of samples that lies in the range; undefined when there is none. */
  cut(samples: SeriesSamples): SeriesSamples | undefined {
    const cut = this.#cutOf(samples.timestamps);
    if (cut.from >= cut.to) return undefined;
    return cut.times === samples.timestamps ? samples : partOf(samples, cut, (all) => all.subarray(cut.from, cut.to));
  }

  /** The same of samples that lie in it in part and whose numbers are only lent: a copy, of no more than that. */
  copy(samples: SeriesSamples): SeriesSamples {
    const cut = this.#cutOf(samples.timestamps);
    return partOf(samples, cut, (all) => {
      const own = this.#slab.take(cut.to - cut.from);
      own.set(all.subarray(cut.from, cut.to));
      return own;
    });
  }

  /** @param parts at least one; of equal times the part that stands first counts */
  join(parts: SeriesSamples[]): SeriesSamples {
    if (parts.length === 1) return parts[0];
    parts.sort((a, b) => a.timestamps[0] - b.timestamps[0]);
    const { times, runs } = this.#joinTimes(parts);
    const values = this.#slab.take(times.length);
    let at = 0;
    for (const { part, from, to } of runs) {
      const source = parts[part].values;
      values.set(from === 0 && to === source.length ? source : source.subarray(from, to), at);
      at += to - from;
    }
    return { timestamps: times, values, ...joinRest(parts, runs, times.length) };
  }

  #cutOf(timestamps: Float64Array): Cut {
    let cut = this.#cuts.get(timestamps);
    if (!cut) {
      const from = lowerBound(timestamps, this.#range.start);
      const to = lowerBound(timestamps, this.#range.end + 1);
      const times = from === 0 && to === timestamps.length ? timestamps : timestamps.subarray(from, to);
      this.#cuts.set(timestamps, (cut = { from, to, times }));
    }
    return cut;
  }

  #joinTimes(parts: readonly SeriesSamples[]): Joined {
    const known = this.#joined.get(parts[0].timestamps);
    if (known?.parts.length === parts.length && known.parts.every((times, i) => times === parts[i].timestamps))
      return known;
    const lists = parts.map(({ timestamps }) => timestamps);
    const runs = runsOf(lists);
    const times = new Float64Array(runs.reduce((sum, { from, to }) => sum + to - from, 0));
    let at = 0;
    for (const { part, from, to } of runs) {
      times.set(lists[part].subarray(from, to), at);
      at += to - from;
    }
    const joined = { parts: lists, times, runs };
    if (this.#joined.size >= MOST_REMEMBERED) this.#joined.clear();
    this.#joined.set(lists[0], joined);
    return joined;
  }
}

function partOf(
  { values, kinds, histograms, starts }: SeriesSamples,
  { from, to, times }: Cut,
  numbersOf: (all: Float64Array) => Float64Array,
): SeriesSamples {
  return {
    timestamps: times,
    values: numbersOf(values),
    kinds: kinds?.subarray(from, to),
    histograms: histograms?.slice(from, to),
    starts: starts && numbersOf(starts),
  };
}

/**
 * Which samples follow each other. Most parts lie one behind the other; they overlap where data was backfilled, and by a sample or more
 * after a restart. @param lists ascending times each, in order of their first
 */
function runsOf(lists: readonly Float64Array[]): Run[] {
  const runs: Run[] = [];
  const next = new Uint32Array(lists.length);
  let last = -Infinity;
  for (;;) {
    // The one that goes on first, and until when it is alone.
    let part = -1;
    let until = Infinity;
    for (let p = 0; p < lists.length; p++) {
      const list = lists[p];
      while (next[p] < list.length && list[next[p]] <= last) next[p]++;
      if (next[p] >= list.length) continue;
      const time = list[next[p]];
      if (part < 0 || time < lists[part][next[part]]) {
        if (part >= 0) until = lists[part][next[part]];
        part = p;
      } else if (time < until) until = time;
    }
    if (part < 0) return runs;
    const list = lists[part];
    const from = next[part];
    // Of equal times the part that stands first counts: it goes on to this one.
    const to = until === Infinity ? list.length : Math.max(from + 1, lowerBound(list, until));
    runs.push({ part, from, to });
    next[part] = to;
    last = list[to - 1];
  }
}

function joinRest(
  parts: readonly SeriesSamples[],
  runs: readonly Run[],
  length: number,
): Pick<SeriesSamples, "kinds" | "histograms" | "starts"> {
  let kinds: Uint8Array | undefined;
  let starts: Float64Array | undefined;
  let histograms: (NativeHistogram | undefined)[] | undefined;
  let at = 0;
  for (const { part, from, to } of runs) {
    const of = parts[part];
    if (of.kinds) (kinds ??= new Uint8Array(length)).set(of.kinds.subarray(from, to), at);
    if (of.starts) (starts ??= new Float64Array(length)).set(of.starts.subarray(from, to), at);
    if (of.histograms) {
      histograms ??= Array.from({ length }, () => undefined);
      for (let i = from; i < to; i++) histograms[at + i - from] = of.histograms[i];
    }
    at += to - from;
  }
  return { kinds, starts, histograms };
}

/** As readers have it. */
export function seriesOf(labels: Labels, samples: SeriesSamples): Series {
  const { timestamps, kinds, histograms, starts } = samples;
  let { values } = samples;
  if (!kinds && !starts) return { labels, timestamps, values };
  const isStale = kinds?.includes(KIND.stale) ?? false;
  if (kinds) values = values.map((value, i) => (kinds[i] === KIND.float ? value : NaN));
  return {
    labels,
    timestamps,
    values,
    ...(isStale && kinds && { stale: kinds.map((kind) => (kind === KIND.stale ? 1 : 0)) }),
    ...(histograms && { histograms }),
    ...(starts && { startTimestamps: starts }),
  };
}

/** The first place with a time of at least `time`. */
export function lowerBound(times: Float64Array, time: number): number {
  let [low, high] = [0, times.length];
  if (high === 0 || times[high - 1] < time) return high;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (times[middle] < time) low = middle + 1;
    else high = middle;
  }
  return low;
}
