import { gzipSync } from "node:zlib";
import { afterEach, describe, expect, it } from "vitest";
import { describeLogs } from "../../../test/kit/describe-logs.ts";
import { readConfig, tryConfig } from "../../../test/kit/read-config.ts";
import { testSettings } from "../../../test/kit/settings.ts";
import { createSinks } from "../../../test/kit/sink.ts";
import { PermanentError, RetryableError } from "../../component/errors.ts";
import { config } from "./config.ts";
import { ElasticsearchReceiver } from "./elasticsearch-receiver.ts";

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

const lines = (...values: unknown[]) => values.map((value) => `${JSON.stringify(value)}\n`).join("");
const GOOD = lines(
  { create: { _index: "logs" } },
  { message: "one", app: "a" },
  { index: { _id: "7" } },
  { message: "two" },
);

async function start(yaml = "", settings = testSettings("receiver", "elasticsearch")) {
  const next = createSinks();
  const kept: ReturnType<typeof describeLogs> = [];
  next.logs.answer = (batch) => void kept.push(...describeLogs(batch));
  const receiver = new ElasticsearchReceiver(settings, readConfig(config, `{endpoint: 'localhost:0', ${yaml}}`), next);
  await receiver.start();
  closing.push(() => receiver.shutdown(Date.now() + 500));
  const ask = async (
    method: string,
    path: string,
    body?: string | Uint8Array,
    headers: Record<string, string> = {},
  ) => {
    const response = await fetch(`http://127.0.0.1:${receiver.ports()[""]}${path}`, {
      method,
      body: body as string | undefined,
      headers: { "content-type": "application/x-ndjson", ...headers },
    });
    const text = await response.text();
    return { status: response.status, headers: response.headers, json: text === "" ? undefined : JSON.parse(text) };
  };
  return { next, kept, ask, settings };
}

describe("_bulk of the elasticsearch receiver", () => {
  it("is answered item by item when all of it is taken", async () => {
    const { ask, kept, settings } = await start();
    const { status, json, headers } = await ask("POST", "/my-index/_bulk?filter_path=errors", GOOD);
    expect([status, headers.get("x-elastic-product"), headers.get("content-type")]).toEqual([
      200,
      "Elasticsearch",
      "application/json",
    ]);
    expect(json).toMatchObject({ took: expect.any(Number), errors: false });
    expect(json.items).toEqual([
      { create: expect.objectContaining({ _index: "logs", _id: expect.stringMatching(/^[\w-]{20}$/), status: 201 }) },
      { index: expect.objectContaining({ _index: "my-index", _id: "7", result: "created", status: 201 }) },
    ]);
    expect(kept.map(({ body, attributes }) => [body, attributes["elasticsearch.index"]])).toEqual([
      ["one", "logs"],
      ["two", "my-index"],
    ]);
    expect(await settings.samples("accepted_log_records")).toEqual([
      'otelcol_receiver_accepted_log_records{receiver="elasticsearch",transport="http"} 2',
    ]);
  });

  it("comes to all of its paths, also packed", async () => {
    const { ask, kept } = await start();
    for (const path of ["/my%20index/_bulk", "/i/_doc/_bulk", "/i/_bulk/"]) {
      expect((await ask("PUT", path, gzipSync(GOOD), { "content-encoding": "gzip" })).status).toBe(200);
    }
    expect(kept).toHaveLength(6);
    expect(kept.map(({ attributes }) => attributes["elasticsearch.index"])).toContain("my index");
  });

  it("is not taken from a page of another site", async () => {
    const { ask, kept } = await start();
    const response = ask("POST", "/a/_bulk", GOOD, { "sec-fetch-site": "cross-site" }).catch((error: unknown) => error);
    // An answer in plain text.
    expect(String(await response)).toMatch(/not valid JSON/);
    expect(kept).toEqual([]);
    expect((await ask("POST", "/a/_bulk", GOOD, { "sec-fetch-site": "none" })).status).toBe(200);
    expect(kept).toHaveLength(2);
  });

  it("says which items are not taken, and keeps the others", async () => {
    const { ask, kept, next } = await start();
    const mixed = lines({ delete: { _index: "a", _id: "1" } }) + lines({ create: {} }) + "{broken\n" + GOOD;
    const { status, json } = await ask("POST", "/a/_bulk", mixed);
    expect(status).toBe(200);
    expect(json.errors).toBe(true);
    expect(json.items.map((item: any) => [Object.keys(item)[0], (Object.values(item)[0] as any).status])).toEqual([
      ["delete", 400],
      ["create", 400],
      ["create", 201],
      ["index", 201],
    ]);
    expect(json.items[1].create.error).toEqual({
      type: "document_parsing_exception",
      reason: expect.stringMatching(/cannot decode JSON/),
    });
    expect(kept).toHaveLength(2);
    next.logs.answer = () => ({ rejected: 1, message: "too long" });
    const { json: partly } = await ask("POST", "/a/_bulk", mixed);
    expect(partly.items.map((item: any) => (Object.values(item)[0] as any).error?.reason)).toEqual([
      expect.any(String),
      expect.any(String),
      undefined,
      "too long",
    ]);
  });

  it("tells when to come again, and nothing is kept then", async () => {
    const { ask, next, kept, settings } = await start();
    const check = async (error: Error, status: number, type: string, retryAfter: string | null) => {
      next.logs.answer = () => error;
      const answer = await ask("POST", "/a/_bulk", GOOD);
      expect([answer.status, answer.headers.get("retry-after")]).toEqual([status, retryAfter]);
      expect(answer.json).toMatchObject({ status, error: { type, root_cause: [{ type }] } });
    };
    await check(new RetryableError("too much", 1500, true), 429, "es_rejected_execution_exception", "2");
    await check(new RetryableError("disk full", 5000), 503, "unavailable_shards_exception", "5");
    await check(new PermanentError("no"), 400, "illegal_argument_exception", null);
    await check(new Error("bug"), 500, "exception", null);
    expect(kept).toEqual([]);
    expect(settings.lines.filter(({ level }) => level === "error")).toHaveLength(1);
  });

  it("that cannot be read, or is too large, is refused as a whole", async () => {
    const { ask, kept } = await start("max_request_body_size: 1000");
    const check = async (
      status: number,
      reason: RegExp,
      ...request: [string | Uint8Array, Record<string, string>?]
    ) => {
      const answer = await ask("POST", "/a/_bulk", ...request);
      expect([answer.status, answer.json]).toMatchObject([
        status,
        { error: { reason: expect.stringMatching(reason) } },
      ]);
    };
    await check(400, /Malformed action/, `${GOOD}{}\n`);
    await check(400, /cannot decompress/, GOOD, { "content-encoding": "gzip" });
    await check(406, /text.plain/, GOOD, { "content-type": "text/plain;charset=UTF-8" });
    await check(415, /br; send gzip/, GOOD, { "content-encoding": "br" });
    await check(413, /more than 1000 bytes/, "x".repeat(1001));
    await check(413, /more than 1000 bytes/, gzipSync("x".repeat(5000)), { "content-encoding": "gzip" });
    expect(kept).toEqual([]);
  });
});

