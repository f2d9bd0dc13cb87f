import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { factories } from "../components.ts";
import { loadConfig } from "../config/load-config.ts";
import type { Config as PrometheusReceiver } from "../receivers/prometheus/config.ts";

const TEXT = readFileSync(join(import.meta.dirname, "../../../otel-config.yaml"), "utf8");

/** Where the shipped configuration listens. It scrapes itself wherever that is. */
function endpoints(variables: Record<string, string>): unknown {
  const config = loadConfig({ configs: ["otel-config.yaml"] }, factories, { variables, readFile: () => TEXT });
  expect(config.warnings).toEqual([]);
  const { protocols } = config.receivers.otlp as { protocols: Record<string, { endpoint: string }> };
  const { web, health_check: health } = config.extensions as Record<string, { endpoint: string }>;
  const { scrape_configs: jobs } = (config.receivers.prometheus as PrometheusReceiver).config;
  expect(jobs[0]).toMatchObject({ job_name: "goldspan", own_metrics: true, static_configs: [] });
  return [protocols.grpc.endpoint, protocols.http.endpoint, web.endpoint, health.endpoint];
}

test("listens on localhost, and where the environment says", () => {
  const on = (host: string) => [4317, 4318, 8317, 13133].map((port) => `${host}:${port}`);
  expect(endpoints({})).toEqual(on("localhost"));
  expect(endpoints({ GOLDSPAN_HOST: "0.0.0.0" })).toEqual(on("0.0.0.0"));
  expect(endpoints({ GOLDSPAN_HOST: "[::]", GOLDSPAN_WEB: "10.0.0.1:80" })).toEqual([
    ...on("[::]").slice(0, 2),
    "10.0.0.1:80",
    "[::]:13133",
  ]);
});
