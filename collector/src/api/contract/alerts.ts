/**
 * Alerts, rules, silences, channels and objectives. A part of ../contract.ts. Times are milliseconds since 1970, durations milliseconds.
 *
 *   GET /api/v1/alerting/summary                         -> WireAlertingSummary  (for the badge)
 *   GET /api/v1/alerting/alerts                          -> WireAlerts           (pending, firing, resolved lately)
 *   GET /api/v1/alerting/alerts/{id}                     -> WireAlertDetail      (also of one that ended, while history keeps it)
 *   GET /api/v1/alerting/alerts/{id}/picture             -> image/png, 404 when there is nothing to draw
 *   GET /api/v1/alerting/history?start&end&service&limit -> WireAlertHistory
 *   GET /api/v1/alerting/rules                           -> WireRules
 *   POST /api/v1/alerting/rules/check  {text}            -> WireRuleCheck
 *   POST /api/v1/alerting/rules/replay {text, start, end} -> WireRuleReplay
 *   GET /api/v1/alerting/rule-files/{name}               -> WireRuleFile         (those made in the UI may be changed)
 *   PUT /api/v1/alerting/rule-files/{name} {text}        -> WireRuleFile; 400 with the first issue in `error.message` when it cannot run
 *   DELETE /api/v1/alerting/rule-files/{name}            -> 204
 *   GET /api/v1/alerting/silences                        -> WireSilences
 *   POST /api/v1/alerting/silences WireNewSilence        -> WireSilence          (201; with an id: changes that one)
 *   DELETE /api/v1/alerting/silences/{id}                -> 204                  (ends it now)
 *   GET /api/v1/alerting/channels                        -> WireChannels
 *   POST /api/v1/alerting/channels/{receiver}/{kind}/{index}/test -> WireChannelTest      (sends a message that says it is a test)
 *   GET /api/v1/alerting/channels/{receiver}/{kind}/{index}/preview?alert -> WireChannelPreview   (of an alert's id, or of a made-up one)
 *   GET /api/v1/alerting/dead-letters                    -> WireDeadLetters
 *   POST /api/v1/alerting/dead-letters/{id}/retry        -> 204
 *   DELETE /api/v1/alerting/dead-letters/{id}            -> 204
 *   GET /api/v1/alerting/slos                            -> WireSlos
 *   /alertmanager/api/v2/…                               -> Alertmanager's HTTP API, /prometheus/api/v1/{rules,alerts} -> Prometheus'
 */

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

export interface WireRules {
  files: WireRuleFileStatus[];
  groups: WireRuleGroup[];
}

export interface WireRuleFileStatus {
  /** As it is found: a path, `default`, or the name of one made in the UI. */
  name: string;
  origin: "file" | "default" | "ui";
  /** What is wrong with the file as it lies there; the version before it runs on. */
  issues: WireRuleIssue[];
  loadedAtMillis: number;
}

export interface WireRuleIssue {
  /** 1-based; 0 = of the whole file. */
  line: number;
  column: number;
  message: string;
  severity: "error" | "warning";
}

export interface WireRuleGroup {
  file: string;
  name: string;
  intervalMillis: number;
  lastEvaluationMillis: number | null;
  lastDurationMillis: number;
  /** Evaluations that were left out as the one before still ran. */
  missed: number;
  rules: WireRule[];
}

export interface WireRule {
  /** Of this rule, as long as its text stays. */
  id: string;
  name: string;
  kind: "alerting" | "recording";
  /** `expr`, `logs`, `traces`, `baseline`, `slo`, `absence`, `new_error`. */
  source: string;
  /** What it asks, in the words of the file: the expression, or the kind's settings as YAML. */
  query: string;
  /** PromQL that draws it; "" where there is none. */
  chartQuery: string;
  forMillis: number;
  keepFiringForMillis: number;
  labels: Record<string, string>;
  annotations: Record<string, string>;
  health: "unknown" | "ok" | "err";
  lastError: string;
  state: "inactive" | "pending" | "firing";
  firing: number;
  pending: number;
  file: string;
  group: string;
  line: number;
}