describe("the elasticsearch receiver", () => {
  it("answers what Filebeat, Fluent Bit and Vector ask before they send", async () => {
    const { ask } = await start("version: 8.1.2");
    const check = async (method: string, path: string, status: number, json?: object) => {
      const answer = await ask(method, path, method === "PUT" ? "{}" : undefined);
      expect([method, path, answer.status]).toEqual([method, path, status]);
      expect(answer.headers.get("x-elastic-product")).toBe("Elasticsearch");
      if (json) expect(answer.json).toMatchObject(json);
    };
    await check("GET", "/", 200, {
      version: { number: "8.1.2", build_flavor: "default" },
      tagline: expect.any(String),
    });
    await check("HEAD", "/", 200);
    await check("GET", "/_license?human=false", 200, { license: { type: "basic", status: "active" } });
    await check("GET", "/_xpack", 200, { license: { type: "basic" } });
    await check("GET", "/_cluster/health", 200, { status: "green" });
    await check("HEAD", "/_index_template/filebeat-8.1.2", 404);
    await check("PUT", "/_index_template/filebeat-8.1.2", 200, { acknowledged: true });
    await check("GET", "/_ilm/policy/filebeat", 404, { status: 404 });
    await check("PUT", "/_ilm/policy/filebeat", 200, { acknowledged: true });
    await check("PUT", "/_ingest/pipeline/x", 200);
    await check("PUT", "/_data_stream/logs-x", 200);
    await check("GET", "/_search", 404, { error: { reason: expect.stringMatching(/taken at \/_bulk/) } });
    await check("GET", "/a/_bulk", 404);
  });

  it("asks who is there when it is told to, at every path", async () => {
    const settings = testSettings("receiver", "elasticsearch");
    const authenticator = {
      authenticate: (headers: Record<string, unknown>) => (headers.authorization ? undefined : "who?"),
    };
    const host = { ...settings.host, extension: () => ({ authenticator }) };
    const { ask } = await start("auth: {authenticator: x}", Object.assign(settings, { host }));
    expect(await ask("GET", "/")).toMatchObject({ status: 401, json: { error: { type: "security_exception" } } });
    expect(await ask("POST", "/a/_bulk", GOOD)).toMatchObject({ status: 401 });
    expect((await ask("POST", "/a/_bulk", GOOD, { authorization: "yes" })).status).toBe(200);
  });

  it("is of a version that is one", () => {
    expect(tryConfig(config, "version: 8").issues).toEqual([expect.stringMatching(/a version such as/)]);
  });
});
