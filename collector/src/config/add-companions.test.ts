import { describe, expect, it } from "vitest";
import { factories } from "../components.ts";
import { loadConfig } from "./load-config.ts";

const SURROUNDINGS = { variables: {}, readFile: () => "" };

function receiversOf(yaml: string): Record<string, readonly string[]> {
  const config = loadConfig({ configs: [`yaml:${yaml}`] }, factories, SURROUNDINGS);
  return Object.fromEntries(Object.entries(config.service.pipelines).map(([id, { receivers }]) => [id, receivers]));
}

const config = (receivers: string, extensions = "[storage, web]", more = "") => `
receivers: { otlp: , nop: , prometheus_remote_write/x: , prometheus_remote_write: { web_path: /w } }
exporters: { nop: }
extensions: { storage: , web: }
service:
  extensions: ${extensions}
  pipelines:
    traces: { receivers: [otlp], exporters: [nop] }
    metrics: { receivers: ${receivers}, exporters: [nop] }
    ${more}`;

describe("remote write at the web port", () => {
  it("goes where OTLP's metrics go when nobody names it", () => {
    const all = receiversOf(config("[otlp]", "[storage, web]", "metrics/2: { receivers: [nop], exporters: [nop] }"));
    expect(all).toEqual({ traces: ["otlp"], metrics: ["otlp", "prometheus_remote_write"], "metrics/2": ["nop"] });
  });

  it("is left out where a pipeline names one, or there is no web port, or no OTLP", () => {
    expect(receiversOf(config("[otlp, prometheus_remote_write/x]")).metrics).toEqual([
      "otlp",
      "prometheus_remote_write/x",
    ]);
    expect(receiversOf(config("[otlp]", "[storage]")).metrics).toEqual(["otlp"]);
    expect(receiversOf(config("[nop]")).metrics).toEqual(["nop"]);
  });

  it("takes the configuration that stands under its name, or the defaults", () => {
    const read = (yaml: string) => loadConfig({ configs: [`yaml:${yaml}`] }, factories, SURROUNDINGS).receivers;
    expect(read(config("[otlp]")).prometheus_remote_write).toMatchObject({ web_path: "/w" });
    const { warnings } = loadConfig({ configs: [`yaml:${config("[otlp]")}`] }, factories, SURROUNDINGS);
    expect(warnings.filter((each) => each.includes("receivers.prometheus_remote_write:"))).toEqual([]);
    const bare = config("[otlp]").replace("prometheus_remote_write: { web_path: /w }", "");
    expect(read(bare).prometheus_remote_write).toMatchObject({
      web_path: "/prometheus/api/v1/write",
      path: "/api/v1/write",
    });
  });
});
