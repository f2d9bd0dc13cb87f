/**
 * Rules and alerts as Prometheus answers them, so that Grafana's alert list and promtool see ours. Rules of Goldspan's own kinds have
 * their settings as query. https://prometheus.io/docs/prometheus/latest/querying/api/#rules
 */
import { Hono } from "hono";
import type { RuleGroupStatus } from "../../../alerts/engine/alerting-service.ts";
import type { ActiveAlert } from "../../../alerts/evaluate/active-alert.ts";
import { Matcher, matchesAll } from "../../../alerts/notify/matcher.ts";
import type { Labels } from "../../../alerts/notify/labels.ts";
import { ruleName } from "../../../alerts/rules/rule-file.ts";
import type { AlertingContext } from "../../alerting/alerting-context.ts";
import type { ApiEnv } from "../../context.ts";
import { failed, success } from "./envelope.ts";
import * as parameters from "./parameters.ts";
import { matchSelections } from "./selectors.ts";

type RuleOfGroup = RuleGroupStatus["rules"][number];

export function prometheusRuleRoutes({ service, reportError }: AlertingContext): Hono<ApiEnv> {
  const routes = new Hono<ApiEnv>();
  routes.onError((error) => failed(error, reportError));
  return routes
    .get("/rules", (c) => {
      const form = new URL(c.req.url).searchParams;
      const wanted = filterOf(form);
      const limit = parameters.limit(form, "group_limit");
      const token = parameters.text(form, "group_next_token");
      const all = service.groups().filter(({ file, group }) => wanted.group(file, group.name));
      const first = token === "" ? 0 : all.findIndex((group) => tokenOf(group) === token);
      if (first < 0) throw new parameters.ParameterError("invalid group_next_token: the group is gone; start over");
      const page = limit === 0 ? all.slice(first) : all.slice(first, first + limit);
      const next = all[first + page.length];
      const groups = page
        .map((group) => groupJson(group, group.rules.filter(wanted.rule), wanted.hasAlerts))
        .filter(({ rules }) => rules.length > 0 || wanted.isAll);
      return success({ groups, ...(next && { groupNextToken: tokenOf(next) }) });
    })
    .get("/alerts", () =>
      success({
        alerts: service.groups().flatMap(({ rules }) => rules.flatMap(({ alerts }) => active(alerts).map(alertJson))),
      }),
    );
}

function filterOf(form: URLSearchParams) {
  const type = parameters.text(form, "type");
  if (type !== "" && type !== "alert" && type !== "record")
    throw new parameters.ParameterError(`not supported value ${JSON.stringify(type)}: type is alert or record`);
  const set = (name: string) => new Set(form.getAll(name));
  const [names, groups, files] = [set("rule_name[]"), set("rule_group[]"), set("file[]")];
  const hasAlerts = parameters.text(form, "exclude_alerts") !== "true";
  const selectors = matchSelections(form).map((matchers) =>
    matchers.map(({ name, operator, value }) => new Matcher(name, operator, value)),
  );
  return {
    hasAlerts,
    isAll: type === "" && names.size === 0 && selectors.length === 0,
    group: (file: string, name: string) =>
      (groups.size === 0 || groups.has(name)) && (files.size === 0 || files.has(file)),
    rule: ({ rule }: RuleOfGroup) =>
      (type === "" || (type === "alert") === (rule.kind === "alerting")) &&
      (names.size === 0 || names.has(ruleName(rule))) &&
      (selectors.length === 0 || selectors.some((matchers) => matchesAll(matchers, rule.labels))),
  };
}

/** Of the group's place; opaque to who pages. */
function tokenOf({ file, group }: RuleGroupStatus): string {
  return Buffer.from(`${file};${group.name}`).toString("base64url");
}

function groupJson(status: RuleGroupStatus, rules: readonly RuleOfGroup[], hasAlerts: boolean) {
  const { file, group, intervalMillis, lastDurationMillis, lastEvaluation } = status;
  return {
    name: group.name,
    file,
    rules: rules.map((rule) => ruleJson(rule, status, hasAlerts)),
    interval: intervalMillis / 1000,
    limit: group.limit,
    evaluationTime: lastDurationMillis / 1000,
    lastEvaluation: timeJson(lastEvaluation),
  };
}

function ruleJson(status: RuleOfGroup, { group }: RuleGroupStatus, hasAlerts: boolean) {
  const { rule, health, lastError, lastEvaluation, alerts } = status;
  const shared = {
    name: ruleName(rule),
    query: rule.expr,
    labels: { ...group.labels, ...rule.labels },
    health,
    ...(lastError !== undefined && { lastError }),
    evaluationTime: 0,
    lastEvaluation: timeJson(lastEvaluation),
  };
  if (rule.kind === "recording") return { ...shared, type: "recording" };
  const now = active(alerts);
  return {
    state: now.some(({ state }) => state === "firing") ? "firing" : now.length > 0 ? "pending" : "inactive",
    ...shared,
    duration: rule.forMillis / 1000,
    keepFiringFor: rule.keepFiringForMillis / 1000,
    annotations: rule.annotations,
    alerts: hasAlerts ? now.map(alertJson) : [],
    type: "alerting",
  };
}

function active(alerts: readonly ActiveAlert[]): ActiveAlert[] {
  return alerts.filter(({ state }) => state !== "inactive");
}

function alertJson({ labels, annotations, state, activeAt, keepFiringSince, value }: ActiveAlert): {
  labels: Labels;
  [key: string]: unknown;
} {
  return {
    labels,
    annotations,
    state,
    activeAt: timeJson(activeAt),
    ...(keepFiringSince !== undefined && { keepFiringSince: timeJson(keepFiringSince) }),
    value: exponential(value),
  };
}

/** As Go's 'e' format has it: `1e+00`. */
function exponential(value: number): string {
  if (Number.isNaN(value)) return "NaN";
  if (!Number.isFinite(value)) return value > 0 ? "+Inf" : "-Inf";
  return value.toExponential().replace(/e([+-])(\d)$/, "e$10$2");
}

/** Never is Go's first moment. */
function timeJson(millis: number | undefined): string {
  return millis === undefined ? "0001-01-01T00:00:00Z" : new Date(millis).toISOString();
}
