/**
 * What a Loki stream's labels say, in OpenTelemetry's terms: names that Loki makes of resource attributes get their dots back, a service's
 * name is found as Loki's service_name is, a level belongs to the records. Everything else keeps its name.
 */
import { SERVICE_NAME } from "../../model/semconv.ts";
import type { Labels } from "./stream-labels.ts";

/** Resource attributes that Loki knows as labels (https://grafana.com/docs/loki/latest/send-data/otel/), and what stands beside them. */
const RESOURCE_KEYS: ReadonlyMap<string, string> = new Map(
  [
    "cloud.account.id",
    "cloud.availability_zone",
    "cloud.platform",
    "cloud.provider",
    "cloud.region",
    "container.id",
    "container.image.name",
    "container.name",
    "deployment.environment",
    "deployment.environment.name",
    "host.id",
    "host.name",
    "k8s.cluster.name",
    "k8s.container.name",
    "k8s.cronjob.name",
    "k8s.daemonset.name",
    "k8s.deployment.name",
    "k8s.job.name",
    "k8s.namespace.name",
    "k8s.node.name",
    "k8s.pod.name",
    "k8s.pod.uid",
    "k8s.replicaset.name",
    "k8s.statefulset.name",
    "service.instance.id",
    "service.name",
    "service.namespace",
    "service.version",
    "telemetry.sdk.language",
    "telemetry.sdk.name",
    "telemetry.sdk.version",
  ].map((key) => [key.replaceAll(".", "_"), key]),
);

/** Labels that stand in for a missing service_name, the first one counts; they are kept as they are besides. */
const SERVICE_LABELS = [
  "service",
  "app",
  "application",
  "app_name",
  "name",
  "app_kubernetes_io_name",
  "container",
  "container_name",
  "k8s_container_name",
  "component",
  "workload",
  "job",
  "k8s_job_name",
];

/** Keys of a level, of a stream and of structured metadata; the first one counts. */
const LEVEL_KEYS = ["detected_level", "level", "severity", "severity_text", "lvl", "log.level", "loglevel"];

export interface StreamFacts {
  readonly resource: readonly (readonly [key: string, value: string])[];
  /** Labels that each record of the stream has as attributes. */
  readonly ofRecords: Labels;
  /** The stream's level, as it was sent; "" = none. */
  readonly level: string;
}

export function streamFacts(labels: Labels): StreamFacts {
  const resource: [string, string][] = [];
  const ofRecords: [string, string][] = [];
  for (const [name, value] of labels) {
    if (name === "detected_level") continue;
    if (isLevelKey(name)) ofRecords.push([name, value]);
    else resource.push([RESOURCE_KEYS.get(name) ?? name, value]);
  }
  if (!resource.some(([key]) => key === SERVICE_NAME)) {
    const found = valueOfFirst(labels, SERVICE_LABELS);
    if (found !== "") resource.unshift([SERVICE_NAME, found]);
  }
  return { resource, ofRecords, level: levelIn(labels) };
}

export function isLevelKey(name: string): boolean {
  return LEVEL_KEYS.includes(name.toLowerCase());
}

/** "" = none. */
export function levelIn(labels: Labels): string {
  let [best, value] = [LEVEL_KEYS.length, ""];
  for (const [name, text] of labels) {
    const rank = LEVEL_KEYS.indexOf(name.toLowerCase());
    if (rank >= 0 && rank < best && text !== "") [best, value] = [rank, text];
  }
  return value;
}

function valueOfFirst(labels: Labels, names: readonly string[]): string {
  for (const name of names) {
    const found = labels.find(([key, value]) => key === name && value !== "");
    if (found) return found[1];
  }
  return "";
}
