import { deflateRawSync, deflateSync, gzipSync } from "node:zlib";
import { afterEach, describe, expect, it } from "vitest";
import { describeLogs } from "../../../test/kit/describe-logs.ts";
import { encodePush } from "../../../test/kit/loki-push.ts";
import { readConfig, tryConfig } from "../../../test/kit/read-config.ts";
import { snappy } from "../../../test/kit/remote-write.ts";
import { testSettings } from "../../../test/kit/settings.ts";
import { createSinks } from "../../../test/kit/sink.ts";
import { PermanentError, RetryableError } from "../../component/errors.ts";
import { config } from "./config.ts";
import { LokiReceiver } from "./loki-receiver.ts";

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

const STREAMS = [{ stream: { app: "shop" }, values: [["1700000000000000001", "hello"]] as [string, string][] }];
const JSON_BODY = Buffer.from(JSON.stringify({ streams: STREAMS }));
const PROTOBUF = encodePush(STREAMS);
const AS_JSON = { "content-type": "application/json" };

async function start(yaml = "", settings = testSettings("receiver", "loki")) {
  const next = createSinks();
  const kept: ReturnType<typeof describeLogs> = [];
  // A batch's memory is given back with the answer.
  next.logs.answer = (batch) => void kept.push(...describeLogs(batch));
  const yamlText = `{protocols: {http: {endpoint: 'localhost:0'}}, ${yaml}}`;
  const receiver = new LokiReceiver(settings, readConfig(config, yamlText), next);
  await receiver.start();
  closing.push(() => receiver.shutdown(Date.now() + 500));
  const send = async (body: Uint8Array, headers: Record<string, string> = {}, path = "/loki/api/v1/push") => {
    const response = await fetch(`http://127.0.0.1:${receiver.ports().http}${path}`, {
      method: "POST",
      body: body as Uint8Array<ArrayBuffer>,
      headers,
    });
    return { status: response.status, text: await response.text(), headers: response.headers };
  };
  return { next, kept, send, receiver, settings };
}

