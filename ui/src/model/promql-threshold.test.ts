/** Expressions of alerts and their bounds. */
import { expect, test } from "vitest";
import { boundAbove, joinBound, splitBound } from "./promql-threshold.ts";

test("what is measured is told from the number it is held against", () => {
  const check = (expr: string, expected?: [string, string, string]) => {
    const found = splitBound(expr);
    expect(found && [found.measured, found.operator, found.bound]).toEqual(expected);
    if (found) expect(splitBound(joinBound(found))).toEqual(found);
  };
  check("up == 0", ["up", "==", "0"]);
  check("sum(rate(x[5m])) by (a) / sum(y) > 0.05", ["sum(rate(x[5m])) by (a) / sum(y)", ">", "0.05"]);
  check("x >= -1.5e3", ["x", ">=", "-1.5e3"]);
  check("x > y");
  check("(x > 3)");
  check("x > 3 and y > 4");
  check("x > bool 3");
  check("x");
});

test("a bound is put around what would bind less", () => {
  expect(joinBound({ measured: "a or b", operator: ">", bound: "3" })).toBe("(a or b) > 3");
  expect(joinBound({ measured: "a + b", operator: "<", bound: "3" })).toBe("a + b < 3");
  expect(joinBound({ measured: "a", operator: "", bound: "3" })).toBe("a");
});

test("a bound to begin with lies over what was seen", () => {
  expect([boundAbove([1, null, 0.43]), boundAbove([]), boundAbove([0])]).toEqual(["1.2", "1", "1"]);
});
