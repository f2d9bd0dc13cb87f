import { expect, test } from "vitest";
import { formatFloat, formatHistogram } from "./format-value.ts";
import { parseTime } from "./parameters.ts";
import { unescapeLabelName } from "./label-name.ts";
import { parsePromDuration } from "../../../base/prom-duration.ts";

test("numbers are written as Go writes them", () => {
  const check = (value: number, text: string) => expect(formatFloat(value)).toBe(text);
  check(1, "1");
  check(-0, "-0");
  check(0.1, "0.1");
  check(1e-7, "1e-07");
  check(1.5e-10, "1.5e-10");
  check(0.000001, "0.000001");
  check(123456789012345680000, "123456789012345680000");
  check(1e21, "1e+21");
  check(1e300, "1e+300");
  check(Infinity, "+Inf");
  check(-Infinity, "-Inf");
  check(NaN, "NaN");
});

test("a native histogram lists its buckets from the lowest up, without empty ones", () => {
  const histogram = {
    schema: 0,
    zeroThreshold: 0.75,
    zeroCount: 2,
    count: 9,
    sum: 12.5,
    positiveSpans: [
      { offset: 0, length: 2 },
      { offset: 1, length: 1 },
    ],
    positiveBuckets: [1, 0, 4],
    negativeSpans: [{ offset: 0, length: 2 }],
    negativeBuckets: [1, 1],
    counterResetHint: "unknown",
  } as const;
  expect(JSON.parse(formatHistogram(histogram))).toEqual({
    count: "9",
    sum: "12.5",
    buckets: [
      [1, "-2", "-1", "1"],
      [1, "-1", "-0.75", "1"],
      [3, "-0.75", "0.75", "2"],
      [0, "0.75", "1", "1"],
      [0, "4", "8", "4"],
    ],
  });
  const none = { positiveSpans: [], positiveBuckets: [], negativeSpans: [], negativeBuckets: [], zeroCount: 0 };
  expect(formatHistogram({ ...histogram, ...none, count: 0, sum: 0 })).toBe('{"count":"0","sum":"0"}');
  const custom = {
    schema: -53,
    customValues: [1, 2],
    positiveSpans: [{ offset: 0, length: 3 }],
    positiveBuckets: [1, 2, 3],
  };
  expect(JSON.parse(formatHistogram({ ...histogram, ...none, ...custom })).buckets).toEqual([
    [3, "-Inf", "1", "1"],
    [0, "1", "2", "2"],
    [0, "2", "+Inf", "3"],
  ]);
});

test("times are float seconds or RFC 3339", () => {
  const check = (text: string, millis: number | undefined) => expect(parseTime(text), text).toBe(millis);
  check("1435781451.781", 1435781451781);
  check("1.4357814517814e9", 1435781451781);
  check("-1", -1000);
  check("2015-07-01T20:10:51.781Z", 1435781451781);
  check("2015-07-01t22:10:51.7814+02:00", 1435781451781);
  check("-292273086-05-16T16:47:06Z", -8.64e15);
  check("292277025-08-18T07:12:54.999999999Z", 8.64e15);
  for (const bad of ["", "now", "1h", "2015-07-01", "2015-13-01T00:00:00Z", "0x10", "Infinity"]) check(bad, undefined);
});

test("durations have units from the largest to the smallest", () => {
  const check = (text: string, millis: number | undefined) => expect(parsePromDuration(text), text).toBe(millis);
  check("5m", 300_000);
  check("1h30m", 5_400_000);
  check("1y2w3d", 365 * 86_400_000 + 17 * 86_400_000);
  check("1s500ms", 1500);
  check("0", 0);
  for (const bad of ["", "5", "1m1h", "1m1m", "1.5h", "-5m", "5 m"]) check(bad, undefined);
});

test("label names in paths are unescaped, and taken as they are where that cannot be", () => {
  const check = (text: string, name: string) => expect(unescapeLabelName(text)).toBe(name);
  check("job", "job");
  check("U__service_2e_name", "service.name");
  check("U__a__b", "a_b");
  check("U___1F600_", "😀");
  for (const bad of ["U__a_zz_", "U__a_", "U___d800_", "U___fffffff_"]) check(bad, bad);
});
