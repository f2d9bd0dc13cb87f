import { expect, test } from "vitest";
import { formatDuration, formatOffset, formatDurationTick, parseDuration } from "./format-duration.ts";
import { formatCount, formatExact, formatPercent, formatPlural, formatRate, pickRateUnit } from "./format-number.ts";
import { formatAgo, formatClock } from "./format-time.ts";
import { shortenEnd, shortenMiddle } from "./shorten.ts";

/** Narrow spaces as plain ones, so that a table can be typed. */
function check(actual: string, expected: string): void {
  expect(actual.replaceAll("\u202f", " ")).toBe(expected);
}

test("a moment within a trace has the trace's unit, to a thousandth", () => {
  const at = (nanos: number, whole: number) => formatOffset(nanos, whole).replace("\u202f", " ");
  expect([at(4_146_512_000, 4.15e9), at(213_700, 34e6), at(-213_700, 34e6), at(-1, 34e6), at(7, 20)]).toEqual([
    "4.147 s",
    "0.214 ms",
    "−0.214 ms",
    "0.000 ms",
    "7 ns",
  ]);
});

test("durations have three significant digits and the unit that fits", () => {
  check(formatDuration(0), "0 s");
  check(formatDuration(7), "7 ns");
  check(formatDuration(999.7), "1 µs");
  check(formatDuration(12_345), "12.3 µs");
  check(formatDuration(999_700_000), "1 s");
  check(formatDuration(1_240_000_000), "1.24 s");
  check(formatDuration(59.97e9), "60 s");
  check(formatDuration(125e9), "2 min 5 s");
  check(formatDuration(7200e9), "2 h");
  check(formatDuration(-5e6), "−5 ms");
  check(formatDuration(null), "–");
});

test("the labels of an axis share a unit and have as many decimals as the step needs", () => {
  check(formatDurationTick(0, 50e6), "0");
  check(formatDurationTick(50e6, 50e6), "50 ms");
  check(formatDurationTick(1.5e9, 0.5e9), "1.5 s");
  check(formatDurationTick(312.5e3, 0.5e3), "312.5 µs");
});

test("durations are read as people write them; a bare number is milliseconds", () => {
  expect(parseDuration("500ms")).toBe(5e8);
  expect(parseDuration("1.5 s")).toBe(1.5e9);
  expect(parseDuration("2m30s")).toBe(150e9);
  expect(parseDuration("250")).toBe(250e6);
  expect(parseDuration("soon")).toBeUndefined();
  expect(parseDuration("")).toBeUndefined();
});

test("counts are rounded with a suffix, or exact in groups", () => {
  check(formatCount(0), "0");
  check(formatCount(950), "950");
  check(formatCount(999.7), "1 k");
  check(formatCount(1234), "1.23 k");
  check(formatCount(3_450_000), "3.45 M");
  check(formatCount(Number.NaN), "–");
  check(formatExact(12_345_678), "12 345 678");
  check(formatPlural(1, "span"), "1 span");
  check(formatPlural(2000, "span"), "2 000 spans");
});

test("rates of one column share the unit in which the largest reads at least 1", () => {
  expect([2, 0.5, 0.01, 0].map(pickRateUnit)).toEqual(["s", "min", "h", "min"]);
  check(formatRate(1234), "1.23 k/s");
  check(formatRate(0.05), "3 /min");
  check(formatRate(0.05, "s"), "0.05 /s");
});

test("shares never round an error away", () => {
  check(formatPercent(0), "0 %");
  check(formatPercent(0.000_001), "<0.01 %");
  check(formatPercent(0.0312), "3.12 %");
  check(formatPercent(0.9999), "99.99 %");
  check(formatPercent(1), "100 %");
});

test("clocks show fractions cut, not rounded into the next second", () => {
  const millis = new Date(2026, 10, 23, 14, 3, 22, 999).getTime();
  check(formatClock(millis), "14:03:22");
  check(formatClock(millis + 0.9995, 3), "14:03:22.999");
});

test("ages are in the largest unit that says something", () => {
  check(formatAgo(0, 5000), "5 s ago");
  check(formatAgo(0, 12 * 60_000), "12 min ago");
  check(formatAgo(0, 3 * 86_400_000), "3 d ago");
  check(formatAgo(1000, 0), "0 s ago");
});

test("long texts are cut in the middle or at the end", () => {
  expect(shortenMiddle("5b8efff798038103d269b633813fc60c", 13)).toBe("5b8eff…3fc60c");
  expect(shortenMiddle("short", 13)).toBe("short");
  expect(shortenEnd("a long text", 6)).toBe("a lon…");
});
