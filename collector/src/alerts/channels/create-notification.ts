/** What notification decided to send -> what a channel says. */
import { commonLabels } from "../notify/labels.ts";
import type { Delivery } from "../notify/notifier.ts";
import type { Evidence, Notification } from "./notification.ts";

export interface NotificationContext {
  readonly externalURL: string;
  /** By the alert's fingerprint; undefined where none was gathered. */
  readonly evidenceOf: (fingerprint: string) => Evidence | undefined;
}

export function createNotification(delivery: Delivery, { externalURL, evidenceOf }: NotificationContext): Notification {
  const { receiver, groupKey, groupLabels, reason, alerts } = delivery;
  return {
    receiver,
    groupKey,
    groupLabels,
    commonLabels: commonLabels(alerts.map(({ alert }) => alert.labels)),
    commonAnnotations: commonLabels(alerts.map(({ alert }) => alert.annotations)),
    externalURL,
    reason,
    alerts: alerts.map(({ alert, isResolved }) => ({
      labels: alert.labels,
      annotations: alert.annotations,
      isResolved,
      startsAt: alert.startsAt,
      endsAt: isResolved ? alert.endsAt : undefined,
      generatorURL: alert.generatorURL,
      fingerprint: alert.fingerprint,
      evidence: evidenceOf(alert.fingerprint),
    })),
  };
}
