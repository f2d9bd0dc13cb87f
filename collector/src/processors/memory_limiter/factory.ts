/** The factory of the memory_limiter processor. */
import type { ProcessorFactory } from "../../component/factory.ts";
import { memoryLimiterConfig, type MemoryLimiterConfig } from "./config.ts";
import { createMemoryLimiter } from "./memory-limiter.ts";

export const memoryLimiterProcessor: ProcessorFactory<MemoryLimiterConfig> = {
  kind: "processor",
  type: "memory_limiter",
  signals: ["traces", "logs", "metrics"],
  summary: "refuses data while the process is short of memory",
  config: memoryLimiterConfig,
  create: (settings, config, next) => createMemoryLimiter(settings, config, next),
};
