/** The factory of the redaction processor. */
import type { ProcessorFactory } from "../../component/factory.ts";
import { lazyCode } from "../../component/lazy-code.ts";
import { redactionConfig, type RedactionConfig } from "./config.ts";

const lazy = lazyCode(() => import("./redaction.ts"));

export const redactionProcessor: ProcessorFactory<RedactionConfig> = {
  kind: "processor",
  type: "redaction",
  signals: ["traces", "logs"],
  summary: "removes attributes that are not allowed and masks secrets in values and log bodies",
  config: redactionConfig,
  load: lazy.load,
  create: (_settings, config, next) => lazy.code.createRedaction(config, next),
};
