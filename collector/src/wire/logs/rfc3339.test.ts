import { expect, it } from "vitest";
import { parseRfc3339 } from "./rfc3339.ts";

it("a point in time has its nanoseconds and its zone", () => {
  const check = (text: string, iso: string | undefined, nanos = 0n) =>
    expect([text, parseRfc3339(text)]).toEqual([
      text,
      iso === undefined ? undefined : BigInt(Date.parse(iso)) * 1_000_000n + nanos,
    ]);
  check("2026-03-01T12:34:56Z", "2026-03-01T12:34:56Z");
  check("2026-03-01T12:34:56.123456789Z", "2026-03-01T12:34:56.123Z", 456_789n);
  check("2026-03-01T12:34:56.1234567891111+02:00", "2026-03-01T10:34:56.123Z", 456_789n);
  check("2026-03-01 12:34:56,5", "2026-03-01T12:34:56.5Z");
  check("2026-03-01T12:34:56-0130", "2026-03-01T14:04:56Z");
  check("2026-03-01T12:34:56+02", "2026-03-01T10:34:56Z");
  check("2026-03-01", "2026-03-01T00:00:00Z");
  check("2016-12-31T23:59:60Z", "2017-01-01T00:00:00Z");
  check("1969-12-31T23:59:59.5Z", "1969-12-31T23:59:59.5Z");
  check("0099-01-01T00:00:00Z", "0099-01-01T00:00:00Z");
  for (const text of [
    "",
    "now",
    "2026-02-30T00:00:00Z",
    "2026-13-01",
    // Nanoseconds of which 64 bits hold no more.
    "2262-04-12T00:00:00Z",
    "9999-12-31T23:59:59Z",
    "2026-03-01T25:00:00Z",
    "2026-03-01T12:34:56+25:00",
  ])
    check(text, undefined);
});
