/** The goldspan exporter: into the store. */
import type { ExporterFactory } from "../../component/factory.ts";
import { config, type Config } from "./config.ts";
import { GoldspanExporter } from "./goldspan-exporter.ts";

export const goldspanExporter: ExporterFactory<Config> = {
  kind: "exporter",
  type: "goldspan",
  summary: "writes to Goldspan's own store; acknowledges what is durable",
  signals: ["traces", "logs", "metrics"],
  config,
  create: (settings, config) => new GoldspanExporter(settings, config),
};
