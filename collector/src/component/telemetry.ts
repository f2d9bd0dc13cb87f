/** How a component makes its own metrics: created once by name, in the registry of the thread it runs in. */

export type Labels = Readonly<Record<string, string>>;

export interface Counter {
  add(amount: number, labels?: Labels): void;
}

export interface Gauge {
  set(value: number, labels?: Labels): void;
}

export interface Histogram {
  record(value: number, labels?: Labels): void;
}

/**
 * Names are the Collector's where it has one (https://opentelemetry.io/docs/collector/internal-telemetry), as it exposes them by
 * default, without type suffix; others begin with `goldspan_` and follow Prometheus. Asking again gives the same instrument.
 */
export interface Telemetry {
  counter(name: string, help: string, labelNames?: readonly string[]): Counter;
  gauge(name: string, help: string, labelNames?: readonly string[]): Gauge;
  /** A gauge whose value is asked for when somebody looks. */
  observedGauge(name: string, help: string, observe: () => number): void;
  /** The same for something that only grows. */
  observedCounter(name: string, help: string, observe: () => number): void;
  histogram(name: string, help: string, bounds: readonly number[], labelNames?: readonly string[]): Histogram;
}
