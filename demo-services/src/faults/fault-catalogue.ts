/**
 * The faults this shop can suffer, as data: where each may happen, what it does, what one should then see, and its
 * parameters with bounds. The README's table and the CLI's `list` come from here. Pure.
 */

export type ServiceName = "gateway" | "orders" | "inventory" | "payments" | "load";

export interface FaultParameter {
  default: number;
  least: number;
  most: number;
}

export interface FaultEntry {
  /** The first one is the default. */
  services: readonly ServiceName[];
  does: string;
  see: string;
  parameters: Record<string, FaultParameter>;
}

export const FAULTS = {
  payment_errors: {
    services: ["payments"],
    does: "the card network cannot be reached for a share of the charges",
    see: "POST /charges answers 503, orders retries, gives the stock back and answers 502",
    parameters: { ratio: { default: 0.7, least: 0, most: 1 } },
  },
  slow_query: {
    services: ["inventory", "orders"],
    does: "a share of the reads runs a query without an index that takes `millis`",
    see: "long SELECT spans with a different query text; product pages get slow",
    parameters: { ratio: { default: 0.5, least: 0, most: 1 }, millis: { default: 400, least: 10, most: 5_000 } },
  },
  event_loop_block: {
    services: ["orders", "gateway", "inventory", "payments"],
    does: "computes for `blockMillis` in every `everyMillis` without yielding",
    see: "every operation of the service gets slow, gaps between its spans, warnings of a blocked event loop",
    parameters: {
      blockMillis: { default: 600, least: 10, most: 5_000 },
      everyMillis: { default: 1_000, least: 50, most: 60_000 },
    },
  },
  memory_growth: {
    services: ["gateway", "orders", "inventory", "payments"],
    does: "holds `mebibytesPerSecond` more memory every second, up to `mostMebibytes`",
    see: "process_resident_memory_bytes climbs, warnings with the resident size",
    parameters: {
      mebibytesPerSecond: { default: 4, least: 1, most: 64 },
      mostMebibytes: { default: 192, least: 1, most: 512 },
    },
  },
  dead_dependency: {
    services: ["inventory", "orders", "payments"],
    does: "the service refuses all connections",
    see: "client spans with ECONNREFUSED, 503 at the gateway, /readyz of its callers fails",
    parameters: {},
  },
  hanging_dependency: {
    services: ["payments", "inventory", "orders"],
    does: "the service takes requests and never answers them",
    see: "client spans that end with a time-out, 504 at the gateway",
    parameters: {},
  },
  retry_storm: {
    services: ["orders"],
    does: "a bad retry policy towards payments: `attempts` attempts of `timeoutMillis` without back-off or budget",
    see: "many POST /charges below one order, traffic of payments multiplied, orders slow or failing",
    parameters: {
      attempts: { default: 10, least: 2, most: 50 },
      timeoutMillis: { default: 15, least: 1, most: 1_000 },
    },
  },
  traffic_drop: {
    services: ["load"],
    does: "the load generator sends only `share` of its requests",
    see: "the rate of every service falls to nearly nothing, without a single error",
    parameters: { share: { default: 0, least: 0, most: 1 } },
  },
  bad_release: {
    services: ["payments", "orders"],
    does: "a new process with a higher service.version and a bug takes over",
    see: "TypeErrors and 500s for a part of the requests, only from the new service.version",
    parameters: {},
  },
  new_error: {
    services: ["orders"],
    does: "a share of the orders fails with an exception that was never seen before",
    see: "LoyaltyPointsOverflowError in logs and traces of POST /orders",
    parameters: { ratio: { default: 0.2, least: 0, most: 1 } },
  },
} as const satisfies Record<string, FaultEntry>;

export type FaultName = keyof typeof FAULTS;
