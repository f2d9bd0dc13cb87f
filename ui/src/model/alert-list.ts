/** Alerts in the order in which they are looked at, and what each needs to be drawn. In: alerts of the contract; out: plain values. */
import type { WireAlert } from "goldspan/contract";

export type AlertPhase = "firing" | "pending" | "silenced" | "resolved";

export const PHASES: readonly AlertPhase[] = ["firing", "pending", "silenced", "resolved"];

export interface AlertFilter {
  readonly text: string;
  readonly service: string;
  /** "" = all. */
  readonly phase: string;
  /** Whose messages it stands in; "" = all. */
  readonly receiver: string;
}

/** Where it stands for people: what is silenced or inhibited tells nobody. */
export function phaseOf({ state, silencedBy, inhibitedBy }: WireAlert): AlertPhase {
  if (state !== "resolved" && silencedBy.length + inhibitedBy.length > 0) return "silenced";
  return state;
}

const SEVERITIES = ["critical", "page", "error", "warning", "ticket", "info"];

/** 0 = the worst; unknown ones stand between warnings and infos. */
export function severityRank(severity: string): number {
  const at = SEVERITIES.indexOf(severity.toLowerCase());
  return at < 0 ? SEVERITIES.length - 1.5 : at;
}

export type SeverityTone = "error" | "warn" | "plain";

export function severityTone(severity: string): SeverityTone {
  const rank = severityRank(severity);
  if (rank <= 2) return "error";
  return rank <= 4 ? "warn" : "plain";
}

/** Firing ones first, then by severity, the newest first. */
export function sortAlerts(alerts: readonly WireAlert[]): WireAlert[] {
  return alerts.toSorted(
    (a, b) =>
      PHASES.indexOf(phaseOf(a)) - PHASES.indexOf(phaseOf(b)) ||
      severityRank(a.severity) - severityRank(b.severity) ||
      sinceOf(b) - sinceOf(a),
  );
}

/** When the present phase began. */
export function sinceOf({ state, activeAtMillis, firedAtMillis, resolvedAtMillis }: WireAlert): number {
  if (state === "resolved") return resolvedAtMillis ?? activeAtMillis;
  return firedAtMillis ?? activeAtMillis;
}

export function filterAlerts(
  alerts: readonly WireAlert[],
  { text, service, phase, receiver }: AlertFilter,
): WireAlert[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  return alerts.filter((alert) => {
    if (service !== "" && alert.service !== service) return false;
    if (phase !== "" && phaseOf(alert) !== phase) return false;
    if (receiver !== "" && !alert.receivers.includes(receiver)) return false;
    const said = [alert.name, alert.summary, alert.operation, ...Object.values(alert.labels)].join(" ").toLowerCase();
    return words.every((word) => said.includes(word));
  });
}

/** Labels that are not said elsewhere in a line: not the name, the severity, the service and the operation. */
export function otherLabels({ labels, severity, service, operation }: WireAlert): [string, string][] {
  const said = new Set([severity, service, operation].filter(Boolean));
  return Object.entries(labels).filter(([name, value]) => name !== "alertname" && !said.has(value));
}
