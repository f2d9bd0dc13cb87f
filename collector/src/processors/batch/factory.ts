/** The factory of the batch processor. */
import type { ProcessorFactory } from "../../component/factory.ts";
import { lazyCode } from "../../component/lazy-code.ts";
import { batchConfig, type BatchConfig } from "./config.ts";

const lazy = lazyCode(() => import("./batch.ts"));

export const batchProcessor: ProcessorFactory<BatchConfig> = {
  kind: "processor",
  type: "batch",
  signals: ["traces", "logs", "metrics"],
  summary: "joins small batches into larger ones, and splits too large ones",
  config: batchConfig,
  load: lazy.load,
  create: (settings, config, next) => lazy.code.createBatch(settings, config, next),
};
