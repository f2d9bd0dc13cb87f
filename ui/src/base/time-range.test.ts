import { expect, test } from "vitest";
import { changeParams, formatHref } from "./params.ts";
import {
  nameRange,
  parseTimeRange,
  rangeAround,
  rangeParams,
  stepRange,
  zoomedRange,
  type TimeRange,
} from "./time-range.ts";

const NOW = new Date(2026, 10, 23, 12, 0, 0).getTime();
const MINUTE = 60_000;

function query(range: TimeRange): string {
  return formatHref("", changeParams(new URLSearchParams(), rangeParams(range)));
}

test("a range survives the address; the default needs none, nonsense becomes it", () => {
  const ranges: TimeRange[] = [
    { kind: "relative", millis: 30 * MINUTE },
    { kind: "relative", millis: 90 * MINUTE },
    { kind: "absolute", from: NOW - 1000, to: NOW },
  ];
  expect(ranges.map(query)).toEqual(["", "?last=90m", `?from=${NOW - 1000}&to=${NOW}`]);
  for (const range of ranges) expect(parseTimeRange(new URLSearchParams(query(range)))).toEqual(range);
  expect(parseTimeRange(new URLSearchParams("last=soon&from=5&to=4"))).toEqual(ranges[0]);
});

test("stepping back holds the range, stepping on past now makes it live again", () => {
  const back = stepRange({ kind: "relative", millis: 30 * MINUTE }, -1, NOW);
  expect(back).toEqual({ kind: "absolute", from: NOW - 60 * MINUTE, to: NOW - 30 * MINUTE });
  expect(stepRange(back, 1, NOW)).toEqual({ kind: "relative", millis: 30 * MINUTE });
  expect(stepRange({ kind: "absolute", from: NOW - 238_411, to: NOW }, 1, NOW)).toEqual({
    kind: "relative",
    millis: 238_000,
  });
});

test("what lies outside the range is shown in half an hour around it", () => {
  const range: TimeRange = { kind: "relative", millis: 30 * MINUTE };
  expect(rangeAround(range, NOW - 5 * MINUTE, NOW)).toBe(range);
  expect(rangeAround(range, NOW - 60 * MINUTE, NOW)).toEqual({
    kind: "absolute",
    from: NOW - 75 * MINUTE,
    to: NOW - 45 * MINUTE,
  });
});

test("a dragged range is whole milliseconds and never empty", () => {
  expect(zoomedRange(20.7, 10.2)).toEqual({ kind: "absolute", from: 10, to: 21 });
  expect(zoomedRange(10.2, 10.3)).toEqual({ kind: "absolute", from: 10, to: 20 });
});

test("ranges are named in local time, with the date only where it is not today's", () => {
  expect(nameRange({ kind: "relative", millis: 180 * MINUTE }, NOW)).toBe("Last 3 h");
  expect(nameRange({ kind: "relative", millis: 60 * MINUTE }, NOW)).toBe("Last 1 h");
  expect(nameRange({ kind: "relative", millis: 30 * MINUTE }, NOW)).toBe("Last 30 min");
  expect(nameRange({ kind: "relative", millis: 90 * MINUTE }, NOW)).toBe("Last 90 min");
  expect(nameRange({ kind: "relative", millis: 238_000 }, NOW)).toBe("Last 3\u202fmin 58\u202fs");
  expect(nameRange({ kind: "absolute", from: NOW - 30 * MINUTE, to: NOW }, NOW)).toBe("11:30:00 – 12:00:00");
  expect(nameRange({ kind: "absolute", from: NOW - 1440 * MINUTE, to: NOW - 1410 * MINUTE }, NOW)).toBe(
    "2026-11-22 12:00:00 – 12:30:00",
  );
});
