import { gzipSync } from "node:zlib";
import { afterEach, describe, expect, it } from "vitest";
import { readConfig, tryConfig } from "../../../test/kit/read-config.ts";
import { describeV2, encodeV1, encodeV2, snappy, v1Labels } from "../../../test/kit/remote-write.ts";
import { testSettings } from "../../../test/kit/settings.ts";
import { createSinks } from "../../../test/kit/sink.ts";
import { PermanentError, RetryableError } from "../../component/errors.ts";
import { config } from "./config.ts";
import { RemoteWriteReceiver } from "./remote-write-receiver.ts";

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

const V2 = "application/x-protobuf;proto=io.prometheus.write.v2.Request";
const series = (labels: Record<string, string>, ...values: number[]) => ({
  labels: v1Labels(labels),
  samples: values.map((value, i) => ({ value, timestamp: 1000 + i })),
});
const good = encodeV1({ timeseries: [series({ __name__: "up", job: "a" }, 1, 2)] });
const goodV2 = encodeV2({
  symbols: ["", "__name__", "up"],
  timeseries: [{ labelsRefs: [1, 2], samples: [{ value: 1 }, { value: 2, timestamp: 5 }], exemplars: [{ value: 1 }] }],
});

async function start(yaml = "", settings = testSettings("receiver", "prometheus_remote_write")) {
  const next = createSinks();
  const receiver = new RemoteWriteReceiver(settings, readConfig(config, `{endpoint: 'localhost:0', ${yaml}}`), next);
  await receiver.start();
  closing.push(() => receiver.shutdown(Date.now() + 500));
  const send = async (body: Uint8Array, headers: Record<string, string> = {}, path = "/api/v1/write") => {
    const response = await fetch(`http://127.0.0.1:${receiver.ports()[""]}${path}`, {
      method: "POST",
      body: body as Uint8Array<ArrayBuffer>,
      headers: { "content-type": "application/x-protobuf", "content-encoding": "snappy", ...headers },
    });
    return { status: response.status, text: await response.text(), headers: response.headers };
  };
  const written = (headers: Headers) =>
    ["samples", "histograms", "exemplars"].map((what) => headers.get(`x-prometheus-remote-write-${what}-written`));
  return { next, send, written, receiver, settings };
}

