import { expect, test } from "vitest";
import { formatBound } from "./format-bound.ts";

test("bounds have the one form that Prometheus 3 stores", () => {
  const check = (value: number, expected: string) => expect(formatBound(value)).toBe(expected);
  check(1, "1.0");
  check(0, "0.0");
  check(-0, "-0.0");
  check(0.005, "0.005");
  check(0.0001, "0.0001");
  check(0.00001, "1e-05");
  check(2.5, "2.5");
  check(100000, "100000.0");
  check(1e6, "1e+06");
  check(1234567, "1.234567e+06");
  check(1e21, "1e+21");
  check(1e300, "1e+300");
  check(8.999999999999998, "8.999999999999998");
  check(Infinity, "+Inf");
  check(-Infinity, "-Inf");
  check(NaN, "NaN");
});
