/** The test trace of a running collector: asked for at the web port, taken by the pipelines, read back by every way. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startCollector, testConfig, type CollectorProcess } from "../kit/collector-process.ts";
import type { WireInfo, WireTestTrace, WireVersion } from "../../src/api/contract.ts";

type Running = CollectorProcess & { readonly directory: string; remove(): void };

describe("a collector that takes OTLP", () => {
  let collector: Running;
  beforeAll(async () => {
    collector = await startCollector();
  });
  afterAll(async () => {
    await collector.end();
    collector.remove();
  });

  const get = async <T>(path: string) => (await fetch(collector.web + path)).json() as Promise<T>;

  it("says what it is and where it takes what", async () => {
    const info = await get<WireInfo>("/api/v1/info");
    expect(info.hasData).toBe(false);
    expect(info.receivers.map(({ id, name, host, port }) => [id, name, host, port])).toContainEqual([
      "otlp",
      "http",
      "localhost",
      collector.ports.otlp_http,
    ]);
    expect(await get<WireVersion>("/api/v1/version")).toMatchObject({
      name: "goldspan",
      version: info.version,
      node: process.versions.node,
      storeFormat: expect.any(Number),
    });
  });

  it("makes one on demand, which is there at once with logs and metrics, counted as what programs send", async () => {
    const answer = await fetch(`${collector.web}/api/v1/test-trace`, { method: "POST" });
    const { traceId, services, instance, sent } = (await answer.json()) as WireTestTrace;
    expect([answer.status, services.length]).toEqual([200, 3]);
    const trace = JSON.stringify(await get(`/api/v1/traces/${traceId}`));
    expect(trace.split('"spanId"').length - 1).toBe(sent.spans);
    const logs = JSON.stringify(await get(`/api/v1/traces/${traceId}/logs`));
    expect(logs.split('"severityNumber"').length - 1).toBe(sent.logs);
    const query = encodeURIComponent(`count by (__name__) ({instance="${instance}"})`);
    const found = await get<{ data: { result: unknown[] } }>(`/prometheus/api/v1/query?query=${query}`);
    expect(JSON.stringify(found.data.result)).toContain("shop_orders_total");
    expect((await get<WireInfo>("/api/v1/info")).hasData).toBe(true);
    expect(await (await fetch(`${collector.web}/metrics`)).text()).toContain(
      `otelcol_receiver_accepted_spans{receiver="otlp",transport="http"} ${sent.spans}`,
    );
  });

  it("makes none for a page of another site, nor by GET", async () => {
    const headers = { "sec-fetch-site": "cross-site" };
    expect((await fetch(`${collector.web}/api/v1/test-trace`, { method: "POST", headers })).status).toBe(403);
    expect((await fetch(`${collector.web}/api/v1/test-trace`)).status).toBe(405);
  });
});

it("says that there is no way in for it", async () => {
  const config = testConfig("./data").replace(/ {4}traces: .*\n/, "");
  const collector = await startCollector({ config });
  const answer = await fetch(`${collector.web}/api/v1/test-trace`, { method: "POST" });
  expect([answer.status, await answer.text()]).toEqual([404, expect.stringContaining("no otlp receiver")]);
  await collector.end();
  collector.remove();
});
