/** A sample that a rule makes. */
import type { Labels } from "../../model/labels.ts";
import type { NativeHistogram } from "../../model/native-histogram.ts";

export interface RuleSample {
  readonly labels: Labels;
  readonly timestampMillis: number;
  /** "stale" = the series ends here. */
  readonly value: number | NativeHistogram | "stale";
}

/** A rule whose evaluation failed for what it came to, not for its query. */
export class RuleError extends Error {
  override name = "RuleError";
}
