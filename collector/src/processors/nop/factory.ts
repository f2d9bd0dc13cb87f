/** The factory of the nop processor. */
import type { ProcessorFactory } from "../../component/factory.ts";
import { nopProcessorConfig } from "./config.ts";
import { createNopProcessor } from "./nop-processor.ts";

export const nopProcessor: ProcessorFactory = {
  kind: "processor",
  type: "nop",
  signals: ["traces", "logs", "metrics"],
  summary: "hands every batch on as it is",
  config: nopProcessorConfig,
  create: (_settings, _config, next) => createNopProcessor(next),
};