describe("remote write", () => {
  it("1.0 is taken, with and without the parameter proto, and nothing is said of it", async () => {
    const { send, next, written, settings } = await start();
    const types = ["application/x-protobuf", "application/x-protobuf;proto=prometheus.WriteRequest", ""];
    for (const type of types) {
      const { status, text, headers } = await send(snappy(good), { "content-type": type });
      expect([status, text, written(headers)]).toEqual([204, "", [null, null, null]]);
    }
    expect(next.metrics.batches).toHaveLength(3);
    expect(next.metrics.batches[0]).toMatchObject({ format: "remote_write", count: 2 });
    expect(describeV2(next.metrics.batches[0].bytes)).toEqual([
      '{__name__="up",job="a"} 1 @1000',
      '{__name__="up",job="a"} 2 @1001',
    ]);
    expect(await settings.samples("accepted_metric_points")).toEqual([
      'otelcol_receiver_accepted_metric_points{receiver="prometheus_remote_write",transport="http"} 6',
    ]);
  });

  it("2.0 is taken and told what was written", async () => {
    const { send, next, written } = await start();
    const { status, headers } = await send(snappy(goodV2), { "content-type": V2 });
    expect([status, written(headers)]).toEqual([204, ["2", "0", "1"]]);
    expect(Buffer.compare(next.metrics.batches[0].bytes, goodV2)).toBe(0);
  });

  it("is answered 400 with the first bad sample named, and what is right goes on", async () => {
    const { send, next, written } = await start();
    const mixed = encodeV1({ timeseries: [series({ job: "a" }, 1), series({ __name__: "up" }, 1)] });
    expect(await send(snappy(mixed))).toMatchObject({
      status: 400,
      text: '1 not taken: cannot take series {job="a"}: no metric name\n',
    });
    expect(next.metrics.batches[0].count).toBe(1);
    next.metrics.answer = () => ({ rejected: 1, message: "cannot take up at 5: out of order" });
    const answer = await send(snappy(goodV2), { "content-type": V2 });
    expect([answer.status, answer.text, written(answer.headers)]).toEqual([
      400,
      "1 not taken: cannot take up at 5: out of order\n",
      ["1", "0", "1"],
    ]);
  });

  it("may be of metadata alone, or of nothing", async () => {
    const { send, next } = await start();
    const metadata = encodeV1({ metadata: [{ type: 1, metricFamilyName: "up", help: "Is it?" }] });
    expect((await send(snappy(metadata))).status).toBe(204);
    expect(describeV2(next.metrics.batches[0].bytes)).toEqual(['{__name__="up"} is 1 "Is it?" ""']);
    expect((await send(snappy(new Uint8Array(0)))).status).toBe(204);
  });

  it("in another form is answered 415, broken 400, too large 413, elsewhere 404, with another method 405", async () => {
    const { send, receiver, next } = await start("max_request_body_size: 1000");
    const status = async (answer: Promise<{ status: number; text: string }>, text: RegExp) => {
      const got = await answer;
      expect(got.text).toMatch(text);
      return got.status;
    };
    expect(await status(send(snappy(good), { "content-type": "application/json" }), /supported: application/)).toBe(
      415,
    );
    expect(await status(send(snappy(good), { "content-type": "application/x-protobuf;proto=x.Y" }), /x\.Y/)).toBe(415);
    expect(await status(send(gzipSync(good), { "content-encoding": "gzip" }), /sent as snappy/)).toBe(415);
    expect(await status(send(good), /snappy block/)).toBe(400);
    expect(await status(send(snappy(good.subarray(0, -1))), /cannot decode protobuf/)).toBe(400);
    expect(await status(send(snappy(new Uint8Array(1001))), /more than 1000 bytes decompressed/)).toBe(413);
    expect(await status(send(new Uint8Array(5000)), /more than 1000 bytes; send smaller/)).toBe(413);
    expect(await status(send(snappy(good), {}, "/write"), /there is \/api\/v1\/write/)).toBe(404);
    const get = await fetch(`http://127.0.0.1:${receiver.ports()[""]}/api/v1/write`);
    expect([get.status, get.headers.get("allow")]).toEqual([405, "POST"]);
    expect(next.metrics.batches).toEqual([]);
  });

  it("is to be sent again when the pipeline says so, and not when it never can be taken", async () => {
    const { send, next, settings } = await start();
    const check = async (error: Error, status: number, retryAfter: string | null) => {
      next.metrics.answer = () => error;
      const answer = await send(snappy(good));
      expect([answer.status, answer.headers.get("retry-after")]).toEqual([status, retryAfter]);
    };
    await check(new RetryableError("disk full", 2500), 503, "3");
    await check(new RetryableError("too much", 100, true), 429, "1");
    await check(new PermanentError("no"), 400, null);
    await check(new Error("bug"), 500, null);
    expect(settings.lines.filter(({ level }) => level === "error")).toHaveLength(1);
  });

  it("comes in pieces whose size nobody said, up to the limit", async () => {
    const { receiver, next } = await start("max_request_body_size: 400000");
    const chunked = async (bytes: Uint8Array) => {
      const response = await fetch(`http://127.0.0.1:${receiver.ports()[""]}/api/v1/write`, {
        method: "POST",
        headers: { "content-type": "application/x-protobuf" },
        body: new Blob([Uint8Array.from(bytes)]).stream(),
        duplex: "half",
      });
      return response.status;
    };
    const random = Buffer.from(Array.from({ length: 150_000 }, (_, i) => 97 + ((i * 7919) % 23)));
    const large = encodeV1({ timeseries: [series({ __name__: "up", text: random.toString("base64") }, 1)] });
    expect(await chunked(snappy(large))).toBe(204);
    expect(next.metrics.batches).toHaveLength(1);
    expect(await chunked(new Uint8Array(500_000))).toBe(413);
  });

  it("asks who is there when it is told to", async () => {
    const settings = testSettings("receiver", "prometheus_remote_write");
    const authenticator = {
      authenticate: (headers: Record<string, unknown>) => (headers.authorization ? undefined : "who?"),
    };
    const host = { ...settings.host, extension: () => ({ authenticator }) };
    const { send } = await start("auth: {authenticator: x}", Object.assign(settings, { host }));
    expect(await send(snappy(good))).toMatchObject({ status: 401, text: "who?\n" });
    expect((await send(snappy(good), { authorization: "yes" })).status).toBe(204);
  });

  it("is offered to the web port, unless told not to", async () => {
    expect((await start()).receiver.webRoutes().map(({ path }) => path)).toEqual(["/prometheus/api/v1/write"]);
    expect((await start("web_path: ''")).receiver.webRoutes()).toEqual([]);
    expect(tryConfig(config, "web_path: ''").issues).toEqual([expect.stringMatching(/takes nothing/)]);
    expect(tryConfig(config, "tls: {cert_file: a, key_file: b}").issues).toEqual([expect.stringMatching(/tls/)]);
  });
});
