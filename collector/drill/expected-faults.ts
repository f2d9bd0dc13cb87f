/**
 * What each fault of the demo must be told as: which services may be named (the faulty one, or who suffers from it where the faulty
 * one cannot tell), which operations, and what must be seen in a trace of the message.
 */
import type { SpanSeen } from "./read-trace.ts";

export interface ExpectedFault {
  /** As the demo's control API knows it. */
  readonly fault: string;
  readonly parameters?: Readonly<Record<string, number | string>>;
  readonly services: readonly string[];
  /** Of the message's operation, or of the span that its trace shows; absent = the fault has no operation. */
  readonly operations?: RegExp;
  /** The span in which the fault is seen; absent = the fault is seen in no trace (there is none, or memory). */
  readonly isSeenIn?: (span: SpanSeen) => boolean;
  /** Said in the table where no trace can show it. */
  readonly without?: string;
}

const failedIn =
  (...services: readonly string[]) =>
  (span: SpanSeen) =>
    span.isError && services.includes(span.service);
const longerThan = (millis: number, service: string) => (span: SpanSeen) =>
  span.durationMillis >= millis && span.service === service;

export const EXPECTED_FAULTS: readonly ExpectedFault[] = [
  {
    fault: "payment_errors",
    services: ["payments", "orders"],
    operations: /charges|orders/,
    isSeenIn: failedIn("payments"),
  },
  { fault: "slow_query", services: ["inventory"], operations: /items|SELECT/, isSeenIn: longerThan(300, "inventory") },
  { fault: "event_loop_block", services: ["orders"], isSeenIn: longerThan(300, "orders") },
  { fault: "memory_growth", services: ["gateway"], without: "memory is in no trace" },
  { fault: "dead_dependency", services: ["inventory", "gateway", "orders"], isSeenIn: failedIn("gateway", "orders") },
  { fault: "hanging_dependency", services: ["payments", "orders"], isSeenIn: failedIn("orders") },
  { fault: "retry_storm", services: ["orders", "payments"], isSeenIn: ({ name }) => /charges/.test(name) },
  { fault: "traffic_drop", services: ["gateway"], without: "what does not come leaves no trace" },
  {
    fault: "bad_release",
    services: ["payments", "orders"],
    operations: /charges|orders/,
    isSeenIn: failedIn("payments"),
  },
  { fault: "new_error", services: ["orders"], isSeenIn: failedIn("orders") },
];
