/**
 * The way of each signal out of the process: SDK pieces with outboxes for the signals the agent delivers, the SDK's own
 * exporters for the others. In: settings. Out: a part of the SDK's configuration, and one view of all outboxes for the
 * end of the process.
 */

import type { NodeSDKConfiguration } from "@opentelemetry/sdk-node";
import type { LastRequest } from "./last-post.ts";
import { createMetricOutbox } from "./metric-outbox.ts";
import { type OtelModules, api } from "./otel-modules.ts";
import type { OtlpTarget } from "./otlp-target.ts";
import type { Outbox } from "./outbox.ts";
import type { Settings } from "./settings.ts";
import { type OnOutcome, createLogOutbox, createSpanOutbox } from "./signal-outboxes.ts";

export interface Pipelines {
  configuration: Pick<NodeSDKConfiguration, "spanProcessors" | "logRecordProcessors" | "metricReaders">;
  /** Sends everything at once; never rejects; bounded by the requests' time-outs. */
  flush(): Promise<void>;
  /** Whether something waits that the collector has not accepted. */
  pending(): boolean;
  /** Takes what waits, as requests; nothing for a collector that is known to be away. */
  takeUnsent(): LastRequest[];
}

interface AnyOutbox {
  outbox: Pick<Outbox<unknown>, "flush" | "takeUnsent" | "unsentItems" | "reachable">;
  target: OtlpTarget;
}

export function createPipelines(settings: Settings, modules: OtelModules, onOutcome: OnOutcome): Pipelines {
  const configuration: Pipelines["configuration"] = {};
  const outboxes: AnyOutbox[] = [];
  const flushers: (() => Promise<void>)[] = [];
  const add = (target: OtlpTarget, outbox: AnyOutbox["outbox"]): void => {
    outboxes.push({ outbox, target });
    flushers.push(() => outbox.flush());
  };

  if (settings.traces.delivery === "agent") {
    const { outbox, processor } = createSpanOutbox(settings.traces, modules.transformer, onOutcome);
    add(settings.traces.target, outbox);
    configuration.spanProcessors = [processor];
  } else {
    flushers.push(() => flushProvider(api.trace.getTracerProvider()));
  }
  if (settings.logs.delivery === "agent") {
    const { outbox, processor } = createLogOutbox(settings.logs, modules.transformer, onOutcome);
    add(settings.logs.target, outbox);
    configuration.logRecordProcessors = [processor];
  } else {
    flushers.push(() => flushProvider(api.logs.getLoggerProvider()));
  }
  if (settings.metrics.delivery === "agent") {
    const { outbox, exporter } = createMetricOutbox(settings.metrics, modules, onOutcome);
    add(settings.metrics.target, outbox);
    const exportIntervalMillis = settings.metrics.intervalMillis;
    const exportTimeoutMillis = Math.min(settings.metrics.target.timeoutMillis, exportIntervalMillis);
    const reader = new modules.metrics.PeriodicExportingMetricReader({
      exporter,
      exportIntervalMillis,
      exportTimeoutMillis,
    });
    configuration.metricReaders = [reader];
    flushers.push(() => reader.forceFlush());
  } else {
    flushers.push(() => flushProvider(api.metrics.getMeterProvider()));
  }

  return {
    configuration,
    flush: async () => {
      await Promise.allSettled(flushers.map((flush) => flush()));
    },
    pending: () => outboxes.some(({ outbox }) => outbox.unsentItems > 0),
    takeUnsent: () =>
      outboxes
        .filter(({ outbox }) => outbox.reachable)
        .flatMap(({ outbox, target }) => outbox.takeUnsent().map((body) => ({ target, body }))),
  };
}

/** The API's providers are proxies; only the SDK's behind them can flush. */
async function flushProvider(provider: object): Promise<void> {
  const delegate = "getDelegate" in provider ? (provider as { getDelegate(): object }).getDelegate() : provider;
  if ("forceFlush" in delegate) await (delegate as { forceFlush(): Promise<void> }).forceFlush();
}
