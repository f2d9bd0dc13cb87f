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
    latency_histogram_buckets: undefined,
    exponential_histogram_max_size: 0,
    dimensions: [],
    store: { ttl: 2000, max_items: 1000 },
    cache_loop: 60_000,
    store_expiration_loop: 2000,
    virtual_node_peer_attributes: ["peer.service", "db.name", "db.system"],
    virtual_node_extra_label: false,
    database_name_attributes: ["db.name"],
    metrics_flush_interval: 60_000,
    metrics_timestamp_offset: 0,
  });
});

test("reads the example of the Collector's README: bare numbers are nanoseconds there, too", () => {
  const { value, issues } = tryConfig(
    config,
    "latency_histogram_buckets: [1,2,3,4,5]\ndimensions: [dimension-1, dimension-2]\nstore: {ttl: 1s, max_items: 10}",
  );
  expect(issues).toEqual([]);
  expect(value.latency_histogram_buckets).toEqual([1e-6, 2e-6, 3e-6, 4e-6, 5e-6]);
});

test("says what is wrong", () => {
  bad(
    "latency_histogram_buckets: [1s]\nexponential_histogram_max_size: 10",
    "exponential_histogram_max_size: stands beside latency_histogram_buckets",
  );
  bad("exponential_histogram_max_size: -1", "exponential_histogram_max_size");
  bad("latency_histogram_buckets: [2s, 2s]", "bounds must ascend, and 2s comes after 2s");
  bad("store: {max_items: 0}", "store.max_items: expected a whole number from 1");
  bad("store: {tll: 1s}", 'did you mean "ttl"?');
  bad("store_expiration_loop: 0s", "store_expiration_loop: expected a duration of at least 1ms");
  bad("cache_loop: often", "cache_loop: expected a duration");
});