export interface WireRuleFile {
  name: string;
  origin: "file" | "default" | "ui";
  text: string;
}

export interface WireRuleCheck {
  issues: WireRuleIssue[];
  groups: number;
  rules: number;
}

export interface WireRuleReplay {
  startMillis: number;
  endMillis: number;
  /** How far it came in the time it has: endMillis when all was done. */
  reachedMillis: number;
  rules: {
    group: string;
    name: string;
    /** Times it would have fired. */
    fired: number;
    error: string;
    /** Oldest first, bounded. */
    episodes: {
      labels: Record<string, string>;
      activeAtMillis: number;
      firedAtMillis: number;
      resolvedAtMillis: number | null;
    }[];
  }[];
}

export interface WireMatcher {
  name: string;
  operator: "=" | "!=" | "=~" | "!~";
  value: string;
}

export interface WireNewSilence {
  /** Of the silence to change. */
  id?: string;
  matchers: WireMatcher[];
  startsAtMillis: number;
  endsAtMillis: number;
  createdBy: string;
  comment: string;
}

export interface WireSilence extends WireNewSilence {
  id: string;
  state: "pending" | "active" | "expired";
  updatedAtMillis: number;
  /** Alerts it holds back now. */
  alerts: number;
}

export interface WireSilences {
  /** Active ones first, then pending, then expired. */
  silences: WireSilence[];
}

export interface WireChannels {
  /** The file it comes from; "" = no file is configured, nobody is told. */
  configFile: string;
  /** What is wrong with the file as it lies there; the version before it runs on. */
  issues: WireRuleIssue[];
  channels: WireChannel[];
  /** The tree of routes, the root first; depth 0 is the root. */
  routes: {
    depth: number;
    receiver: string;
    matchers: string[];
    groupBy: string[];
    groupWaitMillis: number;
    groupIntervalMillis: number;
    repeatIntervalMillis: number;
    muteTimeIntervals: string[];
    activeTimeIntervals: string[];
    continues: boolean;
  }[];
}

export interface WireChannel {
  /** `receiver/kind/index`, with each part escaped for a URL. */
  id: string;
  receiver: string;
  kind: string;
  index: number;
  /** Where it goes, without secrets: `hooks.slack.com`, `ops@example.com`. */
  target: string;
  sendResolved: boolean;
  sent: number;
  failed: number;
  waiting: number;
  lastSentMillis: number | null;
  /** "" when the last one went well. */
  lastError: string;
  lastErrorMillis: number | null;
  /** It is not tried before this moment, for the vendor's sake or after failures. */
  retryAtMillis: number | null;
}

export interface WireChannelTest {
  outcome: "sent" | "failed";
  message: string;
  durationMillis: number;
}

export interface WireChannelPreview {
  requests: {
    method: string;
    /** Secrets are hidden. */
    url: string;
    headers: Record<string, string>;
    /** JSON is indented. */
    body: string;
  }[];
  /** The message as text. */
  text: string;
  /** The alerts have a picture, and the channel shows it. */
  hasPicture: boolean;
}

export interface WireDeadLetters {
  /** Newest first. */
  letters: {
    id: string;
    receiver: string;
    kind: string;
    channelId: string;
    alerts: string[];
    createdAtMillis: number;
    failedAtMillis: number;
    attempts: number;
    message: string;
  }[];
}

export interface WireSlos {
  slos: WireSlo[];
}

export interface WireSlo {
  ruleId: string;
  name: string;
  service: string;
  operation: string;
  /** In words: `99.9 % of requests without error over 30 d`. */
  text: string;
  /** 0 to 1. */
  objective: number;
  windowMillis: number;
  /** Of the window so far; null = no traffic. */
  attained: number | null;
  /** 1 = untouched, 0 = used up, below = overdrawn; null = no traffic. */
  budgetRemaining: number | null;
  /** How many times faster than allowed the budget burns, by window. */
  burnRates: { windowMillis: number; rate: number | null }[];
  /** The budget over the window. */
  burnDown: { timesMillis: number[]; remaining: (number | null)[] };
  state: "ok" | "ticket" | "page";
}
