/** What an alert is about, as its labels name it, and the sentence that says so. */
import type { Evidence } from "../channels/notification.ts";
import { labelOf, type Labels } from "../notify/labels.ts";

const SERVICE_LABELS = ["service_name", "service", "job", "server"];
const OPERATION_LABELS = ["span_name", "operation", "http_route", "handler"];

export interface AlertSubject {
  /** "" = not named. */
  readonly service: string;
  readonly operation: string;
}

/** What evidence found goes before what labels say. */
export function subjectOf(labels: Labels, evidence?: Evidence): AlertSubject {
  const first = (names: readonly string[]) => names.map((name) => labelOf(labels, name)).find(Boolean) ?? "";
  return {
    service: evidence?.service || first(SERVICE_LABELS),
    operation: evidence?.operation || first(OPERATION_LABELS),
  };
}

/** The rule's own annotation `summary`, or one made from what is known. */
export function summaryOf(labels: Labels, annotations: Labels, evidence?: Evidence): string {
  const own = labelOf(annotations, "summary");
  if (own !== "") return own;
  const { service, operation } = subjectOf(labels, evidence);
  const where = [operation && `operation ${operation}`, service && `service ${service}`].filter(Boolean).join(" of ");
  return `${labelOf(labels, "alertname") || "Alert"}${where === "" ? "" : `: ${where}`}`;
}
