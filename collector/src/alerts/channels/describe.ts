/**
 * A notification in words that every channel uses: its title, and for each alert its summary, its labels and its evidence, line by line.
 * Plain text; each channel escapes and marks it up in its own way.
 */
import { sortedLabels } from "../notify/labels.ts";
import { describeEvidence } from "./describe-evidence.ts";
import { limitRunes } from "./limit-text.ts";
import { isAllResolved, type NotifiedAlert, type Notification } from "./notification.ts";

export interface AlertText {
  readonly title: string;
  readonly isResolved: boolean;
  /** What is wrong, in a sentence or two; may be empty. */
  readonly summary: string;
  /** Labels that the group does not have in common with its title. */
  readonly labels: readonly (readonly [string, string])[];
  readonly evidence: readonly string[];
  readonly links: readonly (readonly [string, string])[];
}

/** `[FIRING:2] HighErrorRate checkout` */
export function titleOf(notification: Notification): string {
  const { alerts, groupLabels, commonLabels } = notification;
  const firing = alerts.filter(({ isResolved }) => !isResolved).length;
  const status = isAllResolved(notification) ? "RESOLVED" : `FIRING:${firing}`;
  const names = new Set(["alertname", "service", "service_name"]);
  const shown = {
    ...groupLabels,
    ...Object.fromEntries(Object.entries(commonLabels).filter(([name]) => names.has(name))),
  };
  const { alertname, ...others } = shown;
  const words = [alertname, ...sortedLabels(others).map(([, value]) => value)].filter(Boolean);
  return clean([`[${status}]`, ...new Set(words)].join(" ")).replace(/\s+/g, " ");
}

/** Where to look: the common runbook or dashboard is a link of the alerts; this is Goldspan's own page. */
export function alertsUrlOf({ externalURL, receiver }: Notification): string {
  return externalURL === ""
    ? ""
    : `${externalURL.replace(/\/$/, "")}/alerts?receiver=${encodeURIComponent(receiver.toWellFormed())}`;
}

export function describeAlerts(notification: Notification): AlertText[] {
  return notification.alerts.map((alert) => describeAlert(alert, notification));
}

/** A longer address is no link that anyone follows, and would be cut. */
const MOST_URL = 500;
const MOST_LINKS = 4;
const MOST_LINK_NAME = 40;

/** Without what no message can show: control characters, and halves of characters that were cut elsewhere. */
function clean(text: string): string {
  // oxlint-disable-next-line no-control-regex
  return text.toWellFormed().replace(/[\x00-\x08\x0B-\x1F\x7F]/g, "");
}

const SUMMARIES = ["summary", "description", "message"];
/** What has a place of its own in a message. */
const LINKS: Readonly<Record<string, string>> = { runbook_url: "Runbook", dashboard_url: "Dashboard" };

function describeAlert(alert: NotifiedAlert, { commonLabels }: Notification): AlertText {
  const { labels, annotations, evidence, generatorURL } = alert;
  const summary = SUMMARIES.map((name) => annotations[name]).filter(Boolean);
  const links: (readonly [string, string])[] = [
    ...Object.entries(evidence?.links ?? {}),
    ...Object.entries(LINKS).flatMap(([name, title]) =>
      annotations[name] ? [[title, annotations[name]] as const] : [],
    ),
    ...(generatorURL === "" ? [] : [["Source", generatorURL] as const]),
  ];
  return {
    title: clean(labels.alertname ?? "Alert"),
    isResolved: alert.isResolved,
    summary: clean(summary.join("\n")),
    labels: sortedLabels(labels)
      .filter(([name]) => name !== "alertname" && !Object.hasOwn(commonLabels, name))
      .map(([name, value]) => [clean(name), clean(value)] as const),
    evidence: (evidence ? describeEvidence(evidence) : (annotations.evidence ?? "").split("\n").filter(Boolean)).map(
      clean,
    ),
    links: links
      .filter(
        ([, url], i) =>
          url.length <= MOST_URL && /^https?:\/\//.test(url) && links.findIndex(([, other]) => other === url) === i,
      )
      .slice(0, MOST_LINKS)
      .map(([name, url]) => [limitRunes(clean(name), MOST_LINK_NAME), url] as const),
  };
}

/** The whole message as plain text, one part an alert. */
export function plainParts(notification: Notification): string[] {
  return describeAlerts(notification).map(({ title, isResolved, summary, labels, evidence, links }) =>
    [
      `${isResolved ? "✓" : "!"} ${title}${labels.length === 0 ? "" : ` (${labels.map(([name, value]) => `${name}=${value}`).join(", ")})`}`,
      ...(summary === "" ? [] : [summary]),
      ...evidence,
      ...links.map(([name, url]) => `${name}: ${url}`),
    ].join("\n"),
  );
}
