import { expect, test } from "vitest";
import type { WireGoldenService, WireLevel } from "goldspan/contract";
import { formatOrder, parseOrder, sortSignals, toggleOrder, WORST_FIRST } from "./service-order.ts";
import { addUpServices, releaseMarks } from "./totals.ts";

function service(name: string, errorRatio: number, p95Millis: number | null, saturated = 0): WireGoldenService {
  const bad = errorRatio >= 0.01;
  const level: WireLevel = bad ? "bad" : p95Millis && p95Millis > 500 ? "warn" : "ok";
  const reasons = level === "ok" ? [] : [{ signal: "errors" as const, level, text: `${name} is not well` }];
  return {
    name,
    color: 0,
    versions: ["v1"],
    source: "span_metrics",
    countedBy: "entry",
    ratePerSecond: 1,
    errorRatio,
    p50Millis: 1,
    p90Millis: 8,
    p95Millis,
    p99Millis: 9,
    saturation: saturated ? { value: saturated, resource: "cpu", metric: "m", instance: "" } : null,
    health: { level, score: bad ? 10 + errorRatio : level === "warn" ? 1 : 0, reasons },
    series: {
      ratePerSecond: [1, 1],
      errorRatio: [0, errorRatio],
      p95Millis: [p95Millis, null],
      saturation: [null, null],
    },
  };
}

const services = [
  service("calm", 0, 10),
  service("slow", 0, 900),
  service("failing", 0.2, 30),
  service("idle", 0, null),
  service("flaky", 0.02, 20),
];

function names(order = WORST_FIRST): string {
  return sortSignals(services, order)
    .map((item) => item.name)
    .join(" ");
}

test("worst first: failing before slow, the most failing first", () => {
  expect(names()).toBe("failing flaky slow calm idle");
});

test("a column's head shows trouble first, then the other way, then worst first again", () => {
  const first = toggleOrder(WORST_FIRST, "p95");
  const second = toggleOrder(first, "p95");
  expect([names(first), names(second)]).toEqual(["slow failing flaky calm idle", "idle calm flaky failing slow"]);
  expect(toggleOrder(second, "p95")).toEqual(WORST_FIRST);
  expect(formatOrder(first)).toBe("-p95");
  expect(parseOrder("-p95")).toEqual(first);
  expect(parseOrder("nonsense")).toEqual(WORST_FIRST);
  expect(names(toggleOrder(WORST_FIRST, "name"))).toBe("calm failing flaky idle slow");
});

test("saturation sorts, too, and what says nothing about it comes last", () => {
  const full = [...services, service("full", 0, 5, 0.9), service("half", 0, 5, 0.5)];
  const sorted = sortSignals(full, toggleOrder(WORST_FIRST, "saturation")).map(({ name }) => name);
  expect(sorted.slice(0, 2)).toEqual(["full", "half"]);
});

test("totals add up and name the unhealthy with the reason", () => {
  const totals = addUpServices(services);
  expect(totals.ratePerSecond).toBe(5);
  expect(totals.errorRatio).toBeCloseTo(0.22 / 5);
  expect(totals.unhealthy.map(({ service, bad }) => service.name + (bad ? "!" : ""))).toEqual([
    "failing!",
    "flaky!",
    "slow",
  ]);
  expect(totals.unhealthy[0].reason).toBe("failing is not well");
  expect(totals.rates).toEqual([5, 5]);
  expect(totals.errorRatios[0]).toBe(0);
});

test("releases become marks, with the service's name where several are shown", () => {
  const releases = [{ service: "pay", version: "v2", previousVersion: "v1", atMillis: 5 }];
  expect(releaseMarks(releases, true)).toEqual([{ at: 5, label: "pay v2" }]);
  expect(releaseMarks(releases, false)).toEqual([{ at: 5, label: "v2" }]);
});
