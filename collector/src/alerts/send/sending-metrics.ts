/** What sending counts, under Alertmanager's names where it has one: https://github.com/prometheus/alertmanager (its `/metrics`). */

import type { SelfMetrics } from "../engine/self-metrics.ts";

export type SendingMetrics = ReturnType<typeof createSendingMetrics>;

export interface QueueSizes {
  readonly waiting: () => number;
  readonly oldestSeconds: () => number;
  readonly deadLetters: () => number;
}

export function createSendingMetrics(telemetry: SelfMetrics, sizes: QueueSizes) {
  const of = ["integration", "receiver_name"];
  telemetry.observedGauge("goldspan_alert_queue_length", "Notifications that wait to be sent.", sizes.waiting);
  telemetry.observedGauge(
    "goldspan_alert_queue_oldest_seconds",
    "Age of the oldest notification that waits; 0 when none does.",
    sizes.oldestSeconds,
  );
  telemetry.observedGauge("goldspan_alert_dead_letters", "Notifications that were given up.", sizes.deadLetters);
  return {
    notifications: telemetry.counter("alertmanager_notifications_total", "Notifications that were tried.", of),
    failed: telemetry.counter(
      "alertmanager_notifications_failed_total",
      "Notifications that were given up: refused (clientError), without success for too long (contextDeadlineExceeded), or for want of room (other).",
      [...of, "reason"],
    ),
    requests: telemetry.counter("alertmanager_notification_requests_total", "Attempts.", of),
    requestsFailed: telemetry.counter("alertmanager_notification_requests_failed_total", "Attempts that failed.", of),
    latency: telemetry.histogram(
      "alertmanager_notification_latency_seconds",
      "How long an attempt takes.",
      [0.05, 0.1, 0.5, 1, 5, 10, 15, 20],
      of,
    ),
    suppressed: telemetry.counter(
      "goldspan_alert_queue_dropped_total",
      "Notifications that were not sent as a later one says the same (superseded), or that were given twice (repeated).",
      ["reason"],
    ),
    templateErrors: telemetry.counter(
      "goldspan_alert_template_errors_total",
      "Texts of channels that failed as templates; the channel's own words were sent.",
      of,
    ),
  };
}
