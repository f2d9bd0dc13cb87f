import { describe, expect, it } from "vitest";
import { secondsWithoutYear, wallClockOf, type WallClock } from "./wall-clock.ts";

const iso = (seconds: number | undefined) =>
  seconds === undefined ? undefined : new Date(seconds * 1000).toISOString().slice(0, 19);

describe("a clock on the wall", () => {
  it("shows what it shows where it hangs, summer and winter", () => {
    const check = (place: string, shown: Parameters<WallClock>, utc: string) =>
      expect([place, iso(wallClockOf(place)?.(...shown))]).toEqual([place, utc]);
    check("UTC", [2026, 7, 1, 12, 0, 0], "2026-07-01T12:00:00");
    check("Europe/Berlin", [2026, 7, 1, 12, 0, 0], "2026-07-01T10:00:00");
    check("Europe/Berlin", [2026, 1, 1, 0, 30, 0], "2025-12-31T23:30:00");
    check("America/New_York", [2026, 3, 8, 1, 59, 59], "2026-03-08T06:59:59");
    check("America/New_York", [2026, 3, 8, 3, 0, 0], "2026-03-08T07:00:00");
    check("Asia/Kathmandu", [2026, 1, 1, 5, 45, 0], "2026-01-01T00:00:00");
  });

  it("hangs at no place that does not exist, and shows no day that there is not", () => {
    expect(wallClockOf("Europe/Atlantis")).toBeUndefined();
    expect(wallClockOf("Local")).toBeDefined();
    expect(wallClockOf("Europe/Berlin")?.(2026, 2, 30, 0, 0, 0)).toBeUndefined();
  });

  it("shows a time of the year that is nearest", () => {
    const utc = wallClockOf("UTC") as WallClock;
    const check = (now: string, shown: [number, number, number, number, number], expected: string | undefined) =>
      expect(iso(secondsWithoutYear(utc, Date.parse(`${now}Z`) / 1000, ...shown))).toBe(expected);
    check("2026-01-01T00:00:05", [12, 31, 23, 59, 59], "2025-12-31T23:59:59");
    check("2026-12-31T23:59:59", [1, 1, 0, 0, 1], "2027-01-01T00:00:01");
    check("2026-06-01T00:00:00", [5, 31, 0, 0, 0], "2026-05-31T00:00:00");
    check("2026-06-01T00:00:00", [2, 29, 0, 0, 0], undefined);
    check("2028-06-01T00:00:00", [2, 29, 0, 0, 0], "2028-02-29T00:00:00");
  });
});
