/**
 * A series' labels: names and values by turns, sorted by name (code units), each name once, no empty value (an empty label is an absent
 * one, as Prometheus has it). Flat, because an array of strings hashes, compares and crosses threads at the least cost.
 */

export type Labels = readonly string[];

export const METRIC_NAME = "__name__";

/** Sorts, drops empty values; of equal names the last one stays. */
export function labelsOf(record: Readonly<Record<string, string>>): Labels {
  const labels: string[] = [];
  for (const name of Object.keys(record).sort()) if (record[name] !== "") labels.push(name, record[name]);
  return labels;
}

/** "" when there is no such label. */
export function labelValue(labels: Labels, name: string): string {
  for (let i = 0; i < labels.length; i += 2) if (labels[i] === name) return labels[i + 1];
  return "";
}

/** Equal for equal labels; U+0000 stands between, which receivers refuse in names and values. */
export function labelsKey(labels: Labels): string {
  return labels.join("\u0000");
}

export function recordOf(labels: Labels): Record<string, string> {
  const record = Object.create(null) as Record<string, string>;
  for (let i = 0; i < labels.length; i += 2) record[labels[i]] = labels[i + 1];
  return record;
}
