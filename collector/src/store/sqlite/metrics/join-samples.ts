/**
 * Parts of one series -> the series: cut to the range, in order of time, each time once. Series that share their times in every part share
 * them in the answer, too: joined times are kept while a query goes on.
 */
import type { NativeHistogram } from "../../../model/native-histogram.ts";
import type { Labels } from "../../../model/labels.ts";
import type { MillisRange, Series } from "../../store.ts";
import { KIND, type SeriesSamples } from "./open-samples.ts";

/** Joined times remembered at a time: of as many targets. */
const MOST_REMEMBERED = 256;

interface Joined {
  readonly parts: readonly Float64Array[];
  readonly times: Float64Array;
}

export class SampleJoiner {
  readonly #range: MillisRange;
  readonly #cuts = new Map<Float64Array, { from: number; to: number; times: Float64Array }>();
  /** By the first part's times. */
  readonly #joined = new Map<Float64Array, Joined>();

  constructor(range: MillisRange) {
    this.#range = range;
  }

  /** The part of samples that lies in the range; undefined when there is none. */
  cut(samples: SeriesSamples): SeriesSamples | undefined {
    const { timestamps } = samples;
    let cut = this.#cuts.get(timestamps);
    if (!cut) {
      const from = lowerBound(timestamps, this.#range.start);
      const to = lowerBound(timestamps, this.#range.end + 1);
      const times = from === 0 && to === timestamps.length ? timestamps : timestamps.subarray(from, to);
      this.#cuts.set(timestamps, (cut = { from, to, times }));
    }
    const { from, to, times } = cut;
    if (from >= to) return undefined;
    if (times === timestamps) return samples;
    return {
      timestamps: times,
      values: samples.values.subarray(from, to),
      kinds: samples.kinds?.subarray(from, to),
      histograms: samples.histograms?.slice(from, to),
      starts: samples.starts?.subarray(from, to),
    };
  }

  /** @param parts at least one; of equal times the part that stands first counts */
  join(parts: SeriesSamples[]): SeriesSamples {
    if (parts.length === 1) return parts[0];
    parts.sort((a, b) => a.timestamps[0] - b.timestamps[0]);
    for (let i = 1; i < parts.length; i++)
      if (parts[i].timestamps[0] <= (parts[i - 1].timestamps.at(-1) as number)) return interleave(parts);
    const timestamps = this.#joinTimes(parts);
    const values = new Float64Array(timestamps.length);
    let at = 0;
    for (const part of parts) {
      values.set(part.values, at);
      at += part.values.length;
    }
    return { timestamps, values, ...joinRest(parts, timestamps.length) };
  }

  #joinTimes(parts: readonly SeriesSamples[]): Float64Array {
    const known = this.#joined.get(parts[0].timestamps);
    if (known?.parts.length === parts.length && known.parts.every((times, i) => times === parts[i].timestamps))
      return known.times;
    const length = parts.reduce((sum, { timestamps }) => sum + timestamps.length, 0);
    const times = new Float64Array(length);
    let at = 0;
    for (const part of parts) {
      times.set(part.timestamps, at);
      at += part.timestamps.length;
    }
    if (this.#joined.size >= MOST_REMEMBERED) this.#joined.clear();
    this.#joined.set(parts[0].timestamps, { parts: parts.map(({ timestamps }) => timestamps), times });
    return times;
  }
}

function joinRest(
  parts: readonly SeriesSamples[],
  length: number,
): Pick<SeriesSamples, "kinds" | "histograms" | "starts"> {
  let kinds: Uint8Array | undefined;
  let starts: Float64Array | undefined;
  let histograms: (NativeHistogram | undefined)[] | undefined;
  let at = 0;
  for (const part of parts) {
    if (part.kinds) (kinds ??= new Uint8Array(length)).set(part.kinds, at);
    if (part.starts) (starts ??= new Float64Array(length)).set(part.starts, at);
    if (part.histograms) {
      histograms ??= Array.from({ length }, () => undefined);
      for (let i = 0; i < part.histograms.length; i++) histograms[at + i] = part.histograms[i];
    }
    at += part.timestamps.length;
  }
  return { kinds, starts, histograms };
}

/** Parts whose times overlap: backfill behind what was let go, or what a crash left twice. */
function interleave(parts: readonly SeriesSamples[]): SeriesSamples {
  const places = parts.flatMap((part, p) => Array.from(part.timestamps, (time, i) => ({ time, p, i })));
  places.sort((a, b) => a.time - b.time || a.p - b.p);
  const once = places.filter(({ time }, n) => n === 0 || places[n - 1].time !== time);
  const has = (of: "kinds" | "starts" | "histograms") => parts.some((part) => part[of] !== undefined);
  return {
    timestamps: Float64Array.from(once, ({ time }) => time),
    values: Float64Array.from(once, ({ p, i }) => parts[p].values[i]),
    kinds: has("kinds") ? Uint8Array.from(once, ({ p, i }) => parts[p].kinds?.[i] ?? 0) : undefined,
    starts: has("starts") ? Float64Array.from(once, ({ p, i }) => parts[p].starts?.[i] ?? 0) : undefined,
    histograms: has("histograms") ? once.map(({ p, i }) => parts[p].histograms?.[i]) : undefined,
  };
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
