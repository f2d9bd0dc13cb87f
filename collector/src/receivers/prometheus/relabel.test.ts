import { describe, expect, it } from "vitest";
import { readConfig, tryConfig } from "../../../test/kit/read-config.ts";
import { compileRelabel, type LabelMap } from "./relabel.ts";
import { relabelSteps } from "./relabel-config.ts";

/** Labels after the steps (YAML), as text; "dropped" when they are. */
function apply(yaml: string, labels: Record<string, string>): string {
  const map: LabelMap = new Map(Object.entries(labels));
  if (!compileRelabel(readConfig(relabelSteps, yaml))(map)) return "dropped";
  return [...map]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => `${name}=${value}`)
    .join(" ");
}

describe("relabelling", () => {
  const labels = { a: "foo", b: "bar", c: "baz" };
  const check = (yaml: string, expected: string, given: Record<string, string> = labels) =>
    expect(apply(`[${yaml}]`, given), yaml).toBe(expected);

  it("replaces what matches as a whole", () => {
    check(
      "{source_labels: [a], regex: 'f(.*)', target_label: d, replacement: 'ch$1-ch${1}'}",
      "a=foo b=bar c=baz d=choo-choo",
    );
    check(
      "{source_labels: [a, b], regex: 'f(.*);(.*)r', target_label: a, replacement: 'b${1}${2}m'}",
      "a=boobam b=bar c=baz",
    );
    check("{source_labels: [a], regex: 'fo', target_label: d}", "a=foo b=bar c=baz");
    check("{source_labels: [a, b], separator: '-', target_label: d}", "a=foo b=bar c=baz d=foo-bar");
    check("{source_labels: [none], target_label: a}", "b=bar c=baz");
    check("{target_label: a, replacement: ''}", "b=bar c=baz");
    check("{target_label: a, replacement: x}", "a=x b=bar c=baz");
    check(
      "{source_labels: [a], regex: '(?P<x>f)oo', target_label: '${x}', replacement: '$x$$'}",
      "a=foo b=bar c=baz f=f$",
    );
    check("{source_labels: [a], regex: 'f(o)o', target_label: d, replacement: '[$1x]'}", "a=foo b=bar c=baz d=[]");
    check("{source_labels: [a], regex: '(none)?.*', target_label: '$1', replacement: x}", "a=foo b=bar c=baz");
    check("{source_labels: [a], regex: 'x.y', target_label: d, replacement: 'dot'}", "a=x\ny d=dot", { a: "x\ny" });
  });

  it("keeps and drops", () => {
    check("{source_labels: [a], regex: '.*o.*', action: drop}", "dropped");
    check("{source_labels: [a], regex: 'f|foo', action: drop}", "dropped");
    check("{source_labels: [a], regex: 'no', action: drop}", "a=foo b=bar c=baz");
    check("{source_labels: [a], regex: 'no', action: keep}", "dropped");
    check("{source_labels: [a], regex: 'f.*', action: keep}", "a=foo b=bar c=baz");
    check("{source_labels: [a], target_label: b, action: keepequal}", "dropped");
    check("{source_labels: [a], target_label: b, action: keepequal}", "a=x b=x", { a: "x", b: "x" });
    check("{source_labels: [a], target_label: b, action: dropequal}", "dropped", { a: "x", b: "x" });
    check("{source_labels: [a], target_label: b, action: dropequal}", "a=foo b=bar c=baz");
    check("{source_labels: [a], regex: foo, action: drop}, {target_label: d, replacement: x}", "dropped");
  });

  it("hashes as Prometheus does, so that shards are the same", () => {
    // The numbers are those of its own tests.
    check("{source_labels: [c], target_label: d, action: hashmod, modulus: 1000}", "a=foo b=bar c=baz d=976");
    check("{source_labels: [a], target_label: d, action: hashmod, modulus: 1000}", "a=foo\nbar b=bar c=baz d=734", {
      ...labels,
      a: "foo\nbar",
    });
  });

  it("works on names", () => {
    check("{regex: '(b.*)', replacement: 'bar_$1', action: labelmap}", "a=foo b1=bar b2=baz bar_b1=bar bar_b2=baz", {
      a: "foo",
      b1: "bar",
      b2: "baz",
    });
    check("{regex: '(b)', action: labeldrop}", "a=foo c=baz");
    check("{regex: '[ab]', action: labelkeep}", "a=foo b=bar");
    check("{regex: '__meta_(.+)', action: labelmap}", "__meta_x=1 x=1", { __meta_x: "1" });
  });

  it("changes case", () => {
    check("{source_labels: [a], target_label: a, action: uppercase}", "a=FOO b=bar c=baz");
    check("{source_labels: [a], target_label: d, action: lowercase}", "a=FoO d=foo", { a: "FoO" });
  });

  it("refuses steps that cannot work", () => {
    const fails = (yaml: string, message: RegExp) =>
      expect(tryConfig(relabelSteps, `[${yaml}]`).issues).toEqual([expect.stringMatching(message)]);
    fails("{source_labels: [a]}", /replace needs a target_label/);
    fails("{action: hashmod, target_label: x}", /hashmod needs a modulus/);
    fails("{action: labeldrop, source_labels: [a]}", /labeldrop takes regex alone/);
    fails("{action: keep, regex: '('}", /a regular expression/);
    fails("{action: replaced, target_label: a}", /did you mean "replace"/);
  });
});
