/**
 * Whose fault an alert tells of: service and operation by its labels. What its labels don't say is found from the series behind its rule
 * (subject-of-series.ts) and from what deviates.
 */
import { serviceOfJob } from "../../query/golden/service-of-series.ts";

export interface FaultSubject {
  /** "" = not known, as with the operation. */
  readonly service: string;
  readonly operation: string;
}

/** Labels that name a service and nothing else. */
const SERVICE_LABELS = ["service_name", "service"];
/** Those that name one often enough to be believed where it is known; a job also where nothing else is there. */
const LIKELY_LABELS = [
  "job",
  "exported_job",
  "exported_service",
  "app",
  "app_kubernetes_io_name",
  "application",
  "server",
];
const MORE_LABELS = ["component", "container", "deployment", "k8s_deployment_name", "client", "name"];
const OPERATION_LABELS = ["span_name", "operation", "http_route", "route", "rpc_method", "handler", "endpoint", "uri"];
const MORE_OPERATION_LABELS = ["path", "url_path", "messaging_destination_name", "topic", "queue"];
const METHOD_LABELS = ["http_request_method", "http_method", "method", "verb"];

/** @param services that are known to send something */
export function serviceOfLabels(labels: Readonly<Record<string, string>>, services: ReadonlySet<string>): string {
  for (const name of SERVICE_LABELS) if (labels[name]) return labels[name];
  const likely = [...LIKELY_LABELS, ...MORE_LABELS].map((name) => serviceOfJob(labels[name] ?? ""));
  const known = likely.find((name) => services.has(name));
  return known ?? serviceOfJob(labels.job ?? "");
}

/** @param operations of the service, by their names as spans have them */
export function operationOfLabels(labels: Readonly<Record<string, string>>, operations: readonly string[]): string {
  const named = [...OPERATION_LABELS, ...MORE_OPERATION_LABELS].flatMap((name) => labels[name] || []);
  const method = METHOD_LABELS.map((name) => labels[name]).find(Boolean);
  for (const name of named) {
    const texts = method === undefined ? [name] : [name, `${method} ${name}`];
    const exact = operations.find((operation) => texts.includes(operation));
    const ending = operations.find((operation) => operation.endsWith(` ${name}`) || operation.endsWith(`/${name}`));
    const found = exact ?? ending;
    if (found !== undefined) return found;
  }
  return OPERATION_LABELS.map((name) => labels[name]).find(Boolean) ?? "";
}
