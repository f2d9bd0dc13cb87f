/** What an app gets without changing a line: spans, logs with trace ids, a name. Real apps, a real receiver. */

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { OtlpReceiver, type ReceivedSpan } from "./kit/otlp-receiver.ts";
import { App } from "./kit/run-app.ts";

let receiver: OtlpReceiver;
const apps: App[] = [];

beforeEach(async () => {
  receiver = await OtlpReceiver.open();
});

afterEach(async () => {
  for (const app of apps.splice(0)) app.kill("SIGKILL");
  await receiver.close();
});

/** Nothing is sent by the clock in these tests: what arrives was flushed at the end. */
const NEVER_MILLIS = "3600000";

function start(name: string, env: Record<string, string> = {}, script?: string): App {
  const app = new App(name, {
    script,
    env: {
      OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url,
      OTEL_EXPORTER_OTLP_PROTOCOL: "http/json",
      OTEL_BSP_SCHEDULE_DELAY: NEVER_MILLIS,
      OTEL_BLRP_SCHEDULE_DELAY: NEVER_MILLIS,
      ...env,
    },
  });
  apps.push(app);
  return app;
}

function find(kind: number, path: string): ReceivedSpan {
  const found = receiver.spans.filter(({ attributes, kind: its }) => its === kind && attributes["url.path"] === path);
  expect(found, `one span of kind ${kind} for ${path}`).toHaveLength(1);
  return found[0];
}

const SERVER = 2;
const CLIENT = 3;

test("an ES module app sends linked spans of http and fetch, and its pino and console lines with their ids", async () => {
  const app = start("esm-server.mjs", { OTEL_SERVICE_NAME: "shop" });
  expect(await (await fetch(`${await app.url()}/outer`)).text()).toBe("outer");
  app.kill("SIGTERM");
  expect(await app.end()).toEqual({ code: null, signal: "SIGTERM" });

  const outer = find(SERVER, "/outer");
  const byFetch = find(CLIENT, "/by-fetch");
  expect(byFetch.parentSpanId).toBe(outer.spanId);
  expect(find(SERVER, "/by-fetch").parentSpanId).toBe(byFetch.spanId);
  const [byHttp] = receiver.spans.filter(({ spanId }) => spanId === find(SERVER, "/by-http").parentSpanId);
  expect(byHttp).toMatchObject({ kind: CLIENT, parentSpanId: outer.spanId });
  expect(new Set(receiver.spans.map(({ traceId }) => traceId))).toEqual(new Set([outer.traceId]));
  expect(receiver.spans, "no spans of files, sockets or names").toHaveLength(5);
  expect(outer.resource).toMatchObject({ "service.name": "shop", "telemetry.sdk.language": "nodejs" });
  expect(outer.resource).not.toHaveProperty(["process.command_args"]);

  const starts = receiver.spans.map(({ startNanos }) => startNanos);
  expect(starts.every((start) => start >= outer.startNanos)).toBe(true);
  expect(
    starts.some((start) => start % 1_000_000n !== 0n),
    "starts have fractions of a millisecond",
  ).toBe(true);

  const ids = { traceId: outer.traceId, spanId: outer.spanId };
  const [pinoLine, consoleLine] = receiver.logs;
  expect(receiver.logs).toHaveLength(2);
  expect(pinoLine).toMatchObject({ ...ids, body: "pino line", severityNumber: 9, attributes: { user: "ada" } });
  expect(consoleLine).toMatchObject({ ...ids, severityNumber: 13, attributes: { "exception.type": "RangeError" } });
  expect(consoleLine.body).toContain("console line 7");
  expect(JSON.parse(app.stdout.split("\n")[1])).toMatchObject({ msg: "pino line", trace_id: outer.traceId });
  expect(app.stderr).toContain("console line 7");
  expect(receiver.metricNames).toContain("http.server.request.duration");
});

test("a CommonJS app sends spans and its winston lines; health checks make no spans", async () => {
  const app = start("cjs-server.cjs");
  const url = await app.url();
  await fetch(`${url}/livez`);
  await fetch(`${url}/orders`);
  app.kill("SIGINT");
  expect(await app.end()).toEqual({ code: null, signal: "SIGINT" });

  expect(receiver.spans.map(({ attributes }) => attributes["url.path"])).toEqual(["/orders"]);
  const [span] = receiver.spans;
  const lines = receiver.logs.filter(({ traceId }) => traceId === span.traceId);
  expect(lines).toMatchObject([{ body: "winston line", severityNumber: 17, attributes: { order: 17 } }]);
  expect(app.stdout).toContain(`"trace_id":"${span.traceId}"`);
});

test("name and version come from the app's package.json, requests are protobuf", async () => {
  const folder = mkdtempSync(join(tmpdir(), "agent-node-"));
  try {
    writeFileSync(join(folder, "package.json"), JSON.stringify({ name: "checkout", version: "2.4.1" }));
    const script = join(folder, "app.cjs");
    writeFileSync(script, `console.log("hello");`);
    const asJson = start("", {}, script);
    const asProtobuf = start("", { OTEL_EXPORTER_OTLP_PROTOCOL: "", OTEL_EXPORTER_OTLP_COMPRESSION: "gzip" }, script);
    expect([(await asJson.end()).code, (await asProtobuf.end()).code]).toEqual([0, 0]);
    expect(receiver.logs[0]).toMatchObject({
      body: "hello",
      resource: { "service.name": "checkout", "service.version": "2.4.1" },
    });
    const types = receiver.requests.map(({ path, contentType }) => `${path} ${contentType}`);
    expect(types).toContain("/v1/logs application/x-protobuf");
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test("what is switched off stays off", async () => {
  const off = start("script.mjs", { OTEL_SDK_DISABLED: "true" });
  const noConsole = start("script.mjs", { GOLDSPAN_CONSOLE_LOGS: "false" });
  const noLogs = start("script.mjs", { OTEL_LOGS_EXPORTER: "none", OTEL_METRICS_EXPORTER: "none" });
  for (const app of [off, noConsole, noLogs]) expect((await app.end()).code).toBe(0);
  expect(receiver.logs).toEqual([]);
  for (const { stdout, stderr } of [off, noConsole, noLogs]) expect([stdout, stderr]).toEqual(["script line\n", ""]);
});
