/** What senders see of an overloaded receiver: who is let in, what a refusal costs, and that connections go on. */
import { Agent, request as httpRequest, type IncomingHttpHeaders } from "node:http";
import type { Writable } from "node:stream";
import { connect, type ClientHttp2Session } from "node:http2";
import { afterEach, describe, expect, it } from "vitest";
import { oracleEncode } from "../../../test/kit/oracle.ts";
import { readConfig } from "../../../test/kit/read-config.ts";
import { testSettings } from "../../../test/kit/settings.ts";
import { tracesRequest } from "../../../test/kit/simple-otlp.ts";
import { createSinks } from "../../../test/kit/sink.ts";
import { config } from "./config.ts";
import { otlpReceiver } from "./factory.ts";
import type { OtlpReceiver } from "./otlp-receiver.ts";
import { networkOf } from "../../component/sender.ts";

await otlpReceiver.load?.();

const MIB = 1024 * 1024;
const traces = Buffer.from(oracleEncode("traces", tracesRequest({ trace: 1, id: 1 })));
const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

/** A receiver that lets in 1 MiB at a time, and a pipeline that holds every request until `open`. */
async function start(waitingMib: number, extension?: unknown) {
  const settings = testSettings("receiver", "otlp");
  const next = createSinks();
  const held: (() => void)[] = [];
  next.traces.answer = () => new Promise((resolve) => held.push(() => resolve(undefined)));
  const auth = extension ? ", auth: { authenticator: tokens }" : "";
  const yaml = `protocols: { http: { endpoint: "localhost:0" ${auth} }, grpc: { endpoint: "localhost:0" } }
admission: { request_limit_mib: 1, waiting_limit_mib: ${waitingMib} }`;
  const host = { ...settings.host, extension: () => extension as never };
  const receiver = otlpReceiver.create({ ...settings, host }, readConfig(config, yaml), next) as OtlpReceiver;
  await receiver.start();
  closing.push(() => receiver.shutdown(Date.now() + 500));
  const { http, grpc } = receiver.ports() as { http: number; grpc: number };
  return { next, held, open: () => held.splice(0).forEach((answer) => answer()), http, grpc, settings };
}

/** Spans, and behind them an unknown field that makes the body so large. */
function body(bytes: number): Buffer {
  const length = bytes - traces.length - 6;
  const prefix = Buffer.from([0xfa, 0x3f, 0x80, 0x80, 0x80, 0]);
  for (let i = 0, rest = length; i < 4; i++, rest >>>= 7) prefix[2 + i] = (rest & 0x7f) | (i < 3 ? 0x80 : 0);
  return Buffer.concat([traces, prefix, Buffer.alloc(length)]);
}

interface Sent {
  answer: Promise<{ status: number; headers: IncomingHttpHeaders }>;
  /** Bytes of the body that were taken by the system. */
  readonly sent: () => number;
}

/** Piece by piece, each when the one before is out. */
function write(stream: Writable, bytes: Buffer, onSent: (count: number) => void = () => {}): void {
  const next = (at: number) => {
    onSent(at);
    if (stream.destroyed) return;
    if (at >= bytes.length) stream.end();
    else stream.write(bytes.subarray(at, at + 65_536), (error) => error ?? next(Math.min(bytes.length, at + 65_536)));
  };
  next(0);
}

function post(
  port: number,
  bytes: Buffer,
  { headers = {}, agent, address }: { headers?: Record<string, string>; agent?: Agent; address?: string } = {},
): Sent {
  let sent = 0;
  const count = (bytes: number) => (sent = bytes);
  const answer = new Promise<{ status: number; headers: IncomingHttpHeaders }>((resolve, reject) => {
    const request = httpRequest({
      port,
      host: "127.0.0.1",
      localAddress: address,
      agent,
      method: "POST",
      path: "/v1/traces",
      headers: { "content-type": "application/x-protobuf", "content-length": bytes.length, ...headers },
    });
    request.on("response", (response) => {
      response.resume();
      request.off("error", reject);
      request.on("error", () => {});
      response.on("end", () => resolve({ status: response.statusCode ?? 0, headers: response.headers }));
    });
    request.on("error", reject);
    if (headers.expect) {
      request.on("continue", () => write(request, bytes, count));
      request.flushHeaders();
    } else write(request, bytes, count);
  });
  return { answer, sent: () => sent };
}

