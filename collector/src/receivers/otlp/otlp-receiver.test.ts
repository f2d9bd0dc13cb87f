import { request as httpRequest, type IncomingHttpHeaders } from "node:http";
import { connect } from "node:net";
import { deflateRawSync, deflateSync, gzipSync, zstdCompressSync } from "node:zlib";
import { compress } from "snappyjs";
import { afterEach, describe, expect, it } from "vitest";
import { oracleEncode } from "../../../test/kit/oracle.ts";
import { readConfig, tryConfig } from "../../../test/kit/read-config.ts";
import { testSettings } from "../../../test/kit/settings.ts";
import { logsRequest, tracesRequest } from "../../../test/kit/simple-otlp.ts";
import { createSinks, type Sinks } from "../../../test/kit/sink.ts";
import { PermanentError, RetryableError } from "../../component/errors.ts";
import { config } from "./config.ts";
import { otlpReceiver } from "./factory.ts";
import type { OtlpReceiver } from "./otlp-receiver.ts";

await otlpReceiver.load?.();

const running: OtlpReceiver[] = [];
afterEach(async () => {
  for (const receiver of running.splice(0)) await receiver.shutdown(Date.now() + 1000);
});

interface Answer {
  status: number;
  headers: IncomingHttpHeaders;
  body: Buffer;
  json(): any;
}

interface Options {
  method?: string;
  path?: string;
  headers?: Record<string, string>;
  body?: Uint8Array | string;
  chunked?: boolean;
}

async function start(yaml = "", next: Partial<Sinks> = createSinks(), settings = testSettings("receiver", "otlp")) {
  const receiver = otlpReceiver.create(
    settings,
    readConfig(config, `protocols: { http: { endpoint: "localhost:0" ${yaml} } }`),
    next,
  ) as OtlpReceiver;
  running.push(receiver);
  await receiver.start();
  const { http: port } = receiver.ports();
  const send = ({
    method = "POST",
    path = "/v1/traces",
    headers = {},
    body = "",
    chunked = false,
  }: Options): Promise<Answer> =>
    new Promise((resolve, reject) => {
      const length: Record<string, string> = chunked
        ? { "transfer-encoding": "chunked" }
        : { "content-length": String(Buffer.byteLength(body)) };
      const request = httpRequest(
        { host: "127.0.0.1", port, method, path, headers: { ...length, ...headers } },
        (response) => {
          const chunks: Buffer[] = [];
          response.on("data", (chunk: Buffer) => chunks.push(chunk));
          response.on("end", () => {
            const answer = Buffer.concat(chunks);
            resolve({
              status: response.statusCode ?? 0,
              headers: response.headers,
              body: answer,
              json: () => JSON.parse(answer.toString()),
            });
          });
        },
      );
      request.on("error", reject);
      request.end(body);
    });
  return { send, next: next as Sinks, settings, receiver, port };
}

const PROTOBUF = { "content-type": "application/x-protobuf" };
const JSON_TYPE = { "content-type": "application/json" };
const traces = oracleEncode("traces", tracesRequest({ trace: 1, id: 1 }, { trace: 1, id: 2 }));
const logs = oracleEncode("logs", logsRequest({ body: "hello" }));
const tracesJson = JSON.stringify({
  resourceSpans: [
    {
      scopeSpans: [{ spans: [{ traceId: "5B8EFFF798038103D269B633813FC60C", spanId: "EEE19B7EC3C1B174", name: "x" }] }],
    },
  ],
});

