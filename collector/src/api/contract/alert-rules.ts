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
  /** As it lies there, also when another version of it runs. */
  text: string;
  /** Changes with the text. */
  version: string;
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
  /** Between two evaluations: what is shorter may have been missed. */
  stepMillis: number;
  /** When what the store has of it begins; null = not known. Of one rule alone. */
  dataStartMillis: number | null;
  rules: {
    group: string;
    name: string;
    /** Times it would have fired. */
    fired: number;
    error: string;
    /** Of one rule alone, where it has values that can be drawn. */
    chart: WireReplayChart | null;
    /** Oldest first, bounded. */
    episodes: {
      labels: Record<string, string>;
      activeAtMillis: number;
      firedAtMillis: number;
      resolvedAtMillis: number | null;
    }[];
  }[];
}

/** What a rule looked at, and what that was held against. */
export interface WireReplayChart {
  title: string;
  /** `s`, `1` (a ratio), `1/s`, `By`, … as UCUM has it; "" = not known. */
  unit: string;
  threshold: number | null;
  /** Which side of the threshold fires. */
  side: "above" | "below";
  timesMillis: number[];
  /** As long as the times, null = no data. Those that fired first, then those nearest to it. */
  series: { labels: Record<string, string>; values: (number | null)[] }[];
  /** Series that are not among them. */
  hidden: number;
  /** What is normal for the first series, where that is learnt. */
  band: { lower: (number | null)[]; upper: (number | null)[] } | null;
}

/** Progress (0 to 1) now and then, and last the result. */
export type WireReplayLine = { progress: number } | { replay: WireRuleReplay };
