/**
 * What is used of prom-client, each from its own file: the package's entry loads default metrics and the OpenTelemetry API with it, 60
 * files that every thread would hold.
 */
import type * as PromClient from "prom-client";
// @ts-expect-error the package declares types of its entry only
import AnyAggregatorRegistry from "prom-client/lib/cluster.js";
// @ts-expect-error
import AnyCounter from "prom-client/lib/counter.js";
// @ts-expect-error
import AnyGauge from "prom-client/lib/gauge.js";
// @ts-expect-error
import AnyHistogram from "prom-client/lib/histogram.js";
// @ts-expect-error
import AnyRegistry from "prom-client/lib/registry.js";

export const AggregatorRegistry = AnyAggregatorRegistry as typeof PromClient.AggregatorRegistry;
export const Counter = AnyCounter as typeof PromClient.Counter;
export const Gauge = AnyGauge as typeof PromClient.Gauge;
export const Histogram = AnyHistogram as typeof PromClient.Histogram;
export const Registry = AnyRegistry as typeof PromClient.Registry;
