/**
 * The environment of a process of the shop: who it is, where telemetry goes, where its data is. In: settings of the demo.
 * Out: variables. What the user has set for OpenTelemetry stays, apart from what names a service. Pure.
 */

import { tmpdir } from "node:os";
import { join } from "node:path";
import type { PeerTable } from "../chassis/peers.ts";
import type { ProcessDefinition } from "./topology.ts";

export interface ProcessSettings {
  otlpEndpoint: string;
  dataDirectory: string;
  ratePerSecond: number;
  seed: number;
}

export interface Instance {
  version: string;
  /** 0 takes a free one. */
  port: number;
  buggy: boolean;
  peers: PeerTable;
}

export function processEnvironment(
  definition: ProcessDefinition,
  settings: ProcessSettings,
  instance: Instance,
  inherited: NodeJS.ProcessEnv,
): NodeJS.ProcessEnv {
  return {
    // What Node compiles (and strips of types) is kept between starts: 20 MB and 0.1 s less for each process.
    NODE_COMPILE_CACHE: join(tmpdir(), "goldspan-demo-compile-cache"),
    // People watch the demo: what happens should be on the screen a second later.
    OTEL_BSP_SCHEDULE_DELAY: "1000",
    OTEL_BLRP_SCHEDULE_DELAY: "1000",
    GOLDSPAN_IGNORE_PATHS: "/livez,/readyz,/metrics,/faults",
    // Each service serves its metrics at /metrics, to be scraped.
    OTEL_METRICS_EXPORTER: "none",
    ...inherited,
    OTEL_EXPORTER_OTLP_ENDPOINT: settings.otlpEndpoint,
    OTEL_SERVICE_NAME: definition.name,
    OTEL_RESOURCE_ATTRIBUTES: [
      "service.namespace=shop",
      `service.version=${instance.version}`,
      "deployment.environment.name=demo",
    ].join(","),
    SHOP_PORT: String(instance.port),
    SHOP_CONTROL_PORT: "0",
    SHOP_DATA_DIRECTORY: settings.dataDirectory,
    SHOP_PEERS: JSON.stringify(instance.peers),
    SHOP_BUGGY: String(instance.buggy),
    SHOP_LOAD_RATE: String(settings.ratePerSecond),
    SHOP_LOAD_SEED: String(settings.seed),
  };
}
