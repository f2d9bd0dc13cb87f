/**
 * How a log record's parts are named in LogQL. Stream labels are few and fixed; everything else is structured metadata: the record's own
 * fields, then attributes of the record, its scope and its resource, their keys with _ for what LogQL's names cannot hold.
 */
import type { Labels } from "../../model/labels.ts";
import { LEVEL_NAMES, levelOf } from "../../model/log-field.ts";
import { effectiveSeverity } from "../../model/log-severity.ts";

export const SERVICE_LABEL = "service_name";
export const LEVEL_LABEL = "detected_level";

/** Resource attributes that are stream labels, by their label. */
export const STREAM_KEYS: Readonly<Record<string, string>> = {
  service_name: "service.name",
  deployment_environment_name: "deployment.environment.name",
  service_namespace: "service.namespace",
  k8s_namespace_name: "k8s.namespace.name",
};
export const STREAM_LABELS: readonly string[] = [...Object.keys(STREAM_KEYS), LEVEL_LABEL].sort();

/** Metadata that are fields of a record. */
export const FIELD_LABELS = [
  "trace_id",
  "span_id",
  "severity_text",
  "severity_number",
  "event_name",
  "scope_name",
  "scope_version",
] as const;

export const LEVELS: readonly string[] = [...LEVEL_NAMES, "unknown"];

/** `detected_level`: by the severity number, else by the word that the severity text is. */
export function detectedLevel(severityNumber: number, severityText: string): string {
  return levelOf(effectiveSeverity(severityNumber, severityText)) || "unknown";
}

const known = new Map<string, string>();
const MOST_KNOWN = 10_000;

/** An attribute's key as a label's name: letters, digits and _; not beginning with a digit. */
export function labelNameOf(key: string): string {
  let name = known.get(key);
  if (name === undefined) {
    name = key.replace(/[^A-Za-z0-9_]/g, "_").replace(/^(?=\d)/, "_");
    if (known.size >= MOST_KNOWN) known.clear();
    known.set(key, name);
  }
  return name;
}

/** Keys made of letters, digits, dots and underscores that a label's name may stand for; undefined when they are too many to try. */
export function keysOf(name: string): readonly string[] | undefined {
  const parts = name.split("_");
  if (parts.length > 7) return undefined;
  return parts
    .slice(1)
    .reduce<string[]>((keys, part) => keys.flatMap((key) => [`${key}.${part}`, `${key}_${part}`]), [parts[0]]);
}

/** Names and values in turn, sorted by name. */
export function sortedLabels(labels: ReadonlyMap<string, string>): Labels {
  return [...labels].sort(([a], [b]) => (a < b ? -1 : 1)).flat();
}
