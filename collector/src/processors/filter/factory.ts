/** The factory of the filter processor. */
import type { ProcessorFactory } from "../../component/factory.ts";
import { filterConfig, type FilterConfig } from "./config.ts";
import { createFilter } from "./filter.ts";

export const filterProcessor: ProcessorFactory<FilterConfig> = {
  kind: "processor",
  type: "filter",
  signals: ["traces", "logs"],
  summary: "drops spans, span events and log records that meet a condition",
  config: filterConfig,
  create: createFilter,
};
