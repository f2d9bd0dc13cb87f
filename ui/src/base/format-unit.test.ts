import { expect, test } from "vitest";
import { formatUnit, tickUnitOf, unitNamer } from "./format-unit.ts";

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

test("ticks are round in what is shown: mebibytes, events a minute", () => {
  expect(tickUnitOf("bytes", 300e6)).toBe(1024 ** 2);
  expect(tickUnitOf("per second", 0.2)).toBeCloseTo(1 / 60);
  expect(tickUnitOf("per second", 20)).toBe(1);
  expect(tickUnitOf("seconds", 20)).toBe(1);
});

test("rates of one chart share their unit", () => {
  const name = unitNamer("per second", 5);
  expect([0, 0.5, 5].map((value) => name(value).replaceAll("\u202f", " "))).toEqual(["0 /s", "0.5 /s", "5 /s"]);
  expect(unitNamer("bytes", 5)(null)).toBe("–");
});