describe("OTLP over HTTP", () => {
  it("takes all signals in both encodings and answers in the request's own", async () => {
    const { send, next } = await start();
    const protobuf = await send({ headers: PROTOBUF, body: traces });
    expect([protobuf.status, protobuf.headers["content-type"], protobuf.body.length]).toEqual([
      200,
      "application/x-protobuf",
      0,
    ]);
    const json = await send({ headers: { "content-type": "application/json; charset=utf-8" }, body: tracesJson });
    expect([json.status, json.headers["content-type"], json.json()]).toEqual([
      200,
      "application/json",
      { partialSuccess: {} },
    ]);
    expect((await send({ path: "/v1/logs", headers: PROTOBUF, body: logs })).status).toBe(200);
    expect((await send({ path: "/v1/metrics", headers: JSON_TYPE, body: '{"resourceMetrics":[]}' })).status).toBe(200);
    expect(next.traces.batches.map(({ count }) => count)).toEqual([2, 1]);
    expect(next.logs.batches[0].count).toBe(1);
    expect(next.metrics.batches[0].count).toBe(0);
  });

  it("takes empty requests and a query string", async () => {
    const { send } = await start();
    expect((await send({ headers: PROTOBUF })).status).toBe(200);
    expect((await send({ headers: JSON_TYPE, body: "{}" })).status).toBe(200);
    expect((await send({ path: "/v1/traces?x=1", headers: PROTOBUF })).status).toBe(200);
  });

  it("takes every compression, chunked or not, and keeps gzip and zstd as received", async () => {
    const { send, next } = await start();
    for (const [encoding, body] of [
      ["gzip", gzipSync(traces)],
      ["zstd", zstdCompressSync(traces)],
      ["deflate", deflateSync(traces)],
      ["zlib", deflateSync(traces)],
      ["deflate", deflateRawSync(traces)],
      ["snappy", compress(Uint8Array.from(traces))],
      ["identity", traces],
    ] as const) {
      for (const chunked of [false, true]) {
        const { status } = await send({ headers: { ...PROTOBUF, "content-encoding": encoding }, body, chunked });
        expect(status, `${encoding} ${chunked}`).toBe(200);
        expect(next.traces.batches.at(-1)?.count).toBe(2);
      }
    }
    const received = next.traces.batches.map((batch) => batch.received?.compression);
    expect(received.slice(0, 4)).toEqual(["gzip", "gzip", "zstd", "zstd"]);
  });

  it("gives a batch's memory back when the pipeline is done with it, and not before", async () => {
    const { send, next } = await start();
    const body = oracleEncode("traces", tracesRequest({ trace: 1, id: 1, name: "n".repeat(100_000) }));
    let finish = () => {};
    const held = new Promise<void>((resolve) => (finish = resolve));
    next.traces.answer = () => held.then(() => undefined);
    const answers = [send({ headers: PROTOBUF, body })];
    answers.push(send({ headers: { ...PROTOBUF, "content-encoding": "gzip" }, body: gzipSync(body) }));
    await expect.poll(() => next.traces.batches.length).toBe(2);
    const lengths = () => next.traces.batches.map(({ bytes }) => bytes.length);
    expect(lengths()).toEqual([body.length, body.length]);
    finish();
    expect((await Promise.all(answers)).map(({ status }) => status)).toEqual([200, 200]);
    expect(lengths()).toEqual([0, 0]);
  });

  it("answers 404, 405, 415 as the Collector does", async () => {
    const { send } = await start("", { traces: createSinks().traces });
    const check = async (options: Options, status: number, text: RegExp) => {
      const answer = await send({ headers: PROTOBUF, ...options });
      expect([answer.status, answer.headers["content-type"]]).toEqual([status, "text/plain; charset=utf-8"]);
      expect(answer.body.toString()).toMatch(text);
    };
    await check({ path: "/v1/trace" }, 404, /cannot find \/v1\/trace/);
    await check({ path: "/v1/logs" }, 404, /this receiver takes \/v1\/traces/);
    await check({ method: "GET" }, 405, /method not allowed/);
    await check({ method: "OPTIONS" }, 405, /method not allowed/);
    await check({ headers: { "content-type": "text/plain" } }, 415, /media type/);
    await check({ headers: {} }, 415, /media type/);
  });

  it("answers undecodable bodies with 400 and a google.rpc.Status in the request's encoding", async () => {
    const { send, next } = await start();
    const json = await send({ headers: JSON_TYPE, body: "{" });
    expect(json.status).toBe(400);
    expect(json.json()).toMatchObject({
      code: 3,
      message: expect.stringMatching(/^cannot decode JSON/),
      details: [{ "@type": "type.googleapis.com/google.rpc.BadRequest" }],
    });
    const protobuf = await send({ headers: PROTOBUF, body: Uint8Array.from([0x0a, 0x05, 0x01]) });
    expect([protobuf.status, protobuf.headers["content-type"]]).toEqual([400, "application/x-protobuf"]);
    // Status { code: 3, message: … }
    expect([protobuf.body[0], protobuf.body[1], protobuf.body[2]]).toEqual([0x08, 3, 0x12]);
    expect(protobuf.body.toString()).toMatch(/cannot decode protobuf: a field that reaches past the end/);
    for (const encoding of ["gzip", "zstd", "deflate", "snappy", "x-snappy-framed"]) {
      const broken = await send({ headers: { ...JSON_TYPE, "content-encoding": encoding }, body: "not compressed" });
      expect([broken.status, broken.json().code]).toEqual([400, 3]);
    }
    const base64Id = await send({
      headers: JSON_TYPE,
      body: tracesJson.replace("5B8EFFF798038103D269B633813FC60C", "W47/95gDgQPSabYzgT/GDA=="),
    });
    expect([base64Id.status, base64Id.json().message]).toEqual([
      400,
      expect.stringMatching(/traceId: expected an id in hexadecimal/),
    ]);
    expect(next.traces.batches).toEqual([]);
  });

  it("answers a compression it does not know with 415 and a google.rpc.Status in the request's encoding", async () => {
    const { send } = await start();
    const json = await send({ headers: { ...JSON_TYPE, "content-encoding": "lz4" }, body: "{}" });
    expect([json.status, json.headers["accept-encoding"], json.json()]).toEqual([
      415,
      "gzip, zstd, deflate, snappy",
      { code: 3, message: "cannot decompress lz4; supported: gzip, zstd, deflate, snappy", details: [] },
    ]);
    const protobuf = await send({ headers: { ...PROTOBUF, "content-encoding": "br" } });
    expect([protobuf.status, protobuf.headers["content-type"], [...protobuf.body.subarray(0, 2)]]).toEqual([
      415,
      "application/x-protobuf",
      [0x08, 3],
    ]);
  });

  it("answers 413 for bodies above the limit: declared, chunked, and after decompression", async () => {
    const { send, next } = await start(", max_request_body_size: 1000");
    const large = Buffer.alloc(5000);
    const bomb = gzipSync(Buffer.alloc(500_000));
    expect(bomb.length).toBeLessThan(1000);
    for (const options of [
      { body: large },
      { body: large, chunked: true },
      { body: bomb, headers: { ...PROTOBUF, "content-encoding": "gzip" } },
      { body: zstdCompressSync(large), headers: { ...PROTOBUF, "content-encoding": "zstd" } },
    ]) {
      const answer = await send({ headers: PROTOBUF, ...options });
      expect(answer.status).toBe(413);
    }
    expect(next.traces.batches).toEqual([]);
    expect((await send({ headers: PROTOBUF, body: traces })).status).toBe(200);
  });

  it("lets a sender that writes before it reads see its refusal, and is ready for the next", async () => {
    const { send, port } = await start(", max_request_body_size: 1000");
    const answer = await new Promise<string>((resolve, reject) => {
      const socket = connect(port, "127.0.0.1", () => {
        const body = Buffer.alloc(8 * 1024 * 1024);
        socket.write(
          `POST /v1/traces HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n`,
        );
        socket.pause();
        socket.write(body, (error) => (error ? reject(error) : socket.resume()));
      });
      let text = "";
      socket.on("data", (chunk: Buffer) => (text += chunk.toString()));
      socket.on("error", reject);
      socket.on("close", () => resolve(text));
    });
    expect(answer).toMatch(/^HTTP\/1\.1 413 .*connection: close.*"code":8/is);
    expect((await send({ headers: PROTOBUF, body: traces })).status).toBe(200);
  });

  it("reports what decoder and pipeline rejected as partial success", async () => {
    const { send, next } = await start();
    const body = oracleEncode("traces", {
      resourceSpans: [
        {
          scopeSpans: [
            {
              spans: [
                { traceId: new Uint8Array(16), spanId: new Uint8Array(8).fill(1) },
                { traceId: new Uint8Array(16).fill(1), spanId: new Uint8Array(8).fill(1) },
              ],
            },
          ],
        },
      ],
    });
    const zero = {
      resourceSpans: [{ scopeSpans: [{ spans: [{ traceId: "00".repeat(16), spanId: "01".repeat(8) }] }] }],
    };
    const json = await send({ headers: JSON_TYPE, body: JSON.stringify(zero) });
    expect([json.status, json.json()]).toEqual([
      200,
      {
        partialSuccess: { rejectedSpans: "1", errorMessage: "1 span rejected, the first because traceId is all zero" },
      },
    ]);
    const protobuf = await send({ headers: PROTOBUF, body });
    // partial_success { rejected_spans: 1, error_message }
    expect([...protobuf.body.subarray(0, 1), ...protobuf.body.subarray(2, 4)]).toEqual([0x0a, 0x08, 1]);
    expect(next.traces.batches.at(-1)?.count).toBe(1);
    next.traces.answer = () => ({ rejected: 0, message: "metrics are dropped" });
    const warning = await send({ headers: JSON_TYPE, body: tracesJson });
    expect(warning.json()).toEqual({ partialSuccess: { errorMessage: "metrics are dropped" } });
  });

  it("translates what the pipeline throws: retryable 503 and 429 with Retry-After, permanent 400, unforeseen 500 with an id", async () => {
    const { send, next, settings } = await start();
    const check = async (error: Error, status: number, code: number, retryAfter?: string) => {
      next.traces.answer = () => error;
      const answer = await send({ headers: JSON_TYPE, body: tracesJson });
      expect([answer.status, answer.headers["retry-after"], answer.json().code]).toEqual([status, retryAfter, code]);
      return answer.json();
    };
    const retry = await check(new RetryableError("disk full", 1500), 503, 14, "2");
    expect(retry.details).toEqual([{ "@type": "type.googleapis.com/google.rpc.RetryInfo", retryDelay: "1.5s" }]);
    await check(new RetryableError("too much", 100, true), 429, 8, "1");
    await check(new PermanentError("never"), 400, 3);
    const internal = await check(new Error("a bug with /secret/path"), 500, 13);
    expect(internal.message).not.toMatch(/secret/);
    const id = /internal error (\S+);/.exec(internal.message)?.[1];
    expect(settings.lines.filter((line) => line.id === id).length).toBe(1);
  });

  it("refuses with 429 when more waits than may", async () => {
    const settings = testSettings("receiver", "otlp");
    const sinks = createSinks();
    let open: () => void = () => {};
    sinks.traces.answer = () => new Promise((resolve) => (open = () => resolve(undefined)));
    const yaml =
      "protocols: { http: { endpoint: 'localhost:0' } }\nadmission: { request_limit_mib: 1, waiting_limit_mib: 0 }";
    const receiver = otlpReceiver.create(settings, readConfig(config, yaml), sinks) as OtlpReceiver;
    running.push(receiver);
    await receiver.start();
    const url = `http://127.0.0.1:${receiver.ports().http}/v1/traces`;
    // Trailing unknown fields make the body large without being spans.
    const large = Buffer.concat([traces, Buffer.from([0xfa, 0x3f, 0x80, 0x80, 0x30]), Buffer.alloc(0xc0000)]);
    const first = fetch(url, { method: "POST", headers: PROTOBUF, body: large });
    await expect.poll(() => sinks.traces.batches.length).toBe(1);
    const second = await fetch(url, { method: "POST", headers: JSON_TYPE, body: large });
    expect([
      second.status,
      second.headers.get("retry-after"),
      ((await second.json()) as { code: number }).code,
    ]).toEqual([429, "1", 8]);
    // Without a length it is let in and refused when too much of it has come.
    const third = await new Promise<number | undefined>((resolve) => {
      const headers = { ...PROTOBUF, "transfer-encoding": "chunked" };
      httpRequest(url, { method: "POST", headers }, (response) => resolve(response.resume().statusCode)).end(large);
    });
    expect(third).toBe(429);
    open();
    expect((await first).status).toBe(200);
  });

  it("keeps connections open over many requests, and survives senders that go away in the middle", async () => {
    const { send, port, next } = await start();
    await new Promise<void>((resolve) => {
      const socket = connect(port, "127.0.0.1", () => {
        socket.write(
          "POST /v1/traces HTTP/1.1\r\nhost: x\r\ncontent-type: application/x-protobuf\r\ncontent-length: 100000\r\n\r\nabc",
        );
        setImmediate(() => socket.destroy());
      });
      socket.on("close", () => resolve());
    });
    expect((await send({ headers: PROTOBUF, body: traces })).headers.connection).toBe("keep-alive");
    expect(next.traces.batches.length).toBe(1);
  });

  it("answers a request under way when it is told to stop, and waits for nothing else", async () => {
    const { port, receiver, next } = await start();
    const answer = Promise.withResolvers<string>();
    let text = "";
    const socket = connect(port, "127.0.0.1");
    socket.on("data", (chunk: Buffer) => (text += chunk.toString()));
    socket.on("close", () => answer.resolve(text));
    socket.write(
      `POST /v1/traces HTTP/1.1\r\nhost: x\r\nexpect: 100-continue\r\ncontent-type: application/json\r\ncontent-length: ${tracesJson.length}\r\n\r\n`,
    );
    // It is under way when the server asks for the body.
    await expect.poll(() => text).toMatch(/100 Continue/);
    const stopped = receiver.shutdown(Date.now() + 60_000);
    socket.write(tracesJson);
    expect(await answer.promise).toMatch(/HTTP\/1\.1 200 OK.*connection: close/is);
    await stopped;
    expect(next.traces.batches.length).toBe(1);
  });

  it("counts accepted, refused and failed records under the Collector's names", async () => {
    const { send, next, settings } = await start();
    await send({ headers: PROTOBUF, body: traces });
    next.traces.answer = () => new RetryableError("later");
    await send({ headers: PROTOBUF, body: traces });
    const samples = await settings.samples("_spans");
    expect(samples).toContainEqual(
      expect.stringMatching(/^otelcol_receiver_accepted_spans.*\{receiver="otlp",transport="http"\} 2$/),
    );
    expect(samples).toContainEqual(
      expect.stringMatching(/^otelcol_receiver_refused_spans.*\{receiver="otlp",transport="http"\} 2$/),
    );
  });
});

