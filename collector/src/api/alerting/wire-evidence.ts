/** What was found for an alert as the contract has it. */
import type { Evidence, EvidenceChart } from "../../alerts/channels/notification.ts";
import { describeEvidence } from "../../alerts/channels/describe-evidence.ts";
import type { StoredEvidence } from "../../alerts/engine/alerting-service.ts";
import type { WireAlertChart, WireEvidence } from "../contract.ts";

export function wireEvidence({ evidence, gatheredAtMillis }: StoredEvidence): WireEvidence {
  const { brokeFirst, releaseChange } = evidence;
  return {
    service: evidence.service,
    operation: evidence.operation,
    gatheredAtMillis,
    text: [...describeEvidence(evidence)],
    traces: evidence.traces.map(({ traceId, spanId, service, operation, durationMs, error, criticalSpan = "" }) => ({
      traceId,
      spanId,
      service,
      operation,
      durationMs,
      error,
      criticalSpan,
    })),
    brokeFirst: brokeFirst
      ? {
          kind: brokeFirst.kind,
          service: brokeFirst.service,
          text: [brokeFirst.text, brokeFirst.detail].filter(Boolean).join(": "),
          timeMillis: brokeFirst.time,
          traceId: brokeFirst.traceId,
          spanId: brokeFirst.spanId,
        }
      : null,
    logs: evidence.logs.map(({ time, severity, service, body, traceId, spanId = "" }) => ({
      timeMillis: time,
      severity,
      service,
      body,
      traceId,
      spanId,
    })),
    operations: (evidence.operations ?? []).map((operation) => ({ ...operation })),
    attributes: wireAttributes(evidence),
    release: releaseChange
      ? {
          service: releaseChange.service,
          version: releaseChange.version,
          before: releaseChange.before,
          firstSeenMillis: releaseChange.firstSeen,
        }
      : null,
    neighbours: (evidence.neighbours ?? []).map((neighbour) => ({ ...neighbour })),
    chart: evidence.chart ? wireChart(evidence.chart) : null,
    links: { ...evidence.links },
  };
}

function wireAttributes({ attributes = [] }: Evidence): WireEvidence["attributes"] {
  return attributes.map(({ key, value, badShare, goodShare }) => ({ key, value, badShare, goodShare }));
}

export function wireChart({ title, unit, times, values, threshold, band }: EvidenceChart): WireAlertChart {
  return {
    title,
    unit,
    timesMillis: [...times],
    values: [...values],
    threshold: threshold ?? null,
    band: band ? { lower: [...band.lower], upper: [...band.upper] } : null,
  };
}
