/** PagerDuty's Events API v2 (https://developer.pagerduty.com/docs/events-api-v2/trigger-events/): one incident a group; 512 KB an event. */
import { createHash } from "node:crypto";
import { judgeByStatus, postJson, type Channel } from "./channel.ts";
import { alertsUrlOf, describeAlerts, plainParts, titleOf } from "./describe.ts";
import { byteLength, limitBytes, limitRunes } from "./limit-text.ts";
import { isAllResolved, type Notification } from "./notification.ts";

export interface PagerDutySettings {
  /** https://events.pagerduty.com/v2/enqueue */
  readonly url: string;
  readonly routingKey: string;
  readonly description?: string;
  readonly severity?: string;
  readonly source?: string;
  readonly client?: string;
  readonly clientUrl?: string;
  readonly class?: string;
  readonly component?: string;
  readonly group?: string;
  readonly details?: Readonly<Record<string, unknown>>;
  readonly links?: readonly { readonly href: string; readonly text?: string }[];
  readonly images?: readonly { readonly src: string; readonly alt?: string; readonly href?: string }[];
}

const MOST_SUMMARY = 1024;
const MOST_EVENT = 512_000;
const MOST_LINKS = 20;
const MOST_ALERTS = 50;
const MOST_ALERT = 4000;
const MOST_FIELD = 1024;
/** What others call them -> the four that PagerDuty knows. */
const SEVERITIES: Readonly<Record<string, string>> = {
  critical: "critical",
  page: "critical",
  error: "error",
  warning: "warning",
  ticket: "warning",
  info: "info",
  none: "info",
};

export const pagerDuty: Channel<PagerDutySettings> = {
  build(notification, settings) {
    const { alerts, commonLabels, groupKey } = notification;
    const isResolved = isAllResolved(notification);
    const word = (settings.severity ?? commonLabels.severity ?? "").toLowerCase();
    const severity = Object.hasOwn(SEVERITIES, word) ? SEVERITIES[word] : "error";
    const evidence = alerts.find((alert) => alert.evidence)?.evidence;
    const clientUrl = settings.clientUrl ?? alertsUrlOf(notification);
    const links =
      settings.links ??
      describeAlerts(notification).flatMap((alert) => alert.links.map(([text, href]) => ({ href, text })));
    const details = {
      num_firing: alerts.filter((alert) => !alert.isResolved).length,
      num_resolved: alerts.filter((alert) => alert.isResolved).length,
      alerts: alertDetails(notification),
      ...settings.details,
    };
    const eventOf = (customDetails: object) => ({
      routing_key: settings.routingKey,
      event_action: isResolved ? "resolve" : "trigger",
      // 64 characters, of 255.
      dedup_key: createHash("sha256").update(groupKey).digest("hex"),
      client: settings.client ?? "Goldspan",
      client_url: clientUrl || undefined,
      links: links.slice(0, MOST_LINKS),
      images: settings.images,
      payload: {
        summary: limitRunes(settings.description ?? titleOf(notification), MOST_SUMMARY),
        source: limitRunes(settings.source ?? sourceOf(notification), MOST_FIELD),
        severity,
        timestamp: new Date(alerts.reduce((first, { startsAt }) => Math.min(first, startsAt), Infinity)).toISOString(),
        component: limited(settings.component ?? evidence?.operation),
        group: limited(settings.group),
        class: limited(settings.class ?? commonLabels.alertname),
        custom_details: customDetails,
      },
    });
    const event = eventOf(details);
    const isTooLong = byteLength(JSON.stringify(event)) > MOST_EVENT;
    return [
      postJson(
        settings.url,
        isTooLong ? eventOf({ error: "The details were left out: the event would be longer than 512 KB." }) : event,
      ),
    ];
  },
  judge: judgeByStatus,
};

function limited(text: string | undefined): string | undefined {
  return text ? limitRunes(text, MOST_FIELD) : undefined;
}

function alertDetails(notification: Notification): string[] {
  const parts = plainParts(notification);
  const shown = parts.slice(0, MOST_ALERTS).map((part) => limitBytes(part, MOST_ALERT));
  return parts.length > shown.length ? [...shown, `… and ${parts.length - shown.length} more`] : shown;
}

/** What is broken: PagerDuty wants one. */
function sourceOf({ alerts, commonLabels }: Notification): string {
  const service = alerts.find(({ evidence }) => evidence)?.evidence?.service;
  return service || commonLabels.service_name || commonLabels.service || commonLabels.instance || "goldspan";
}
