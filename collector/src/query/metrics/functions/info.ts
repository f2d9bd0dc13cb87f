/**
 * info(): adds the labels of info metrics (target_info) to the series that share their job and instance. Experimental in Prometheus.
 */
import { QueryError } from "../../../base/errors.ts";
import { compileMatcher, type CompiledMatcher } from "../../../model/label-matcher.ts";
import { METRIC_NAME, type Labels } from "../../../model/labels.ts";
import type { VectorSelector } from "../parse/ast.ts";
import {
  ABSENT,
  copyStep,
  HISTOGRAM,
  isEmpty,
  mergeColumns,
  newColumn,
  type Column,
  type Steps,
} from "../run/column.ts";
import { evaluateSelector } from "../run/evaluate-selector.ts";
import { formatLabels, labelsKey, labelValue, metricName, withLabel } from "../run/labels.ts";
import type { Run } from "../run/run.ts";

const IDENTIFYING = ["instance", "job"];

/** @param selector of the info metrics: their names, and the labels to be taken (none = all) */
export function addInfo(
  columns: readonly Column[],
  selector: VectorSelector,
  steps: Steps,
  run: Run,
): readonly Column[] {
  const matchers = selector.matchers.map(compileMatcher);
  const nameMatchers = matchers.filter(({ name }) => name === METRIC_NAME);
  const wanted = matchers.filter(({ name }) => name !== METRIC_NAME);
  // An info metric itself passes as it is.
  const isInfo = ({ labels }: Column) => nameMatchers.every(({ test }) => test(metricName(labels)));
  const needed = columns.some(
    (column) => !isInfo(column) && IDENTIFYING.some((name) => labelValue(column.labels, name) !== ""),
  );
  const infos = needed ? infoColumns(selector, steps, run) : new Map<string, Column[]>();
  const out: Column[] = [];
  for (const column of columns) {
    if (isInfo(column)) out.push(column);
    else out.push(...withInfo(column, infos.get(identityOf(column.labels)) ?? [], wanted));
  }
  return mergeColumns(out);
}

function identityOf(labels: Labels): string {
  return IDENTIFYING.map((name) => labelValue(labels, name)).join("\u0000");
}

/** By identity. Values are the samples' times: of two of one metric the newer one counts. */
function infoColumns(selector: VectorSelector, steps: Steps, run: Run): Map<string, Column[]> {
  const infos = new Map<string, Column[]>();
  for (const stored of run.seriesOf(selector))
    if (stored.series.histograms)
      throw new QueryError(`this should be an info metric, with float samples: ${formatLabels(stored.labels)}`);
  for (const column of evaluateSelector(selector, steps, run, "time")) {
    const identity = identityOf(column.labels);
    infos.set(identity, [...(infos.get(identity) ?? []), column]);
  }
  return infos;
}

/** The column cut up by which info series holds when. */
function withInfo(column: Column, infos: readonly Column[], wanted: readonly CompiledMatcher[]): Column[] {
  const found = new Map<string, Column>();
  const count = column.present.length;
  const mayLack = wanted.every(({ matchesEmpty }) => matchesEmpty);
  for (let i = 0; i < count; i++) {
    if (column.present[i] === ABSENT) continue;
    const current = newestInfos(infos, i);
    if (current.length === 0 && !mayLack) continue;
    const labels = joinedLabels(column.labels, current, wanted);
    const key = labelsKey(labels);
    let target = found.get(key);
    if (!target) found.set(key, (target = newColumn(labels, column.dropsName, count)));
    copyStep(column, target, i);
  }
  return [...found.values()].filter((one) => !isEmpty(one));
}

function newestInfos(infos: readonly Column[], step: number): Column[] {
  const newest = new Map<string, Column>();
  for (const info of infos) {
    if (info.present[step] === ABSENT || info.present[step] === HISTOGRAM) continue;
    const name = metricName(info.labels);
    const known = newest.get(name);
    if (known && known.values[step] === info.values[step])
      throw new QueryError(
        `found duplicate series for info metric: existing ${formatLabels(known.labels)} @ ${known.values[step]}, new ${formatLabels(info.labels)} @ ${info.values[step]}`,
      );
    if (!known || known.values[step] < info.values[step]) newest.set(name, info);
  }
  return [...newest.values()];
}

function joinedLabels(labels: Labels, infos: readonly Column[], wanted: readonly CompiledMatcher[]): Labels {
  const added = new Map<string, string>();
  for (const info of infos) {
    for (let i = 0; i < info.labels.length; i += 2) {
      const [name, value] = [info.labels[i], info.labels[i + 1]];
      if (name === METRIC_NAME || (wanted.length > 0 && !wanted.some((matcher) => matcher.name === name))) continue;
      const known = added.get(name);
      if (known !== undefined && known !== value) throw new QueryError(`conflicting label: ${name}`);
      if (labelValue(labels, name) === "") added.set(name, value);
    }
  }
  let joined = labels;
  for (const [name, value] of added) joined = withLabel(joined, name, value);
  return joined;
}