describe("an overloaded receiver over HTTP", () => {
  it("refuses at once and keeps the connection when little of the body is left", async () => {
    const { http, next, open, settings } = await start(0);
    const first = post(http, body(0.9 * MIB));
    await expect.poll(() => next.traces.batches.length).toBe(1);
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    closing.push(() => agent.destroy());
    for (let i = 0; i < 3; i++) {
      const { status, headers } = await post(http, body(0.5 * MIB), { agent }).answer;
      expect([status, headers["retry-after"], headers.connection]).toEqual([429, "1", "keep-alive"]);
    }
    expect(await settings.samples("refused_requests")).toEqual(["goldspan_admission_refused_requests_total 3"]);
    open();
    expect((await first.answer).status).toBe(200);
    const last = post(http, body(0.5 * MIB), { agent });
    await expect.poll(() => next.traces.batches.length).toBe(2);
    open();
    expect((await last.answer).status).toBe(200);
  });

  it("does not read a large body to its end; the sender sees the answer, not a reset", async () => {
    const { http, next, open } = await start(0);
    const first = post(http, body(0.9 * MIB));
    await expect.poll(() => next.traces.batches.length).toBe(1);
    const { answer, sent } = post(http, body(48 * MIB));
    const { status, headers } = await answer;
    expect([status, headers.connection]).toEqual([429, "close"]);
    expect(sent()).toBeLessThan(24 * MIB);
    open();
    await first.answer;
  });

  it("asks for the body only when there is room, where the sender waits for that", async () => {
    const { http, next, open, held } = await start(0);
    const first = post(http, body(0.9 * MIB), { headers: { expect: "100-continue" } });
    await expect.poll(() => next.traces.batches.length).toBe(1);
    const refused = post(http, body(0.9 * MIB), { headers: { expect: "100-continue" } });
    expect((await refused.answer).status).toBe(429);
    expect(refused.sent()).toBe(0);
    expect(held.length).toBe(1);
    open();
    expect((await first.answer).status).toBe(200);
  });

  it("lets a small sender in between the requests of a greedy one with many connections", async () => {
    const { http, next, held } = await start(64);
    const greedy = Array.from({ length: 8 }, () => post(http, body(0.7 * MIB)));
    await expect.poll(() => held.length).toBe(1);
    const small = post(http, body(0.2 * MIB), { address: "127.0.0.2" });
    // It fits beside the one being worked on, so it doesn't even wait.
    await expect.poll(() => held.length).toBe(2);
    held.splice(1, 1)[0]();
    expect((await small.answer).status).toBe(200);
    expect(next.traces.batches.length).toBe(2);
    for (let done = 0; done < greedy.length; done++) {
      await expect.poll(() => held.length).toBe(1);
      held.shift()?.();
    }
    for (const { answer } of greedy) expect((await answer).status).toBe(200);
  });

  it("tells senders apart by who they are, where that is checked", async () => {
    const identify = (headers: Record<string, unknown>) => String(headers.authorization);
    const { http, held } = await start(1, { authenticator: { authenticate: () => undefined, identify } });
    const as = (who: string, mib: number) => post(http, body(mib * MIB), { headers: { authorization: who } });
    const greedy = [as("greedy", 0.7)];
    await expect.poll(() => held.length).toBe(1);
    greedy.push(as("greedy", 0.9));
    const small = as("small", 0.2);
    await expect.poll(() => held.length).toBe(2);
    held.splice(1, 1)[0]();
    expect((await small.answer).status).toBe(200);
    held.shift()?.();
    await expect.poll(() => held.length).toBe(1);
    held.shift()?.();
    for (const { answer } of greedy) expect((await answer).status).toBe(200);
  });
});

