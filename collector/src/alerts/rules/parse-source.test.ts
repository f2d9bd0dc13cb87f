/** Goldspan's kinds in rule files: their settings with defaults, and every mistake with its place and the way to mend it. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { formatRuleIssue, parseRules } from "./parse-rules.ts";
import type { AlertingRule } from "./rule-file.ts";

const rule = (keys: string) => `groups:\n- name: g\n  rules:\n  - ${keys}`;

function sourceOf(keys: string) {
  const { groups, issues } = parseRules(rule(`{alert: A, ${keys}}`));
  expect(issues).toEqual([]);
  return groups[0].rules[0] as AlertingRule;
}

describe("reads", () => {
  const check = (keys: string, expected: object) => expect(sourceOf(keys).source).toMatchObject(expected);

  test("logs", () => {
    check("logs: {query: 'level:error', window: 10m, above: 3, by: [service, '@http.route']}", {
      kind: "logs",
      windowMillis: 600_000,
      above: 3,
      plan: { table: { by: [{ name: "service" }, { name: "http.route" }], aggregates: [{ func: "count" }] } },
    });
    check("logs: {query: 'level:error'}", { windowMillis: 300_000, above: 0, by: [] });
    check("logs: {query: 'level:error | avg(duration_ms) by service', above: 5}", { by: ["service"], above: 5 });
  });

  test("traces, with values in seconds and shares", () => {
    check("traces: {query: 'service:a', measure: p95, above: 500ms, min_count: 20, by: [operation]}", {
      kind: "traces",
      conditions: { service: "a" },
      measure: "p95",
      above: 0.5,
      minCount: 20,
      by: ["operation"],
    });
    check("traces: {query: 'name:b', measure: error_ratio, above: 5%}", { above: 0.05 });
    check("traces: {query: 'error'}", { measure: "count", above: 0, windowMillis: 300_000 });
  });

  test("baseline, with each signal's own minimums", () => {
    check("baseline: {signal: error_ratio, service: 'shop-.*', min_change: 2%}", {
      kind: "baseline",
      by: "operation",
      service: "shop-.*",
      minChange: 0.02,
      direction: "above",
      windowMillis: 60_000,
      maxWindowMillis: 600_000,
    });
    check("baseline: {signal: traffic, by: [service]}", { by: "service", direction: "below", minRelativeChange: 0.5 });
    check("baseline: {signal: memory, min_change: 32MiB, service: .*}", { minChange: 2 ** 25, service: "" });
    check("baseline: {signal: latency, quantile: 99%, min_change: 250ms}", { quantile: 0.99, minChange: 0.25 });
  });

  test("slo, absence and new_error", () => {
    check("slo: {service: gateway, objective: 99.9%, indicator: {latency: 300ms}}", {
      kind: "slo",
      objective: 0.999,
      windowMillis: 30 * 86_400_000,
      latencySeconds: 0.3,
    });
    check("absence: {service: payments, after: 10m}", { of: { type: "service", service: "payments" } });
    check("absence: {series: 'up{job=\"x\"}'}", { withinMillis: 3_600_000, afterMillis: 300_000 });
    check("absence: {logs: 'service:cron', by: [host], within: 2d}", { of: { type: "logs", by: ["host"] } });
    check("new_error: {}", { kind: "new_error", service: "", minCount: 1, learningMillis: 3_600_000 });
  });

  test("and keeps the settings as a line of YAML, by which rules are the same", () => {
    const { expr } = sourceOf("absence: {logs: 'level:error service:\"a b\"',   by: [host], after: 10m}");
    expect(expr).toBe('absence: {logs: "level:error service:\\"a b\\"", by: [host], after: 10m}');
  });

  test("templates that ask for details, where there are any", () => {
    sourceOf("new_error: {}, annotations: {summary: '{{ $details.summary }}'}");
    const { issues } = parseRules(rule("{alert: A, expr: up, annotations: {a: '{{ $details.x }}'}}"));
    expect(issues[0].message).toContain('undefined variable "$details"');
  });
});

describe("says what is wrong and where", () => {
  const check = (keys: string, ...expected: string[]) => {
    const said = parseRules(rule(keys)).issues.map((issue) => formatRuleIssue("f", issue));
    expect(said).toEqual(expected.map((one) => expect.stringContaining(one)));
  };

  test("about the rule", () => {
    check("{alert: A, expr: up, new_error: {}}", `only one of 'expr' and 'new_error' must be set`);
    check("{alert: A, logs: {query: a}, new_error: {}}", `only one of 'logs' and 'new_error' must be set`);
    check("{record: a, new_error: {}}", `invalid field 'new_error' in recording rule; it takes 'expr'`);
    check("{alert: A, logs: x}", 'f: 4:22: group "g", rule 1, "A": cannot read "x" as logs, which is a map');
    check("{alert: A, slo: }", `rule 1, "A": cannot evaluate 'slo' without settings`);
    check(
      "{alert: A, slo: {service: a, objective: 99%}, labels: {severity: x}}",
      "an slo sets the label severity itself: page or ticket",
    );
  });

  test("about a kind's keys", () => {
    check("{alert: A, logs: {qery: a}}", "logs.query: is missing", "field qery not found in logs; did you mean query?");
    check("{alert: A, logs: {query: '('}}", 'f: 4:30: group "g", rule 1, "A": logs.query: cannot read the query: ');
    check("{alert: A, logs: {query: a, above: 1, below: 2}}", "logs.below: cannot stand beside above");
    check("{alert: A, logs: {query: 'a | count by b', by: [c]}}", "logs.by: the query counts by itself");
    check("{alert: A, logs: {query: a, window: 1ms}}", "logs.window: cannot be 1ms: write 1s to 7d");
    check(
      "{alert: A, traces: {query: 'duration:1s', measure: p59}}",
      "did you mean p50?",
      "cannot search for an exact",
    );
    check("{alert: A, traces: {query: a:b, by: [pod]}}", 'traces.by: cannot be by "pod"; write service, operation');
    check("{alert: A, baseline: {signal: lateny}}", 'baseline.signal: cannot be "lateny"; did you mean latency?');
    check("{alert: A, baseline: {signal: traffic, service: '('}}", "baseline.service: cannot read the expression");
    check("{alert: A, baseline: {signal: memory, min_change: lots}}", "write a size such as 64MiB, or bytes");
    check("{alert: A, baseline: {signal: memory, by: [operation]}}", "baseline.by: memory is a service's");
    check("{alert: A, slo: {service: a}}", "slo.objective: is missing; write objective: 99.9%");
    check("{alert: A, slo: {service: a, objective: 100%}}", "slo.objective: cannot be 100%: write 0.01 to 0.999999");
    check("{alert: A, absence: {}}", "absence.service: expects one of service, series, logs");
    check("{alert: A, absence: {series: 'sum(up)'}}", "absence.series: cannot watch sum(up): it is no selector");
    check("{alert: A, absence: {service: a, within: 1m}}", "absence.within: must be longer than after");
  });
});

test("the documentation's rule files are right", () => {
  const text = readFileSync(join(import.meta.dirname, "../../../docs/rules.md"), "utf8");
  const files = Array.from(text.matchAll(/```yaml\n(groups:\n[^]*?)```/g), ([, yaml]) => yaml);
  expect(files.length).toBeGreaterThan(1);
  for (const file of files) expect(parseRules(file).issues).toEqual([]);
});
