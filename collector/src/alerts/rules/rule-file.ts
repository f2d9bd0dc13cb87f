/** Prometheus' rule files as data: groups of recording and alerting rules. Durations are milliseconds. */
import type { Place } from "../yaml/yaml-node.ts";
import type { RuleSource } from "./rule-source.ts";

export interface RuleGroup {
  readonly name: string;
  /** Absent = the default evaluation interval. */
  readonly intervalMillis?: number;
  /** How far back its queries look; absent = the default. */
  readonly queryOffsetMillis?: number;
  /** Alerts or series of a rule at most; 0 = no limit. */
  readonly limit: number;
  /** Of every rule; a rule's own labels go before them. */
  readonly labels: Readonly<Record<string, string>>;
  readonly rules: readonly Rule[];
  readonly at: Place;
}

export type Rule = AlertingRule | RecordingRule;

interface RuleBase {
  /** PromQL as it was written; of a rule of another kind its settings as YAML in a line: `logs: {query: …}`. */
  readonly expr: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly at: Place;
}

export interface RecordingRule extends RuleBase {
  readonly kind: "recording";
  /** The metric it records. */
  readonly record: string;
}

export interface AlertingRule extends RuleBase {
  readonly kind: "alerting";
  readonly alert: string;
  readonly source: RuleSource;
  readonly forMillis: number;
  readonly keepFiringForMillis: number;
  /** Templates, as its labels are. */
  readonly annotations: Readonly<Record<string, string>>;
}

export function ruleName(rule: Rule): string {
  return rule.kind === "alerting" ? rule.alert : rule.record;
}
