/** Answers the contract's paths about alerts: an alert of each kind, over the special traces. */
import type {
  WireAlert,
  WireAlertDetail,
  WireAlertHistory,
  WireAlertingSummary,
  WireDifference,
  WireEvidence,
  WireNormalBand,
  WireRule,
  WireRules,
} from "goldspan/contract";
import type { Answer, Asked } from "./answer.ts";
import { MockChannels } from "./mock-channels.ts";
import { MockRules, mockSlos } from "./mock-rules.ts";
import { MockSilences } from "./mock-silences.ts";
import { TRACE_IDS } from "./special-traces.ts";

const MINUTE = 60_000;

export class MockAlerts {
  private readonly startedAt: number;
  private readonly silences: MockSilences;
  private readonly channels: MockChannels;
  private readonly ruleFiles = new MockRules();

  constructor(startedAt: number) {
    this.startedAt = startedAt;
    this.silences = new MockSilences(startedAt);
    this.channels = new MockChannels(startedAt);
  }

  /** Undefined: there is nothing at this path. @param isEmpty nothing fires, nobody is told */
  answer(path: readonly string[], isEmpty: boolean, asked: Asked, params = new URLSearchParams()): Answer | undefined {
    const alerts = isEmpty ? [] : this.alerts();
    if (path[0] === "summary") return { status: 200, body: summaryOf(alerts) };
    if (path[0] === "alerts" && !path[1]) return { status: 200, body: { alerts } };
    const alert = path[0] === "alerts" && alerts.find(({ id }) => id === path[1]);
    if (alert && !path[2]) return { status: 200, body: this.detailOf(alert) };
    if (alert && path[2] === "chart") return { status: 200, body: evidenceOf(alert).chart };
    if (alert && path[2] === "band") return { status: 200, body: bandOf(params) };
    if (path[0] === "difference") return { status: 200, body: this.difference(alerts, params) };
    if (path[0] === "silences") return this.silences.answer(path[1], isEmpty, asked);
    const ofFiles = this.ruleFiles.answer(path, asked);
    if (ofFiles) return ofFiles;
    if (path[0] === "slos") return { status: 200, body: { slos: isEmpty ? [] : mockSlos(this.startedAt) } };
    if (path[0] === "rules") return { status: 200, body: isEmpty ? { files: [], groups: [] } : this.rules() };
    if (path[0] === "history") return { status: 200, body: this.history(alerts) };
    return this.channels.answer(path, isEmpty, asked, params);
  }

  /** Of payments what its alert has; of others nothing stands out. */
  private difference(alerts: readonly WireAlert[], params: URLSearchParams): WireDifference {
    const alert = alerts.find(({ traceIds }) => traceIds.length > 0);
    return { evidence: alert && params.get("service") === alert.service ? evidenceOf(alert) : null };
  }

  private rules(): WireRules {
    const rules = this.alerts().map(ruleOf);
    rules[1] = {
      ...rules[1],
      state: "inactive",
      firing: 0,
      health: "err",
      lastError: "cannot read the query: <b>no</b>",
    };
    const group = { name: "goldspan", file: "default", intervalMillis: 15_000, missed: 0, rules };
    const issue = { line: 4, column: 7, message: "could not parse expression", severity: "error" as const };
    return {
      files: this.ruleFiles.names().map(({ name, origin }) => ({
        name,
        origin,
        issues: origin === "file" ? [issue] : [],
        loadedAtMillis: this.startedAt,
      })),
      groups: [{ ...group, lastEvaluationMillis: this.startedAt, lastDurationMillis: 12 }],
    };
  }

  private history(alerts: readonly WireAlert[]): WireAlertHistory {
    const episodes = alerts.flatMap(({ firedAtMillis, ...alert }) => {
      const { id, fingerprint, name, summary, severity, service, labels, activeAtMillis, resolvedAtMillis } = alert;
      if (firedAtMillis === null) return [];
      const kept = { id, fingerprint, name, summary, severity, service, labels };
      return [{ ...kept, activeAtMillis, firedAtMillis, resolvedAtMillis }];
    });
    return { episodes, isCut: false };
  }

