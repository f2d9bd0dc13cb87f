/**
 * What the form of a rule asks, by kind: the settings under its key in a rule file. Which settings there are and what they default to is
 * the collector's (collector/docs/rules.md); here is how they are asked for. Pure.
 */
export type RuleKind = "expr" | "logs" | "traces" | "baseline" | "slo" | "absence" | "new_error";

export interface RuleField {
  /** In the file; `indicator.latency` lies in a map. */
  readonly key: string;
  readonly label: string;
  readonly type: "promql" | "text" | "choice" | "list" | "service";
  readonly choices?: readonly string[];
  /** What the collector takes where nothing is said. */
  readonly usual?: string;
  readonly example?: string;
  readonly isRequired?: boolean;
  /** Beside the field before it. */
  readonly isShort?: boolean;
  /** Behind a short one it takes the rest of the line. */
  readonly isRest?: boolean;
}

export interface RuleKindForm {
  readonly kind: RuleKind;
  readonly label: string;
  /** When to take it. */
  readonly about: string;
  readonly fields: readonly RuleField[];
  /** To begin with. */
  readonly initial: Readonly<Record<string, string>>;
  readonly name: string;
}

const SERVICE: RuleField = { key: "service", label: "Services", type: "service", usual: "all", example: "shop-.*" };
const WINDOW: RuleField = { key: "window", label: "Over the last", type: "text", usual: "5m", isShort: true };
const BOUNDS: readonly RuleField[] = [
  { key: "above", label: "Fires above", type: "text", usual: "0", isShort: true },
  { key: "below", label: "or below", type: "text", isShort: true },
];

export const RULE_KINDS: readonly RuleKindForm[] = [
  {
    kind: "expr",
    label: "PromQL",
    about: "A metric, or numbers made of metrics, held against a threshold.",
    name: "TooManyErrors",
    initial: {
      expr: 'sum by (service_name) (rate(traces_span_metrics_calls_total{status_code="STATUS_CODE_ERROR"}[5m])) > 1',
    },
    fields: [{ key: "expr", label: "Fires for each series of", type: "promql", isRequired: true }],
  },
  {
    kind: "logs",
    label: "Logs",
    about: "Log records that meet a query, counted.",
    name: "ErrorsLogged",
    initial: { query: "level:error", window: "5m", above: "10" },
    fields: [
      { key: "query", label: "Log query", type: "text", example: "level:error service:payments", isRequired: true },
      ...BOUNDS,
      WINDOW,
      { key: "by", label: "For each", type: "list", example: "service", isShort: true },
    ],
  },
  {
    kind: "traces",
    label: "Traces",
    about: "Spans that meet a search: how many, how many of them fail, how long they take.",
    name: "SlowRequests",
    initial: { query: "kind:server", measure: "p95", window: "5m", above: "500ms", min_count: "20", by: "service" },
    fields: [
      {
        key: "query",
        label: "Trace search",
        type: "text",
        example: "service:gateway http.route:/pay",
        isRequired: true,
      },
      {
        key: "measure",
        label: "Measure",
        type: "choice",
        choices: ["count", "rate", "errors", "error_ratio", "avg", "max", "p50", "p75", "p90", "p95", "p99"],
        usual: "count",
        isShort: true,
      },
      ...BOUNDS,
      WINDOW,
      { key: "min_count", label: "Spans at least", type: "text", usual: "0", isShort: true },
      { key: "by", label: "For each", type: "list", example: "service, operation", isRest: true },
    ],
  },
  {
    kind: "baseline",
    label: "Baseline",
    about: "A golden signal far from what is normal at this hour.",
    name: "Unusual",
    initial: { signal: "error_ratio" },
    fields: [
      {
        key: "signal",
        label: "Signal",
        type: "choice",
        choices: [
          "error_ratio",
          "latency",
          "traffic",
          "saturation",
          "memory",
          "dependency_errors",
          "calls_per_request",
        ],
        isRequired: true,
      },
      SERVICE,
      { key: "operation", label: "Operations", type: "text", usual: "all" },
      {
        key: "direction",
        label: "Too",
        type: "choice",
        choices: ["above", "below", "both"],
        usual: "as the signal is",
        isShort: true,
      },
      { key: "deviations", label: "Deviations", type: "text", usual: "6", isShort: true },
      { key: "min_change", label: "and by at least", type: "text", usual: "as the signal is", isShort: true },
      { ...WINDOW, usual: "1m" },
    ],
  },
  {
    kind: "slo",
    label: "Objective",
    about: "A target over a window: pages and tickets by how fast its error budget burns.",
    name: "Availability",
    initial: { service: "", objective: "99.9%", window: "30d" },
    fields: [
      { ...SERVICE, label: "Service", usual: undefined, example: "gateway", isRequired: true },
      { key: "operation", label: "Operation", type: "text", usual: "all of the service" },
      { key: "objective", label: "Good requests", type: "text", example: "99.9%", isRequired: true, isShort: true },
      { key: "window", label: "Over", type: "text", usual: "30d", isShort: true },
      {
        key: "indicator.latency",
        label: "Good is: no longer than",
        type: "text",
        usual: "any time, without error",
        example: "300ms",
      },
    ],
  },
  {
    kind: "absence",
    label: "Absence",
    about: "A service, a series or log records that were there and stopped. One of the three.",
    name: "Gone",
    initial: { service: ".*", after: "5m" },
    fields: [
      { ...SERVICE, usual: undefined },
      { key: "series", label: "or series", type: "promql", example: 'up{job="shop"}' },
      { key: "logs", label: "or log records", type: "text", example: "service:cron" },
      { key: "after", label: "Gone for", type: "text", usual: "5m", isShort: true },
    ],
  },
  {
    kind: "new_error",
    label: "New error",
    about: "An exception nobody has seen before, or one that is back after a release.",
    name: "NewError",
    initial: { service: ".*" },
    fields: [
      SERVICE,
      { key: "type", label: "Types", type: "text", usual: "all", example: "TimeoutError" },
      { key: "min_count", label: "Times at least", type: "text", usual: "1", isShort: true },
      { ...WINDOW, label: "New for", usual: "15m" },
    ],
  },
];

export function formOf(kind: RuleKind): RuleKindForm {
  return RULE_KINDS.find((form) => form.kind === kind) ?? RULE_KINDS[0];
}

export function isRuleKind(text: string): text is RuleKind {
  return RULE_KINDS.some(({ kind }) => kind === text);
}