describe("the loki receiver", () => {
  it("takes JSON and protobuf in every packing", async () => {
    const { send, kept, settings } = await start();
    const check = async (body: Uint8Array, headers: Record<string, string>) => {
      expect(await send(body, { "x-scope-orgid": "tenant", ...headers })).toMatchObject({ status: 204, text: "" });
      expect(kept.splice(0)).toMatchObject([{ body: "hello", resource: { "service.name": "shop", app: "shop" } }]);
    };
    await check(JSON_BODY, AS_JSON);
    await check(JSON_BODY, { "content-type": "application/json; charset=utf-8" });
    await check(gzipSync(JSON_BODY), { ...AS_JSON, "content-encoding": "gzip" });
    await check(deflateSync(JSON_BODY), { ...AS_JSON, "content-encoding": "deflate" });
    await check(deflateRawSync(JSON_BODY), { ...AS_JSON, "content-encoding": "deflate" });
    await check(snappy(JSON_BODY), { ...AS_JSON, "content-encoding": "snappy" });
    await check(snappy(PROTOBUF), { "content-type": "application/x-protobuf" });
    await check(snappy(PROTOBUF), { "content-type": "application/x-protobuf", "content-encoding": "snappy" });
    await check(gzipSync(snappy(PROTOBUF)), { "content-encoding": "gzip" });
    expect(await settings.samples("accepted_log_records")).toEqual([
      'otelcol_receiver_accepted_log_records{receiver="loki",transport="http"} 9',
    ]);
  });

  it("gives the same request the same bytes, so that a store knows it again", async () => {
    const { send, next } = await start();
    const bodies: string[] = [];
    next.logs.answer = (batch) => void bodies.push(Buffer.from(batch.received?.bytes ?? []).toString("hex"));
    for (let i = 0; i < 2; i++) await send(JSON_BODY, AS_JSON);
    expect(bodies[0]).toBe(bodies[1]);
    expect(bodies[0].length).toBeGreaterThan(50);
  });

  it("answers 400 with the first reason, and what is right goes on", async () => {
    const { send, kept, next } = await start();
    const mixed = { streams: [{ stream: {}, values: [["1", "x"]] }, ...STREAMS] };
    expect(await send(Buffer.from(JSON.stringify(mixed)), AS_JSON)).toMatchObject({
      status: 400,
      text: "1 entries not taken: error at least one label pair is required per stream\n",
    });
    expect(kept).toHaveLength(1);
    next.logs.answer = () => ({ rejected: 1, message: "too long" });
    expect(await send(JSON_BODY, AS_JSON)).toMatchObject({ status: 400, text: "1 entries not taken: too long\n" });
  });

  it("answers what it cannot read, what is too large, what is elsewhere, and another method", async () => {
    const { send, receiver, kept } = await start("max_request_body_size: 1000");
    const check = async (status: number, text: RegExp, ...request: Parameters<typeof send>) => {
      const answer = await send(...request);
      expect([answer.status, answer.text]).toEqual([status, expect.stringMatching(text)]);
    };
    await check(400, /cannot decode JSON/, Buffer.from("{"), AS_JSON);
    await check(400, /snappy block/, PROTOBUF);
    await check(400, /cannot decompress the gzip body/, JSON_BODY, { ...AS_JSON, "content-encoding": "gzip" });
    await check(400, /error parsing labels/, snappy(encodePush([{ stream: "{", values: [] }])));
    await check(415, /"br" not supported/, JSON_BODY, { ...AS_JSON, "content-encoding": "br" });
    await check(413, /more than 1000 bytes/, Buffer.alloc(1001), AS_JSON);
    for (const pack of [gzipSync, deflateSync])
      await check(413, /more than 1000 bytes/, pack(Buffer.alloc(5000)), {
        ...AS_JSON,
        "content-encoding": pack === gzipSync ? "gzip" : "deflate",
      });
    await check(413, /more than 1000 bytes/, snappy(new Uint8Array(1001)));
    await check(404, /there is \/loki\/api\/v1\/push/, JSON_BODY, AS_JSON, "/push");
    const get = await fetch(`http://127.0.0.1:${receiver.ports().http}/loki/api/v1/push`);
    expect([get.status, get.headers.get("allow")]).toEqual([405, "POST"]);
    expect(kept).toEqual([]);
  });

  it("tells when to try again", async () => {
    const { send, next, settings } = await start();
    const check = async (error: Error, status: number, retryAfter: string | null) => {
      next.logs.answer = () => error;
      const answer = await send(JSON_BODY, AS_JSON);
      expect([answer.status, answer.headers.get("retry-after")]).toEqual([status, retryAfter]);
    };
    await check(new RetryableError("disk full", 2500), 503, "3");
    await check(new RetryableError("too much", 100, true), 429, "1");
    await check(new PermanentError("no"), 400, null);
    await check(new Error("bug"), 500, null);
    expect(settings.lines.filter(({ level }) => level === "error")).toHaveLength(1);
    expect(await settings.samples("refused_log_records")).toEqual([
      'otelcol_receiver_refused_log_records{receiver="loki",transport="http"} 3',
    ]);
  });

  it("asks who is there when it is told to", async () => {
    const settings = testSettings("receiver", "loki");
    const authenticator = {
      authenticate: (headers: Record<string, unknown>) => (headers.authorization ? undefined : "who?"),
    };
    const host = { ...settings.host, extension: () => ({ authenticator }) };
    const { send } = await start("auth: {authenticator: x}", Object.assign(settings, { host }));
    expect(await send(JSON_BODY, AS_JSON)).toMatchObject({ status: 401, text: "who?\n" });
    expect((await send(JSON_BODY, { ...AS_JSON, authorization: "yes" })).status).toBe(204);
  });

  it("has entries arrive now when they shall not tell their time", async () => {
    const { send, kept } = await start("use_incoming_timestamp: false");
    const before = BigInt(Date.now()) * 1_000_000n;
    await send(JSON_BODY, AS_JSON);
    expect(kept[0].time).toBe("0");
    expect(BigInt(kept[0].observedTime)).toBeGreaterThanOrEqual(before);
  });

  it("is offered to the web port, unless told not to", async () => {
    expect((await start()).receiver.webRoutes().map(({ path }) => path)).toEqual(["/loki/api/v1/push"]);
    expect((await start("web_path: ''")).receiver.webRoutes()).toEqual([]);
    expect(tryConfig(config, "web_path: ''").issues).toEqual([expect.stringMatching(/takes nothing/)]);
    expect(tryConfig(config, "web_path: x").issues).toEqual([expect.stringMatching(/a URL path/)]);
  });
});
