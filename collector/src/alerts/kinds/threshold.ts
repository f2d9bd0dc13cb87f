/** A value held against a rule's bound; without one every value counts. */
import type { Threshold } from "../rules/rule-source.ts";

export function meets({ above, below }: Threshold, value: number): boolean {
  if (above !== undefined) return value > above;
  return below === undefined || value < below;
}
