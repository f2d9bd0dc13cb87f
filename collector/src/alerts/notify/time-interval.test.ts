import { describe, expect, it } from "vitest";
import {
  containsTime,
  parseDaysOfMonth,
  parseLocation,
  parseMonths,
  parseTimeRange,
  parseWeekdays,
  parseYears,
  type TimeInterval,
} from "./time-interval.ts";

const OFFICE: TimeInterval = { times: [parseTimeRange("09:00", "17:00")], weekdays: [parseWeekdays("monday:friday")] };

describe("a moment lies in an interval", () => {
  it.each<[string, TimeInterval, string, boolean]>([
    ["the first minute is in", OFFICE, "2026-08-03T09:00:00Z", true],
    ["the end is out", OFFICE, "2026-08-03T17:00:00Z", false],
    ["the last second is in", OFFICE, "2026-08-03T16:59:59Z", true],
    ["a Sunday is out", OFFICE, "2026-08-02T10:00:00Z", false],
    ["UTC unless told otherwise", OFFICE, "2026-08-03T07:30:00Z", false],
    ["a place's own time, in summer", { ...OFFICE, location: "Europe/Berlin" }, "2026-08-03T07:30:00Z", true],
    ["and in winter", { ...OFFICE, location: "Europe/Berlin" }, "2026-12-07T07:30:00Z", false],
    [
      "a place's own day",
      { weekdays: [parseWeekdays("monday")], location: "Asia/Tokyo" },
      "2026-08-02T16:00:00Z",
      true,
    ],
    ["the last day", { daysOfMonth: [parseDaysOfMonth("-1")] }, "2026-02-28T00:00:00Z", true],
    ["of a leap year", { daysOfMonth: [parseDaysOfMonth("-1")] }, "2028-02-28T00:00:00Z", false],
    ["days past the month's end are none", { daysOfMonth: [parseDaysOfMonth("31")] }, "2026-06-30T00:00:00Z", false],
    ["and cut where they begin within", { daysOfMonth: [parseDaysOfMonth("29:31")] }, "2026-06-30T00:00:00Z", true],
    ["months", { months: [parseMonths("december"), parseMonths("1:2")] }, "2026-02-01T00:00:00Z", true],
    ["years", { years: [parseYears("2027")] }, "2026-02-01T00:00:00Z", false],
    ["the whole day", { times: [parseTimeRange("00:00", "24:00")] }, "2026-02-01T23:59:59Z", true],
    ["nothing said is always", {}, "2026-02-01T23:59:59Z", true],
  ])("%s", (_name, interval, at, expected) => {
    expect(containsTime(interval, Date.parse(at))).toBe(expected);
  });
});

describe("wrong ones are refused", () => {
  it.each<[string, () => unknown, string]>([
    ["no time", () => parseTimeRange("9:00", "17:00"), "write it as 09:00"],
    ["the wrong way round", () => parseTimeRange("17:00", "09:00"), "over midnight, write two ranges"],
    ["half a range", () => parseTimeRange("17:00", ""), "needs both"],
    ["no weekday", () => parseWeekdays("mon"), "no day of the week"],
    ["days the wrong way round", () => parseWeekdays("friday:monday"), "the last lies before the first"],
    ["no day of a month", () => parseDaysOfMonth("0"), "no day of the month"],
    ["from the end to the begin", () => parseDaysOfMonth("-3:3"), "must too"],
    ["always backwards", () => parseDaysOfMonth("30:-1"), "lies before the first"],
    ["a month", () => parseMonths("13"), "no month"],
    ["a year", () => parseYears("2026:x"), "as a year"],
    ["a place", () => parseLocation("Mars/Olympus"), "unknown time zone"],
  ])("%s", (_name, parse, message) => {
    expect(parse).toThrow(message);
  });
});
