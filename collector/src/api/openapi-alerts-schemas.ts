/** JSON Schemas of what contract/alerts.ts types. */
import { boolean, integer, list, map, nullable, number, object, ref, string } from "./json-schema.ts";

const LABELS = map(string);
const TEXTS = list(string);
const orNull = (schema: object) => ({ oneOf: [schema, { type: "null" }] });
const word = (...words: string[]) => ({ type: "string", enum: words });
const ORIGIN = word("file", "default", "ui");
const SERIES = list(nullable);

const EPISODE = {
  id: string,
  fingerprint: string,
  name: string,
  summary: string,
  severity: string,
  service: string,
  labels: LABELS,
  activeAtMillis: number,
  firedAtMillis: number,
  resolvedAtMillis: nullable,
};

const NEW_SILENCE = {
  id: string,
  matchers: list(object({ name: string, operator: word("=", "!=", "=~", "!~"), value: string })),
  startsAtMillis: number,
  endsAtMillis: number,
  createdBy: string,
  comment: string,
};

const EVIDENCE = object({
  service: string,
  operation: string,
  gatheredAtMillis: number,
  text: TEXTS,
  traces: list(
    object({
      traceId: string,
      spanId: string,
      service: string,
      operation: string,
      durationMs: number,
      error: boolean,
      criticalSpan: string,
    }),
  ),
  brokeFirst: orNull(
    object({
      kind: word("span", "log"),
      service: string,
      text: string,
      timeMillis: number,
      traceId: string,
      spanId: string,
    }),
  ),
  logs: list(
    object({ timeMillis: number, severity: string, service: string, body: string, traceId: string, spanId: string }),
  ),
  operations: list(object({ service: string, operation: string, share: number, text: string })),
  attributes: list(object({ key: string, value: string, badShare: number, goodShare: number })),
  release: orNull(object({ service: string, version: string, before: string, firstSeenMillis: number })),
  neighbours: list(
    object({
      service: string,
      direction: word("upstream", "downstream"),
      ratePerSecond: number,
      errorShare: number,
      isUnhealthy: boolean,
    }),
  ),
  chart: orNull(ref("AlertChart")),
  links: LABELS,
});

const RULES_SCHEMAS = {
  RuleIssue: object({ line: integer, column: integer, message: string, severity: word("error", "warning") }),
  Rule: object({
    id: string,
    name: string,
    kind: word("alerting", "recording"),
    source: word("expr", "logs", "traces", "baseline", "slo", "absence", "new_error"),
    query: string,
    chartQuery: string,
    forMillis: number,
    keepFiringForMillis: number,
    labels: LABELS,
    annotations: LABELS,
    health: word("unknown", "ok", "err"),
    lastError: string,
    state: word("inactive", "pending", "firing"),
    firing: integer,
    pending: integer,
    file: string,
    group: string,
    line: integer,
  }),
  Rules: object({
    files: list(object({ name: string, origin: ORIGIN, issues: list(ref("RuleIssue")), loadedAtMillis: number })),
    groups: list(
      object({
        file: string,
        name: string,
        intervalMillis: number,
        lastEvaluationMillis: nullable,
        lastDurationMillis: number,
        missed: integer,
        rules: list(ref("Rule")),
      }),
    ),
  }),
  RuleText: object({ text: string }),
  RuleFileText: object({ text: string, version: string }, ["version"]),
  RuleReplayRequest: object({ text: string, start: number, end: number, line: integer }, ["start", "end", "line"]),
  RuleFile: object({ name: string, origin: ORIGIN, text: string, version: string }),
  RuleCheck: object({ issues: list(ref("RuleIssue")), groups: integer, rules: integer }),
  RuleReplay: object({
    startMillis: number,
    endMillis: number,
    reachedMillis: number,
    stepMillis: number,
    dataStartMillis: nullable,
    rules: list(
      object({
        group: string,
        name: string,
        fired: integer,
        error: string,
        chart: orNull(
          object({
            title: string,
            unit: string,
            threshold: nullable,
            side: word("above", "below"),
            timesMillis: list(number),
            series: list(object({ labels: LABELS, values: SERIES })),
            hidden: integer,
            band: orNull(object({ lower: SERIES, upper: SERIES })),
          }),
        ),
        episodes: list(
          object({ labels: LABELS, activeAtMillis: number, firedAtMillis: number, resolvedAtMillis: nullable }),
        ),
      }),
    ),
  }),
};

