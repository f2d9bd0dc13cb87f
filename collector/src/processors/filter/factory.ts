/** The factory of the filter processor. */
import type { ProcessorFactory } from "../../component/factory.ts";
import { lazyCode } from "../../component/lazy-code.ts";
import { filterConfig, type FilterConfig } from "./config.ts";

const lazy = lazyCode(() => import("./filter.ts"));

export const filterProcessor: ProcessorFactory<FilterConfig> = {
  kind: "processor",
  type: "filter",
  signals: ["traces", "logs"],
  summary: "drops spans, span events and log records that meet a condition",
  config: filterConfig,
  load: lazy.load,
  create: (settings, config, next) => lazy.code.createFilter(settings, config, next),
};
