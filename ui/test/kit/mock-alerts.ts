/** Answers the contract's paths about alerts: an alert of each kind, over the special traces. */
import type { WireAlert, WireAlertingSummary } from "goldspan/contract";
import type { Answer } from "./answer.ts";
import { TRACE_IDS } from "./special-traces.ts";

const MINUTE = 60_000;

export class MockAlerts {
  private readonly startedAt: number;

  constructor(startedAt: number) {
    this.startedAt = startedAt;
  }

  /** Undefined: there is nothing at this path. @param isEmpty nothing fires, nobody is told */
  answer(path: readonly string[], isEmpty: boolean): Answer | undefined {
    const alerts = isEmpty ? [] : this.alerts();
    if (path[0] === "summary") return { status: 200, body: summaryOf(alerts) };
    if (path[0] === "alerts" && !path[1]) return { status: 200, body: { alerts } };
    return undefined;
  }

  private alerts(): WireAlert[] {
    const at = (minutes: number) => this.startedAt - minutes * MINUTE;
    return [
      alert("LatencyUnusual", {
        state: "pending",
        severity: "warning",
        service: "inventory",
        operation: "GET /items/:sku",
        summary: "inventory GET /items/:sku takes 812 ms (p95), usually 41 ms",
        activeAtMillis: at(1),
        firedAtMillis: null,
        value: 0.812,
      }),
      alert("ErrorRatioUnusual", {
        severity: "page",
        service: "payments",
        operation: "POST /charges",
        summary: "payments POST /charges: 68 % of requests fail, usually 0.2 %",
        activeAtMillis: at(5),
        firedAtMillis: at(4),
        value: 0.68,
        receivers: ["on-call"],
        traceIds: [TRACE_IDS.failedOrder],
      }),
      alert("DiskFull", {
        severity: "ticket",
        service: "",
        summary: "",
        labels: { alertname: "DiskFull", instance: "db-1", severity: "ticket" },
        silencedBy: ["7d0f4c52-1111-4222-8333-94a1b2c3d4e5"],
        activeAtMillis: at(90),
        firedAtMillis: at(85),
      }),
      alert("TrafficDropped", {
        state: "resolved",
        severity: "warning",
        service: "gateway",
        summary: "gateway serves 0.1 requests a second, usually 5.2",
        activeAtMillis: at(40),
        firedAtMillis: at(39),
        resolvedAtMillis: at(12),
      }),
    ];
  }
}

function alert(name: string, more: Partial<WireAlert>): WireAlert {
  const { service = "", operation = "", severity = "", activeAtMillis = 0 } = more;
  const labels: Record<string, string> = { alertname: name, severity };
  if (service) labels.service_name = service;
  if (operation) labels.span_name = operation;
  return {
    id: `${name.toLowerCase()}-${activeAtMillis}`,
    fingerprint: name.toLowerCase(),
    name,
    state: "firing",
    silencedBy: [],
    inhibitedBy: [],
    labels,
    annotations: { summary: more.summary ?? "" },
    summary: "",
    severity,
    service,
    operation,
    value: 1,
    activeAtMillis,
    firedAtMillis: activeAtMillis,
    resolvedAtMillis: null,
    ruleId: name,
    generatorUrl: "",
    receivers: [],
    traceIds: [],
    ...more,
  };
}

function summaryOf(alerts: readonly WireAlert[]): WireAlertingSummary {
  const firing = alerts.filter(({ state }) => state === "firing");
  const silenced = firing.filter(({ silencedBy }) => silencedBy.length > 0).length;
  return {
    isOn: true,
    firing: firing.length - silenced,
    pending: alerts.filter(({ state }) => state === "pending").length,
    silenced,
    problems: [],
  };
}
