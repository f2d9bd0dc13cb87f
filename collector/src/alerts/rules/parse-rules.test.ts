/** Rule files: every key as data, and every mistake with its place and the way to mend it. */
import { describe, expect, test } from "vitest";
import { findDuplicates, formatRuleIssue, parseRules } from "./parse-rules.ts";

test("every key of groups and rules is read", () => {
  const { groups, issues } = parseRules(`
groups:
  - name: g
    interval: 30s
    query_offset: 0s
    limit: 5
    labels: { team: shop, n: 1 }
    rules:
      - record: a:b
        expr: 1
        labels: { x: "y" }
      - alert: A
        expr: |
          up
          == 0
        for: 1h30m
        keep_firing_for: 5m
        labels: { severity: page }
        annotations: { summary: "{{ $value }}" }
`);
  expect(issues).toEqual([]);
  expect(groups).toEqual([
    {
      name: "g",
      intervalMillis: 30_000,
      queryOffsetMillis: 0,
      limit: 5,
      labels: { team: "shop", n: "1" },
      at: { line: 3, column: 5 },
      rules: [
        { kind: "recording", record: "a:b", expr: "1", labels: { x: "y" }, at: { line: 9, column: 9 } },
        {
          kind: "alerting",
          alert: "A",
          expr: "up\n== 0\n",
          source: { kind: "promql" },
          forMillis: 5_400_000,
          keepFiringForMillis: 300_000,
          labels: { severity: "page" },
          annotations: { summary: "{{ $value }}" },
          at: { line: 12, column: 9 },
        },
      ],
    },
  ]);
});

test("an empty file has no groups; anchors and merges are followed", () => {
  expect(parseRules("")).toEqual({ groups: [], issues: [] });
  expect(parseRules("groups:")).toEqual({ groups: [], issues: [] });
  const { groups, issues } = parseRules(`
groups:
  - name: g
    rules:
      - &base { alert: A, expr: up, labels: &l { a: b } }
      - { <<: *base, alert: B, labels: *l }`);
  expect(issues).toEqual([]);
  expect(groups[0].rules.map(({ expr, labels }) => [expr, labels])).toEqual([
    ["up", { a: "b" }],
    ["up", { a: "b" }],
  ]);
});

describe("says what is wrong and where", () => {
  const check = (text: string, ...expected: string[]) => {
    const said = parseRules(text).issues.map((issue) => formatRuleIssue("f", issue));
    expect(said).toEqual(expected.map((one) => expect.stringContaining(one)));
  };
  const rule = (keys: string) => `groups:\n- name: g\n  rules:\n  - ${keys}`;

  test("in YAML", () => {
    check("groups: [", "f: 1:10: yaml: ");
    check("a: 1\na: 2", "f: 2:1: yaml: Map keys must be unique");
    check("groups: x", 'f: 1:9: groups: cannot read "x" as a list');
    check("- a", "f: 1:1: cannot read a list as a rule file, which is a map");
    check("group: []", "f: 1:1: field group not found in a rule file; did you mean groups?");
    check("a: &a [*a]\ngroups: *a", "more than 500000 values or 100 levels");
  });

  test("in groups", () => {
    check("groups: [{ rules: [] }]", "f: 1:10: Groupname must not be empty");
    check("groups:\n- name: g\n- name: g", 'f: 3:3: groupname: "g" is repeated in the same file');
    check(
      "groups:\n- name: g\n  interval: 5 minutes",
      'f: 3:13: interval: not a valid duration string: "5 minutes"; write it as 30s',
    );
    check("groups:\n- name: g\n  limit: many", 'f: 3:10: limit: cannot read "many" as a whole number');
    check("groups:\n- name: g\n  labels: {a: [1]}", "f: 3:15: labels.a: cannot read a list as a text");
    check("groups:\n- name: g\n  labels: {__name__: x}", 'f: 3:12: group "g": invalid label name: __name__');
  });

  test("in rules", () => {
    check(
      rule("{alert: A, record: b, expr: up}"),
      `f: 4:24: group "g", rule 1, "A": only one of 'record' and 'alert' must be set`,
    );
    check(rule("{expr: up}"), `f: 4:12: group "g", rule 1, "": one of 'record' or 'alert' must be set`);
    check(rule("{alert: A}"), `f: 4:5: group "g", rule 1, "A": field 'expr' must be set in rule`);
    check(rule("{alert: A, expr: 'sum(up) by'}"), 'rule 1, "A": could not parse expression: 1:11: parse error: ');
    check(rule("{alert: A, expr: up, fro: 5m}"), "f: 4:26: field fro not found in a rule; did you mean for?");
    check(rule("{alert: A, expr: up, labels: {__name__: x, '': y}}"), "4:35: ", 'rule 1, "A": invalid label name: ');
    check(rule("{alert: A, expr: up, annotations: {'': y}}"), "invalid annotation name: ");
    check(rule("{alert: A, expr: up, for: -5m}"), "for: not a valid duration string");
    check(
      rule("{record: 'a{b}', expr: up, for: 1m, keep_firing_for: 1m, annotations: {a: b}}"),
      'f: 4:14: group "g", rule 1, "a{b}": invalid field \'annotations\' in recording rule',
      "invalid field 'for' in recording rule",
      "invalid field 'keep_firing_for' in recording rule",
      "braces present in the recording rule name; should it be in expr?: a{b}",
    );
  });

  test("in templates of labels and annotations, of alerts alone", () => {
    check(
      rule("{alert: A, expr: up, labels: {a: '{{ nope }}'}, annotations: {b: '{{ if }}'}}"),
      'f: 4:35: group "g", rule 1, "A": label "a": template: __alert_A:1: function "nope" not defined',
      'annotation "b": template: __alert_A:1: missing value for if',
    );
    check(rule("{record: a, expr: up, labels: {a: '{{ nope }}'}}"));
  });

  test("all of it, not the first alone", () => {
    check("groups: [{ name: g, rules: [{ expr: '(' }, { alert: A, expr: ')' }] }]", "one of", "rule 1", 'rule 2, "A"');
  });
});

test("duplicates are rules of equal names and labels, the group's included", () => {
  const { groups } = parseRules(`
groups:
  - name: g
    labels: { a: "1" }
    rules: [{ record: r, expr: up }, { record: s, expr: up, labels: { b: "2" } }]
  - name: h
    rules: [{ record: r, expr: up }, { alert: s, expr: down, labels: { b: "2", a: "1" } }]`);
  expect(findDuplicates(groups)).toEqual([{ name: "s", labels: { a: "1", b: "2" } }]);
});
