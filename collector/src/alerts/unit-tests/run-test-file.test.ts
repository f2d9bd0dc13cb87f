/** Unit tests of rules: which samples and alerts are looked at, what differs, and what is wrong with a file. */
import { describe, expect, test } from "vitest";
import { MemoryMetrics } from "../../store/memory/memory-metrics.ts";
import { runTestFile } from "./run-test-file.ts";

const RULES = `
groups:
  - name: late
    rules:
      - { record: twice, expr: once * 2 }
  - name: early
    rules:
      - { record: once, expr: x + 0 }
      - alert: High
        expr: x > 5
        for: 2m
        labels: { region: "{{ $externalLabels.region }}" }
        annotations: { at: "{{ externalURL }}{{ $value }}" }
      - { alert: Future, expr: x offset -1h }`;

async function run(text: string, rules = RULES) {
  const readRuleFiles = (pattern: string) => (pattern === "r.yml" ? [{ file: "r.yml", text: rules }] : []);
  const result = await runTestFile({ file: "t.yml", text, readRuleFiles, createMetrics: () => new MemoryMetrics() });
  return result.differences;
}

const one = (keys: string, head = "") => `rule_files: [r.yml]\n${head}\ntests: [{ ${keys} }]`;

describe("a test passes", () => {
  const check = async (keys: string, head?: string) => expect(await run(one(keys, head))).toEqual([]);

  test("for alerts that fire at the evaluation before or at their time", async () => {
    const series = 'input_series: [{ series: "x", values: "6x10" }]';
    const alert = "exp_alerts: [{ exp_annotations: { at: '6' } }]";
    await check(`${series}, alert_rule_test: [{ eval_time: 1m59s, alertname: High, exp_alerts: [] }]`);
    await check(`${series}, alert_rule_test: [{ eval_time: 2m, alertname: High, ${alert} }]`);
    await check(`${series}, alert_rule_test: [{ eval_time: 2m30s, alertname: High, ${alert} }]`);
  });

  test("with external labels and URL", async () => {
    await check(
      `input_series: [{ series: x, values: 6x3 }], external_labels: { region: eu }, external_url: "http://g/",
       alert_rule_test: [{ eval_time: 3m, alertname: High, exp_alerts: [{ exp_labels: { region: eu }, exp_annotations: { at: "http://g/6" } }] }]`,
    );
  });

  test("only with the order of groups that is asked for", async () => {
    const keys = `input_series: [{ series: x, values: 6x3 }],
      promql_expr_test: [{ expr: twice, eval_time: 0, exp_samples: [{ labels: twice, value: 12 }] }]`;
    await check(keys, "group_eval_order: [early]");
    expect(await run(one(keys))).toEqual([expect.stringContaining("got: nil")]);
  });

  test("without seeing samples of later steps", async () => {
    await check(
      "input_series: [{ series: x, values: 6x120 }], alert_rule_test: [{ eval_time: 5m, alertname: Future, exp_alerts: [] }]",
    );
  });

  test("for values of every kind, at an interval of its own", async () => {
    await check(
      `interval: 30s, input_series: [
        { series: 'a{l="1"}', values: "1+2x2 _ -5 stale" },
        { series: b, values: "NaN Inf -Inf" },
        { series: h, values: "{{schema:1 count:3 sum:2 buckets:[1 0 2]}}" },
      ], promql_expr_test: [
        { expr: a, eval_time: 1m, exp_samples: [{ labels: 'a{l="1"}', value: 5 }] },
        { expr: a, eval_time: 1m30s, exp_samples: [{ labels: 'a{l="1"}', value: 5 }] },
        { expr: a, eval_time: 2m, exp_samples: [{ labels: 'a{l="1"}', value: -5 }] },
        { expr: a, eval_time: 2m30s, exp_samples: [] },
        { expr: time(), eval_time: 3m, exp_samples: [{ value: 180 }] },
        { expr: b, eval_time: 0, exp_samples: [{ labels: b, value: .nan }] },
        { expr: b, eval_time: 30s, exp_samples: [{ labels: b, value: .inf }] },
        { expr: b, eval_time: 1m, exp_samples: [{ labels: b, value: -.Inf }] },
        { expr: h, eval_time: 0, exp_samples: [{ labels: h, histogram: "{{schema:1 count:3 sum:2 buckets:[1 0 2]}}" }] },
        { expr: 1 + 1, exp_samples: [{ value: 2 }] },
      ]`,
    );
  });
});

