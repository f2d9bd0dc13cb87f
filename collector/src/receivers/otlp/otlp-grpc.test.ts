import { Client, credentials, Metadata, status as code, type ServiceError } from "@grpc/grpc-js";
import { connect } from "node:http2";
import { gzipSync, zstdCompressSync } from "node:zlib";
import { afterEach, describe, expect, it } from "vitest";
import { oracleEncode } from "../../../test/kit/oracle.ts";
import { readConfig } from "../../../test/kit/read-config.ts";
import { testSettings } from "../../../test/kit/settings.ts";
import { logsRequest, tracesRequest } from "../../../test/kit/simple-otlp.ts";
import { createSinks, type Sinks } from "../../../test/kit/sink.ts";
import { PermanentError, RetryableError } from "../../component/errors.ts";
import { config } from "./config.ts";
import { otlpReceiver } from "./factory.ts";
import { parseTimeoutMillis } from "./grpc-frames.ts";
import type { OtlpReceiver } from "./otlp-receiver.ts";

await otlpReceiver.load?.();

const TRACES = "/opentelemetry.proto.collector.trace.v1.TraceService/Export";
const LOGS = "/opentelemetry.proto.collector.logs.v1.LogsService/Export";
const METRICS = "/opentelemetry.proto.collector.metrics.v1.MetricsService/Export";
const traces = Buffer.from(oracleEncode("traces", tracesRequest({ trace: 1, id: 1 })));

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

async function start(yaml = "", next: Partial<Sinks> = createSinks()) {
  const settings = testSettings("receiver", "otlp");
  const receiver = otlpReceiver.create(
    settings,
    readConfig(config, `protocols: { grpc: { endpoint: "localhost:0" ${yaml} } }`),
    next,
  ) as OtlpReceiver;
  await receiver.start();
  closing.push(() => receiver.shutdown(Date.now() + 500));
  const port = receiver.ports().grpc;
  const client = new Client(`127.0.0.1:${port}`, credentials.createInsecure());
  closing.push(() => client.close());
  const raw = (bytes: Buffer) => bytes;
  const call = (
    method: string,
    body: Buffer,
    options: { deadline?: number; gzip?: boolean; metadata?: Metadata } = {},
  ) =>
    new Promise<{ error: ServiceError | null; response?: Buffer }>((resolve) => {
      const metadata = options.metadata ?? new Metadata();
      if (options.gzip) metadata.set("grpc-internal-encoding-request", "gzip");
      client.makeUnaryRequest(method, raw, raw, body, metadata, { deadline: options.deadline }, (error, response) =>
        resolve({ error, response }),
      );
    });
  return { call, next: next as Sinks, port, settings, receiver };
}

/** A call written by hand: any headers, any bytes. */
function rawCall(
  port: number,
  headers: Record<string, string>,
  body: Buffer,
): Promise<{ status?: number; grpc: Record<string, unknown>; body: Buffer }> {
  return new Promise((resolve, reject) => {
    const session = connect(`http://127.0.0.1:${port}`);
    session.on("error", reject);
    const stream = session.request({
      ":method": "POST",
      ":path": TRACES,
      "content-type": "application/grpc",
      te: "trailers",
      ...headers,
    });
    let grpc: Record<string, unknown> = {};
    let status: number | undefined;
    const chunks: Buffer[] = [];
    stream.on("response", (all) => {
      status = all[":status"];
      grpc = { ...all };
    });
    stream.on("trailers", (all) => (grpc = { ...grpc, ...all }));
    stream.on("data", (chunk: Buffer) => chunks.push(chunk));
    stream.on("close", () => {
      session.close();
      resolve({ status, grpc, body: Buffer.concat(chunks) });
    });
    stream.on("error", reject);
    stream.end(body);
  });
}

const frame = (message: Buffer, flag = 0) => {
  const prefix = Buffer.alloc(5);
  prefix[0] = flag;
  prefix.writeUInt32BE(message.length, 1);
  return Buffer.concat([prefix, message]);
};

