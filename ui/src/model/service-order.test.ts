import { expect, test } from "vitest";
import type { WireRed, WireService } from "goldspan/contract";
import { formatRedOrder, parseRedOrder, sortRed, toggleRedOrder, WORST_FIRST } from "./service-order.ts";
import { addUpServices } from "./totals.ts";

function service(name: string, errorRatio: number, p95Millis: number | null, versions = ["v1"]): WireService {
  const series = { requests: [50, 50], errors: [0, 100 * errorRatio], p95Millis: [p95Millis, null] };
  const red: WireRed = {
    requestCount: 100,
    errorCount: 100 * errorRatio,
    ratePerSecond: 1,
    errorRatio,
    p50Millis: 1,
    p90Millis: 8,
    p95Millis,
    p99Millis: 9,
    series,
  };
  return { ...red, name, color: 0, versions, spanCount: 100, countedBy: "entry" };
}

const services = [
  service("calm", 0, 10),
  service("slow", 0, 900),
  service("failing", 0.2, 30),
  service("idle", 0, null),
  service("flaky", 0.02, 20),
];

function names(order = WORST_FIRST): string {
  return sortRed(services, order)
    .map((item) => item.name)
    .join(" ");
}

test("worst first: failing before slow, the most failing first", () => {
  expect(names()).toBe("failing flaky slow calm idle");
});

test("a column's head shows trouble first, then the other way, then worst first again", () => {
  const first = toggleRedOrder(WORST_FIRST, "p95");
  const second = toggleRedOrder(first, "p95");
  expect([names(first), names(second)]).toEqual(["slow failing flaky calm idle", "idle calm flaky failing slow"]);
  expect(toggleRedOrder(second, "p95")).toEqual(WORST_FIRST);
  expect(formatRedOrder(first)).toBe("-p95");
  expect(parseRedOrder("-p95")).toEqual(first);
  expect(parseRedOrder("nonsense")).toEqual(WORST_FIRST);
  expect(names(toggleRedOrder(WORST_FIRST, "name"))).toBe("calm failing flaky idle slow");
});

test("totals add up, name the unhealthy and what was released", () => {
  const totals = addUpServices([...services, service("new", 0, 5, ["v2", "v1"])]);
  expect(totals.ratePerSecond).toBe(6);
  expect(totals.errorRatio).toBeCloseTo(22 / 600);
  expect(totals.unhealthy.map((item) => item.name)).toEqual(["failing", "flaky"]);
  expect(totals.releases.map(({ service, version, before }) => `${service.name} ${before} -> ${version}`)).toEqual([
    "new v1 -> v2",
  ]);
  expect(totals.requests).toEqual([300, 300]);
});