describe("a test fails, and says how", () => {
  test("values and histograms that differ", async () => {
    expect(
      await run(
        one(`name: n, input_series: [{ series: h, values: "{{count:3 sum:2 buckets:[1 2]}}" }], promql_expr_test: [
          { expr: h, exp_samples: [{ labels: h, histogram: "{{count:3 sum:2 offset:1 buckets:[1 2]}}" }] },
          { expr: h, exp_samples: [{ labels: h, value: 3 }] },
          { expr: "x[5m]" },
        ]`),
      ),
    ).toEqual([
      '    name: n,\n    expr: "h", time: 0s,\n        exp: {__name__="h"} {{count:3 sum:2 offset:1 buckets:[1 2]}}\n        got: {__name__="h"} {{count:3 sum:2 buckets:[1 2]}}',
      '    name: n,\n    expr: "h", time: 0s,\n        exp: {__name__="h"} 3E+00\n        got: {__name__="h"} {{count:3 sum:2 buckets:[1 2]}}',
      '    name: n,\n    expr: "x[5m]", time: 0s, err: rule result is not a vector or scalar',
    ]);
  });

  test("alerts with other annotations, each with its labels", async () => {
    const [said] = await run(
      one(
        "input_series: [{ series: x, values: 6x3 }], alert_rule_test: [{ eval_time: 3m, alertname: High, exp_alerts: [{ exp_annotations: { at: x } }] }]",
      ),
    );
    expect(said).toContain(
      'exp:[\n            0:\n              Labels:{alertname="High"}\n              Annotations:{at="x"}\n',
    );
    expect(said).toContain('Annotations:{at="6"}');
  });

  test("mistakes of the file, with line and column, before anything runs", async () => {
    const said = await run(`
rule_files: [r.yml]
evaluation_interval: often
group_eval_order: [a, a]
tests:
  - interval: 1m
    input_serie: []
    start_timestamp: yesterday
    input_series:
      - { series: 'x{', values: 1 }
      - { series: x, values: 1 b }
      - { series: x, values: 1x9999999999 }
    alert_rule_test: [{ eval_time: 1m }]
    promql_expr_test: [{ exp_samples: [{ labels: 'x{a!="b"}' }, { value: one }, { histogram: 3 }] }]`);
    expect(said).toEqual([
      expect.stringMatching(/^t\.yml: 3:22: evaluation_interval: not a valid duration string: "often"/),
      "t.yml: 4:19: group name repeated in evaluation order: a",
      expect.stringMatching(/^t\.yml: 8:22: cannot read start_timestamp "yesterday"; write 2024/),
      expect.stringMatching(/^t\.yml: 10:19: series "x\{": /),
      't.yml: 11:30: values of x: cannot read the values "b"',
      "t.yml: 12:30: values of x: cannot take a series of more than 1000000 values",
      "t.yml: 13:23: an item under alert_rule_test misses required attribute alertname",
      "t.yml: 14:24: an item under promql_expr_test misses required attribute expr",
      expect.stringMatching(/^t\.yml: 14:50: labels "x\{a!=\\"b\\"\}": /),
      't.yml: 14:74: cannot read "one" as a number',
      expect.stringMatching(/^t\.yml: 14:94: cannot read the histogram "3"; write it as/),
      "t.yml: 7:5: field input_serie not found in a test; did you mean input_series?",
    ]);
  });

  test("rule files that are wrong", async () => {
    expect(await run(one("name: x"), "groups: [{}]")).toEqual(["r.yml: 1:10: Groupname must not be empty"]);
  });

  test("tests that would take for ever", async () => {
    expect(await run(one("promql_expr_test: [{ expr: 1, eval_time: 100y }]"))).toEqual([
      expect.stringContaining("cannot evaluate 52560000 times, more than 530000; make evaluation_interval longer"),
    ]);
  });
});
