/** The goldspan exporter: into the store. */
import type { ExporterFactory } from "../../component/factory.ts";
import { lazyCode } from "../../component/lazy-code.ts";
import { config, type Config } from "./config.ts";

const lazy = lazyCode(() => import("./goldspan-exporter.ts"));

export const goldspanExporter: ExporterFactory<Config> = {
  kind: "exporter",
  type: "goldspan",
  summary: "writes to Goldspan's own store; acknowledges what is durable",
  signals: ["traces", "logs", "metrics"],
  config,
  load: lazy.load,
  create: (settings, config) => new lazy.code.GoldspanExporter(settings, config),
};
