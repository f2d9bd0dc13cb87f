/** Rule files as the form sees them, and what it writes into them. */
import { expect, test } from "vitest";
import { addRule, changeRule, EMPTY_FILE, entryAt, readRules, removeRule, type RuleFields } from "./rule-text.ts";

const FILE = `# ours
groups:
  - name: shop   # the group
    interval: 30s
    rules:
      - record: job:up:sum
        expr: sum(up)

      # about it
      - alert: Down
        expr: up == 0   # says who
        for: 1m
        labels: { severity: page, team: shop }

      # the next one
      - alert: Slow
        traces: { query: 'service:gateway', measure: p95, above: 500ms, by: [service] }
        annotations:
          summary: "{{ $labels.service_name }} is slow"
`;

test("rules are read with their kind, settings and lines", () => {
  const { entries, isBroken } = readRules(FILE);
  expect(isBroken).toBe(false);
  expect(
    entries.map(({ fields, isRecording, group, line, lastLine }) => [fields.name, isRecording, group, line, lastLine]),
  ).toEqual([
    ["job:up:sum", true, "shop", 6, 7],
    ["Down", false, "shop", 10, 13],
    ["Slow", false, "shop", 16, 19],
  ]);
  expect(entries[1].fields).toEqual({
    name: "Down",
    kind: "expr",
    settings: { expr: "up == 0" },
    for: "1m",
    severity: "page",
    summary: "",
  });
  expect(entries[2].fields.settings).toEqual({
    query: "service:gateway",
    measure: "p95",
    above: "500ms",
    by: "service",
  });
  expect([1, 8, 12, 40].map((line) => entryAt(entries, line))).toEqual([-1, 0, 1, 2]);
});

test("a change writes that rule anew and nothing else", () => {
  const { fields } = readRules(FILE).entries[1];
  const changed = changeRule(FILE, 1, { ...fields, for: "", severity: "ticket", settings: { expr: "up < 1" } });
  expect(changed).toBe(
    FILE.replace("up == 0   # says who", "up < 1 # says who")
      .replace("        for: 1m\n", "")
      .replace("severity: page", "severity: ticket"),
  );
  expect(changeRule(FILE, 1, fields)).toBe(FILE.replace("   # says", " # says"));
});

test("another kind takes the place of the one before", () => {
  const { fields } = readRules(FILE).entries[1];
  const logs: RuleFields = {
    ...fields,
    kind: "logs",
    settings: { query: "level:error", above: "10", by: "service, host" },
  };
  const changed = changeRule(FILE, 1, logs);
  expect(readRules(changed).entries[1].fields).toEqual(logs);
  expect(changed).not.toContain("says who");
  const slo = changeRule(changed, 1, {
    ...logs,
    kind: "slo",
    settings: { service: "gateway", objective: "99.9%", "indicator.latency": "300ms" },
  });
  expect(readRules(slo).entries[1].fields).toMatchObject({ severity: "", settings: { "indicator.latency": "300ms" } });
  expect(slo).toContain("team: shop");
});

test("new rules stand behind the last one, in a file without any in a group of their own", () => {
  const fields: RuleFields = {
    name: "New",
    kind: "expr",
    settings: { expr: "x >\n  3" },
    for: "",
    severity: "",
    summary: "",
  };
  const added = addRule(FILE, fields);
  expect(added.startsWith(FILE.trimEnd())).toBe(true);
  expect(
    readRules(added)
      .entries.map(({ fields: { name }, group }) => [name, group])
      .at(-1),
  ).toEqual(["New", "shop"]);
  expect(readRules(added).entries.at(-1)?.fields.settings.expr).toBe("x >\n  3");
  for (const text of ["", EMPTY_FILE, "groups: [{ name: alerts, rules: [{ alert: A, expr: up }] }]\n"]) {
    const { entries } = readRules(addRule(text, fields));
    expect(entries.at(-1)?.fields).toEqual(fields);
  }
});

test("a rule that is taken out leaves the others as they are", () => {
  expect(removeRule(FILE, 0)).toBe(FILE.replace("      - record: job:up:sum\n        expr: sum(up)\n", ""));
  const one = "groups:\n  - name: g\n    rules:\n      - alert: A\n        expr: up\n";
  expect(readRules(removeRule(one, 0)).entries).toEqual([]);
});

test("what is no YAML is left alone", () => {
  const broken = `${FILE}  - : [`;
  expect(readRules(broken).isBroken).toBe(true);
  expect(changeRule(broken, 1, readRules(FILE).entries[1].fields)).toBe(broken);
});

test("what a rule asks is the same whatever it says", () => {
  const { entries } = readRules(FILE);
  const said = changeRule(FILE, 2, { ...entries[2].fields, summary: "other", severity: "page" });
  expect(readRules(said).entries[2].asks).toBe(entries[2].asks);
  const asked = changeRule(FILE, 0, { ...entries[0].fields, settings: { expr: "count(up)" } });
  expect(readRules(asked).entries[2].asks).not.toBe(entries[2].asks);
});
