/** `goldspan rules`: output, streams and exit codes. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { runCommand, type CommandResult } from "../../test/kit/run-command.ts";
import { tempDirectory } from "../../test/kit/stores.ts";

let temp: ReturnType<typeof tempDirectory>;
beforeEach(() => {
  temp = tempDirectory();
});
afterEach(() => temp.remove());

function write(name: string, text: string): string {
  const path = join(temp.path, name);
  writeFileSync(path, text);
  return path;
}

async function run(...argv: string[]): Promise<CommandResult> {
  const { code, stdout, stderr } = await runCommand(["rules", ...argv]);
  return { code, stdout: stdout.replaceAll(temp.path, ""), stderr: stderr.replaceAll(temp.path, "") };
}

const RULES = "groups: [{ name: g, rules: [{ alert: Down, expr: up == 0 }, { record: r, expr: up }] }]";
const TWICE =
  "groups: [{ name: g, rules: [{ record: r, expr: up, labels: { a: b } }, { record: r, expr: down, labels: { a: b } }] }]";

test("check says how many rules each file has", async () => {
  expect(await run("check", write("a.yml", RULES), write("b.yml", ""))).toEqual({
    code: 0,
    stdout: "Checking /a.yml\n  SUCCESS: 2 rules found\n\nChecking /b.yml\n  SUCCESS: 0 rules found\n\n",
    stderr: "",
  });
});

test("check exits with 1 and says all that is wrong, and goes on with the next file", async () => {
  const bad = write("bad.yml", `${RULES}\nother: 1`);
  expect(await run("check", bad, join(temp.path, "none.yml"), write("a.yml", RULES))).toEqual({
    code: 1,
    stdout: "Checking /bad.yml\n\nChecking /none.yml\n\nChecking /a.yml\n  SUCCESS: 2 rules found\n\n",
    stderr: expect.stringMatching(
      /^ {2}FAILED:\n\/bad\.yml: 2:1: field other not found .*\n {2}FAILED:\ncannot read \/none\.yml: ENOENT.*\n$/,
    ),
  });
  expect((await run("check", "--ignore-unknown-fields", bad)).code).toBe(0);
});

test("check names rules that make the same series; with --lint-fatal the exit code is 3", async () => {
  const file = write("twice.yml", TWICE);
  const found = await run("check", file);
  expect([found.code, found.stderr]).toEqual([
    0,
    "  FAILED:\nlint error 1 duplicate rule(s) found.\nMetric: r\nLabel(s):\n\ta: b\nMight cause inconsistency while recording expressions\n",
  ]);
  expect((await run("check", "--lint-fatal", file)).code).toBe(3);
  expect(await run("check", "--lint-fatal", "--lint", "none", file)).toMatchObject({ code: 0, stderr: "" });
  expect((await run("check", "--lint-fatal", file, join(temp.path, "none.yml"))).code).toBe(1);
});

const TEST = (value: number) => `
rule_files: [rules/*.yml, none-*.yml]
tests:
  - name: one
    input_series: [{ series: 'up{job="a"}', values: "0 1" }]
    alert_rule_test: [{ eval_time: 0, alertname: Down, exp_alerts: [{ exp_labels: { job: a } }] }]
    promql_expr_test: [{ expr: r, eval_time: 1m, exp_samples: [{ labels: 'r{job="a"}', value: ${value} }] }]
  - name: two
`;

test("test finds rule files beside the test's file, and says what differs", async () => {
  mkdirSync(join(temp.path, "rules"));
  write("rules/a.yml", RULES);
  expect(await run("test", write("good.yml", TEST(1)), write("bad.yml", TEST(2)))).toEqual({
    code: 1,
    stdout: "Unit Testing:  /good.yml\n  SUCCESS\n\nUnit Testing:  /bad.yml\n\n",
    stderr:
      "  WARNING: no file match pattern none-*.yml\n  WARNING: no file match pattern none-*.yml\n  FAILED:\n" +
      '    name: one,\n    expr: "r", time: 1m,\n        exp: {__name__="r", job="a"} 2E+00\n        got: {__name__="r", job="a"} 1E+00\n\n',
  });
  expect((await run("test", "--run", "tw", join(temp.path, "bad.yml"))).code).toBe(0);
  write("rules/b.yml", "groups: 1");
  expect((await run("test", join(temp.path, "good.yml"))).stderr).toContain(
    '/rules/b.yml: 1:9: groups: cannot read "1" as a list',
  );
});

test.each([
  [[], "cannot run rules without check|test|default"],
  [["check"], "cannot run rules check without FILE…: name rule files"],
  [["default", "a"], "cannot use a with rules default; it takes no files"],
  [["chek", "a"], "cannot chek rules; did you mean check?"],
  [["test", "--lint-fatal", "a"], "cannot use --lint-fatal with rules test; it belongs to rules check"],
  [["check", "--run", "x", "a"], "cannot use --run with rules check; it picks tests of rules test"],
  [["check", "--lint", "x", "a"], "cannot lint x; write --lint with duplicate-rules, all, none"],
  [["test", "--run", "(", "a"], "cannot use --run (: missing closing )"],
  [["check", "--config", "x", "a"], "cannot understand the option --config of rules; options: "],
])("%j is no command line", async (argv, expected) => {
  const { code, stderr } = await run(...argv);
  expect([code, stderr]).toEqual([2, expect.stringContaining(expected)]);
});

test("default prints rules that check takes", async () => {
  const { code, stdout } = await run("default");
  expect(code).toBe(0);
  expect((await run("check", write("default.yml", stdout))).stdout).toMatch(/SUCCESS: \d+ rules found/);
});

test("kinds that need series alone can be tested; others say what they lack", async () => {
  write(
    "kinds.yml",
    `
groups:
  - name: g
    rules:
      - { alert: Gone, absence: { series: 'up{job="a"}', after: 3m, within: 1h }, annotations: { s: "{{ $value }}" } }`,
  );
  const unit = (rules: string) => `
rule_files: [${rules}]
evaluation_interval: 1m
tests:
  - interval: 1m
    input_series: [{ series: 'up{job="a", instance="1"}', values: "1x5" }]
    alert_rule_test:
      - { eval_time: 7m, alertname: Gone }
      - eval_time: 9m
        alertname: Gone
        exp_alerts: [{ exp_labels: { job: a, instance: "1" }, exp_annotations: { s: "240" } }]`;
  expect(await run("test", write("kinds_test.yml", unit("kinds.yml")))).toMatchObject({ code: 0, stderr: "" });
  write("logs.yml", "groups: [{ name: g, rules: [{ alert: Gone, logs: { query: error } }] }]");
  expect((await run("test", write("logs_test.yml", unit("logs.yml")))).stderr).toContain(
    "cannot test logs here: it needs log records, and tests have series alone",
  );
});

test("the help has its own options and no --config", async () => {
  const { code, stdout } = await run("--help");
  expect(code).toBe(0);
  expect(stdout).toContain("Usage: goldspan rules check|test|default [FILE…] [options]");
  expect(stdout).toContain("  --ignore-unknown-fields  let pass");
  expect(stdout).not.toContain("--config");
});
