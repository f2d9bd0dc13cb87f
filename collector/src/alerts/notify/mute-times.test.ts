/** When routes tell nobody, and time intervals in words. */
import { describe, expect, it } from "vitest";
import { describeInterval, isMutedRoute } from "./mute-times.ts";
import { parseDaysOfMonth, parseMonths, parseTimeRange, parseWeekdays } from "./time-interval.ts";

const MONDAY_NOON = Date.UTC(2026, 0, 5, 12);
const intervals = new Map([
  ["noon", [{ times: [parseTimeRange("12:00", "13:00")] }]],
  ["night", [{ times: [parseTimeRange("00:00", "06:00")] }]],
]);

describe("a route is muted", () => {
  it.each([
    [["noon"], [], true],
    [["night"], [], false],
    [[], ["noon"], false],
    [[], ["night"], true],
    [[], ["night", "noon"], false],
    [["unknown"], [], false],
  ])("with %s muting and %s active: %s", (muteTimeIntervals, activeTimeIntervals, muted) => {
    expect(isMutedRoute({ muteTimeIntervals, activeTimeIntervals }, intervals, MONDAY_NOON)).toBe(muted);
  });
});

describe("an interval in words", () => {
  it.each([
    [{}, "always"],
    [
      { weekdays: [parseWeekdays("monday:friday")], times: [parseTimeRange("08:00", "18:30")] },
      "Monday to Friday, 08:00 to 18:30 (UTC)",
    ],
    [
      { daysOfMonth: [parseDaysOfMonth("1:3"), parseDaysOfMonth("-1")], location: "Europe/Berlin" },
      "day 1 to day 3 and last day (Europe/Berlin)",
    ],
    [{ months: [parseMonths("december")] }, "December (UTC)"],
  ])("%j", (interval, words) => expect(describeInterval(interval)).toBe(words));
});