const CHANNEL_SCHEMAS = {
  Channels: object({
    configFile: string,
    issues: list(ref("RuleIssue")),
    channels: list(
      object({
        id: string,
        receiver: string,
        kind: string,
        index: integer,
        target: string,
        sendResolved: boolean,
        sent: integer,
        failed: integer,
        waiting: integer,
        lastSentMillis: nullable,
        lastError: string,
        lastErrorMillis: nullable,
        retryAtMillis: nullable,
      }),
    ),
    routes: list(
      object({
        depth: integer,
        receiver: string,
        matchers: TEXTS,
        groupBy: TEXTS,
        groupWaitMillis: number,
        groupIntervalMillis: number,
        repeatIntervalMillis: number,
        muteTimeIntervals: TEXTS,
        activeTimeIntervals: TEXTS,
        continues: boolean,
        isMuted: boolean,
      }),
    ),
    timeIntervals: list(object({ name: string, texts: TEXTS, isNow: boolean })),
  }),
  Routing: object({
    matches: list(object({ route: integer, receiver: string, groupLabels: LABELS, isMuted: boolean })),
    silencedBy: TEXTS,
    inhibitedBy: TEXTS,
  }),
  ChannelTest: object({ outcome: word("sent", "failed"), message: string, durationMillis: number }),
  ChannelPreview: object({
    requests: list(object({ method: string, url: string, headers: LABELS, body: string })),
    text: string,
    hasPicture: boolean,
    shown: list(
      object({
        kind: word("heading", "text", "fields", "links", "code", "picture"),
        runs: list(object({ text: string, isBold: boolean, isCode: boolean, href: string })),
        fields: list(object({ name: string, value: string })),
      }),
    ),
  }),
  DeadLetters: object({
    letters: list(
      object({
        id: string,
        receiver: string,
        kind: string,
        channelId: string,
        alerts: TEXTS,
        createdAtMillis: number,
        failedAtMillis: number,
        attempts: integer,
        message: string,
      }),
    ),
  }),
};

export const ALERTS_SCHEMAS = {
  AlertChart: object({
    title: string,
    unit: string,
    timesMillis: list(number),
    values: SERIES,
    threshold: nullable,
    band: orNull(object({ lower: SERIES, upper: SERIES })),
  }),
  Difference: object({ evidence: orNull(ref("AlertEvidence")) }),
  NormalBand: object({
    signal: string,
    quantile: number,
    timesMillis: list(number),
    lower: list(nullable),
    upper: list(nullable),
    center: list(nullable),
  }),
  AlertingSummary: object({ isOn: boolean, firing: integer, pending: integer, silenced: integer, problems: TEXTS }),
  Alert: object({
    id: string,
    fingerprint: string,
    name: string,
    state: word("pending", "firing", "resolved"),
    silencedBy: TEXTS,
    inhibitedBy: TEXTS,
    labels: LABELS,
    annotations: LABELS,
    summary: string,
    severity: string,
    service: string,
    operation: string,
    value: nullable,
    activeAtMillis: number,
    firedAtMillis: nullable,
    resolvedAtMillis: nullable,
    ruleId: string,
    generatorUrl: string,
    receivers: TEXTS,
    traceIds: TEXTS,
  }),
  Alerts: object({ alerts: list(ref("Alert")) }),
  AlertEvidence: EVIDENCE,
  AlertDetail: object({
    alert: ref("Alert"),
    rule: orNull(ref("Rule")),
    evidence: orNull(ref("AlertEvidence")),
    told: list(
      object({
        timeMillis: number,
        receiver: string,
        kind: string,
        channelId: string,
        reason: string,
        outcome: word("waiting", "sent", "failed"),
        message: string,
      }),
    ),
    episodes: list(object(EPISODE)),
  }),
  AlertHistory: object({ episodes: list(object(EPISODE)), isCut: boolean }),
  NewSilence: object(NEW_SILENCE, ["id"]),
  Silence: object({
    ...NEW_SILENCE,
    state: word("pending", "active", "expired"),
    updatedAtMillis: number,
    alerts: integer,
  }),
  Silences: object({ silences: list(ref("Silence")) }),
  Slos: object({
    slos: list(
      object({
        ruleId: string,
        name: string,
        file: string,
        line: integer,
        service: string,
        operation: string,
        text: string,
        objective: number,
        windowMillis: number,
        attained: nullable,
        budgetRemaining: nullable,
        burnRates: list(object({ windowMillis: number, rate: nullable })),
        alerts: list(
          object({
            severity: word("page", "ticket"),
            factor: number,
            longMillis: number,
            shortMillis: number,
            longRate: nullable,
            shortRate: nullable,
            isBurning: boolean,
          }),
        ),
        burnDown: object({ timesMillis: list(number), remaining: SERIES }),
        state: word("ok", "ticket", "page"),
      }),
    ),
  }),
  /** Described by Alertmanager. */
  Alertmanager: {},
  ...RULES_SCHEMAS,
  ...CHANNEL_SCHEMAS,
};
