/**
 * The generic webhook: Alertmanager's body, version 4 (https://prometheus.io/docs/alerting/latest/configuration/#webhook_config), and
 * beside it each alert's evidence, as text under its annotations and as data under the key `evidence`.
 */
import { judgeByStatus, postJson, type Channel } from "./channel.ts";
import { describeEvidence } from "./describe-evidence.ts";
import { isAllResolved, type Notification } from "./notification.ts";

export interface WebhookSettings {
  readonly url: string;
  /** 0: all. */
  readonly maxAlerts?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** What to send instead, with every template rendered: a text as it is, anything else as JSON. */
  readonly payload?: unknown;
}

/** Go's zero time: an alert that has no end. */
const NO_TIME = "0001-01-01T00:00:00Z";

export const webhook: Channel<WebhookSettings> = {
  build(notification, { url, maxAlerts = 0, headers, payload }) {
    if (typeof payload === "string") return [{ ...postJson(url, null, headers), body: payload }];
    return [postJson(url, payload ?? webhookBody(notification, maxAlerts), headers)];
  },
  judge: judgeByStatus,
};

export function webhookBody(notification: Notification, maxAlerts = 0) {
  const { receiver, groupKey, groupLabels, commonLabels, commonAnnotations, externalURL, reason, alerts } =
    notification;
  const shown = maxAlerts > 0 ? alerts.slice(0, maxAlerts) : alerts;
  return {
    version: "4",
    groupKey,
    truncatedAlerts: alerts.length - shown.length + (notification.leftOut ?? 0),
    status: isAllResolved(notification) ? "resolved" : "firing",
    receiver,
    groupLabels,
    commonLabels,
    commonAnnotations,
    externalURL,
    notification_reason: reason,
    alerts: shown.map(({ labels, annotations, isResolved, startsAt, endsAt, generatorURL, fingerprint, evidence }) => ({
      status: isResolved ? "resolved" : "firing",
      labels,
      annotations: evidence ? { ...annotations, evidence: describeEvidence(evidence).join("\n") } : annotations,
      startsAt: new Date(startsAt).toISOString(),
      endsAt: isResolved && endsAt !== undefined ? new Date(endsAt).toISOString() : NO_TIME,
      generatorURL,
      fingerprint,
      ...(evidence && { evidence }),
    })),
  };
}
