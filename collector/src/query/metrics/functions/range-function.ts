/** What a function over ranges is to the engine. */
import type { Run } from "../run/run.ts";
import type { Column } from "../run/column.ts";
import type { FloatSamples } from "../run/samples.ts";
import type { Window } from "../run/window.ts";

export interface RangeCall {
  readonly run: Run;
  readonly name: string;
  /** Of the range, milliseconds. */
  readonly range: number;
  readonly extension?: "anchored" | "smoothed";
  /** The other arguments, step by step. */
  readonly scalars: readonly Float64Array[];
  /** Where the range stands in the text, and where the first argument does. */
  readonly place: number;
  readonly firstPlace: number;
}

/** Called for a window that has samples; leaves the result there. False = no result. */
export type RangeFunction = (window: Window, call: RangeCall) => boolean;

/** Of every step the floats in its window: low to high - 1; and the window's ends, unix milliseconds. */
export interface WindowBounds {
  readonly lows: Int32Array;
  readonly highs: Int32Array;
  /** Of the first window; the others follow by `step`, which is 0 where all are the same. */
  readonly start: number;
  readonly end: number;
  readonly step: number;
}

/** The same for all steps of a series that has floats only: one loop without calls. Gives what the function would. */
export type FloatKernel = (floats: FloatSamples, bounds: WindowBounds, call: RangeCall, column: Column) => void;
