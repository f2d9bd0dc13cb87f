/** The factory of the debug exporter. */
import type { ExporterFactory } from "../../component/factory.ts";
import { debugConfig, type DebugConfig } from "./config.ts";
import { createDebugExporter } from "./debug-exporter.ts";

export const debugExporter: ExporterFactory<DebugConfig> = {
  kind: "exporter",
  type: "debug",
  signals: ["traces", "logs", "metrics"],
  summary: "writes what passes by to stderr",
  config: debugConfig,
  create: (settings, config) => createDebugExporter(settings, config),
};
