/**
 * The load generator, a process of its own: renders requests in advance, waits for "go" on stdin, sends for so many seconds, and
 * prints one JSON line: spans acknowledged, refusals, latencies. Knows nothing of the server but its address.
 *
 *   node sender.ts '{"protocol":"http","encoding":"protobuf","gzip":true,"port":4318,"seconds":10,"connections":16,"rate":0}'
 */
import { Agent, request } from "node:http";
import { connect, type ClientHttp2Session } from "node:http2";
import { gzipSync } from "node:zlib";
import { formatJson } from "../src/wire/otlp/protobuf-to-json.ts";
import { TRACES_REQUEST } from "../src/wire/otlp/schema.ts";
import { SpanWorkload } from "./span-workload.ts";

export interface SenderOptions {
  readonly protocol: "http" | "grpc";
  readonly encoding: "protobuf" | "json";
  readonly gzip: boolean;
  readonly port: number;
  readonly seconds: number;
  readonly connections: number;
  /** Spans a second; 0 = as fast as answers come. */
  readonly rate: number;
  readonly uniqueAttributes: boolean;
  /** Requests rendered in advance; sent once each, then the run ends early. */
  readonly requests: number;
  /** The requests with traces of 1,000, 10,000 and 100,000 spans go first. */
  readonly giants: boolean;
  readonly seed: number;
}

export interface SenderResult {
  readonly spans: number;
  readonly requests: number;
  readonly refused: number;
  readonly seconds: number;
  /** Milliseconds to acknowledgement. */
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
  /** Ids of traces that were sent, for queries. */
  readonly traceIds: string[];
}

type Send = (body: Buffer, connection: number) => Promise<boolean>;

const options = JSON.parse(process.argv[2]) as SenderOptions;
const workload = new SpanWorkload({
  requests: Math.min(600, options.requests),
  uniqueAttributes: options.uniqueAttributes,
  seed: options.seed,
});
const bodies = Array.from({ length: options.requests }, (_, n) => encode(workload.render(n)));
const giants = options.giants ? workload.giants.map((bytes) => encode(Buffer.from(bytes))) : [];
const send = options.protocol === "http" ? httpSender() : grpcSender();

process.stdout.write("prepared\n");
process.stdin.once(
  "data",
  () => void run().then((result) => process.stdout.write(`${JSON.stringify(result)}\n`, () => process.exit(0))),
);

async function run(): Promise<SenderResult> {
  const latencies: number[] = [];
  let refused = 0;
  let acknowledged = 0;
  for (const body of giants) if (!(await send(body, 0))) refused++;
  const started = performance.now();
  const end = started + options.seconds * 1000;
  let next = 0;
  const spacing = options.rate > 0 ? (workload.spansPerRequest / options.rate) * 1000 : 0;
  const one = async (connection: number) => {
    while (next < bodies.length) {
      const n = next++;
      const due = started + n * spacing;
      if (Math.max(due, performance.now()) >= end) return;
      // Open loop: the wait for a free connection counts, since a real sender would have waited, too.
      if (spacing > 0 && due > performance.now())
        await new Promise((resolve) => setTimeout(resolve, due - performance.now()));
      const sent = spacing > 0 ? due : performance.now();
      if (await send(bodies[n], connection)) acknowledged++;
      else refused++;
      latencies.push(performance.now() - sent);
    }
  };
  await Promise.all(Array.from({ length: options.connections }, (_, connection) => one(connection)));
  const seconds = (performance.now() - started) / 1000;
  latencies.sort((a, b) => a - b);
  const quantile = (q: number) => latencies[Math.min(latencies.length - 1, Math.floor(q * latencies.length))] ?? 0;
  return {
    spans: acknowledged * workload.spansPerRequest,
    requests: acknowledged,
    refused,
    seconds,
    p50: quantile(0.5),
    p95: quantile(0.95),
    p99: quantile(0.99),
    traceIds: Array.from({ length: Math.min(200, acknowledged) }, (_, i) =>
      workload.traceIdOf(Math.floor((i * acknowledged) / 200)),
    ),
  };
}

function encode(bytes: Buffer): Buffer {
  const plain = options.encoding === "json" ? Buffer.from(formatJson(bytes, TRACES_REQUEST)) : bytes;
  return options.gzip ? gzipSync(plain, { level: 4 }) : plain;
}

function httpSender(): Send {
  const agent = new Agent({ keepAlive: true, maxSockets: options.connections });
  const headers: Record<string, string> = {
    "content-type": options.encoding === "json" ? "application/json" : "application/x-protobuf",
  };
  if (options.gzip) headers["content-encoding"] = "gzip";
  return (body) =>
    new Promise((resolve) => {
      const call = request(
        {
          agent,
          host: "127.0.0.1",
          port: options.port,
          path: "/v1/traces",
          method: "POST",
          headers: { ...headers, "content-length": body.length },
        },
        (response) => {
          response.resume();
          response.on("end", () => resolve(response.statusCode === 200));
        },
      );
      call.on("error", () => resolve(false));
      call.end(body);
    });
}

function grpcSender(): Send {
  const sessions: ClientHttp2Session[] = Array.from({ length: options.connections }, () =>
    connect(`http://127.0.0.1:${options.port}`),
  );
  const headers: Record<string, string> = {
    ":method": "POST",
    ":path": "/opentelemetry.proto.collector.trace.v1.TraceService/Export",
    "content-type": "application/grpc",
    te: "trailers",
    ...(options.gzip ? { "grpc-encoding": "gzip" } : {}),
  };
  return (body, connection) =>
    new Promise((resolve) => {
      const prefix = Buffer.alloc(5);
      prefix[0] = options.gzip ? 1 : 0;
      prefix.writeUInt32BE(body.length, 1);
      const stream = sessions[connection % sessions.length].request(headers);
      let status: unknown;
      stream.on("response", (all) => (status = all["grpc-status"]));
      stream.on("trailers", (all) => (status = all["grpc-status"] ?? status));
      stream.resume();
      stream.on("close", () => resolve(status === "0"));
      stream.on("error", () => resolve(false));
      stream.write(prefix);
      stream.end(body);
    });
}
