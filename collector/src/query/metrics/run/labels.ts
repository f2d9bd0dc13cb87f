/** Label work of operators: it is done once a series, never once a step. */
import { labelsKey, labelValue, METRIC_NAME, type Labels } from "../../../model/labels.ts";
import { formatLabel, quote } from "../parse/format-expr.ts";

/** What names and describes a metric, and goes when a value is no longer that metric's. */
const METADATA: ReadonlySet<string> = new Set([METRIC_NAME, "__type__", "__unit__"]);

export function dropMetadata(labels: Labels): Labels {
  return filterLabels(labels, (name) => !METADATA.has(name));
}

export function filterLabels(labels: Labels, keeps: (name: string) => boolean): Labels {
  const kept: string[] = [];
  for (let i = 0; i < labels.length; i += 2) if (keeps(labels[i])) kept.push(labels[i], labels[i + 1]);
  return kept.length === labels.length ? labels : kept;
}

/** "" takes the label away. */
export function withLabel(labels: Labels, name: string, value: string): Labels {
  const out = [...filterLabels(labels, (one) => one !== name)];
  if (value === "") return out;
  let at = 0;
  while (at < out.length && out[at] < name) at += 2;
  out.splice(at, 0, name, value);
  return out;
}

/** By name and value in turn; fewer labels first. */
export function compareLabels(a: Labels, b: Labels): number {
  const shorter = Math.min(a.length, b.length);
  for (let i = 0; i < shorter; i++) if (a[i] !== b[i]) return a[i] < b[i] ? -1 : 1;
  return a.length - b.length;
}

/** What series must share to be in one group: the labels to keep. */
export function keptLabels(names: readonly string[], keepsThem: boolean): (labels: Labels) => Labels {
  const set = new Set(names);
  return keepsThem
    ? (labels) => filterLabels(labels, (name) => set.has(name))
    : (labels) => filterLabels(labels, (name) => !set.has(name));
}

/** `{a="b", …}`, for messages. */
export function formatLabels(labels: Labels): string {
  const parts: string[] = [];
  for (let i = 0; i < labels.length; i += 2) parts.push(`${formatLabel(labels[i])}=${quote(labels[i + 1])}`);
  return `{${parts.join(", ")}}`;
}

export function metricName(labels: Labels): string {
  return labelValue(labels, METRIC_NAME);
}

export { labelsKey, labelValue };
