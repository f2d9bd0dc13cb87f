import { expect, test } from "vitest";
import { readConfig, tryConfig } from "../../../test/kit/read-config.ts";
import { config } from "./config.ts";

function bad(yaml: string, expected: string): void {
  const { issues } = tryConfig(config, yaml);
  expect(issues).toHaveLength(1);
  expect(issues[0]).toContain(expected);
}

test("has the Collector's defaults", () => {
  expect(readConfig(config, "")).toMatchObject({
    namespace: "traces.span.metrics",
    histogram: { disable: false, unit: "ms", explicit: undefined, exponential: undefined },
    exemplars: { enabled: false, max_per_data_point: 5 },
    aggregation_temporality: "AGGREGATION_TEMPORALITY_CUMULATIVE",
    metrics_flush_interval: 60_000,
    metrics_expiration: 0,
    aggregation_cardinality_limit: 0,
    resource_metrics_cache_size: 1000,
    add_resource_attributes: false,
  });
});

test("reads the example of the Collector's README, and says which keys have no effect", () => {
  const { value, issues, warnings } = tryConfig(
    config,
    `
histogram:
  explicit:
    buckets: [100us, 1ms, 2ms, 6ms, 10ms, 100ms, 250ms]
dimensions:
  - name: http.method
    default: GET
  - name: http.status_code
exemplars:
  enabled: true
exclude_dimensions: ['status.code']
dimensions_cache_size: 1000
aggregation_temporality: "AGGREGATION_TEMPORALITY_CUMULATIVE"
metrics_flush_interval: 15s
metrics_expiration: 5m
events:
  enabled: true
  dimensions:
    - name: exception.type
    - name: exception.message
resource_metrics_key_attributes:
  - service.name
  - telemetry.sdk.language`,
  );
  expect(issues).toEqual([]);
  expect(warnings).toEqual([expect.stringContaining("dimensions_cache_size: has no effect")]);
  expect(value).toMatchObject({
    histogram: { explicit: { buckets: [0.1, 1, 2, 6, 10, 100, 250] } },
    dimensions: [
      { name: "http.method", default: "GET" },
      { name: "http.status_code", default: undefined },
    ],
    metrics_expiration: 300_000,
  });
});

test("says what is wrong", () => {
  bad("histogram: {explicit: {}, exponential: {}}", "histogram.exponential: stands beside explicit");
  bad("histogram: {unit: us}", "histogram.unit: expected one of ms, s");
  bad("histogram: {explicit: {buckets: [1s, 10ms]}}", "bounds must ascend, and 10ms comes after 1s");
  bad("histogram: {explicit: {buckets: [0s]}}", "histogram.explicit.buckets[0]: expected a duration above 0");
  bad("histogram: {exponential: {max_size: 1}}", "histogram.exponential.max_size");
  bad("dimensions: [{name: a}, {name: a}]", 'dimensions: has the dimension "a" twice');
  bad("dimensions: [{name: span.kind}]", 'dimensions: has the dimension "span.kind" twice');
  bad("dimensions: [{default: a}]", "dimensions[0].name: a value is required");
  bad("dimensions: [{name: a}]\ncalls_dimensions: [{name: a}]", 'calls_dimensions: has the dimension "a" twice');
  bad("dimensions: [{name: a}]\nhistogram: {dimensions: [{name: a}]}", 'histogram: has the dimension "a" twice');
  bad("events: {enabled: true}", "events.dimensions: events need at least one dimension");
  bad("exclude_dimensions: [span.knd]", 'did you mean "span.kind"?');
  bad("aggregation_temporality: delta", "aggregation_temporality: expected one of");
  bad("aggregation_cardinality_limit: -1", "aggregation_cardinality_limit");
  bad("metrics_flush_interval: -5s", "metrics_flush_interval");
  bad("metric_flush_interval: 5s", 'did you mean "metrics_flush_interval"?');
});
