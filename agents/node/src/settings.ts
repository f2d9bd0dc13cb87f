/**
 * Everything the agent can be told, read once from the environment. In: an Environment. Out: Settings.
 * What the SDK itself reads (samplers, propagators, limits, resource attributes) is not repeated here.
 */

import type { Environment } from "./environment.ts";
import { type OtlpTarget, type Signal, readOtlpTarget, readProtocol } from "./otlp-target.ts";

/** Who sends a signal: the agent over OTLP/HTTP, the SDK's own exporters (gRPC, console, zipkin …), or nobody. */
export type Delivery = "agent" | "sdk" | "none";

export interface QueueLimits {
  maxQueueItems: number;
  maxBatchItems: number;
  /** How long an item waits for company, in milliseconds. */
  delayMillis: number;
}

export type MetricTemporality = "cumulative" | "delta" | "lowmemory";

export interface Settings {
  disabled: boolean;
  traces: { delivery: Delivery; target: OtlpTarget; limits: QueueLimits };
  logs: { delivery: Delivery; target: OtlpTarget; limits: QueueLimits };
  metrics: { delivery: Delivery; target: OtlpTarget; intervalMillis: number; temporality: MetricTemporality };
  consoleLogs: boolean;
  recordCrashes: boolean;
  /** How long the process may be held at its end so that telemetry gets out. */
  flushDeadlineMillis: number;
  /** Incoming requests with one of these paths make no spans. */
  ignoredPaths: Set<string>;
  workerThreads: boolean;
  quiet: boolean;
}

const HEALTH_PATHS = ["/livez", "/readyz", "/healthz", "/metrics"];

export function readSettings(env: Environment): Settings {
  return {
    disabled: env.flag("OTEL_SDK_DISABLED", false),
    traces: {
      delivery: readDelivery(env, "traces"),
      target: readOtlpTarget(env, "traces"),
      limits: readLimits(env, "OTEL_BSP", 2_000),
    },
    logs: {
      delivery: readDelivery(env, "logs"),
      target: readOtlpTarget(env, "logs"),
      limits: readLimits(env, "OTEL_BLRP", 1_000),
    },
    metrics: {
      delivery: readDelivery(env, "metrics"),
      target: readOtlpTarget(env, "metrics"),
      intervalMillis: env.count("OTEL_METRIC_EXPORT_INTERVAL", 15_000, 1),
      temporality: readTemporality(env),
    },
    consoleLogs: env.flag("GOLDSPAN_CONSOLE_LOGS", true),
    recordCrashes: env.flag("GOLDSPAN_RECORD_CRASHES", true),
    flushDeadlineMillis: env.count("GOLDSPAN_FLUSH_DEADLINE_MILLIS", 2_000, 0),
    ignoredPaths: new Set(env.list("GOLDSPAN_IGNORE_PATHS") ?? HEALTH_PATHS),
    workerThreads: env.flag("GOLDSPAN_WORKER_THREADS", false),
    quiet: env.flag("GOLDSPAN_QUIET", false),
  };
}

function readDelivery(env: Environment, signal: Signal): Delivery {
  const exporters = env.list(`OTEL_${signal.toUpperCase()}_EXPORTER`) ?? ["otlp"];
  if (exporters.includes("none")) return "none";
  if (exporters.length === 1 && exporters[0] === "otlp" && readProtocol(env, signal) !== "grpc") return "agent";
  return "sdk";
}

function readTemporality(env: Environment): MetricTemporality {
  const name = "OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE";
  const value = env.text(name)?.toLowerCase() ?? "cumulative";
  if (value === "cumulative" || value === "delta" || value === "lowmemory") return value;
  env.warnings.push(`cannot use ${name}=${value}: expected cumulative, delta or lowmemory; going on with cumulative`);
  return "cumulative";
}

function readLimits(env: Environment, prefix: string, delayMillis: number): QueueLimits {
  const maxQueueItems = env.count(`${prefix}_MAX_QUEUE_SIZE`, 2048, 1);
  return {
    maxQueueItems,
    maxBatchItems: Math.min(maxQueueItems, env.count(`${prefix}_MAX_EXPORT_BATCH_SIZE`, 512, 1)),
    delayMillis: env.count(`${prefix}_SCHEDULE_DELAY`, delayMillis, 0),
  };
}
