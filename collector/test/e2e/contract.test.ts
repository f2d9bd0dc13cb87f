import { createServer } from "node:http";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { failedStart, startCollector, testConfig, type CollectorProcess } from "../kit/collector-process.ts";
import { hasFixtures, listFixtures, NO_FIXTURES, readFixture } from "../kit/fixtures.ts";
import { canonicalRecords, oracleDecode, oracleEncode, type OracleSignal } from "../kit/oracle.ts";
import { Random } from "../kit/random.ts";
import { randomLogs, randomTraces } from "../kit/random-otlp.ts";
import { tempDirectory } from "../kit/stores.ts";
import { decodeJson } from "../../src/wire/otlp/json-to-protobuf.ts";
import { REQUESTS } from "../../src/wire/otlp/schema.ts";

describe("a running collector", () => {
  let collector: Awaited<ReturnType<typeof startCollector>>;
  beforeAll(async () => {
    collector = await startCollector();
  });
  afterAll(async () => {
    await collector.end();
    collector.remove();
  });

  const post = (signal: OracleSignal, body: Uint8Array, headers: Record<string, string>) =>
    fetch(`${collector.otlp}/v1/${signal}`, { method: "POST", headers, body: body as Uint8Array<ArrayBuffer> });
  const get = async (path: string) => {
    const response = await fetch(collector.web + path);
    return { status: response.status, text: await response.text(), headers: response.headers };
  };
  const traceOf = async (id: string) => {
    const { text } = await get(`/api/v1/traces/${id}`);
    return canonicalRecords(oracleDecode("traces", decodeJson(Buffer.from(text), REQUESTS.traces)));
  };

  it("takes no large body at the API, declared or not", async () => {
    const big = "x".repeat(1024 * 1024 + 1);
    for (const body of [big, new Blob([big]).stream()]) {
      const path = `${collector.web}/api/v1/traces/${"1".repeat(32)}/pin`;
      const response = await fetch(path, { method: "PUT", body, duplex: "half" });
      expect([response.status, ((await response.json()) as { error: { code: number } }).error.code]).toEqual([
        413, 413,
      ]);
    }
  });

  it("says once on stdout that it is ready, with the ports of what runs, and nothing else", async () => {
    const lines = collector.stdout().trim().split("\n");
    expect(lines.length).toBe(1);
    expect(JSON.parse(lines[0])).toEqual({
      msg: "ready",
      ports: {
        otlp_grpc: expect.any(Number),
        otlp_http: expect.any(Number),
        web: expect.any(Number),
        health_check: expect.any(Number),
      },
    });
    expect(Object.values(collector.ports).every((port) => port > 0)).toBe(true);
    await expect.poll(() => collector.stderr()).toMatch(/Goldspan is at http:\/\/localhost:\d+/);
  });

  it("is alive and ready", async () => {
    expect((await get("/healthz")).status).toBe(200);
    expect((await get("/readyz")).status).toBe(200);
    expect((await fetch(`http://127.0.0.1:${collector.ports.health_check}/`)).status).toBe(200);
  });

  it("gives a span to the read that follows its acknowledgement", async () => {
    for (let seed = 1; seed <= 10; seed++) {
      const body = oracleEncode("traces", randomTraces(new Random(seed), { records: 5 }));
      expect((await post("traces", body, { "content-type": "application/x-protobuf" })).status).toBe(200);
      const sent = canonicalRecords(oracleDecode("traces", body));
      const id = JSON.parse(sent[0]).record.traceId as string;
      expect(await traceOf(id)).toEqual(sent.filter((text) => JSON.parse(text).record.traceId === id));
    }
  });

  it("gives a trace's logs", async () => {
    const body = oracleEncode("logs", randomLogs(new Random(77), { records: 30 }));
    expect(
      (await post("logs", gzipSync(body), { "content-type": "application/x-protobuf", "content-encoding": "gzip" }))
        .status,
    ).toBe(200);
    const sent = canonicalRecords(oracleDecode("logs", body));
    const id = sent
      .map((text) => JSON.parse(text).record.traceId as string)
      .find((each) => each?.length === 32 && !/^0+$/.test(each)) as string;
    const { text, status } = await get(`/api/v1/traces/${id}/logs`);
    expect(status).toBe(200);
    expect(canonicalRecords(oracleDecode("logs", decodeJson(Buffer.from(text), REQUESTS.logs)))).toEqual(
      sent.filter((each) => JSON.parse(each).record.traceId === id),
    );
  });

  it("answers 404 with errors for an unknown trace, in both APIs", async () => {
    const unknown = "f".repeat(32);
    expect((await get(`/api/v1/traces/${unknown}`)).status).toBe(404);
    const jaeger = await get(`/jaeger/api/traces/${unknown}`);
    expect([jaeger.status, JSON.parse(jaeger.text).errors]).toEqual([404, [{ code: 404, msg: "trace not found" }]]);
    expect((await get("/jaeger/api/traces")).status).toBe(200);
  });

  it("takes metrics, and says which data points it cannot take", async () => {
    const body = oracleEncode("metrics", {
      resourceMetrics: [
        {
          scopeMetrics: [
            {
              metrics: [
                {
                  name: "m",
                  gauge: { dataPoints: [{ asDouble: 1, timeUnixNano: "1700000000000000000" }, { asDouble: 2 }] },
                },
              ],
            },
          ],
        },
      ],
    });
    const answer = await post("metrics", body, { "content-type": "application/x-protobuf" });
    expect(answer.status).toBe(200);
    expect(Buffer.from(await answer.arrayBuffer()).toString()).toMatch(/cannot store 1 data point, the first: .* "m"/);
    const { text } = await get("/prometheus/api/v1/query?query=m&time=1700000000");
    expect(JSON.parse(text).data.result).toEqual([{ metric: { __name__: "m" }, value: [1_700_000_000, "1"] }]);
  });

  it("shows its own metrics, under the Collector's names", async () => {
    const { text, headers } = await get("/metrics");
    expect(headers.get("content-type")).toMatch(/^text\/plain; version=0\.0\.4/);
    expect(text).toMatch(/^otelcol_receiver_accepted_spans\{receiver="otlp",transport="http"\} \d+$/m);
    expect(text).toMatch(/^otelcol_exporter_sent_spans\{exporter="goldspan"\} \d+$/m);
    expect(text).toMatch(/^otelcol_process_memory_rss \d+$/m);
    expect(text).toMatch(/^goldspan_store_open_records \d+$/m);
  });

  it("sends a strict Content-Security-Policy with every answer", async () => {
    for (const path of ["/", "/api/v1/info", "/nothing.js", "/healthz"]) {
      const { headers } = await get(path);
      expect(headers.get("content-security-policy"), path).toMatch(/default-src 'none'; script-src 'self'/);
      expect(headers.get("x-content-type-options")).toBe("nosniff");
    }
  });

  it.skipIf(!hasFixtures)(
    `stores the OTLP fixtures alike from both encodings, gzip on and off${hasFixtures ? "" : ` (${NO_FIXTURES})`}`,
    async () => {
      const stored: unknown[] = [];
      for (const [folder, ending, type] of [
        ["json", ".json", "application/json"],
        ["protobuf", ".bin", "application/x-protobuf"],
      ]) {
        for (const gzip of [false, true]) {
          const fresh = await startCollector();
          for (const file of listFixtures(`otlp/${folder}`, ending)) {
            const name = file.slice(file.lastIndexOf("/") + 1, -ending.length);
            const signal = name === "trace" ? "traces" : name === "metrics" ? "metrics" : "logs";
            const body = gzip ? gzipSync(readFixture(file)) : readFixture(file);
            const headers = { "content-type": type, ...(gzip ? { "content-encoding": "gzip" } : {}) };
            const answer = await fetch(`${fresh.otlp}/v1/${signal}`, {
              method: "POST",
              headers,
              body: body as Uint8Array<ArrayBuffer>,
            });
            expect(answer.status, file).toBe(200);
            const text = Buffer.from(await answer.arrayBuffer()).toString();
            if (signal !== "metrics") expect(["", '{"partialSuccess":{}}']).toContain(text);
          }
          const read = async (path: string) => (await fetch(fresh.web + path)).json();
          stored.push([await read("/api/v1/traces/5b8efff798038103d269b633813fc60c"), await read("/api/v1/logs")]);
          await fresh.end("SIGKILL");
          fresh.remove();
        }
      }
      expect(JSON.stringify(stored[0])).toMatch(/I'm a server span.*browser\.page_view/);
      for (const each of stored) expect(each).toEqual(stored[0]);
    },
    60_000,
  );

  it("drains and exits with 0 at SIGTERM, and has everything after the next start", async () => {
    const first = await startCollector();
    const body = oracleEncode("traces", randomTraces(new Random(5), { records: 8 }));
    await fetch(`${first.otlp}/v1/traces`, {
      method: "POST",
      headers: { "content-type": "application/x-protobuf" },
      body: body as Uint8Array<ArrayBuffer>,
    });
    expect(await first.end("SIGTERM")).toBe(0);
    const second = await startCollector({ directory: first.directory });
    const sent = canonicalRecords(oracleDecode("traces", body));
    const id = JSON.parse(sent[0]).record.traceId as string;
    const back = await (await fetch(`${second.web}/api/v1/traces/${id}`)).text();
    expect(canonicalRecords(oracleDecode("traces", decodeJson(Buffer.from(back), REQUESTS.traces)))).toEqual(
      sent.filter((text) => JSON.parse(text).record.traceId === id),
    );
    expect(await second.end("SIGINT")).toBe(0);
    first.remove();
    second.remove();
  });
});

describe("a start that cannot succeed", () => {
  const check = async (options: Parameters<typeof failedStart>[0], message: RegExp) => {
    const error = await failedStart(options);
    expect(error.code).toBe(1);
    expect(error.stdout).toBe("");
    expect(error.stderr).toMatch(message);
    return error;
  };

  it("names a port in use and the key to change", async () => {
    const server = createServer();
    const port = await new Promise<number>((resolve) =>
      server.listen(0, "127.0.0.1", () => resolve((server.address() as { port: number }).port)),
    );
    const config = testConfig("./data");
    await check(
      { config: config.replace('web: { endpoint: "localhost:0" }', `web: { endpoint: "localhost:${port}" }`) },
      new RegExp(
        `cannot start extension "web": cannot listen on localhost:${port}: the port is in use.*extensions\\.web\\.endpoint`,
      ),
    );
    await check(
      { config: config.replace('grpc: { endpoint: "localhost:0" }', `grpc: { endpoint: "localhost:${port}" }`) },
      new RegExp(
        `cannot start receiver "otlp": cannot listen on localhost:${port}: the port is in use.*receivers\\.otlp\\.protocols\\.grpc\\.endpoint`,
      ),
    );
    server.close();
  });

  it("names a directory another collector uses, or that cannot be written", async () => {
    const first: CollectorProcess & { directory: string; remove(): void } = await startCollector();
    await check(
      { directory: first.directory },
      new RegExp(`another collector \\(process ${first.process.pid}\\) uses it`),
    );
    await first.end("SIGKILL");
    first.remove();
    const blocked = tempDirectory();
    mkdirSync(join(blocked.path, "data"));
    writeFileSync(join(blocked.path, "data/journal"), "a file where a directory must be");
    await check(
      { directory: join(blocked.path, "data") },
      /cannot write to the data directory .*extensions\.storage\.directory/,
    );
    blocked.remove();
  });

  it("lists everything wrong with a configuration, with file, line and the nearest key", async () => {
    const error = await check(
      {
        config: testConfig("./data")
          .replace("retention: 0", "retenton: 0")
          .replace("web: { endpoint:", "web: { endpont:"),
      },
      /otel-config\.yaml:\d+/,
    );
    expect(error.stderr).toMatch(/unknown key "retenton".*did you mean "retention"/);
    expect(error.stderr).toMatch(/unknown key "endpont".*did you mean "endpoint"/);
  });

  it("starts nothing half-way: the store is free again after a failed start", async () => {
    const temp = tempDirectory();
    const server = createServer();
    const port = await new Promise<number>((resolve) =>
      server.listen(0, "127.0.0.1", () => resolve((server.address() as { port: number }).port)),
    );
    const directory = join(temp.path, "data");
    await failedStart({
      config: testConfig(directory).replace(
        'http: { endpoint: "localhost:0" }',
        `http: { endpoint: "localhost:${port}" }`,
      ),
    });
    server.close();
    const collector = await startCollector({ directory });
    await collector.end();
    collector.remove();
    temp.remove();
  });
});
