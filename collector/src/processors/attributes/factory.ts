/** The factory of the attributes processor. */
import type { ProcessorFactory } from "../../component/factory.ts";
import { lazyCode } from "../../component/lazy-code.ts";
import { unfitFor } from "../records/match-config.ts";
import { attributesConfig, type AttributesConfig } from "./config.ts";

const lazy = lazyCode(() => import("./attributes.ts"));

export const attributesProcessor: ProcessorFactory<AttributesConfig> = {
  kind: "processor",
  type: "attributes",
  signals: ["traces", "logs"],
  summary: "adds, changes and removes attributes of spans and log records",
  config: attributesConfig,
  checkUse: (config, signal) => unfitFor(config.include, signal) ?? unfitFor(config.exclude, signal),
  load: lazy.load,
  create: (_settings, config, next) => lazy.code.createAttributes(config, next),
};
