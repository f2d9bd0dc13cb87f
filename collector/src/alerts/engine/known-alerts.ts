/** Alerts of rules, of rules that are gone, and from outside, in the one form that the API, history and notification see. */
import type { ActiveAlert } from "../evaluate/active-alert.ts";
import { decodeAlert } from "../evaluate/active-alert.ts";
import type { EncodedRule } from "../evaluate/rule-group-evaluator.ts";
import type { EvidenceSubject } from "../evidence/gather.ts";
import { isResolved, type Alert } from "../notify/alert.ts";
import { fingerprintOf, type Labels } from "../notify/labels.ts";
import type { AlertingRule } from "../rules/rule-file.ts";
import type { KnownAlert, RuleRef } from "./alerting-service.ts";
import type { GroupRunner } from "./group-runner.ts";
import { queryRangeMillis } from "./query-range.ts";

/** Names an episode: an alert from when its condition began to hold. */
export function episodeIdOf(fingerprint: string, activeAtMillis: number): string {
  return `${fingerprint}-${activeAtMillis}`;
}

/** In the order of the rules. */
export function ruleAlerts(runner: GroupRunner, externalLabels: Labels): KnownAlert[] {
  const { file, group } = runner;
  return runner.rules.flatMap(({ rule, alerts }, i) => {
    if (rule.kind !== "alerting" || alerts.length === 0) return [];
    const ref = { id: runner.ruleIds[i], file, group: group.name, rule };
    return alerts.map((alert) => knownAlert(alert, externalLabels, ref));
  });
}

/** Those that fired, as over. */
export function endedAlerts(rules: readonly EncodedRule[], externalLabels: Labels, now: number): KnownAlert[] {
  return rules.flatMap(({ alerts }) =>
    alerts
      .filter(({ state }) => state === "firing")
      .map((alert) =>
        knownAlert({ ...decodeAlert(alert), state: "inactive", resolvedAt: now }, externalLabels, undefined),
      ),
  );
}

/** @param id of its episode, where that has begun */
export function fromOutside(alert: Alert, now: number, id?: string): KnownAlert {
  const { labels, annotations, fingerprint, startsAt, endsAt, generatorURL } = alert;
  return {
    id: id ?? episodeIdOf(fingerprint, startsAt),
    fingerprint,
    state: isResolved(alert, now) ? "resolved" : "firing",
    labels,
    annotations,
    value: undefined,
    activeAtMillis: startsAt,
    firedAtMillis: startsAt,
    resolvedAtMillis: isResolved(alert, now) ? endsAt : undefined,
    rule: undefined,
    generatorUrl: generatorURL,
  };
}

export function evidenceSubject(alert: KnownAlert, nowMillis: number): EvidenceSubject {
  const { id, labels, annotations, value, activeAtMillis, rule, details } = alert;
  return {
    id,
    labels,
    annotations,
    rule: rule?.rule,
    value,
    activeAtMillis,
    startMillis: activeAtMillis - windowOf(rule?.rule),
    nowMillis,
    ...(details && { details }),
  };
}

function knownAlert(alert: ActiveAlert, externalLabels: Labels, rule: RuleRef | undefined): KnownAlert {
  const { state, value, activeAt, firedAt, resolvedAt, details } = alert;
  const labels = { ...externalLabels, ...alert.labels };
  const fingerprint = fingerprintOf(labels);
  const sentence = details?.summary;
  return {
    id: episodeIdOf(fingerprint, activeAt),
    fingerprint,
    state: state === "inactive" ? "resolved" : state,
    labels,
    annotations: {
      ...(typeof sentence === "string" && { summary: sentence }),
      ...alert.annotations,
    },
    value,
    activeAtMillis: activeAt,
    firedAtMillis: firedAt,
    resolvedAtMillis: resolvedAt,
    rule,
    generatorUrl: "",
    ...(details && { details }),
  };
}

const DEFAULT_WINDOW_MILLIS = 5 * 60_000;
const MOST_WINDOW_MILLIS = 6 * 3_600_000;

function windowOf(rule: AlertingRule | undefined): number {
  if (!rule) return DEFAULT_WINDOW_MILLIS;
  const { source } = rule;
  if (source.kind === "promql") return queryRangeMillis(rule.expr);
  const window = "windowMillis" in source && source.kind !== "slo" ? source.windowMillis : DEFAULT_WINDOW_MILLIS;
  return Math.min(Math.max(window, DEFAULT_WINDOW_MILLIS), MOST_WINDOW_MILLIS);
}
