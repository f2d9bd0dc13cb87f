/** The factory of the resource processor. */
import type { ProcessorFactory } from "../../component/factory.ts";
import { lazyCode } from "../../component/lazy-code.ts";
import { resourceConfig, type ResourceConfig } from "./config.ts";

const lazy = lazyCode(() => import("./resource.ts"));

export const resourceProcessor: ProcessorFactory<ResourceConfig> = {
  kind: "processor",
  type: "resource",
  signals: ["traces", "logs"],
  summary: "adds, changes and removes attributes of resources",
  config: resourceConfig,
  load: lazy.load,
  create: (_settings, config, next) => lazy.code.createResource(config, next),
};
