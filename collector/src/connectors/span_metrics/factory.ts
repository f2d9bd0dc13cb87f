/** The factory of the span_metrics connector: traces in, metrics out. */
import type { ConnectorFactory } from "../../component/factory.ts";
import { lazyCode } from "../../component/lazy-code.ts";
import { config, type Config } from "./config.ts";

const lazy = lazyCode(() => import("./span-metrics.ts"));

export const spanMetricsConnector: ConnectorFactory<Config> = {
  kind: "connector",
  type: "span_metrics",
  aliases: ["spanmetrics"],
  pairs: [["traces", "metrics"]],
  follows: true,
  summary: "counts spans and their durations by service, name, kind and status",
  config,
  load: lazy.load,
  create: (settings, config, next) => new lazy.code.SpanMetrics(settings, config, next),
};
