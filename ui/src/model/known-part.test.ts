import { expect, test } from "vitest";
import type { WireGoldenService, WireGoldenSignals } from "goldspan/contract";
import { firstKnown, knownPart } from "./known-part.ts";

const unknown = (count: number, ...known: number[]): (number | null)[] => [
  ...new Array<null>(count).fill(null),
  ...known,
];

test("begins with the first value of any list", () => {
  const check = (lists: (number | null)[][], expected: number): void => expect(firstKnown(lists)).toBe(expected);
  const values = new Array<number>(20).fill(0);
  check([], 0);
  check([values], 0);
  check([unknown(20), unknown(10, ...values.slice(10))], 10);
  check([unknown(12, ...values.slice(12)), unknown(10, ...values.slice(10))], 10);
});

test("leaves some buckets, however little is known", () => {
  expect(firstKnown([unknown(19, 1)])).toBe(12);
  expect(firstKnown([unknown(20)])).toBe(12);
  expect(firstKnown([unknown(4, 1)])).toBe(0);
});

test("cuts all series of a service, and moves the start", () => {
  const list = unknown(10, ...new Array<number>(10).fill(2));
  const series = { ratePerSecond: list, errorRatio: list, p95Millis: list, saturation: list };
  const services = [{ series } as WireGoldenService];
  const signals: WireGoldenSignals = { startMillis: 1000, endMillis: 3000, bucketMillis: 100, services };
  const cut = knownPart(signals);
  expect([cut.startMillis, cut.endMillis]).toEqual([2000, 3000]);
  for (const values of Object.values(cut.services[0].series)) expect(values).toEqual(new Array<number>(10).fill(2));
  expect(knownPart({ ...signals, services: [] })).toEqual({ ...signals, services: [] });
});
