/** count, group, min, max, stddev, stdvar, quantile: one value a group and step. All but count and group pass over histograms. */
import { quantileOf } from "../functions/quantile-of.ts";
import { ABSENT, FLOAT, HISTOGRAM, newColumn, type Column } from "../run/column.ts";
import * as messages from "../run/messages.ts";
import type { Run } from "../run/run.ts";
import { dropsName, type Group } from "./groups.ts";

function open(group: Group): Column {
  return newColumn(group.labels, dropsName(group), group.columns[0].present.length);
}

export function countGroup(group: Group): Column {
  const out = open(group);
  for (const { present } of group.columns) {
    for (let i = 0; i < present.length; i++) {
      if (present[i] === ABSENT) continue;
      out.values[i]++;
      out.present[i] = FLOAT;
    }
  }
  return out;
}

export function presenceOfGroup(group: Group): Column {
  const out = countGroup(group);
  out.values.fill(1);
  return out;
}

/** NaN gives way to any number. */
export function extremeOfGroup(group: Group, isMax: boolean): Column {
  const out = open(group);
  const { values: best, present: seen } = out;
  for (const { values, present } of group.columns) {
    for (let i = 0; i < present.length; i++) {
      if (present[i] !== FLOAT) continue;
      const value = values[i];
      if (seen[i] !== FLOAT || (isMax ? best[i] < value : best[i] > value) || Number.isNaN(best[i])) best[i] = value;
      seen[i] = FLOAT;
    }
  }
  return out;
}

export function varianceOfGroup(group: Group, isDeviation: boolean): Column {
  const out = open(group);
  const { values: squares, present: seen } = out;
  const [means, counts] = [new Float64Array(squares.length), new Float64Array(squares.length)];
  for (const { values, present } of group.columns) {
    for (let i = 0; i < present.length; i++) {
      if (present[i] !== FLOAT) continue;
      const value = values[i];
      counts[i]++;
      if (seen[i] !== FLOAT) {
        seen[i] = FLOAT;
        means[i] = value;
        squares[i] = Number.isFinite(value) ? 0 : NaN;
        continue;
      }
      const distance = value - means[i];
      means[i] += distance / counts[i];
      squares[i] += distance * (value - means[i]);
    }
  }
  for (let i = 0; i < squares.length; i++) {
    squares[i] /= counts[i];
    if (isDeviation) squares[i] = Math.sqrt(squares[i]);
  }
  return out;
}

export function quantileOfGroup(group: Group, qs: Float64Array): Column {
  const out = open(group);
  const values = new Float64Array(group.columns.length);
  for (let i = 0; i < out.present.length; i++) {
    let count = 0;
    for (const column of group.columns) if (column.present[i] === FLOAT) values[count++] = column.values[i];
    if (count === 0) continue;
    out.values[i] = quantileOf(qs[i], values.subarray(0, count));
    out.present[i] = FLOAT;
  }
  return out;
}

export function noteIgnoredHistograms({ columns }: Group, aggregation: string, place: number, run: Run): void {
  if (columns.some(({ present }) => present.includes(HISTOGRAM)))
    run.annotations.info(messages.ignoredInAggregation(aggregation), place);
}
