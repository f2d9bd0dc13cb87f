/**
 * Alerts, rules, silences, channels and objectives. A part of ../contract.ts. Times are milliseconds since 1970, durations milliseconds.
 *
 *   GET /api/v1/alerting/summary                         -> WireAlertingSummary  (for the badge)
 *   GET /api/v1/alerting/alerts                          -> WireAlerts           (pending, firing, resolved lately)
 *   GET /api/v1/alerting/alerts/{id}                     -> WireAlertDetail      (also of one that ended, while history keeps it)
 *   GET /api/v1/alerting/alerts/{id}/chart               -> WireAlertChart       (over all its time, where evidence has a chart)
 *   GET /api/v1/alerting/alerts/{id}/band?start&end&step -> WireNormalBand (of a baseline rule; step in milliseconds)
 *   GET /api/v1/alerting/alerts/{id}/picture             -> image/png, 404 when there is nothing to draw
 *   GET /api/v1/alerting/difference?service&operation&start&end&about -> WireDifference (about: any, errors, latency, traffic)
 *   GET /api/v1/alerting/history?start&end&service&limit -> WireAlertHistory
 *   GET /api/v1/alerting/rules                           -> WireRules
 *   POST /api/v1/alerting/rules/check  {text}            -> WireRuleCheck
 *   POST /api/v1/alerting/rules/replay {text, start, end, line?} -> WireRuleReplay, or as lines (x-ndjson) WireReplayLine
 *                                                           (line: of one rule alone, with its chart)
 *   GET /api/v1/alerting/rule-files/{name}               -> WireRuleFile         (those made in the UI may be changed)
 *   PUT /api/v1/alerting/rule-files/{name} {text, version?} -> WireRuleFile; 400 with the first issue in `error.message` when it cannot
 *                                                           run; 409 when `version` ("" = there is none yet) is not that which lies there
 *   DELETE /api/v1/alerting/rule-files/{name}?version    -> 204; 409 as above
 *   GET /api/v1/alerting/silences                        -> WireSilences
 *   POST /api/v1/alerting/silences WireNewSilence        -> WireSilence          (201; with an id: changes that one)
 *   DELETE /api/v1/alerting/silences/{id}                -> 204                  (ends it now)
 *   GET /api/v1/alerting/channels                        -> WireChannels
 *   POST /api/v1/alerting/channels/{receiver}/{kind}/{index}/test -> WireChannelTest      (sends a message that says it is a test)
 *   GET /api/v1/alerting/channels/{receiver}/{kind}/{index}/preview?alert&state -> WireChannelPreview (of an alert's id, or made up)
 *   GET /api/v1/alerting/routing?label=name=value (again for each) -> WireRouting
 *   GET /api/v1/alerting/dead-letters                    -> WireDeadLetters
 *   POST /api/v1/alerting/dead-letters/{id}/retry        -> 204
 *   DELETE /api/v1/alerting/dead-letters/{id}            -> 204
 *   GET /api/v1/alerting/slos                            -> WireSlos
 *   /alertmanager/api/v2/…                               -> Alertmanager's HTTP API, /prometheus/api/v1/{rules,alerts} -> Prometheus'
 */
import type { WireRule } from "./alert-rules.ts";

export interface WireAlertingSummary {
  /** False: no alerting extension runs. Everything else is 0 then. */
  isOn: boolean;
  firing: number;
  pending: number;
  silenced: number;
  /** Rules or channels that fail, dead letters: what the operator should look at. */
  problems: string[];
}

export interface WireAlerts {
  alerts: WireAlert[];
}

/** From a rule of ours, or sent by somebody to the Alertmanager API. */
export interface WireAlert {
  /** Names this episode of the alert: fingerprint and begin. */
  id: string;
  fingerprint: string;
  name: string;
  state: "pending" | "firing" | "resolved";
  /** Why nobody is told: ids of silences, fingerprints of inhibiting alerts. */
  silencedBy: string[];
  inhibitedBy: string[];
  labels: Record<string, string>;
  annotations: Record<string, string>;
  /** A sentence: what is wrong. */
  summary: string;
  /** The label `severity`; "" where there is none. */
  severity: string;
  /** "" where none is known. */
  service: string;
  operation: string;
  /** Of the rule's expression; null where it is no number or the alert came from outside. */
  value: number | null;
  activeAtMillis: number;
  /** Since when it fires; null while pending. */
  firedAtMillis: number | null;
  resolvedAtMillis: number | null;
  /** Names the rule in WireRules; "" of an alert from outside. */
  ruleId: string;
  /** Where an alert from outside says it comes from; "" otherwise. */
  generatorUrl: string;
  /** Receivers its labels lead to. */
  receivers: string[];
  /** Traces that were found and pinned. */
  traceIds: string[];
}

