/** A made-up notification that says that it is one: for a test of a channel, and for a preview where no alert is at hand. */
import { enrichAlert } from "../channels/create-notification.ts";
import type { Evidence, Notification } from "../channels/notification.ts";
import { fingerprintOf } from "../notify/labels.ts";

/** The label by which receivers of webhooks can tell a test. */
export const TEST_LABEL = "goldspan_test";

/** @param isResolved it is over */
export function sampleNotification(
  receiver: string,
  externalURL: string,
  now: number,
  isResolved = false,
): Notification {
  const traceId = "0af7651916cd43dd8448eb211c80319c";
  const labels = {
    alertname: "TestOfThisChannel",
    service_name: "checkout",
    span_name: "POST /pay",
    severity: "info",
    [TEST_LABEL]: "true",
  };
  const base = externalURL.replace(/\/$/, "");
  const evidence: Evidence = {
    service: "checkout",
    operation: "POST /pay",
    release: "1.4.2",
    traces: [
      { traceId, spanId: "b7ad6b7169203331", service: "payments", operation: "charge", durationMs: 1234, error: true },
    ],
    logs: [
      {
        time: now - 30_000,
        severity: "ERROR",
        service: "payments",
        body: "card service timed out after 1200 ms",
        traceId,
      },
    ],
    links: base === "" ? {} : { Trace: `${base}/traces/${traceId}` },
  };
  const alert = enrichAlert({
    labels,
    annotations: {
      summary: "This is a test: nothing is wrong. 12 % of requests to checkout POST /pay would fail (made up)",
      description: "Somebody sent it to see whether this channel works. The evidence below is made up as well.",
    },
    isResolved,
    startsAt: now - 60_000,
    endsAt: isResolved ? now : undefined,
    generatorURL: base === "" ? "" : `${base}/alerts`,
    fingerprint: fingerprintOf(labels),
    evidence,
  });
  return notificationOf(
    receiver,
    `{}/{${TEST_LABEL}="true"}:{receiver=${JSON.stringify(receiver)}}`,
    externalURL,
    [alert],
    {
      alertname: labels.alertname,
    },
  );
}

/** Of alerts that are given, as if they were a group. */
export function notificationOf(
  receiver: string,
  groupKey: string,
  externalURL: string,
  alerts: Notification["alerts"],
  groupLabels: Notification["groupLabels"],
): Notification {
  const [first] = alerts;
  return {
    receiver,
    groupKey,
    groupLabels,
    commonLabels: alerts.length === 1 ? first.labels : groupLabels,
    commonAnnotations: alerts.length === 1 ? first.annotations : {},
    externalURL,
    reason: "first",
    alerts,
  };
}
