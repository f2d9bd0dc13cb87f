/** The factory of the debug exporter. */
import type { ExporterFactory } from "../../component/factory.ts";
import { lazyCode } from "../../component/lazy-code.ts";
import { debugConfig, type DebugConfig } from "./config.ts";

const lazy = lazyCode(() => import("./debug-exporter.ts"));

export const debugExporter: ExporterFactory<DebugConfig> = {
  kind: "exporter",
  type: "debug",
  signals: ["traces", "logs", "metrics"],
  summary: "writes what passes by to stderr",
  config: debugConfig,
  load: lazy.load,
  create: (settings, config) => lazy.code.createDebugExporter(settings, config),
};
