/**
 * Rules as people write them, for the series and spans of the workloads: per group of 20 two that record, ratios, rates, quantiles of
 * histograms, levels, trends and absences, over all targets or one job; and groups of Goldspan's kinds. One in a group fires.
 */
import { QUERIED_METRIC } from "./metric-workload.ts";
import { SERVICES } from "./shop.ts";

export const PROMQL_GROUPS = 48;
export const KIND_GROUPS = 2;
export const RULES_A_GROUP = 20;

const ROUTES = 10;
const HISTOGRAMS = 4;
const LEVELS = 40;
const COUNTERS = 30;
const NEVER = 1e9;

/** A rule file. */
export function ruleMix(): string {
  const groups = [
    ...Array.from({ length: PROMQL_GROUPS }, (_, g) => group(`promql ${g}`, promqlRules(g))),
    ...Array.from({ length: KIND_GROUPS }, (_, g) => group(`kinds ${g}`, kindRules(g))),
  ];
  return `groups:\n${groups.join("")}`;
}

function group(name: string, rules: readonly string[]): string {
  if (rules.length !== RULES_A_GROUP) throw new Error(`group ${name} has ${rules.length} rules`);
  return `- name: ${name}\n  rules:\n${rules.map((rule) => `  - ${rule}\n`).join("")}`;
}

function promqlRules(g: number): string[] {
  const job = `job="${SERVICES[g % SERVICES.length]}"`;
  const route = `route="/api/resource-${g % ROUTES}/:id"`;
  const histogram = `app_duration_${g % HISTOGRAMS}_seconds`;
  const level = (offset: number) => `app_level_${(g + offset) % LEVELS}`;
  const counter = `app_operation_${g % COUNTERS}_total`;
  const all = `sum by (job) (rate(${QUERIED_METRIC}{${route}}[5m]))`;
  const failed = `sum by (job) (rate(${QUERIED_METRIC}{${route},code=~"5.."}[5m]))`;
  const exprs = [
    `job:errors:rate5m_${g} / job:requests:rate5m_${g} > 0.99`,
    `${failed} / ${all} > 0.99`,
    `histogram_quantile(0.95, sum by (le, job) (rate(${histogram}_bucket{code="200"}[5m]))) > ${NEVER}`,
    `histogram_quantile(0.99, sum by (le) (rate(${histogram}_bucket{${job}}[10m]))) > ${NEVER}`,
    `sum by (job) (rate(${histogram}_sum[5m])) / sum by (job) (rate(${histogram}_count[5m])) > ${NEVER}`,
    `avg_over_time(${level(0)}[10m]) > ${NEVER}`,
    `max by (job) (${level(1)}) > ${NEVER}`,
    `${level(2)}{${job}} / ${level(3)}{${job}} > ${NEVER}`,
    `increase(${counter}{${job}}[15m]) < 0`,
    `predict_linear(${level(4)}{${job}}[10m], 3600) > ${NEVER * 1e6}`,
    `absent(${QUERIED_METRIC}{${job}})`,
    `count by (job) (${level(5)} == 0) > ${NEVER}`,
    `delta(${level(6)}{${job}}[5m]) < -${NEVER}`,
    `topk(3, sum by (instance) (rate(${QUERIED_METRIC}[5m]))) > ${NEVER}`,
    `rate(${counter}{code=~"5.."}[5m]) > ${NEVER}`,
    `sum(rate(${QUERIED_METRIC}{${job}}[5m])) - sum(rate(${QUERIED_METRIC}{${job}}[5m] offset 5m)) < -${NEVER}`,
    `changes(${level(7)}{${job}}[10m]) > ${NEVER}`,
  ];
  return [
    `{ record: "job:requests:rate5m_${g}", expr: '${all}' }`,
    `{ record: "job:errors:rate5m_${g}", expr: '${failed}' }`,
    ...exprs.map(
      (expr, i) => `{ alert: Rule${i}, expr: '${expr}', for: 5m, labels: { severity: page, team: "t${g}" } }`,
    ),
    `{ alert: Fires, expr: 'sum(rate(${QUERIED_METRIC}{${job}}[5m])) >= 0', for: 15s, labels: { team: "t${g}" } }`,
  ];
}

function kindRules(g: number): string[] {
  const service = (i: number) => SERVICES[(g * RULES_A_GROUP + i) % SERVICES.length];
  const sources = [
    ...["error_ratio", "latency", "traffic", "saturation"].flatMap((signal, i) => [
      `baseline: { signal: ${signal}, service: ${service(2 * i)} }`,
      `baseline: { signal: ${signal}, service: ${service(2 * i + 1)}, deviations: 6 }`,
    ]),
    ...["p95", "error_ratio", "count"].map(
      (measure, i) => `traces: { query: 'service:${service(i)}', measure: ${measure}, above: ${NEVER} }`,
    ),
    `traces: { query: 'service:${service(3)} http.request.method:POST', measure: p99, above: ${NEVER} }`,
    ...[0, 1].map((i) => `logs: { query: 'level:error service:${service(i)}', above: ${NEVER} }`),
    ...[0, 1].map((i) => `absence: { service: ${service(i)}, after: 5m }`),
    ...[0, 1].map((i) => `slo: { service: ${service(i)}, objective: 1%, window: 30d }`),
    ...[0, 1].map((i) => `new_error: { service: ${service(i)}, type: Never }`),
  ];
  return sources.map((source, i) => `{ alert: Kind${i}, ${source}, for: 5m, labels: { team: "k${g}" } }`);
}
