/**
 * What expressions come to: values in columns, a series' value at every step in one array, so that an operator goes through memory in
 * order and allocates once a series. A step without a value is marked so; so is one with a histogram.
 */
import { QueryError } from "../../../base/errors.ts";
import { labelsKey, type Labels } from "../../../model/labels.ts";
import type { Histogram } from "../histogram/histogram.ts";

/** Unix milliseconds: start, start + step, … */
export interface Steps {
  readonly start: number;
  readonly step: number;
  readonly count: number;
}

export const ABSENT = 0;
export const FLOAT = 1;
export const HISTOGRAM = 2;

export interface Column {
  readonly labels: Labels;
  /** The metric's name goes when the query is done: later operators may still group by it. */
  readonly dropsName: boolean;
  /** Without meaning where the step has no float. */
  readonly values: Float64Array;
  /** ABSENT, FLOAT or HISTOGRAM, step by step. */
  readonly present: Uint8Array;
  /** Where any step has one. */
  histograms?: (Histogram | undefined)[];
}

export type Value =
  | { readonly type: "scalar"; readonly values: Float64Array }
  | { readonly type: "string"; readonly value: string }
  | { readonly type: "vector"; readonly columns: readonly Column[] };

export function newColumn(labels: Labels, dropsName: boolean, count: number): Column {
  return { labels, dropsName, values: new Float64Array(count), present: new Uint8Array(count) };
}

/** How many columns' arrays are allocated together: buffers of their own would cost more than what is done with them. */
const BLOCK = 64;

/** Makes columns of one length whose arrays lie side by side in larger buffers. */
export class ColumnBlock {
  readonly #count: number;
  #values = new Float64Array(0);
  #present = new Uint8Array(0);
  #used = 0;

  constructor(count: number) {
    this.#count = count;
  }

  newColumn(labels: Labels, dropsName: boolean): Column {
    const count = this.#count;
    if (this.#used + count > this.#present.length) {
      this.#values = new Float64Array(count * BLOCK);
      this.#present = new Uint8Array(count * BLOCK);
      this.#used = 0;
    }
    const [from, to] = [this.#used, this.#used + count];
    this.#used = to;
    return { labels, dropsName, values: this.#values.subarray(from, to), present: this.#present.subarray(from, to) };
  }

  /** The column made last, in which nothing was written: the next one takes its place. */
  takeBack(): void {
    this.#used -= this.#count;
  }
}

export function setHistogram(column: Column, step: number, histogram: Histogram): void {
  column.histograms ??= new Array<Histogram | undefined>(column.values.length).fill(undefined);
  column.histograms[step] = histogram;
  column.present[step] = HISTOGRAM;
}

export function histogramAt(column: Column, step: number): Histogram | undefined {
  return column.present[step] === HISTOGRAM ? column.histograms?.[step] : undefined;
}

export function isEmpty({ present }: Column): boolean {
  return !present.some((mark) => mark !== ABSENT);
}

/** Copies one step. */
export function copyStep(from: Column, to: Column, step: number): void {
  const mark = from.present[step];
  if (mark === HISTOGRAM) setHistogram(to, step, from.histograms?.[step] as Histogram);
  else {
    to.present[step] = mark;
    to.values[step] = from.values[step];
  }
}

/** Of one step to all. */
export function repeatColumn(column: Column, count: number): Column {
  const mark = column.present[0];
  return {
    labels: column.labels,
    dropsName: column.dropsName,
    values: new Float64Array(count).fill(column.values[0]),
    present: new Uint8Array(count).fill(mark),
    ...(mark === HISTOGRAM && { histograms: new Array(count).fill(column.histograms?.[0]) }),
  };
}

/** Series of equal labels become one. Throws QueryError where two of them have a value at the same step. */
export function mergeColumns(columns: readonly Column[]): readonly Column[] {
  if (columns.length < 2) return columns;
  const merged = new Map<string, Column>();
  for (const column of columns) {
    const key = labelsKey(column.labels);
    const known = merged.get(key);
    merged.set(key, known ? mergeTwo(known, column) : column);
  }
  return merged.size === columns.length ? columns : [...merged.values()];
}

function mergeTwo(a: Column, b: Column): Column {
  const count = a.values.length;
  const out = newColumn(a.labels, a.dropsName, count);
  for (let i = 0; i < count; i++) {
    if (a.present[i] !== ABSENT && b.present[i] !== ABSENT)
      throw new QueryError("vector cannot contain metrics with the same labelset");
    copyStep(a.present[i] === ABSENT ? b : a, out, i);
  }
  return out;
}
