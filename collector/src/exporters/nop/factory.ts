/** The factory of the nop exporter. */
import type { ExporterFactory } from "../../component/factory.ts";
import { nopExporterConfig } from "./config.ts";
import { createNopExporter } from "./nop-exporter.ts";

export const nopExporter: ExporterFactory = {
  kind: "exporter",
  type: "nop",
  signals: ["traces", "logs", "metrics"],
  summary: "takes every batch and keeps nothing",
  config: nopExporterConfig,
  create: createNopExporter,
};
