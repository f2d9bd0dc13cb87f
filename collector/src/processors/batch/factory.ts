/** The factory of the batch processor. */
import type { ProcessorFactory } from "../../component/factory.ts";
import { createBatch } from "./batch.ts";
import { batchConfig, type BatchConfig } from "./config.ts";

export const batchProcessor: ProcessorFactory<BatchConfig> = {
  kind: "processor",
  type: "batch",
  signals: ["traces", "logs", "metrics"],
  summary: "joins small batches into larger ones, and splits too large ones",
  config: batchConfig,
  create: createBatch,
};
