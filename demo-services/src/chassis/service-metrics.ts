/**
 * The Prometheus metrics of a service, with a registry of its own so that tests can run several services in one process.
 * In: observations. Out: the text of `GET /metrics`.
 */

import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from "prom-client";

const DURATION_BUCKETS_SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5];

export class ServiceMetrics {
  readonly registry = new Registry();
  readonly serverDuration: Histogram<"method" | "route" | "status">;
  readonly clientDuration: Histogram<"peer" | "outcome">;
  readonly clientRetries: Counter<"peer">;
  readonly retriesDenied: Counter<"peer">;
  /** What the business did: orders placed, charges declined, items reserved. */
  readonly events: Counter<"event">;
  readonly faultActive: Gauge<"fault">;

  constructor(options: { processMetrics: boolean }) {
    const registers = [this.registry];
    this.serverDuration = new Histogram({
      name: "http_server_request_duration_seconds",
      help: "Duration of answered requests.",
      labelNames: ["method", "route", "status"],
      buckets: DURATION_BUCKETS_SECONDS,
      registers,
    });
    this.clientDuration = new Histogram({
      name: "http_client_request_duration_seconds",
      help: "Duration of single attempts to call another service.",
      labelNames: ["peer", "outcome"],
      buckets: DURATION_BUCKETS_SECONDS,
      registers,
    });
    this.clientRetries = new Counter({
      name: "http_client_retries_total",
      help: "Attempts after the first one.",
      labelNames: ["peer"],
      registers,
    });
    this.retriesDenied = new Counter({
      name: "http_client_retries_denied_total",
      help: "Retries that the retry budget did not allow.",
      labelNames: ["peer"],
      registers,
    });
    this.events = new Counter({
      name: "shop_events_total",
      help: "What happened in the shop.",
      labelNames: ["event"],
      registers,
    });
    this.faultActive = new Gauge({
      name: "shop_fault_active",
      help: "1 while a fault is switched on.",
      labelNames: ["fault"],
      registers,
    });
    // A sample every 50 ms shows a blocked event loop well enough; the default of 10 ms costs five times the wake-ups.
    if (options.processMetrics) collectDefaultMetrics({ register: this.registry, eventLoopMonitoringPrecision: 50 });
  }
}