describe("CORS", () => {
  const cors =
    ", cors: { allowed_origins: ['https://*.shop.test', 'http://localhost:3000'], allowed_headers: [x-custom], max_age: 600 }";
  const preflight = {
    method: "OPTIONS",
    headers: { "access-control-request-method": "POST", "access-control-request-headers": "content-type" },
  };

  it("is off unless origins are allowed", async () => {
    const { send } = await start();
    const answer = await send({ headers: { ...JSON_TYPE, origin: "https://www.shop.test" }, body: "{}" });
    expect(answer.headers["access-control-allow-origin"]).toBeUndefined();
  });

  it("is not needed to refuse a page that let its own name point here, nor does it stop pages behind a proxy", async () => {
    const { send, next, receiver } = await start();
    const { http: port } = receiver.ports();
    const post = async (host: string, origin: string, more = {}) =>
      (await send({ headers: { ...JSON_TYPE, host, origin, ...more }, body: "{}" })).status;
    expect(await post(`evil.test:${port}`, `http://evil.test:${port}`)).toBe(403);
    expect(await post("shop.test", "https://shop.test")).toBe(200);
    expect(await post(`localhost:${port}`, "http://localhost:3000")).toBe(200);
    const { send: sendAllowed, receiver: allowing } = await start(cors.replace("localhost:3000", "*:*"));
    const address = `rum.test:${allowing.ports().http}`;
    const headers = { ...JSON_TYPE, host: address, origin: `http://${address}` };
    expect((await sendAllowed({ headers, body: "{}" })).status).toBe(200);
    // What needs no leave of ours is nothing that is taken.
    const simple = await send({ headers: { "content-type": "text/plain", origin: "http://evil.test" }, body: "{}" });
    expect(simple.status).toBe(415);
    expect(next.traces.batches).toHaveLength(2);
  });

  it("answers preflights of allowed origins, and puts the headers on answers and errors", async () => {
    const { send } = await start(cors);
    const origin = "https://www.shop.test";
    const answer = await send({ ...preflight, headers: { ...preflight.headers, origin } });
    expect(answer.status).toBe(204);
    expect(answer.headers).toMatchObject({
      "access-control-allow-origin": origin,
      "access-control-allow-credentials": "true",
      "access-control-allow-methods": "POST",
      "access-control-max-age": "600",
    });
    expect(answer.headers["access-control-allow-headers"]?.toLowerCase()).toMatch(/content-type.*x-custom/);
    expect(answer.headers.vary).toMatch(/Origin/);
    for (const [body, status] of [
      ["{}", 200],
      ["{", 400],
    ] as const) {
      const posted = await send({ headers: { ...JSON_TYPE, origin }, body });
      expect([posted.status, posted.headers["access-control-allow-origin"]]).toEqual([status, origin]);
    }
  });

  it("gives other origins nothing", async () => {
    const { send } = await start(cors);
    for (const origin of ["https://shop.test", "https://www.shop.test.evil", "null"]) {
      const answer = await send({ ...preflight, headers: { ...preflight.headers, origin } });
      expect([
        answer.status,
        answer.headers["access-control-allow-origin"],
        answer.headers["access-control-allow-methods"],
      ]).toEqual([204, undefined, undefined]);
    }
  });
});

