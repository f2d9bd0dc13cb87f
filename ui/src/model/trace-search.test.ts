import { expect, test } from "vitest";
import { toOtlpLogs, toOtlpTraces } from "../../test/kit/mock-traces.ts";
import { failedOrderTrace } from "../../test/kit/special-traces.ts";
import { operationOf, serviceOf } from "./trace.ts";
import { stepMatch } from "./trace-search.ts";
import { buildTraceView } from "./trace-view.ts";

const order = failedOrderTrace(1_700_000_000_000);
const view = buildTraceView(order.traceId, toOtlpTraces(order), toOtlpLogs(order));

function find(query: string): string[] {
  return Array.from(view.search.find(query), (row) => `${serviceOf(view.trace, row)} ${operationOf(view.trace, row)}`);
}

test("finds by service, operation, attribute, error, exception and log text; all words must hold", () => {
  expect(find("service:inventory")).toEqual(["inventory inventory.Stock/Reserve", "inventory UPDATE stock"]);
  expect(find('operation:"POST /charge"')).toEqual(["payments POST /charge"]);
  expect(find("http.route:/orders")).toEqual(["orders POST /orders"]);
  expect(find("error service:orders")).toEqual(["orders POST /orders", "orders POST"]);
  expect(find("ChargeDeclinedException")).toEqual(["payments POST /charge"]);
  expect(find("releasing stock")).toEqual(["orders POST /orders"]);
  expect(find("postgresql payments")).toEqual(["payments INSERT charges"]);
  expect(find("")).toEqual([]);
  expect(find("nowhere")).toEqual([]);
});

test("stepping goes round in both directions", () => {
  const matches = Int32Array.of(3, 8, 12);
  expect([-1, 3, 5, 12].map((from) => stepMatch(matches, from, 1))).toEqual([3, 8, 8, 3]);
  expect([3, 9, 12].map((from) => stepMatch(matches, from, -1))).toEqual([12, 8, 8]);
  expect(stepMatch(new Int32Array(), 0, 1)).toBe(-1);
});
