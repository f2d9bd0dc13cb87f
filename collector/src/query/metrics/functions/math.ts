/** Functions from one float to another. Histograms have no result; the metric's name goes. */
import { ColumnBlock, FLOAT, isEmpty, type Column } from "../run/column.ts";

const PI_DEGREES = 180;

export const MATH_FUNCTIONS: Readonly<Record<string, (value: number) => number>> = {
  abs: Math.abs,
  acos: Math.acos,
  acosh: Math.acosh,
  asin: Math.asin,
  asinh: Math.asinh,
  atan: Math.atan,
  atanh: Math.atanh,
  ceil: Math.ceil,
  cos: Math.cos,
  cosh: Math.cosh,
  deg: (value) => (value * PI_DEGREES) / Math.PI,
  exp: Math.exp,
  floor: Math.floor,
  ln: Math.log,
  log10: Math.log10,
  log2: Math.log2,
  rad: (value) => (value * Math.PI) / PI_DEGREES,
  sgn: (value) => (value < 0 ? -1 : value > 0 ? 1 : value),
  sin: Math.sin,
  sinh: Math.sinh,
  sqrt: Math.sqrt,
  tan: Math.tan,
  tanh: Math.tanh,
};

/** @param change may look at the step, for arguments that differ from step to step; undefined = no result */
export function mapFloats(
  columns: readonly Column[],
  change: (value: number, step: number) => number | undefined,
): Column[] {
  const out: Column[] = [];
  const block = new ColumnBlock(columns[0]?.present.length ?? 0);
  for (const { labels, values, present } of columns) {
    const column = block.newColumn(labels, true);
    for (let i = 0; i < values.length; i++) {
      if (present[i] !== FLOAT) continue;
      const result = change(values[i], i);
      if (result === undefined) continue;
      column.values[i] = result;
      column.present[i] = FLOAT;
    }
    if (isEmpty(column)) block.takeBack();
    else out.push(column);
  }
  return out;
}

export function clamp(
  columns: readonly Column[],
  low: Float64Array | undefined,
  high: Float64Array | undefined,
): Column[] {
  return mapFloats(columns, (value, i) => {
    const [least, most] = [low ? low[i] : -Infinity, high ? high[i] : Infinity];
    return most < least ? undefined : Math.max(least, Math.min(most, value));
  });
}

/** Ties go up. */
export function round(columns: readonly Column[], toNearest: Float64Array | undefined): Column[] {
  return mapFloats(columns, (value, i) => {
    const inverse = 1 / (toNearest ? toNearest[i] : 1);
    return Math.floor(value * inverse + 0.5) / inverse;
  });
}
