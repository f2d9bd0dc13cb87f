/** Matchers of silences: made from an alert, read as text, refused when they would meet everything. */
import type { WireMatcher } from "goldspan/contract";
import { expect, test } from "vitest";
import { formatMatcher, givenMatchers, matchersOf, refuseMatchers } from "./silences.ts";

const row = (name: string, operator: WireMatcher["operator"], value: string): WireMatcher => ({
  name,
  operator,
  value,
});

test("an alert's labels become matchers, its name first and empty ones left out", () => {
  const labels = { instance: "db-1", alertname: "DiskFull", severity: "" };
  expect(matchersOf({ labels })).toEqual([row("alertname", "=", "DiskFull"), row("instance", "=", "db-1")]);
});

test("a matcher reads as Alertmanager writes it", () => {
  expect(formatMatcher(row("path", "=~", 'a"b|c'))).toBe('path=~"a\\"b|c"');
});

test("rows without a name are no matchers", () => {
  expect(givenMatchers([row(" job ", "=", "a"), row("  ", "=", "b")])).toEqual([row("job", "=", "a")]);
});

test("what would meet everything is refused with what to do", () => {
  expect(refuseMatchers([])).toContain("alertname");
  expect(refuseMatchers([row("job", "=~", ".*"), row("job", "!=", "a")])).toContain("everything");
  expect(refuseMatchers([row("job", "!=", "a"), row("alertname", "=", "DiskFull")])).toBe("");
});
