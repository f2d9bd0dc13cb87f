/** Keys of the service_graph connector: the Collector's (.../connector/servicegraphconnector/README.md). */
import {
  boolean,
  durationMillis,
  integer,
  list,
  maybe,
  object,
  string,
  type ConfigOf,
} from "../../component/config-schema.ts";
import { ignored } from "../../component/ignored-field.ts";
import { histogramBounds } from "../series/config-fields.ts";

export const config = object(
  {
    latency_histogram_buckets: maybe(histogramBounds("upper bounds, inclusive")),
    exponential_histogram_max_size: integer({
      default: 0,
      min: 0,
      max: 1024,
      doc: "exponential histograms of so many buckets at most; 0 = explicit bounds",
    }),
    dimensions: list(string(), {
      doc: "attributes of both spans, else of their resources, that become labels client_… and server_…",
    }),
    store: object(
      {
        ttl: durationMillis({ default: "2s", doc: "how long a span waits for its other half" }),
        max_items: integer({
          default: 1000,
          min: 1,
          max: 10_000_000,
          doc: "spans that wait at most, at 100 bytes each; what comes beyond is counted as dropped",
        }),
      },
      { doc: "spans that wait for their other half" },
    ),
    cache_loop: durationMillis({
      default: "1m",
      min: "1ms",
      doc: "how often series are looked for in which nothing was counted for 15 minutes: they end",
    }),
    store_expiration_loop: durationMillis({
      default: "2s",
      min: "1ms",
      doc: "how often spans are looked for that have waited too long",
    }),
    virtual_node_peer_attributes: list(string(), {
      default: ["peer.service", "db.name", "db.system"],
      doc: "attributes that name what a client called that sends no spans itself, the first found counts; [] = no virtual nodes, also no user",
    }),
    virtual_node_extra_label: boolean({
      default: false,
      doc: "a label virtual_node that says which side is none of the services: client or server",
    }),
    database_name_attributes: list(string(), {
      default: ["db.name"],
      doc: "attributes that name a called database, the first found counts; nobody waits for spans of one",
    }),
    database_name_attribute: string({ default: "", doc: "older form of database_name_attributes; looked for first" }),
    metrics_flush_interval: durationMillis({ default: "60s", doc: "0 = after every batch of spans" }),
    metrics_timestamp_offset: durationMillis({ default: "0s", doc: "how far times of points are put back" }),
    metrics_exporter: ignored("the metrics go to the pipelines that the connector is a receiver of"),
  },
  {
    check: ({ latency_histogram_buckets, exponential_histogram_max_size }, fail) => {
      if (latency_histogram_buckets && exponential_histogram_max_size > 0)
        fail("exponential_histogram_max_size", "stands beside latency_histogram_buckets", "keep one of them");
    },
  },
);

export type Config = ConfigOf<typeof config>;
