import { expect, test } from "vitest";
import { resolveScalar } from "./resolve-scalar.ts";

function check(text: string, expected: string | number | boolean | null): void {
  expect(resolveScalar(text), text).toBe(expected);
}

test("plain scalars are what the Collector's parser makes of them", () => {
  for (const text of ["", "~", "null", "Null", "NULL"]) check(text, null);
  check("true", true);
  check("FALSE", false);
  check("123", 123);
  check("-5", -5);
  check("+5", 5);
  check("0123", 83);
  check("0o17", 15);
  check("0xdeadbeef", 3735928559);
  check("0b101", 5);
  check("1_000", 1000);
  check("3.14", 3.14);
  check("089", 89);
  check(".5", 0.5);
  check("1e3", 1000);
  check("-.inf", -Infinity);
  check(".nan", NaN);
});

test("everything else is a text", () => {
  const texts = ["yes", "on", "off", "1.2.3", "5s", "1:30", "2024-01-01", "0x", "e3", "-", "tRue"];
  for (const text of texts) check(text, text);
});
