/** Series with their samples as few flat arrays: what crosses threads at the least cost. Series of one target share their times. */
import type { Labels } from "../../../model/labels.ts";
import type { NativeHistogram } from "../../../model/native-histogram.ts";
import type { SeriesSamples } from "./open-samples.ts";

export interface PackedSeries {
  /** Numbers in the partition; 0 = the series has none, its labels are told. */
  readonly ids: Uint32Array;
  readonly labels: readonly Labels[];
  readonly axes: readonly Float64Array[];
  readonly axisOf: Uint32Array;
  /** All series' values, one after the other. */
  readonly values: Float64Array;
  /** Of series where not all samples are floats, by their place. */
  readonly kinds: ReadonlyMap<number, Uint8Array>;
  readonly histograms: ReadonlyMap<number, readonly (NativeHistogram | undefined)[]>;
  readonly starts: ReadonlyMap<number, Float64Array>;
}

export interface SeriesToPack {
  readonly id: number;
  readonly labels: Labels | undefined;
  readonly samples: SeriesSamples;
}

export function packSeries(series: SeriesToPack[]): PackedSeries {
  const axes: Float64Array[] = [];
  const places = new Map<string, number[]>();
  const axisOf = Uint32Array.from(series, ({ samples: { timestamps } }) => {
    const key = `${timestamps.length} ${timestamps[0]} ${timestamps.at(-1)}`;
    const alike = places.get(key) ?? [];
    const known = alike.find((axis) => axes[axis].every((time, i) => time === timestamps[i]));
    if (known !== undefined) return known;
    places.set(key, [...alike, axes.length]);
    return axes.push(timestamps) - 1;
  });
  const values = new Float64Array(series.reduce((sum, { samples }) => sum + samples.values.length, 0));
  const kinds = new Map<number, Uint8Array>();
  const histograms = new Map<number, readonly (NativeHistogram | undefined)[]>();
  const starts = new Map<number, Float64Array>();
  let at = 0;
  series.forEach(({ samples }, i) => {
    values.set(samples.values, at);
    at += samples.values.length;
    if (samples.kinds) kinds.set(i, samples.kinds);
    if (samples.histograms) histograms.set(i, samples.histograms);
    if (samples.starts) starts.set(i, samples.starts);
  });
  return {
    ids: Uint32Array.from(series, ({ id }) => id),
    labels: series.flatMap(({ id, labels }) => (id === 0 && labels ? [labels] : [])),
    axes,
    axisOf,
    values,
    kinds,
    histograms,
    starts,
  };
}

export function unpackSeries(packed: PackedSeries): SeriesToPack[] {
  let at = 0;
  let named = 0;
  return Array.from(packed.ids, (id, i): SeriesToPack => {
    const timestamps = packed.axes[packed.axisOf[i]];
    const values = packed.values.subarray(at, (at += timestamps.length));
    return {
      id,
      labels: id === 0 ? packed.labels[named++] : undefined,
      samples: {
        timestamps,
        values,
        kinds: packed.kinds.get(i),
        histograms: packed.histograms.get(i),
        starts: packed.starts.get(i),
      },
    };
  });
}