describe("an overloaded receiver over gRPC", () => {
  function call(session: ClientHttp2Session, bytes: Buffer) {
    const stream = session.request({
      ":method": "POST",
      ":path": "/opentelemetry.proto.collector.trace.v1.TraceService/Export",
      "content-type": "application/grpc",
      te: "trailers",
    });
    const prefix = Buffer.alloc(5);
    prefix.writeUInt32BE(bytes.length, 1);
    stream.on("error", () => {});
    const status = new Promise<string>((resolve) => {
      stream.on("response", (headers) => headers["grpc-status"] && resolve(String(headers["grpc-status"])));
      stream.on("trailers", (headers) => resolve(String(headers["grpc-status"])));
    });
    const done = new Promise<void>((resolve) => stream.on("close", () => resolve()));
    stream.resume();
    write(stream, Buffer.concat([prefix, bytes]));
    return { status, done };
  }

  it("refuses with RESOURCE_EXHAUSTED, asks the sender to stop, and keeps the connection", async () => {
    const { grpc, next, open } = await start(0);
    const session = connect(`http://127.0.0.1:${grpc}`);
    closing.push(() => session.close());
    const first = call(session, body(0.9 * MIB));
    await expect.poll(() => next.traces.batches.length).toBe(1);
    // Together more than the connection's window: what a refused call took of it is given back.
    for (let i = 0; i < 6; i++) {
      const { status, done } = call(session, body(8 * MIB));
      expect(await status).toBe("8");
      await done;
    }
    open();
    expect(await first.status).toBe("0");
    const last = call(session, body(0.5 * MIB));
    await expect.poll(() => next.traces.batches.length).toBe(2);
    open();
    expect(await last.status).toBe("0");
  });
});

it("shares one budget between the receivers of a process, where they name none of their own", async () => {
  const settings = testSettings("receiver", "otlp");
  const host = { ...settings.host, admissionBytes: 2 * MIB };
  const start = async (own = "") => {
    const yaml = `protocols: { http: { endpoint: "localhost:0" } }\n${own}`;
    const next = createSinks();
    let open: () => void = () => {};
    next.traces.answer = () => new Promise((resolve) => (open = () => resolve(undefined)));
    const receiver = otlpReceiver.create({ ...settings, host }, readConfig(config, yaml), next) as OtlpReceiver;
    await receiver.start();
    closing.push(() => receiver.shutdown(Date.now() + 500));
    return { next, port: receiver.ports().http, open: () => open() };
  };
  const own = await start("admission: { request_limit_mib: 4 }");
  const [one, two] = [await start(), await start()];
  const first = post(one.port, body(1.4 * MIB));
  await expect.poll(() => one.next.traces.batches.length).toBe(1);
  // Larger than the waiting room, half of the budget: it may wait alone, and nobody beside it.
  const second = post(two.port, body(1.2 * MIB));
  await expect.poll(() => settings.samples("waiting_bytes")).not.toEqual(["goldspan_admission_waiting_bytes 0"]);
  expect((await post(two.port, body(0.7 * MIB)).answer).status).toBe(429);
  const other = post(own.port, body(1.2 * MIB));
  await expect.poll(() => own.next.traces.batches.length).toBe(1);
  for (const { open } of [one, own]) open();
  expect((await first.answer).status).toBe(200);
  expect((await other.answer).status).toBe(200);
  await expect.poll(() => two.next.traces.batches.length).toBe(1);
  two.open();
  expect((await second.answer).status).toBe(200);
});

it("takes an IPv6 network of one host as one sender, and an IPv4 address under its own name", () => {
  const check = (address: string, expected: string) => expect(networkOf(address)).toBe(expected);
  check("10.1.2.3", "10.1.2.3");
  check("::ffff:10.1.2.3", "10.1.2.3");
  check("::1", "0:0:0:0::/64");
  check("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64");
  check("2001:db8::6", "2001:db8:0:0::/64");
  check("fe80::1:2:3:4%eth0", "fe80:0:0:0::/64");
  check("local", "local");
});
