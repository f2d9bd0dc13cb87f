/** The factory of the redaction processor. */
import type { ProcessorFactory } from "../../component/factory.ts";
import { redactionConfig, type RedactionConfig } from "./config.ts";
import { createRedaction } from "./redaction.ts";

export const redactionProcessor: ProcessorFactory<RedactionConfig> = {
  kind: "processor",
  type: "redaction",
  signals: ["traces", "logs"],
  summary: "removes attributes that are not allowed and masks secrets in values and log bodies",
  config: redactionConfig,
  create: (_settings, config, next) => createRedaction(config, next),
};
