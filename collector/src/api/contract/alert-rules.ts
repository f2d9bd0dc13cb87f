/** Rule files, the rules in them, how a text checks and what it would have told. A part of ../contract.ts; paths in alerts.ts. */

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
