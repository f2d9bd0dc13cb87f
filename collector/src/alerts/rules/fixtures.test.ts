/** Prometheus' own rule files: those that promtool takes load, those that it refuses are refused for the same reason. */
import { basename, join } from "node:path";
import { expect, test } from "vitest";
import { hasFixtures, listFixtures, NO_FIXTURES, readFixture } from "../../../test/kit/fixtures.ts";
import { findDuplicates, formatRuleIssue, parseRules, type ParseRulesSettings } from "./parse-rules.ts";

const FOLDER = "prom-rules";

function load(name: string, settings?: ParseRulesSettings) {
  const { groups, issues } = parseRules(readFixture(join(FOLDER, name)).toString(), settings);
  const rules = groups.flatMap(({ rules: own }) => own);
  return { groups, rules, said: issues.map((issue) => formatRuleIssue(name, issue)) };
}

test.skipIf(!hasFixtures)(hasFixtures ? "there are rule files" : NO_FIXTURES, () => {
  expect(listFixtures(FOLDER).map((file) => basename(file))).toContain("rules.yml");
});

test.skipIf(!hasFixtures).each([
  ["rules.yml", 5],
  ["rules_duplicates.yml", 5],
  ["at-modifier.yml", 1],
  ["negative-offset.yml", 1],
  ["bad-rules-error.yml", 1],
  ["compliance-alert_generator-rules.yaml", 7],
])("%s loads: %i rules", (name, count) => {
  const { rules, said } = load(name);
  expect(said).toEqual([]);
  expect(rules).toHaveLength(count);
});

test.skipIf(!hasFixtures).each([
  [
    "rules-bad.yml",
    'rules-bad.yml: 12:11: group "alerts", rule 1, "InstanceDown": annotation "summary": template: __alert_InstanceDown:1: undefined variable "$label"',
  ],
  [
    "bad-rules-syntax.yml",
    'bad-rules-syntax.yml: 7:15: group "bad-syntax", rule 1, "x": could not parse expression: 1:7: parse error: unexpected end of input',
  ],
  ["rules_extrafields.yml", "rules_extrafields.yml: 7:5: field namespace not found in a rule group; its fields: name"],
])("%s is refused", (name, words) => {
  expect(load(name).said[0]?.slice(0, words.length)).toBe(words);
});

test.skipIf(!hasFixtures)("unknown fields are let pass when they are to be", () => {
  expect(load("rules_extrafields.yml").said).toHaveLength(2);
  const { rules, said } = load("rules_extrafields.yml", { ignoresUnknown: true });
  expect([rules.length, said]).toEqual([5, []]);
});

test.skipIf(!hasFixtures)("rules that record the same are found, across groups too", () => {
  expect(findDuplicates(load("rules_duplicates.yml").groups)).toEqual([
    { name: "job:test:count_over_time1m", labels: {} },
  ]);
  expect(findDuplicates(load("rules.yml").groups)).toEqual([]);
});
