/** Alerts and their episodes as the contract has them. */
import type { AlertingService, Episode, KnownAlert } from "../../alerts/engine/alerting-service.ts";
import type { Evidence } from "../../alerts/channels/notification.ts";
import { labelOf, type Labels } from "../../alerts/notify/labels.ts";
import type { Told } from "../../alerts/send/sending.ts";
import type { WireAlert, WireEpisode, WireTold } from "../contract.ts";

/** Labels that name a service or an operation, the most exact first. */
const SERVICE_LABELS = ["service_name", "service", "job"];
const OPERATION_LABELS = ["span_name", "operation", "http_route"];
const SUMMARIES = ["summary", "description", "message"];

export function wireAlert(
  alert: KnownAlert,
  evidence: Evidence | undefined,
  service: Pick<AlertingService, "receiversOf">,
  suppression: { readonly silencedBy: readonly string[]; readonly inhibitedBy: readonly string[] },
): WireAlert {
  const { id, fingerprint, state, labels, annotations, value } = alert;
  return {
    id,
    fingerprint,
    name: labelOf(labels, "alertname"),
    state,
    silencedBy: [...suppression.silencedBy],
    inhibitedBy: [...suppression.inhibitedBy],
    labels: { ...labels },
    annotations: { ...annotations },
    summary: summaryOf(annotations),
    severity: labelOf(labels, "severity"),
    service: evidence?.service || firstOf(labels, SERVICE_LABELS),
    operation: evidence?.operation || firstOf(labels, OPERATION_LABELS),
    value: finite(value),
    activeAtMillis: alert.activeAtMillis,
    firedAtMillis: alert.firedAtMillis ?? null,
    resolvedAtMillis: alert.resolvedAtMillis ?? null,
    ruleId: alert.rule?.id ?? "",
    generatorUrl: alert.generatorUrl,
    receivers: [...service.receiversOf(labels)],
    traceIds: (evidence?.traces ?? []).map(({ traceId }) => traceId),
  };
}

/** An alert that is not among the known ones any more, out of history. */
export function wireEndedAlert(
  episode: Episode,
  evidence: Evidence | undefined,
  service: Pick<AlertingService, "receiversOf">,
): WireAlert {
  const { id, fingerprint, labels, annotations, activeAtMillis, firedAtMillis, resolvedAtMillis } = episode;
  const state = resolvedAtMillis === undefined ? "firing" : "resolved";
  const known: KnownAlert = {
    id,
    fingerprint,
    state,
    labels,
    annotations,
    value: episode.value,
    activeAtMillis,
    firedAtMillis,
    resolvedAtMillis,
    rule: undefined,
    generatorUrl: "",
  };
  const wire = wireAlert(known, evidence, service, { silencedBy: [], inhibitedBy: [] });
  return {
    ...wire,
    service: wire.service || episode.service,
    operation: wire.operation || episode.operation,
    ruleId: episode.ruleId ?? "",
  };
}

export function wireEpisode(episode: Episode): WireEpisode {
  const { id, fingerprint, labels, annotations, service, activeAtMillis, firedAtMillis } = episode;
  return {
    id,
    fingerprint,
    name: labelOf(labels, "alertname"),
    summary: summaryOf(annotations),
    severity: labelOf(labels, "severity"),
    service: service || firstOf(labels, SERVICE_LABELS),
    labels: { ...labels },
    activeAtMillis,
    firedAtMillis,
    resolvedAtMillis: episode.resolvedAtMillis ?? null,
  };
}

export function wireTold({ at, receiver, kind, channelId, reason, outcome, message }: Told): WireTold {
  return { timeMillis: at, receiver, kind, channelId, reason, outcome, message };
}

/** JSON has no NaN and no infinities. */
export function finite(value: number | undefined): number | null {
  return value !== undefined && Number.isFinite(value) ? value : null;
}

function summaryOf(annotations: Labels): string {
  return firstOf(annotations, SUMMARIES);
}

function firstOf(labels: Labels, names: readonly string[]): string {
  return names.map((name) => labelOf(labels, name)).find((value) => value !== "") ?? "";
}