describe("the configuration", () => {
  const check = (yaml: string, expected: RegExp) => expect(tryConfig(config, yaml).issues.join("\n")).toMatch(expected);
  it("is the Collector's, and refuses what it refuses", () => {
    expect(tryConfig(config, "protocols: { grpc: , http: }").issues).toEqual([]);
    expect(Object.values(readConfig(config, "").protocols).map((protocol) => protocol?.endpoint)).toEqual([
      "localhost:4317",
      "localhost:4318",
    ]);
    check("protocols:", /must specify at least one protocol/);
    check("protocols: { thrift: }", /unknown key "thrift"/);
    check("protocols: { grpc: , htttp: }", /unknown key "htttp".*did you mean "http"/s);
    check("protocols: { http: { traces_url_path: ':invalid' } }", /traces_url_path: expected a URL path/);
    check("protocols: { http: { endpoint: nonsense } }", /endpoint: expected an address as host:port/);
    check("protocols: { http: { tls: { key_file: k } } }", /needs cert_file or cert_pem/);
    expect(tryConfig(config, "protocols: { http: { transport: unix, endpoint: /tmp/x.sock } }").issues).toEqual([]);
  });
  it("defaults to the specification's 64 MiB", () => {
    const { protocols } = readConfig(config, "protocols: { grpc: , http: }");
    expect([protocols.http?.max_request_body_size, protocols.grpc?.max_recv_msg_size_mib]).toEqual([
      64 * 1024 * 1024,
      64,
    ]);
  });
});
