/** Prometheus' own test files for promtool, as it has them: what passes there passes here, what fails there fails here. */
import { basename, join } from "node:path";
import { expect, test } from "vitest";
import { hasFixtures, listFixtures, NO_FIXTURES, readFixture } from "../../../test/kit/fixtures.ts";
import { MemoryMetrics } from "../../store/memory/memory-metrics.ts";
import { runTestFile, type RunTestSettings } from "./run-test-file.ts";

const FOLDER = "prom-rules";

async function run(name: string, settings: Partial<RunTestSettings> = {}): Promise<readonly string[]> {
  const { differences } = await runTestFile({
    file: name,
    text: readFixture(join(FOLDER, name)).toString(),
    readRuleFiles: (pattern) =>
      listFixtures(FOLDER)
        .filter((file) => basename(file) === pattern)
        .map((file) => ({ file: basename(file), text: readFixture(file).toString() })),
    createMetrics: () => new MemoryMetrics(),
    ...settings,
  });
  return differences;
}

test.skipIf(!hasFixtures)(hasFixtures ? "there are files of tests" : NO_FIXTURES, () => {
  expect(listFixtures(FOLDER, ".yml").length).toBeGreaterThan(15);
});

test
  .skipIf(!hasFixtures)
  .each(["unittest.yml", "long-period.yml", "start-time-test.yml", "at-modifier-test.yml", "negative-offset-test.yml"])(
  "%s passes",
  async (name) => {
    expect(await run(name)).toEqual([]);
  },
);

test.skipIf(!hasFixtures).each([
  ["bad-promql.yml", 1, /expr: "join_1 \+ on\(a\) join_2", time: 0s, err: .*duplicate series/],
  ["bad-rules-error-test.yml", 1, /rule: joined, time: 0s, err: .*duplicate series/],
  [
    "rules_run_no_fuzzy.yml",
    2,
    /exp: \{__name__="test_low"\} 3E\+00\n +got: \{__name__="test_low"\} 2\.9999999999999996E\+00/,
  ],
  ["rules_run_fuzzy.yml", 2, /name: wrong fuzzy match,\n +expr: "test_low"/],
  [
    "rules_run.yml",
    1,
    /name: wrong test,\n +expr: "test", time: 0s,\n +exp: \{__name__="test"\} 1E\+00\n +got: .* 0E\+00/,
  ],
  [
    "failing.yml",
    4,
    /alertname: InstanceDown, time: 5m, \n +exp:\[\], \n +got:\[\n +0:\n +Labels:\{alertname="InstanceDown"/,
  ],
] as const)("%s fails, and says where", async (name, count, words) => {
  const differences = await run(name);
  expect(differences).toHaveLength(count);
  expect(differences.join("\n")).toMatch(words);
});

test.skipIf(!hasFixtures)("only the tests that are asked for run", async () => {
  expect(await run("rules_run.yml", { matchesName: (name) => name === "correct test" })).toEqual([]);
});

test.skipIf(!hasFixtures)("rules with unknown fields fail a test unless these are let pass", async () => {
  const text =
    "rule_files: [rules_extrafields.yml]\nnothing: 1\ntests: [{promql_expr_test: [{expr: fixed_data, exp_samples: [{labels: fixed_data, value: 1}]}]}]";
  expect(await run("rules_run.yml", { text })).toEqual([expect.stringContaining("2:1: field nothing not found")]);
  expect(await run("rules_run.yml", { text: text.replace("nothing: 1", "") })).toHaveLength(2);
  expect(await run("rules_run.yml", { text, ignoresUnknown: true })).toEqual([]);
});
