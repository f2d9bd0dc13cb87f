/** Metadata and exemplars as a sender tells them -> what is kept of them: nobody's take the memory that samples need. */
import { labelsOf, labelValue, type Labels } from "../../../model/labels.ts";
import type { Exemplar, MetricMetadata } from "../../../model/metric-facts.ts";

/** Characters of a metric's help, and of its name and unit: what is longer is left out. */
const MOST_TOLD = 4096;
/** Characters of an exemplar's labels: where there are more, those that lead to a trace are kept. */
const MOST_LABEL_TEXT = 1024;

/** Undefined = nothing is kept. */
export function boundedMetadata(metadata: MetricMetadata): MetricMetadata | undefined {
  const { metric, help, unit } = metadata;
  if (metric.length + unit.length > MOST_TOLD) return undefined;
  return help.length > MOST_TOLD ? { ...metadata, help: "" } : metadata;
}

export function boundedExemplar(exemplar: Exemplar): Exemplar {
  const { labels } = exemplar;
  if (isShort(labels)) return exemplar;
  const kept = labelsOf(Object.fromEntries(["span_id", "trace_id"].map((name) => [name, labelValue(labels, name)])));
  return { ...exemplar, labels: isShort(kept) ? kept : [] };
}

function isShort(labels: Labels): boolean {
  return labels.reduce((sum, text) => sum + text.length, 0) <= MOST_LABEL_TEXT;
}
