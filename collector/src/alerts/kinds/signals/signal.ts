/** A golden signal of whatever it is measured for: its value now, and its values over an hour of the past, by key. */
import { labelsOf, type Labels } from "../../../model/labels.ts";
import type { MeasureUnit } from "../format-value.ts";

export interface SignalReader {
  /** Statistics of equal names are the same. */
  readonly name: string;
  readonly unit: MeasureUnit;
  /** Parts of a key, in order. */
  readonly labelNames: readonly string[];
  /** Of what data there is up to a time; undefined = there is nobody who counts. */
  now(timeMillis: number): Promise<ReadonlyMap<string, Reading> | undefined>;
  /** Windows of {@link WINDOW_MILLIS} over [start, start + an hour], of those with enough to measure. */
  hour(startMillis: number): Promise<ReadonlyMap<string, HourValues>>;
}

export interface Reading {
  readonly value: number;
  /** Requests it is made of; Infinity where none are counted. */
  readonly count: number;
  readonly windowMillis: number;
  /** Between these it is for certain, however few requests there were; absent = exactly there. */
  readonly sure?: readonly [least: number, most: number];
  /** A value under it is never too high; of saturation. */
  readonly atLeast?: number;
  /** What the value is of: a resource and its instance. */
  readonly about?: string;
}

export interface HourValues {
  readonly values: readonly number[];
  /** A better middle than that of the values: the share over the whole hour. */
  readonly center?: number;
  /** Requests in a window, as a median. */
  readonly count: number;
}

export const HOUR_MILLIS = 3_600_000;
export const WINDOW_MILLIS = 300_000;
export const WINDOWS = HOUR_MILLIS / WINDOW_MILLIS;
/** Fewer requests are no share and no quantile. */
export const FEWEST_REQUESTS = 20;

/** Parts hold no line feeds. */
export function signalKey(...parts: readonly string[]): string {
  return parts.join("\n");
}

export function labelsOfKey({ labelNames }: Pick<SignalReader, "labelNames">, key: string): Labels {
  const parts = key.split("\n");
  return labelsOf(Object.fromEntries(labelNames.map((name, i) => [name, parts[i] ?? ""])));
}

export function median(values: readonly number[]): number {
  if (values.length === 0) return NaN;
  const sorted = Float64Array.from(values).sort();
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}
