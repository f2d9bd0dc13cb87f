/** Errors taken apart: what is asked, and what stands on what. */
import { expect, test } from "vitest";
import { parseErrorSplit, splitBars, splitGrid, splitQuery } from "./error-split.ts";

const GRID = { start: 1000, end: 3000, step: 1000 };

test("by operation the requests that the total counts are asked for", () => {
  expect(splitQuery("operation", "pay", "entry", 30_000)).toBe(
    'sum by (span_name) (rate(traces_span_metrics_calls_total{service_name="pay",span_kind=~"SPAN_KIND_SERVER|SPAN_KIND_CONSUMER",status_code="STATUS_CODE_ERROR"}[30000ms]))',
  );
  expect(splitQuery("operation", "pay", "all", 30_000)).not.toContain("span_kind");
});

test("by type every exception of the service, over two samples at least", () => {
  expect(splitQuery("type", 'a"b', "entry", 1000)).toBe(
    String.raw`sum by (exception_type) (rate(exceptions_total{service_name="a\"b"}[15000ms]))`,
  );
  expect(splitQuery("total", "pay", "entry", 1000)).toBe("");
});

test("each bucket is asked for at its end", () => {
  expect(splitGrid({ startMillis: 0, endMillis: 3000, bucketMillis: 1000 })).toEqual(GRID);
});

test("the largest stands at the bottom in red, the rare ones are others, and what never failed is left out", () => {
  const bars = splitBars(
    "type",
    [...["a", "b", "c", "d", "e", "f", "g"].map((type, index) => seriesOf(type, index + 1)), seriesOf("none", 0)],
    GRID,
  );
  expect(bars.map(({ label, tone }) => `${label} ${tone}`)).toEqual([
    "g error",
    "f service-5",
    "e service-10",
    "d service-1",
    "c service-6",
    "2 others text-3",
  ]);
  expect(bars[5].values).toEqual([3, 3, 3]);
});

test("what has no type says so, and a gap stays a gap", () => {
  const [bar] = splitBars("type", [{ metric: {}, values: [[2, "5"]] }], GRID);
  expect(bar).toEqual({ label: "without a type", values: [null, 5, null], tone: "error", shape: "bars" });
});

test("an address that names no split shows the total", () => {
  expect([parseErrorSplit("type"), parseErrorSplit("x"), parseErrorSplit(null)]).toEqual(["type", "total", "total"]);
});

function seriesOf(type: string, value: number) {
  return { metric: { exception_type: type }, values: [1, 2, 3].map((at) => [at, String(value)] as const) };
}
