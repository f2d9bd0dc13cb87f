/** sort() and its kin: the order of an instant query's results. */
import { FLOAT, type Column } from "../run/column.ts";
import { compareLabels, labelValue } from "../run/labels.ts";

/** Histograms are left out; NaN comes last in both directions. */
export function sortByValue(columns: readonly Column[], isDescending: boolean): Column[] {
  return columns
    .filter(({ present }) => present[0] === FLOAT)
    .sort((a, b) => {
      const [left, right] = [a.values[0], b.values[0]];
      if (Number.isNaN(left) || Number.isNaN(right)) return Number(Number.isNaN(left)) - Number(Number.isNaN(right));
      return isDescending ? right - left || 0 : left - right || 0;
    });
}

/** By the labels' values in turn, numbers in them by size; by all labels where those are equal. */
export function sortByLabel(columns: readonly Column[], names: readonly string[], isDescending: boolean): Column[] {
  const sign = isDescending ? -1 : 1;
  return columns.toSorted((a, b) => {
    for (const name of names) {
      const order = compareNaturally(labelValue(a.labels, name), labelValue(b.labels, name));
      if (order !== 0) return sign * order;
    }
    return sign * compareLabels(a.labels, b.labels);
  });
}

/** "a2" before "a10". */
function compareNaturally(a: string, b: string): number {
  const [left, right] = [a.match(/\d+|\D+/g) ?? [], b.match(/\d+|\D+/g) ?? []];
  for (let i = 0; i < Math.min(left.length, right.length); i++) {
    if (left[i] === right[i]) continue;
    const areNumbers = /^\d/.test(left[i]) && /^\d/.test(right[i]);
    const difference = areNumbers ? Number(left[i]) - Number(right[i]) : 0;
    if (difference !== 0) return difference;
    return left[i] < right[i] ? -1 : 1;
  }
  return left.length - right.length;
}
