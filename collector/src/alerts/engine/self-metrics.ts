/**
 * The instruments that alerting shows of itself on /metrics, under Prometheus' and Alertmanager's names. The shape of
 * component/telemetry.ts, which this room doesn't know.
 */
export interface SelfMetrics {
  counter(name: string, help: string, labelNames?: readonly string[]): { add(amount: number, labels?: Labels): void };
  gauge(name: string, help: string, labelNames?: readonly string[]): { set(value: number, labels?: Labels): void };
  observedGauge(name: string, help: string, observe: () => number): void;
  observedCounter(name: string, help: string, observe: () => number): void;
  histogram(
    name: string,
    help: string,
    bounds: readonly number[],
    labelNames?: readonly string[],
  ): { record(value: number, labels?: Labels): void };
}

type Labels = Readonly<Record<string, string>>;

const NOTHING = { add() {}, set() {}, record() {} };

/** For whoever looks at none: drills, replays, tests. */
export const NO_METRICS: SelfMetrics = {
  counter: () => NOTHING,
  gauge: () => NOTHING,
  observedGauge() {},
  observedCounter() {},
  histogram: () => NOTHING,
};
