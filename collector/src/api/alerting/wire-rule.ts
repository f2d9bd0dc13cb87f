/** Rules, their files and what is wrong with them as the contract has them. */
import type { RuleFileStatus, RuleGroupStatus } from "../../alerts/engine/alerting-service.ts";
import { ruleName } from "../../alerts/rules/rule-file.ts";
import type { YamlIssue } from "../../alerts/yaml/yaml-node.ts";
import type { WireRule, WireRuleFileStatus, WireRuleGroup, WireRuleIssue } from "../contract.ts";

export function wireIssues(
  issues: readonly YamlIssue[],
  severity: WireRuleIssue["severity"] = "error",
): WireRuleIssue[] {
  return issues.map(({ at, message }) => ({ line: at?.line ?? 0, column: at?.column ?? 0, message, severity }));
}

export function wireRuleFile({ name, origin, issues, loadedAtMillis }: RuleFileStatus): WireRuleFileStatus {
  return { name, origin, issues: wireIssues(issues), loadedAtMillis };
}

export function wireGroup(status: RuleGroupStatus): WireRuleGroup {
  const { file, group, intervalMillis, lastEvaluation, lastDurationMillis, missed } = status;
  return {
    file,
    name: group.name,
    intervalMillis,
    lastEvaluationMillis: lastEvaluation ?? null,
    lastDurationMillis,
    missed,
    rules: status.rules.map((rule) => wireRule(rule, status)),
  };
}

export function wireRule(status: RuleGroupStatus["rules"][number], { file, group }: RuleGroupStatus): WireRule {
  const { rule, id, health, lastError = "", alerts } = status;
  const firing = alerts.filter(({ state }) => state === "firing").length;
  const pending = alerts.filter(({ state }) => state === "pending").length;
  const isAlerting = rule.kind === "alerting";
  const isPromql = !isAlerting || rule.source.kind === "promql";
  return {
    id,
    name: ruleName(rule),
    kind: rule.kind,
    source: isAlerting && rule.source.kind !== "promql" ? rule.source.kind : "expr",
    query: rule.expr,
    chartQuery: isPromql ? rule.expr : "",
    forMillis: isAlerting ? rule.forMillis : 0,
    keepFiringForMillis: isAlerting ? rule.keepFiringForMillis : 0,
    labels: { ...group.labels, ...rule.labels },
    annotations: isAlerting ? { ...rule.annotations } : {},
    health,
    lastError,
    state: firing > 0 ? "firing" : pending > 0 ? "pending" : "inactive",
    firing,
    pending,
    file,
    group: group.name,
    line: rule.at.line,
  };
}
