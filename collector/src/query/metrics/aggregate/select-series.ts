/** topk, bottomk, limitk, limit_ratio: they keep some of a group's series as they are, step by step. */
import { QueryError } from "../../../base/errors.ts";
import { labelsKey } from "../../../model/labels.ts";
import type { AggregateExpr } from "../parse/ast.ts";
import { ABSENT, copyStep, FLOAT, HISTOGRAM, isEmpty, newColumn, type Column } from "../run/column.ts";
import * as messages from "../run/messages.ts";
import type { Run } from "../run/run.ts";
import { groupColumns } from "./groups.ts";

const MAX_INT64 = 2 ** 63;
/** Up to how many kept series putting each in its place is faster than sorting all. */
const FEW = 64;

export function selectByRank(columns: readonly Column[], expr: AggregateExpr, ks: Float64Array, run: Run): Column[] {
  if (!(Math.max(...ks) >= 1) && !ks.some(Number.isNaN)) return [];
  for (const k of ks) {
    if (Number.isNaN(k)) throw new QueryError("Parameter value is NaN", expr.param?.span.start);
    if (k <= -MAX_INT64) throw new QueryError(`Scalar value ${k} underflows int64`, expr.param?.span.start);
    if (k >= MAX_INT64) throw new QueryError(`Scalar value ${k} overflows int64`, expr.param?.span.start);
  }
  const isLimit = expr.op === "limitk";
  return selectPerStep(columns, expr, (group, step) => {
    const k = Math.trunc(ks[step]);
    const candidates = group.filter(({ present }) => (isLimit ? present[step] !== ABSENT : present[step] === FLOAT));
    if (!isLimit) {
      if (group.some(({ present }) => present[step] === HISTOGRAM))
        run.annotations.info(messages.ignoredInAggregation(expr.op), expr.span.start);
      return best(candidates, step, Math.max(0, k), expr.op === "topk");
    }
    return candidates.slice(0, Math.max(0, k));
  });
}

/** The k largest (smallest) ones in order, NaN last, equal ones in the columns' order: few are kept while all are gone through. */
function best(columns: readonly Column[], step: number, k: number, isLargest: boolean): Column[] {
  const isBefore = (a: number, b: number) => (isLargest ? a > b : a < b) || (Number.isNaN(b) && !Number.isNaN(a));
  if (k > FEW)
    return columns
      .toSorted((a, b) => {
        const [left, right] = [a.values[step], b.values[step]];
        return isBefore(left, right) ? -1 : isBefore(right, left) ? 1 : 0;
      })
      .slice(0, k);
  const kept: Column[] = [];
  for (const column of columns) {
    const value = column.values[step];
    if (kept.length === k && !(k > 0 && isBefore(value, kept[k - 1].values[step]))) continue;
    let at = Math.min(kept.length, k - 1);
    for (; at > 0 && isBefore(value, kept[at - 1].values[step]); at--) kept[at] = kept[at - 1];
    kept[at] = column;
  }
  return kept;
}

/** A share of the series, always the same ones; of a negative ratio those that the positive rest leaves out. */
export function selectByRatio(
  columns: readonly Column[],
  expr: AggregateExpr,
  ratios: Float64Array,
  run: Run,
): Column[] {
  if (ratios.some(Number.isNaN)) throw new QueryError("Ratio value is NaN", expr.param?.span.start);
  const place = expr.param?.span.start ?? expr.span.start;
  const [most, least] = [Math.max(...ratios), Math.min(...ratios)];
  if (most > 1) run.annotations.warn(messages.invalidRatio(most, 1), place);
  if (least < -1) run.annotations.warn(messages.invalidRatio(least, -1), place);
  const places = new Map(columns.map((column) => [column, placeOf(column)]));
  return selectPerStep(columns, expr, (group, step) => {
    const ratio = Math.max(-1, Math.min(1, ratios[step]));
    return group.filter((column) => {
      if (column.present[step] === ABSENT) return false;
      const at = places.get(column) ?? 0;
      return ratio >= 0 ? at < ratio : at >= 1 + ratio;
    });
  });
}

/** A series' place in [0, 1), spread evenly and always the same. */
function placeOf({ labels }: Column): number {
  let hash = 0x811c9dc5;
  for (const byte of Buffer.from(labelsKey(labels))) hash = Math.imul(hash ^ byte, 0x01000193);
  // FNV-1a alone spreads the last bytes badly over the high bits.
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return ((hash ^ (hash >>> 16)) >>> 0) / 2 ** 32;
}

/** @param select of a group and step: the columns to keep, in the order of an instant query's results */
function selectPerStep(
  columns: readonly Column[],
  expr: AggregateExpr,
  select: (group: readonly Column[], step: number) => readonly Column[],
): Column[] {
  const kept = new Map<Column, Column>();
  for (const group of groupColumns(columns, expr)) {
    const count = group.columns[0].present.length;
    for (let i = 0; i < count; i++) {
      for (const column of select(group.columns, i)) {
        let target = kept.get(column);
        if (!target) kept.set(column, (target = newColumn(column.labels, column.dropsName, count)));
        copyStep(column, target, i);
      }
    }
  }
  return [...kept.values()].filter((column) => !isEmpty(column));
}
