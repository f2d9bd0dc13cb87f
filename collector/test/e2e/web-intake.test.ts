/** What the web port takes in: by way of the main thread into receivers on the ingest thread. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startCollector, testConfig, type CollectorProcess } from "../kit/collector-process.ts";
import { exportLogs } from "../kit/export-logs.ts";
import { encodePush } from "../kit/loki-push.ts";
import { oracleEncode } from "../kit/oracle.ts";
import { encodeV1, snappy, v1Labels } from "../kit/remote-write.ts";

describe("the web port of a configuration that names only OTLP", () => {
  let collector: CollectorProcess & { readonly directory: string; remove(): void };
  beforeAll(async () => {
    collector = await startCollector();
  });
  afterAll(async () => {
    await collector.end();
    collector.remove();
  });

  const post = (path: string, body: Uint8Array, headers: Record<string, string>) =>
    fetch(collector.web + path, { method: "POST", body: body as Uint8Array<ArrayBuffer>, headers });

  it("takes remote write, and the next query has it, however old it is", async () => {
    const sampleAt = (timestamp: number, value: number) =>
      encodeV1({
        timeseries: [{ labels: v1Labels({ __name__: "up", job: `at ${timestamp}` }), samples: [{ value, timestamp }] }],
      });
    const headers = { "content-type": "application/x-protobuf", "content-encoding": "snappy" };
    const times = [Date.now() - 1000, 1_000_000_000_000, 5000];
    for (const [i, time] of times.entries()) {
      // The second time is the resend of a sender that missed the answer.
      for (let twice = 0; twice < 2; twice++) {
        const answer = await post("/prometheus/api/v1/write", snappy(sampleAt(time, i)), headers);
        expect([answer.status, await answer.text()]).toEqual([204, ""]);
        expect(answer.headers.get("content-security-policy")).toMatch(/default-src/);
      }
      const query = `query=up{job="at ${time}"}&time=${time / 1000}`;
      const found = (await (await fetch(`${collector.web}/prometheus/api/v1/query?${encodeURI(query)}`)).json()) as any;
      expect(found.data.result).toEqual([
        { metric: { __name__: "up", job: `at ${time}` }, value: [time / 1000, String(i)] },
      ]);
    }
    const conflict = await post("/prometheus/api/v1/write", snappy(sampleAt(times[0], 7)), headers);
    expect([conflict.status, await conflict.text()]).toEqual([400, expect.stringMatching(/^1 not taken: .*up/)]);
    expect((await post("/prometheus/api/v1/write", sampleAt(1, 1), headers)).status).toBe(400);
    expect((await fetch(`${collector.web}/prometheus/api/v1/write`)).status).toBe(405);
    const metrics = await (await fetch(`${collector.web}/metrics`)).text();
    expect(metrics).toContain(
      'otelcol_receiver_accepted_metric_points{receiver="prometheus_remote_write",transport="http"} 6',
    );
  });

  it("takes OTLP metrics, protobuf and JSON, also in pieces", async () => {
    const path = "/prometheus/api/v1/otlp/v1/metrics";
    const request = {
      resourceMetrics: [
        {
          scopeMetrics: [
            { metrics: [{ name: "m", gauge: { dataPoints: [{ asDouble: 1, timeUnixNano: "1700000000000000000" }] } }] },
          ],
        },
      ],
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

  it("takes a push to Loki once, also when it is sent again", async () => {
    const push = { streams: [{ stream: { app: "pushed" }, values: [["1700000000000000001", "hello", { n: "1" }]] }] };
    for (let twice = 0; twice < 2; twice++) {
      const headers = { "content-type": "application/json" };
      const answer = await post("/loki/api/v1/push", Buffer.from(JSON.stringify(push)), headers);
      expect([answer.status, await answer.text()]).toEqual([204, ""]);
    }
    expect(await exportLogs(collector.directory, "pushed")).toMatchObject([
      { time_unix_nano: Number(1700000000000000001n), service_name: "pushed", body: "hello", attributes: '{"n":"1"}' },
    ]);
    expect((await fetch(`${collector.web}/loki/api/v1/push`)).status).toBe(405);
    const metrics = await (await fetch(`${collector.web}/metrics`)).text();
    expect(metrics).toContain('otelcol_receiver_accepted_log_records{receiver="loki",transport="http"} 2');
  });

  it("takes lines of 10 MB, escapes, markup and what is no UTF-8 as they are", async () => {
    const lines = [
      "x".repeat(10_000_000),
      "\u001b[2J\u0007<script>alert(1)</script>",
      "\u0000\u{1F600}",
      Buffer.from([0x61, 0xff, 0x62]),
    ];
    const values = lines.map((line, i) => [String(1700000000000000000n + BigInt(i)), line] as const);
    const push = snappy(encodePush([{ stream: { app: "odd" }, values }]));
    expect((await post("/loki/api/v1/push", push, { "content-type": "application/x-protobuf" })).status).toBe(204);
    const bodies = new Set((await exportLogs(collector.directory, "odd")).map(({ body }) => body));
    expect(bodies.size).toBe(lines.length);
    for (const line of lines) expect(bodies.has(Buffer.from(line).toString())).toBe(true);
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

describe("a collector that scrapes", () => {
  it("shows its targets, and what they say, by way of the API", async () => {
    const target = createServer((_, response) => {
      response
        .setHeader("content-type", "text/plain; version=0.0.4")
        .end("# HELP shop_orders Placed.\n# TYPE shop_orders gauge\nshop_orders 7\n");
    });
    await new Promise<void>((resolve) => target.listen(0, "127.0.0.1", resolve));
    const address = `127.0.0.1:${(target.address() as AddressInfo).port}`;
    const job = `{ job_name: shop, scrape_interval: 300ms, static_configs: [{ targets: ["${address}", "127.0.0.1:1"] }] }`;
    const config = testConfig("data")
      .replace("receivers: {", `receivers: { prometheus: { config: { scrape_configs: [${job}] } },`)
      .replace("metrics: { receivers: [otlp]", "metrics: { receivers: [otlp, prometheus]");
    const collector = await startCollector({ config });
    try {
      const get = async (path: string) =>
        ((await (await fetch(`${collector.web}/prometheus/api/v1/${path}`)).json()) as { data: any }).data;
      const valueOf = async (query: string) =>
        ((await get(`query?query=${encodeURIComponent(query)}`)).result as any[]).map(({ value }) => value[1]);
      await expect.poll(() => valueOf('shop_orders{job="shop"}'), { timeout: 10_000 }).toEqual(["7"]);
      await expect.poll(() => valueOf("sort(up)"), { timeout: 10_000 }).toEqual(["0", "1"]);
      expect((await get("targets")).activeTargets).toMatchObject([
        { health: "up", labels: { job: "shop", instance: address }, lastError: "" },
        { health: "down", lastError: expect.stringMatching(/ECONNREFUSED/) },
      ]);
      expect(await get("metadata?metric=shop_orders")).toEqual({
        shop_orders: [{ type: "gauge", help: "Placed.", unit: "" }],
      });
    } finally {
      await collector.end();
      collector.remove();
      target.close();
    }
  });
});
