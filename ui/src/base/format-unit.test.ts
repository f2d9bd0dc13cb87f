import { expect, test } from "vitest";
import { formatUnit } from "./format-unit.ts";

test.each([
  [0.0124, "seconds", "12.4 ms"],
  [1536, "bytes", "1.5 KiB"],
  [-1536, "bytes", "−1.5 KiB"],
  [0.031, "ratio", "3.1 %"],
  [42, "percent", "42 %"],
  [1234, "", "1.23 k"],
  [3, "connections", "3 connections"],
  [Number.POSITIVE_INFINITY, "seconds", "∞"],
  [null, "seconds", "–"],
])("%s in %s reads %s", (value, unit, text) => {
  expect(formatUnit(value, unit).replaceAll("\u202f", " ")).toBe(text);
});
