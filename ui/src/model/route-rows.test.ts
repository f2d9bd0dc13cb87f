/** The tree of routes as rows, drawn as text; and labels as people write them. */
import { expect, test } from "vitest";
import type { WireRoute } from "goldspan/contract";
import { formatLabels, ownSettings, parseLabels, routeRows, type RouteRow } from "./route-rows.ts";

function route(depth: number, receiver: string, more: Partial<WireRoute> = {}): WireRoute {
  return {
    depth,
    receiver,
    matchers: [],
    groupBy: ["alertname"],
    groupWaitMillis: 30_000,
    groupIntervalMillis: 300_000,
    repeatIntervalMillis: 14_400_000,
    muteTimeIntervals: [],
    activeTimeIntervals: [],
    continues: false,
    isMuted: false,
    ...more,
  };
}

const TREE = [route(0, "root"), route(1, "a"), route(2, "b"), route(2, "c"), route(1, "d"), route(2, "e")];
const SIGNS = { none: "  ", line: "│ ", turn: "├─", "turn-last": "└─" };

function draw(rows: readonly RouteRow[]): string[] {
  return rows.map(
    ({ rails, route: { receiver }, way }) =>
      `${rails.map((rail) => SIGNS[rail]).join("")}${receiver}${way === "taken" ? " <-" : way === "not" ? "" : " ."}`,
  );
}

test("each row knows the lines left of it, and whether it takes the alert", () => {
  const matches = [{ route: 3, receiver: "c", groupLabels: {}, isMuted: false }];
  expect(draw(routeRows(TREE, matches))).toEqual(["root .", "├─a .", "│ ├─b", "│ └─c <-", "└─d", "  └─e"]);
  expect(draw(routeRows(TREE.slice(0, 1)))).toEqual(["root"]);
  expect(routeRows([])).toEqual([]);
});

test("what is inherited is not said again", () => {
  const parent = route(0, "root");
  expect(ownSettings({ route: parent, parent: undefined })).toEqual({ grouping: true, times: true });
  expect(ownSettings({ route: route(1, "a"), parent })).toEqual({ grouping: false, times: false });
  expect(ownSettings({ route: route(1, "a", { groupBy: ["..."], groupWaitMillis: 0 }), parent })).toEqual({
    grouping: true,
    times: true,
  });
});

test.each([
  ["", {}],
  ["alertname=Down", { alertname: "Down" }],
  ['a=b, c="d \\"e\\" f" g=', { a: "b", c: 'd "e" f', g: "" }],
  ["service.name=x=y", { "service.name": "x=y" }],
  ["nothing", undefined],
  ["=b", undefined],
  ['a="b', undefined],
])("labels are read: %s", (text, labels) => expect(parseLabels(text)).toEqual(labels));

test("labels are written so that they are read again", () => {
  const labels = { service: "a b", alertname: "Down", quote: 'x"y\\', empty: "" };
  expect(formatLabels(labels)).toMatch(/^alertname=Down /);
  expect(parseLabels(formatLabels(labels))).toEqual(labels);
});
