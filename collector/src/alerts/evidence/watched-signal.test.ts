/** What rules watch, by their expressions and settings. */
import { describe, expect, test } from "vitest";
import { parseExpr } from "../../query/metrics/parse/parse-expr.ts";
import { parseRules } from "../rules/parse-rules.ts";
import type { AlertingRule } from "../rules/rule-file.ts";
import { unitOf } from "./unit-of-expr.ts";
import { watchedBy, watchedByExpr } from "./watched-signal.ts";

const MINUTE = 60_000;

describe("an expression", () => {
  test.each([
    ['sum(rate(calls_total{status_code="STATUS_CODE_ERROR"}[5m])) > 0.1', "errors"],
    ['rate(http_requests_total{code=~"5.."}[2m]) / rate(http_requests_total[2m]) > 0.05', "errors"],
    ['rate(http_requests_total{status!~"2..|3.."}[2m]) > 1', "errors"],
    ['rate(http_requests_total{code="200"}[2m]) < 1', "traffic"],
    ["increase(job_failures_total[1h]) > 0", "errors"],
    ["histogram_quantile(0.99, sum by (le) (rate(http_server_request_duration_seconds_bucket[5m]))) > 0.5", "latency"],
    ["up == 0", "silence"],
    ["absent(http_requests_total)", "silence"],
    ["sum(rate(http_requests_total[5m])) == 0", "silence"],
    ["sum(rate(http_requests_total[5m])) > 1000", "traffic"],
    ["nodejs_eventloop_utilization_ratio > 0.9", "saturation"],
    ["rate(http_server_request_duration_seconds_count[5m]) > 100", "traffic"],
    ["foo > 1", "unknown"],
  ])("%s watches %s", (expr, fault) => expect(watchedByExpr(parseExpr(expr), "Alert").fault).toBe(fault));

  test("that says nothing is what its alert is called", () => {
    const faultOf = (name: string) => watchedByExpr(parseExpr("job:x:y > 1"), name).fault;
    expect(["HighErrorRate", "SlowCheckout", "PaymentsDown", "MemoryGrows", "Alert"].map(faultOf)).toEqual([
      "errors",
      "latency",
      "silence",
      "saturation",
      "unknown",
    ]);
  });

  test("is compared with a number, on either side, which may be worked out", () => {
    const thresholdOf = (expr: string) => watchedByExpr(parseExpr(expr), "A").comparison?.threshold;
    expect(["a > 0.5", "0.5 < a", "a > 2 * 3", "a > -1", "a > b", "(a > 5) and b"].map(thresholdOf)).toEqual([
      0.5,
      0.5,
      6,
      -1,
      undefined,
      5,
    ]);
  });

  test("looks back over its shortest range, within bounds", () => {
    const rangeOf = (expr: string) => watchedByExpr(parseExpr(expr), "A").rangeMillis / MINUTE;
    expect(
      ["rate(a[1h]) > 1 and rate(a[5m]) > 1", "rate(a[10s]) > 1", "a > 1", "rate(a[2d]) > 1"].map(rangeOf),
    ).toEqual([5, 1, 5, 360]);
  });

  test("of seconds and of milliseconds says from when a request is slow", () => {
    const slowFrom = (name: string) =>
      watchedByExpr(parseExpr(`histogram_quantile(0.9, rate(${name}_bucket[5m])) > 0.25`), "A").thresholdMillis;
    expect(["x_duration_seconds", "x_duration_milliseconds", "x_latency"].map(slowFrom)).toEqual([
      250,
      0.25,
      undefined,
    ]);
  });
});

describe("a rule of another kind", () => {
  test.each([
    [{ logs: { query: "level:error", above: 10, window: "10m" } }, { fault: "logs", rangeMillis: 10 * MINUTE }],
    [{ traces: { query: "service:a", measure: "error_ratio", above: 0.1 } }, { fault: "errors" }],
    [
      { traces: { query: "service:a http.route:/x", measure: "p95", above: "500ms" } },
      { fault: "latency", thresholdMillis: 500, spans: { attributes: [{ key: "http.route", value: "/x" }] } },
    ],
    [{ baseline: { signal: "error_ratio" } }, { fault: "errors" }],
    [{ baseline: { signal: "memory" } }, { fault: "saturation" }],
    [{ slo: { service: "a", objective: "99%", window: "30d" } }, { fault: "errors", rangeMillis: 5 * MINUTE }],
    [{ absence: { service: "a", after: "5m" } }, { fault: "silence" }],
    [{ new_error: {} }, { fault: "errors" }],
  ])("%j watches %j", (source, expected) => {
    const file = { groups: [{ name: "g", rules: [{ alert: "A", ...source }] }] };
    const { groups, issues } = parseRules(JSON.stringify(file));
    expect(issues).toEqual([]);
    expect(watchedBy(groups[0].rules[0] as AlertingRule, 5 * MINUTE)).toMatchObject(expected);
  });
});

describe("the unit", () => {
  test.each([
    ["histogram_quantile(0.95, sum by (le) (rate(x_seconds_bucket[5m])))", "s"],
    ["rate(x_total[5m])", "1/s"],
    ['sum(rate(x_total{code=~"5.."}[5m])) / sum(rate(x_total[5m]))', "1"],
    ["100 * sum(rate(x_total[5m])) / sum(rate(x_total[5m]))", ""],
    ["sum(rate(a_total[5m])) / sum(rate(b_total[5m])) * 100", "%"],
    ["rate(x_seconds_sum[5m]) / rate(x_seconds_count[5m])", "s"],
    ["rate(process_cpu_seconds_total[5m])", "1"],
    ["avg(process_resident_memory_bytes)", "By"],
    ["rate(net_bytes_total[5m])", "By/s"],
    ["nodejs_eventloop_utilization_ratio", "1"],
    ["count(up)", ""],
    ["up", ""],
  ])("of %s is %s", (expr, unit) => expect(unitOf(parseExpr(expr))).toBe(unit));
});
