/** Keys of the span_metrics connector: the Collector's (.../connector/spanmetricsconnector/README.md). */
import {
  boolean,
  durationMillis,
  integer,
  list,
  maybe,
  object,
  optional,
  required,
  string,
  type ConfigOf,
} from "../../component/config-schema.ts";
import { ignored } from "../../component/ignored-field.ts";
import { histogramBounds } from "../series/config-fields.ts";

export const SERVICE_DIMENSION = "service.name";
export const NAME_DIMENSION = "span.name";
export const KIND_DIMENSION = "span.kind";
export const STATUS_DIMENSION = "status.code";
const OWN_DIMENSIONS: readonly string[] = [SERVICE_DIMENSION, NAME_DIMENSION, KIND_DIMENSION, STATUS_DIMENSION];

const dimension = object({
  name: required(string({ default: "", doc: "key of an attribute of the span, else of its resource" })),
  default: maybe(string({ doc: "value where both lack it; without one the label is left out" })),
});
const dimensions = (doc: string) => list(dimension, { doc });

export type Dimension = ConfigOf<typeof dimension>;

const CUMULATIVE = "AGGREGATION_TEMPORALITY_CUMULATIVE";
export const DELTA = "AGGREGATION_TEMPORALITY_DELTA";

export const config = object(
  {
    namespace: string({
      default: "traces.span.metrics",
      doc: 'put before the names of the metrics, with a dot; "" for none',
    }),
    dimensions: dimensions("labels of all metrics beside service.name, span.name, span.kind and status.code"),
    calls_dimensions: dimensions("further labels of `calls`"),
    exclude_dimensions: list(string({ oneOf: OWN_DIMENSIONS }), {
      doc: `which of ${OWN_DIMENSIONS.join(", ")} to leave out`,
    }),
    include_instrumentation_scope: list(string(), {
      doc: "names of scopes whose spans get the labels span.instrumentation.scope.name and .version",
    }),
    histogram: object(
      {
        disable: boolean({ default: false, doc: "no `duration`" }),
        unit: string({ default: "ms", oneOf: ["ms", "s"], doc: "ms or s; part of the name in Prometheus" }),
        explicit: optional(object({ buckets: histogramBounds("upper bounds, inclusive") })),
        exponential: optional(
          object({ max_size: integer({ default: 160, min: 2, max: 1024, doc: "buckets at most" }) }),
        ),
        dimensions: dimensions("further labels of `duration`"),
      },
      {
        doc: "explicit bounds unless `exponential:` is there",
        check: ({ explicit, exponential }, fail) => {
          if (explicit && exponential) fail("exponential", "stands beside explicit", "keep one of them");
        },
      },
    ),
    exemplars: object({
      enabled: boolean({ default: false, doc: "trace and span ids of a few of the spans that were counted" }),
      max_per_data_point: integer({ default: 5, min: 1, max: 100, doc: "of different buckets, slow ones first" }),
    }),
    events: object(
      {
        enabled: boolean({ default: false, doc: "count span events as well, as `events`" }),
        dimensions: dimensions("attributes of the event that become labels of `events`, beside `dimensions`"),
      },
      {
        check: ({ enabled, dimensions: own }, fail) => {
          if (enabled && own.length === 0) fail("dimensions", "events need at least one dimension");
        },
      },
    ),
    aggregation_temporality: string({ default: CUMULATIVE, oneOf: [CUMULATIVE, DELTA] }),
    metrics_flush_interval: durationMillis({ default: "60s", doc: "0 = after every batch of spans" }),
    metrics_expiration: durationMillis({
      default: "0s",
      doc: "a series ends when nothing was counted in it for so long; 0 = never",
    }),
    aggregation_cardinality_limit: integer({
      default: 0,
      min: 0,
      doc: "series of one service at most; what is beyond is counted in one with the label otel.metric.overflow; 0 = only the 131,072 that the connector keeps in all",
    }),
    resource_metrics_cache_size: integer({
      default: 1000,
      min: 1,
      max: 100_000,
      doc: "services (and resources, where they are told apart) at most; then those unused for longest go, and until the next flush new ones are counted together",
    }),
    add_resource_attributes: boolean({
      default: false,
      doc: "metrics of each resource for itself, with its attributes",
    }),
    resource_metrics_key_attributes: list(string(), {
      doc: "tell resources apart by these attributes only; without add_resource_attributes the metrics carry just these",
    }),
    dimensions_cache_size: ignored("aggregation_cardinality_limit bounds the number of series"),
    metric_timestamp_cache_size: ignored("times of deltas are kept with their series"),
  },
  {
    check(value, fail) {
      const lists = {
        dimensions: value.dimensions,
        calls_dimensions: [...value.dimensions, ...value.calls_dimensions],
        "histogram.dimensions": [...value.dimensions, ...value.histogram.dimensions],
        "events.dimensions": [...value.dimensions, ...value.events.dimensions],
      };
      for (const [key, list] of Object.entries(lists)) {
        const twice = firstTwice([...OWN_DIMENSIONS, ...list.map(({ name }) => name)]);
        if (twice === undefined) continue;
        fail(
          key.split(".")[0],
          `has the dimension "${twice}" twice`,
          "name each once; the four of every metric are there already",
        );
        return;
      }
    },
  },
);

export type Config = ConfigOf<typeof config>;

function firstTwice(names: readonly string[]): string | undefined {
  return names.find((name, i) => names.indexOf(name) < i);
}
