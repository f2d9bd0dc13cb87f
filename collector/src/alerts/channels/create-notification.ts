/**
 * What notification decided to send -> what a channel says: with each alert's evidence, as text among its annotations too, and a summary
 * that names service and operation where the rule gave none.
 */
import { commonLabels, type Labels } from "../notify/labels.ts";
import type { Delivery } from "../notify/notifier.ts";
import { describeEvidence } from "./describe-evidence.ts";
import type { Evidence, NotifiedAlert, Notification } from "./notification.ts";

export interface NotificationContext {
  readonly externalURL: string;
  /** By the alert's fingerprint; undefined where none was gathered. */
  readonly evidenceOf: (fingerprint: string) => Evidence | undefined;
  /** Alerts beyond are left out, and counted. */
  readonly mostAlerts?: number;
}

export function createNotification(
  delivery: Delivery,
  { externalURL, evidenceOf, mostAlerts = Infinity }: NotificationContext,
): Notification {
  const { receiver, groupKey, groupLabels, reason } = delivery;
  const leftOut = Math.max(delivery.alerts.length - mostAlerts, 0);
  const alerts = delivery.alerts.slice(0, mostAlerts).map(({ alert, isResolved }) =>
    enrichAlert({
      labels: alert.labels,
      annotations: alert.annotations,
      isResolved,
      startsAt: alert.startsAt,
      endsAt: isResolved ? alert.endsAt : undefined,
      generatorURL: alert.generatorURL,
      fingerprint: alert.fingerprint,
      evidence: evidenceOf(alert.fingerprint),
    }),
  );
  return {
    receiver,
    groupKey,
    groupLabels,
    commonLabels: commonLabels(delivery.alerts.map(({ alert }) => alert.labels)),
    commonAnnotations: commonLabels(alerts.map(({ annotations }) => annotations)),
    externalURL,
    reason,
    alerts,
    ...(leftOut > 0 && { leftOut }),
  };
}

/** With the annotations `summary` and `evidence`, where there is something to say. */
export function enrichAlert(alert: NotifiedAlert): NotifiedAlert {
  const { annotations, evidence, labels, isResolved } = alert;
  const summary = annotations.summary || madeSummary(labels, evidence, isResolved);
  const text = evidence ? describeEvidence(evidence).join("\n") : (annotations.evidence ?? "");
  return {
    ...alert,
    annotations: {
      ...annotations,
      ...(summary !== "" && { summary }),
      ...(text !== "" && { evidence: text }),
    },
  };
}

const SERVICE_LABELS = ["service_name", "service", "job"];
const OPERATION_LABELS = ["span_name", "operation", "http_route"];

/** `HighErrors: checkout, POST /pay`; "" where nothing tells what it is about. */
function madeSummary(labels: Labels, evidence: Evidence | undefined, isResolved: boolean): string {
  const of = (names: readonly string[]) => names.map((name) => labels[name]).find(Boolean) ?? "";
  const service = evidence?.service || of(SERVICE_LABELS);
  const operation = evidence?.operation || of(OPERATION_LABELS);
  if (service === "" && operation === "") return "";
  const since = evidence?.release && !isResolved ? `, since release ${evidence.release}` : "";
  return `${labels.alertname ?? "Alert"}: ${[service, operation].filter(Boolean).join(", ")}${since}`;
}