export interface WireAlertDetail {
  alert: WireAlert;
  /** Null for one from outside, or when it is not known any more. */
  rule: WireRule | null;
  evidence: WireEvidence | null;
  /** Oldest first. */
  told: WireTold[];
  /** Earlier episodes of the same alert, newest first. */
  episodes: WireEpisode[];
}

/** What the webhook carries under `evidence`, and more. What was not found is empty. */
export interface WireEvidence {
  service: string;
  operation: string;
  gatheredAtMillis: number;
  /** The whole of it as text, line by line: as it is said in chat. */
  text: string[];
  traces: WireEvidenceTrace[];
  brokeFirst: WireBrokeFirst | null;
  logs: {
    timeMillis: number;
    severity: string;
    service: string;
    body: string;
    traceId: string;
    spanId: string;
  }[];
  /** That contribute most to the deviation, the largest share first. */
  operations: { service: string; operation: string; share: number; text: string }[];
  /** Values over-represented among bad requests. Shares 0 to 1. */
  attributes: { key: string; value: string; badShare: number; goodShare: number }[];
  /** Since the last good time; null when none changed. */
  release: { service: string; version: string; before: string; firstSeenMillis: number } | null;
  neighbours: {
    service: string;
    direction: "upstream" | "downstream";
    ratePerSecond: number;
    errorShare: number;
    isUnhealthy: boolean;
  }[];
  chart: WireAlertChart | null;
  /** Title -> address. */
  links: Record<string, string>;
}

/** What was different in a stretch of time from the time before it. */
export interface WireDifference {
  /** Null: nothing was found in it. Its traces are not pinned. */
  evidence: WireEvidence | null;
}

export interface WireEvidenceTrace {
  traceId: string;
  /** The span that shows the fault. */
  spanId: string;
  service: string;
  operation: string;
  durationMs: number;
  error: boolean;
  /** Of the span on the critical path that takes most; "" where it is not known. */
  criticalSpan: string;
}

export interface WireBrokeFirst {
  kind: "span" | "log";
  service: string;
  /** The span's name or the line. */
  text: string;
  timeMillis: number;
  traceId: string;
  spanId: string;
}

export interface WireAlertChart {
  title: string;
  /** `s`, `1` (a ratio), `1/s`, `By`, … as UCUM has it. */
  unit: string;
  timesMillis: number[];
  /** As long, null = no data. */
  values: (number | null)[];
  /** What the value is held against, where that is one number. */
  threshold: number | null;
  /** The normal range, where it is learnt; as long as the times. */
  band: { lower: (number | null)[]; upper: (number | null)[] } | null;
}

/** What is normal for an alert's signal, as its rule judges it: hour by hour. */
export interface WireNormalBand {
  /** `error_ratio`, `latency`, `traffic`, `saturation`, … */
  signal: string;
  /** Of latency: 0.95. */
  quantile: number;
  timesMillis: number[];
  /** As long as the times; null where nothing is known, or the rule watches no such side. In the signal's base unit. */
  lower: (number | null)[];
  upper: (number | null)[];
  center: (number | null)[];
}

/** Who was told, when, and how that went. */
export interface WireTold {
  timeMillis: number;
  receiver: string;
  /** `slack`, `webhook`, …; see WireChannel.id. */
  kind: string;
  channelId: string;
  reason: string;
  outcome: "waiting" | "sent" | "failed";
  /** Of a failure. */
  message: string;
}

export interface WireEpisode {
  id: string;
  fingerprint: string;
  name: string;
  summary: string;
  severity: string;
  service: string;
  labels: Record<string, string>;
  activeAtMillis: number;
  firedAtMillis: number;
  /** Null: it still fires. */
  resolvedAtMillis: number | null;
}

export interface WireAlertHistory {
  /** Newest first. */
  episodes: WireEpisode[];
  /** There were more than `limit`. */
  isCut: boolean;
}
