/** The ways on from a stretch of a chart keep the stretch and the service. */
import { expect, test } from "vitest";
import type { Interval } from "../base/interval.ts";
import { waysFrom } from "./chart-ways.ts";
import type { Links } from "./links.ts";

const STRETCH = { from: 1000, to: 2000 };

test("from failures to the error logs first, in that time and of that service", () => {
  expect(tell("payments", "failures")).toEqual([
    "Error logs: 1000-2000 logs service:payments level>=error",
    "Failed traces: 1000-2000 traces service:payments error",
    "Errors by kind: 1000-2000 exceptions payments",
    "What was different here?: now difference payments 1000-2000 errors",
  ]);
});

test("from anything else to all logs", () => {
  expect(tell("payments", "everything")).toEqual([
    "Logs: 1000-2000 logs service:payments",
    "Traces: 1000-2000 traces service:payments",
    "Errors by kind: 1000-2000 exceptions payments",
    "What was different here?: now difference payments 1000-2000 ",
  ]);
});

test("without a service it is everybody's", () => {
  expect(tell("", "failures")).toEqual([
    "Error logs: 1000-2000 logs level>=error",
    "Failed traces: 1000-2000 traces error",
    "Errors by kind: 1000-2000 exceptions ",
  ]);
  expect(tell("", "everything")[0]).toBe("Logs: 1000-2000 logs ");
});

function tell(service: string, about: "everything" | "failures"): string[] {
  return waysFrom(STRETCH, linksOf("now"), service, about).map(({ label, href }) => `${label}: ${href}`);
}

function linksOf(when: string): Links {
  const to =
    (page: string) =>
    (what = ""): string =>
      `${when} ${page} ${what}`;
  return {
    traces: to("traces"),
    trace: to("trace"),
    logs: to("logs"),
    exceptions: to("exceptions"),
    exception: to("exception"),
    service: to("service"),
    difference: (service, { from, to: end }, about) => `${when} difference ${service} ${from}-${end} ${about}`,
    alerts: () => `${when} alerts`,
    alert: to("alert"),
    map: to("map"),
    metrics: to("metrics"),
    board: to("board"),
    within: ({ from, to: end }: Interval) => linksOf(`${from}-${end}`),
  };
}
