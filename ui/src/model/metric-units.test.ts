import { expect, test } from "vitest";
import { aboutMetric, startQuery, unitOfQuery } from "./metric-units.ts";

const METADATA = {
  http_request_duration_seconds: [{ type: "histogram", help: "How long", unit: "seconds" }],
  sent_bytes: [{ type: "counter", help: "", unit: "" }],
  queue_length: [{ type: "gauge", help: "", unit: "" }],
};

test.each([
  ["process_memory_bytes", "bytes"],
  ["rate(sent_bytes_total[5m])", "bytes per second"],
  ["rate(requests_total[5m])", "per second"],
  ["sum by (le_seconds) (rate(requests_total[5m]))", "per second"],
  ["rate(process_cpu_seconds_total[5m])", "ratio"],
  ["histogram_quantile(0.95, sum by (le) (rate(http_request_duration_seconds_bucket[5m])))", "seconds"],
  ["rate(http_request_duration_seconds_count[5m])", "per second"],
  ["rate(http_request_duration_seconds_sum[5m]) / rate(http_request_duration_seconds_count[5m])", "seconds"],
  ['sum(rate(a_total{code="500"}[5m])) / sum(rate(a_total[5m]))', "ratio"],
  ["memory_used_bytes / memory_limit_bytes", "ratio"],
  ["queue_length", ""],
  ["count(process_memory_bytes)", ""],
  ["1 + 1", ""],
  ["", ""],
])("values of %s are in “%s”", (query, unit) => {
  expect(unitOfQuery(query, METADATA)).toBe(unit);
});

test("metadata of the family holds for its series", () => {
  expect(aboutMetric("http_request_duration_seconds_bucket", METADATA)).toMatchObject({
    type: "histogram",
    help: "How long",
    unit: "seconds",
  });
  expect(aboutMetric("http_request_duration_seconds_count", METADATA).unit).toBe("");
  expect(aboutMetric("unheard_of_total", METADATA)).toMatchObject({ type: "counter", unit: "" });
});

test("a metric begins with what one asks of its kind", () => {
  expect(startQuery({ name: "up", type: "gauge" }, "1m")).toBe("up");
  expect(startQuery({ name: "a_total", type: "counter" }, "1m")).toBe("rate(a_total[1m])");
  expect(startQuery({ name: "d_bucket", type: "histogram" }, "1m")).toBe(
    "histogram_quantile(0.95, sum by (le) (rate(d_bucket[1m])))",
  );
  expect(startQuery({ name: "d", type: "histogram" }, "1m")).toBe("histogram_quantile(0.95, sum(rate(d[1m])))");
  expect(startQuery({ name: "a.b", type: "gauge" }, "1m")).toBe('{"a.b"}');
});