describe("OTLP over gRPC", () => {
  it("takes all signals from a real client, plain and gzip", async () => {
    const { call, next } = await start();
    for (const gzip of [false, true]) {
      const { error, response } = await call(TRACES, traces, { gzip });
      expect([error, response?.length]).toEqual([null, 0]);
    }
    expect((await call(LOGS, Buffer.from(oracleEncode("logs", logsRequest({ body: "x" }))))).error).toBeNull();
    expect((await call(METRICS, Buffer.alloc(0))).error).toBeNull();
    expect(next.traces.batches.map(({ count }) => count)).toEqual([1, 1]);
    expect([next.logs.batches[0].count, next.metrics.batches[0].count]).toEqual([1, 0]);
  });

  it("ends a refused call also where the sender has not ended its message, so that nothing holds up a stop", async () => {
    const { port, receiver } = await start();
    const session = connect(`http://127.0.0.1:${port}`);
    const stream = session.request({
      ":method": "POST",
      ":path": TRACES,
      "content-type": "application/grpc",
      "grpc-timeout": "20m",
    });
    stream.write(frame(traces).subarray(0, 10));
    const status = new Promise((resolve) => stream.on("response", (headers) => resolve(headers["grpc-status"])));
    await new Promise((resolve) => stream.on("close", resolve));
    expect([await status, stream.rstCode]).toEqual([String(code.DEADLINE_EXCEEDED), 0]);
    await receiver.shutdown(Date.now() + 60_000);
  });

  it("keeps a compressed message as received, zstd too, and takes uncompressed ones in a compressed call", async () => {
    const { next, port } = await start();
    for (const [encoding, body, flag] of [
      ["gzip", gzipSync(traces), 1],
      ["zstd", zstdCompressSync(traces), 1],
      ["gzip", traces, 0],
    ] as const) {
      const { grpc } = await rawCall(port, { "grpc-encoding": encoding }, frame(body, flag));
      expect(grpc["grpc-status"]).toBe("0");
    }
    expect(next.traces.batches.map((batch) => batch.received?.compression)).toEqual(["gzip", "zstd", "none"]);
  });

  it("takes a message larger than any window, split into frames", async () => {
    const { call, next } = await start();
    const large = Buffer.from(
      oracleEncode("traces", tracesRequest({ trace: 1, id: 1, attributes: { big: "x".repeat(20_000_000) } })),
    );
    expect((await call(TRACES, large)).error).toBeNull();
    expect(next.traces.batches[0].attributeLength[0]).toBeGreaterThan(20_000_000);
  });

  it("tells partial success", async () => {
    const { call, next } = await start();
    next.traces.answer = () => ({ rejected: 3, message: "no" });
    const { response } = await call(TRACES, traces);
    expect([...(response ?? [])]).toEqual([0x0a, 6, 0x08, 3, 0x12, 2, 0x6e, 0x6f]);
  });

  it("gives each failure its code: retryable ones with RetryInfo, permanent and unknown ones without", async () => {
    const { call, next } = await start();
    const check = async (error: Error, expected: number, retryInfo: boolean) => {
      next.traces.answer = () => error;
      const result = await call(TRACES, traces);
      expect(result.error?.code).toBe(expected);
      const details = result.error?.metadata.get("grpc-status-details-bin")[0];
      expect(details?.toString().includes("google.rpc.RetryInfo") ?? false).toBe(retryInfo);
      return result.error as ServiceError;
    };
    await check(new RetryableError("disk full"), code.UNAVAILABLE, true);
    await check(new RetryableError("overload", 100, true), code.RESOURCE_EXHAUSTED, true);
    expect((await check(new PermanentError("nie wieder: ünd %"), code.INVALID_ARGUMENT, false)).details).toBe(
      "nie wieder: ünd %",
    );
    await check(new Error("bug"), code.INTERNAL, false);
    next.traces.answer = () => undefined;
    const bad = await call(TRACES, Buffer.from([0x0a, 0x05, 0x01]));
    expect([bad.error?.code, bad.error?.details]).toEqual([
      code.INVALID_ARGUMENT,
      expect.stringMatching(/cannot decode protobuf/),
    ]);
  });

  it("answers RESOURCE_EXHAUSTED without RetryInfo above the size limit, before and after decompression", async () => {
    const { call, next } = await start(", max_recv_msg_size_mib: 1");
    for (const gzip of [false, true]) {
      const { error } = await call(TRACES, Buffer.alloc(3_000_000), { gzip });
      expect([error?.code, error?.metadata.get("grpc-status-details-bin")]).toEqual([code.RESOURCE_EXHAUSTED, []]);
    }
    expect((await call(TRACES, traces)).error).toBeNull();
    expect(next.traces.batches.length).toBe(1);
  });

  it("answers UNIMPLEMENTED for unknown methods, compressions, and signals without a pipeline", async () => {
    const { call, port } = await start("", { traces: createSinks().traces });
    expect((await call("/nobody.Service/Export", traces)).error?.code).toBe(code.UNIMPLEMENTED);
    expect((await call(LOGS, traces)).error?.code).toBe(code.UNIMPLEMENTED);
    const { grpc } = await rawCall(port, { "grpc-encoding": "snappy" }, frame(traces, 1));
    expect([grpc["grpc-status"], grpc["grpc-accept-encoding"]]).toEqual([
      String(code.UNIMPLEMENTED),
      "identity,gzip,zstd",
    ]);
    expect((await rawCall(port, { "content-type": "application/json" }, Buffer.from("{}"))).status).toBe(415);
  });

  it("refuses malformed framing", async () => {
    const { port, next } = await start();
    for (const body of [
      Buffer.alloc(0),
      Buffer.from([0, 0, 0]),
      frame(traces).subarray(0, 20),
      Buffer.concat([frame(traces), frame(traces)]),
      frame(traces, 1),
      frame(traces, 7),
    ]) {
      const { grpc } = await rawCall(port, {}, body);
      expect(grpc["grpc-status"]).toBe(String(code.INVALID_ARGUMENT));
    }
    expect(next.traces.batches).toEqual([]);
  });

  it("gives up at the call's deadline", async () => {
    const { call, next } = await start();
    next.traces.answer = () => new Promise(() => {});
    const { error } = await call(TRACES, traces, { deadline: Date.now() + 100 });
    expect(error?.code).toBe(code.DEADLINE_EXCEEDED);
  });

  it("lets calls under way finish when it stops", async () => {
    const { call, next } = await start();
    let open: () => void = () => {};
    next.traces.answer = () => new Promise((resolve) => (open = () => resolve(undefined)));
    const result = call(TRACES, traces);
    await expect.poll(() => next.traces.batches.length).toBe(1);
    const stopped = closing[0]();
    open();
    expect((await result).error).toBeNull();
    await stopped;
  });
});

describe("grpc-timeout", () => {
  const check = (header: string | undefined, expected: number | undefined) =>
    expect(parseTimeoutMillis(header)).toBe(expected);
  it("is read in all its units", () => {
    check("10S", 10_000);
    check("500m", 500);
    check("2H", 7_200_000);
    check("1n", 1);
    check("99999999H", 2 ** 31 - 1);
    check("x", undefined);
    check(undefined, undefined);
  });
});