  /** Evidence stands at the one that has a trace. */
  private detailOf(alert: WireAlert): WireAlertDetail {
    const { activeAtMillis, firedAtMillis, fingerprint, name, summary, severity, service, labels } = alert;
    const before = { fingerprint, name, summary, severity, service, labels };
    return {
      alert,
      rule: ruleOf(alert),
      evidence: alert.traceIds.length > 0 ? evidenceOf(alert) : null,
      told:
        firedAtMillis === null || alert.receivers.length === 0
          ? []
          : [
              {
                timeMillis: firedAtMillis + 30_000,
                receiver: "on-call",
                kind: "slack",
                channelId: "on-call/slack/0",
                reason: "first",
                outcome: "sent",
                message: "",
              },
            ],
      episodes:
        alert.traceIds.length === 0
          ? []
          : [
              {
                ...before,
                id: `${fingerprint}-1`,
                activeAtMillis: activeAtMillis - 1440 * MINUTE,
                firedAtMillis: activeAtMillis - 1439 * MINUTE,
                resolvedAtMillis: activeAtMillis - 1400 * MINUTE,
              },
            ],
    };
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

function ruleOf({ name, ruleId }: WireAlert): WireRule {
  return {
    id: ruleId,
    name,
    kind: "alerting",
    source: "baseline",
    query: "baseline: {signal: error_ratio, window: 1m}",
    chartQuery: "",
    forMillis: 0,
    keepFiringForMillis: 60_000,
    labels: { severity: "page" },
    annotations: {},
    health: "ok",
    lastError: "",
    state: "firing",
    firing: 1,
    pending: 0,
    file: "default",
    group: "golden signals",
    line: 12,
  };
}

/** Normal grows from one hour to the next. */
function bandOf(params: URLSearchParams): WireNormalBand {
  const [start, end, step] = ["start", "end", "step"].map((name) => Number(params.get(name)));
  const timesMillis = Array.from({ length: Math.floor((end - start) / step) + 1 }, (_, i) => start + i * step);
  return {
    signal: "error_ratio",
    quantile: 0.95,
    timesMillis,
    lower: timesMillis.map(() => null),
    upper: timesMillis.map((_, i) => (i < 20 ? 0.012 : 0.05)),
    center: timesMillis.map(() => 0.002),
  };
}

function evidenceOf({ activeAtMillis, service, operation }: WireAlert): WireEvidence {
  const traceId = TRACE_IDS.failedOrder;
  const times = Array.from({ length: 40 }, (_, i) => activeAtMillis + (i - 30) * 15_000);
  const lineOf = (i: number) => ({
    timeMillis: activeAtMillis + i * 900,
    severity: "ERROR",
    service,
    body: `card network cannot be reached: ECONNREFUSED (attempt ${i + 1})`,
    traceId,
    spanId: "",
  });
  return {
    service,
    operation,
    gatheredAtMillis: activeAtMillis + 30_000,
    text: ["Service: payments, operation: POST /charges", "Since release: payments 1.5.0"],
    traces: [
      { traceId, spanId: "", service, operation, durationMs: 412, error: true, criticalSpan: "payments charge card" },
    ],
    brokeFirst: {
      kind: "span",
      service: "payments",
      text: "charge card: connection refused",
      timeMillis: activeAtMillis + 20,
      traceId,
      spanId: "",
    },
    logs: [lineOf(0), lineOf(1), lineOf(2)],
    operations: [
      { service, operation, share: 0.93, text: "68 % of requests fail, usually 0.2 %" },
      { service: "orders", operation: "POST /orders", share: 0.07, text: "31 % of requests fail, usually 0.4 %" },
    ],
    attributes: [
      { key: "card.network", value: "visa", badShare: 0.97, goodShare: 0.31 },
      { key: "server.address", value: "cards.example.net", badShare: 0.88, goodShare: 0.42 },
    ],
    release: { service, version: "1.5.0", before: "1.4.2", firstSeenMillis: activeAtMillis - 2 * MINUTE },
    neighbours: [
      { service: "orders", direction: "upstream", ratePerSecond: 1.4, errorShare: 0.31, isUnhealthy: true },
      { service: "card network", direction: "downstream", ratePerSecond: 1.1, errorShare: 0.7, isUnhealthy: true },
    ],
    chart: {
      title: "errors of payments POST /charges",
      unit: "1",
      timesMillis: times,
      values: times.map((time, i) => (i === 5 ? null : time < activeAtMillis ? 0.002 : 0.68)),
      threshold: null,
      band: { lower: times.map(() => 0), upper: times.map(() => 0.012) },
    },
    links: {},
  };
}
