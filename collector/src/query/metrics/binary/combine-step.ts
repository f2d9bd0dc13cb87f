/** An operator on one step's samples of two vectors (or of a vector and a number), histograms included. */
import {
  addHistograms,
  divideHistogram,
  IncompatibleSchemas,
  scaleHistogram,
  subtractHistograms,
} from "../histogram/arithmetic.ts";
import { compact, isEqual, type Histogram } from "../histogram/histogram.ts";
import { trimHistogram } from "../histogram/trim.ts";
import { isComparison, type BinaryOperator, type ComparisonOperator, type ArithmeticOperator } from "../parse/ast.ts";
import * as messages from "../run/messages.ts";
import type { Run } from "../run/run.ts";
import { ARITHMETIC, COMPARISON } from "./operators.ts";

export interface Sample {
  readonly value: number;
  readonly histogram?: Histogram;
}

/** `keeps` = false: a comparison that doesn't hold. Undefined = the operator has no result for such samples. */
export interface Combined extends Sample {
  readonly keeps: boolean;
}

export function combineSamples(
  op: BinaryOperator,
  a: Sample,
  b: Sample,
  place: number,
  run: Run,
): Combined | undefined {
  if (a.histogram && b.histogram) return combineHistograms(op, a.histogram, b.histogram, place, run);
  if (a.histogram) {
    if (op === "*") return histogram(compact(scaleHistogram(a.histogram, b.value)));
    if (op === "/") return histogram(compact(divideHistogram(a.histogram, b.value)));
    if (op === "</" || op === ">/") return histogram(trimHistogram(a.histogram, b.value, op === "</"));
    return refuse(op, "histogram", "float", place, run);
  }
  if (b.histogram) {
    if (op === "*") return histogram(compact(scaleHistogram(b.histogram, a.value)));
    return refuse(op, "float", "histogram", place, run);
  }
  if (op === "</" || op === ">/") return refuse(op, "float", "float", place, run);
  if (isComparison(op)) return { value: a.value, keeps: COMPARISON[op](a.value, b.value) };
  const arithmetic = ARITHMETIC[op as ArithmeticOperator];
  return arithmetic && { value: arithmetic(a.value, b.value), keeps: true };
}

function combineHistograms(
  op: BinaryOperator,
  a: Histogram,
  b: Histogram,
  place: number,
  run: Run,
): Combined | undefined {
  if (op === "==" || op === "!=") return { value: 0, histogram: a, keeps: isEqual(a, b) === (op === "==") };
  if (op !== "+" && op !== "-") return refuse(op, "histogram", "histogram", place, run);
  const { annotations } = run;
  const operation = op === "+" ? "addition" : "subtraction";
  try {
    const result = op === "+" ? addHistograms(a, b) : subtractHistograms(a, b);
    if (result.resetsCollide) annotations.warn(messages.resetsCollide(operation), place);
    if (result.boundsReconciled) annotations.info(messages.boundsReconciled(operation), place);
    // A difference may fall, and is a gauge.
    return histogram(compact(op === "+" ? result.histogram : { ...result.histogram, hint: "gauge" }));
  } catch (error) {
    if (!(error instanceof IncompatibleSchemas)) throw error;
    annotations.warn(messages.incompatibleLayout(op), place);
    return undefined;
  }
}

function histogram(result: Histogram): Combined {
  return { value: 0, histogram: result, keeps: true };
}

function refuse(op: BinaryOperator, left: string, right: string, place: number, run: Run): undefined {
  run.annotations.info(messages.incompatibleTypes(op, left, right), place);
  return undefined;
}

/** The result is no longer the metric it was. */
export function changesMetric(op: BinaryOperator | ComparisonOperator): boolean {
  return Object.hasOwn(ARITHMETIC, op);
}
