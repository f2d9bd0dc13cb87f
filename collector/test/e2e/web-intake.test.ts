/** What the web port takes in: by way of the main thread into receivers on the ingest thread. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startCollector, testConfig, type CollectorProcess } from "../kit/collector-process.ts";
import { oracleEncode } from "../kit/oracle.ts";
import { encodeV1, snappy, v1Labels } from "../kit/remote-write.ts";

describe("the web port of a configuration that names only OTLP", () => {
  let collector: CollectorProcess & { remove(): void };
  beforeAll(async () => {
    const config = testConfig("data").replace("exporters: { goldspan: }", "exporters: { goldspan: , nop: }");
    collector = await startCollector({
      config: config.replace(
        "metrics: { receivers: [otlp], exporters: [goldspan] }",
        "metrics: { receivers: [otlp], exporters: [nop] }",
      ),
    });
  });
  afterAll(async () => {
    await collector.end();
    collector.remove();
  });

  const post = (path: string, body: Uint8Array, headers: Record<string, string>) =>
    fetch(collector.web + path, { method: "POST", body: body as Uint8Array<ArrayBuffer>, headers });

  it("takes remote write", async () => {
    const body = encodeV1({
      timeseries: [{ labels: v1Labels({ __name__: "up" }), samples: [{ value: 1, timestamp: 1 }] }],
    });
    const headers = { "content-type": "application/x-protobuf", "content-encoding": "snappy" };
    for (let i = 0; i < 3; i++) {
      const answer = await post("/prometheus/api/v1/write", snappy(body), headers);
      expect([answer.status, await answer.text()]).toEqual([204, ""]);
      expect(answer.headers.get("content-security-policy")).toMatch(/default-src/);
    }
    expect((await post("/prometheus/api/v1/write", body, headers)).status).toBe(400);
    expect((await fetch(`${collector.web}/prometheus/api/v1/write`)).status).toBe(405);
    const metrics = await (await fetch(`${collector.web}/metrics`)).text();
    expect(metrics).toContain(
      'otelcol_receiver_accepted_metric_points{receiver="prometheus_remote_write",transport="http"} 3',
    );
  });

  it("takes OTLP metrics, protobuf and JSON, also in pieces", async () => {
    const path = "/prometheus/api/v1/otlp/v1/metrics";
    const request = {
      resourceMetrics: [{ scopeMetrics: [{ metrics: [{ name: "m", gauge: { dataPoints: [{ asDouble: 1 }] } }] }] }],
    };
    const binary = await post(path, oracleEncode("metrics", request), { "content-type": "application/x-protobuf" });
    expect([binary.status, binary.headers.get("content-type")]).toEqual([200, "application/x-protobuf"]);
    const json = await fetch(collector.web + path, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: new Blob([JSON.stringify(request)]).stream(),
      duplex: "half",
    });
    expect([json.status, await json.json()]).toEqual([200, { partialSuccess: {} }]);
    expect((await post(path, Buffer.from("x"), { "content-type": "text/plain" })).status).toBe(415);
    expect((await post(path, Buffer.from("{"), { "content-type": "application/json" })).status).toBe(400);
    const metrics = await (await fetch(`${collector.web}/metrics`)).text();
    expect(metrics).toContain('otelcol_receiver_accepted_metric_points{receiver="otlp",transport="http"} 2');
  });

  it("refuses a body above the limit without reading it, and goes on", async () => {
    const headers = { "content-type": "application/x-protobuf", "content-encoding": "snappy" };
    const large = await post("/prometheus/api/v1/write", new Uint8Array(65 * 1024 * 1024), headers).catch(
      () => undefined,
    );
    expect([413, undefined]).toContain(large?.status);
    expect((await fetch(`${collector.web}/healthz`)).status).toBe(200);
    const metrics = await (await fetch(`${collector.web}/metrics`)).text();
    expect(metrics).toMatch(/goldspan_admission_in_flight_bytes 0$/m);
  });
});
