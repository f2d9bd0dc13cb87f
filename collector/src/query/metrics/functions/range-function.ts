/** What a function over ranges is to the engine. */
import type { Run } from "../run/run.ts";
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
