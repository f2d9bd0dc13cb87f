/**
 * Self-telemetry of one thread on prom-client: instruments by name, and what they hold as plain data, so that the numbers of all
 * threads can be put together into one Prometheus text.
 *
 * Names: the Collector's own metrics keep its names as it exposes them by default (`without_type_suffix` and `without_units` are on
 * there): `otelcol_receiver_accepted_spans`. Metrics that only Goldspan has follow Prometheus: base units, `_total` on counters.
 */
import type { Counter as PromCounter, Gauge as PromGauge, MetricObjectWithValues, MetricValue } from "prom-client";
import { AggregatorRegistry, Counter, Gauge, Histogram, Registry } from "./prom-client-parts.ts";
import type { Labels, Telemetry } from "../component/telemetry.ts";

/** The metrics of one thread, as data that can be sent to another. */
export type MetricObjects = readonly MetricObjectWithValues<MetricValue<string>>[];

export interface ThreadTelemetry extends Telemetry {
  collect(): Promise<MetricObjects>;
}

export function createTelemetry(): ThreadTelemetry {
  const registry = new Registry();
  const registers = [registry];
  const observers = new Map<string, (() => number)[]>();

  /** The instrument of this name; made when it is asked for the first time. */
  function once<M>(name: string, make: () => M): M {
    return (registry.getSingleMetric(name) as M | undefined) ?? make();
  }

  /** Two components of one kind share an observed instrument: it shows their sum. */
  function observed(name: string, observe: () => number, make: (sum: () => number) => void): void {
    const known = observers.get(name);
    if (known) {
      known.push(observe);
      return;
    }
    const all = [observe];
    observers.set(name, all);
    make(() => all.reduce((sum, each) => sum + each(), 0));
  }

  return {
    counter(name, help, labelNames = []) {
      const counter = once(name, () => new Counter({ name, help, labelNames, registers }));
      return { add: (amount: number, labels: Labels = {}) => counter.inc(labels, amount) };
    },
    gauge(name, help, labelNames = []) {
      const gauge = once(name, () => new Gauge({ name, help, labelNames, registers }));
      return { set: (value: number, labels: Labels = {}) => gauge.set(labels, value) };
    },
    observedGauge: (name, help, observe) =>
      observed(name, observe, (sum) => {
        const gauge: PromGauge = new Gauge({ name, help, registers, collect: () => gauge.set(sum()) });
      }),
    observedCounter: (name, help, observe) =>
      observed(name, observe, (sum) => {
        const counter: PromCounter = new Counter({
          name,
          help,
          registers,
          collect() {
            counter.reset();
            counter.inc(sum());
          },
        });
      }),
    histogram(name, help, bounds, labelNames = []) {
      const histogram = once(name, () => new Histogram({ name, help, buckets: [...bounds], labelNames, registers }));
      return { record: (value: number, labels: Labels = {}) => histogram.observe(labels, value) };
    },
    collect: () => registry.getMetricsAsJSON(),
  };
}

/** Prometheus text format 0.0.4 of several threads' metrics; values with the same name and labels add up. */
export async function formatMetrics(parts: readonly MetricObjects[]): Promise<string> {
  return AggregatorRegistry.aggregate(parts as unknown as object[]).metrics();
}
