/** What the generator of metrics is told and what it answers: the contract between the bench and `metric-sender.ts`. */
import type { MetricForm } from "../workload/metric-workload.ts";

export interface MetricSenderOptions {
  readonly host: string;
  readonly port: number;
  readonly path: string;
  readonly form: MetricForm;
  readonly targets: number;
  readonly connections: number;
  /** Scrapes of each target; 0 = until the time is over. */
  readonly rounds: number;
  readonly seconds: number;
  /** Time of the first scrape, unix milliseconds. */
  readonly startMillis: number;
  readonly seed: number;
}

export interface MetricSenderResult {
  /** Acknowledged. */
  readonly samples: number;
  readonly requests: number;
  readonly seconds: number;
  readonly bytesSent: number;
  /** Requests that were refused for now and sent again. */
  readonly refused: number;
  /** The first other answer. */
  readonly failed: string | undefined;
  readonly p50: number;
  readonly p95: number;
  readonly generatorShare: number;
  /** Time of the newest scrape, unix milliseconds. */
  readonly endMillis: number;
}
