/** The factory of the resource processor. */
import type { ProcessorFactory } from "../../component/factory.ts";
import { resourceConfig, type ResourceConfig } from "./config.ts";
import { createResource } from "./resource.ts";

export const resourceProcessor: ProcessorFactory<ResourceConfig> = {
  kind: "processor",
  type: "resource",
  signals: ["traces", "logs"],
  summary: "adds, changes and removes attributes of resources",
  config: resourceConfig,
  create: (_settings, config, next) => createResource(config, next),
};
