/** Which services have active alerts, and how bad the worst of each is. In: alerts of the contract; out: plain values by service. Pure. */
import type { WireAlert } from "goldspan/contract";
import { formatPlural } from "../base/format-number.ts";
import { phaseOf, severityRank, severityTone, type SeverityTone } from "./alert-list.ts";

export interface ServiceAlerts {
  /** Of the worst one; "" where it has none. */
  readonly severity: string;
  readonly tone: SeverityTone;
  readonly count: number;
  /** `2 alerts fire, the worst is critical: payments fails`. */
  readonly about: string;
}

/** Those that fire and tell somebody: what is pending is no alert yet, what is silenced is known. */
export function alertsByService(alerts: readonly WireAlert[]): ReadonlyMap<string, ServiceAlerts> {
  const byService = new Map<string, WireAlert[]>();
  for (const alert of alerts) {
    if (alert.service === "" || phaseOf(alert) !== "firing") continue;
    byService.set(alert.service, [...(byService.get(alert.service) ?? []), alert]);
  }
  return new Map(Array.from(byService, ([service, own]) => [service, summarize(own)]));
}

function summarize(alerts: readonly WireAlert[]): ServiceAlerts {
  const [worst] = alerts.toSorted((a, b) => severityRank(a.severity) - severityRank(b.severity));
  const { severity } = worst;
  const said = worst.summary || worst.name;
  const count = alerts.length;
  const fires = `${formatPlural(count, "alert")} ${count === 1 ? "fires" : "fire"}`;
  const how = severity === "" ? "" : count === 1 ? `, ${severity}` : `, the worst is ${severity}`;
  return { severity, tone: severityTone(severity), count, about: `${fires}${how}: ${said}` };
}
