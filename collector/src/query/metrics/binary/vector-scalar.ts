/** A vector and a number. Comparisons keep the vector's value, whichever side it is on. */
import { isComparison, type ArithmeticOperator, type BinaryExpr } from "../parse/ast.ts";
import { ABSENT, ColumnBlock, FLOAT, HISTOGRAM, isEmpty, setHistogram, type Column } from "../run/column.ts";
import type { Run } from "../run/run.ts";
import { changesMetric, combineSamples } from "./combine-step.ts";
import { ARITHMETIC, COMPARISON } from "./operators.ts";

/** @param isSwapped the number is on the left */
export function combineWithScalar(
  { op, returnBool, span }: BinaryExpr,
  columns: readonly Column[],
  scalars: Float64Array,
  isSwapped: boolean,
  run: Run,
): Column[] {
  const out: Column[] = [];
  const block = new ColumnBlock(scalars.length);
  for (const column of columns) {
    run.scope.check();
    const { labels, values, present } = column;
    const result = block.newColumn(labels, column.dropsName || changesMetric(op) || returnBool);
    if (column.histograms || op === "</" || op === ">/") combineAny(column, result);
    else if (isComparison(op)) {
      const holds = COMPARISON[op];
      for (let i = 0; i < values.length; i++) {
        if (present[i] !== FLOAT) continue;
        const keeps = isSwapped ? holds(scalars[i], values[i]) : holds(values[i], scalars[i]);
        if (!keeps && !returnBool) continue;
        result.present[i] = FLOAT;
        result.values[i] = returnBool ? Number(keeps) : values[i];
      }
    } else {
      const combine = ARITHMETIC[op as ArithmeticOperator] ?? (() => NaN);
      for (let i = 0; i < values.length; i++)
        result.values[i] = isSwapped ? combine(scalars[i], values[i]) : combine(values[i], scalars[i]);
      result.present.set(present);
    }
    if (!isEmpty(result)) out.push(result);
  }
  return out;

  function combineAny(column: Column, result: Column): void {
    for (let i = 0; i < column.present.length; i++) {
      if (column.present[i] === ABSENT) continue;
      const histogram = column.present[i] === HISTOGRAM ? column.histograms?.[i] : undefined;
      const own = { value: column.values[i], histogram };
      const number = { value: scalars[i] };
      const combined = isSwapped
        ? combineSamples(op, number, own, span.start, run)
        : combineSamples(op, own, number, span.start, run);
      if (!combined || (!combined.keeps && !returnBool)) continue;
      const kept = isComparison(op) ? own : combined;
      if (returnBool) {
        result.present[i] = FLOAT;
        result.values[i] = Number(combined.keeps);
      } else if (kept.histogram) setHistogram(result, i, kept.histogram);
      else {
        result.present[i] = FLOAT;
        result.values[i] = kept.value;
      }
    }
  }
}
