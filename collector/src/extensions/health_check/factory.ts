/** The factory of the health_check extension. */
import type { ExtensionFactory } from "../../component/factory.ts";
import { healthCheckConfig, type HealthCheckConfig } from "./config.ts";
import { createHealthCheck } from "./health-check.ts";

export const healthCheckExtension: ExtensionFactory<HealthCheckConfig> = {
  kind: "extension",
  type: "health_check",
  threads: ["main"],
  summary: "answers health checks over HTTP",
  config: healthCheckConfig,
  create: createHealthCheck,
};
