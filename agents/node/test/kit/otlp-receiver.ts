/**
 * A tiny OTLP/HTTP receiver for tests: takes JSON requests on a port of its own and hands out flat spans and log records.
 * Knows nothing of the code under test. Out: what was sent so far, and `waitFor`, which polls with a bound.
 */

import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { gunzipSync } from "node:zlib";

export type Attributes = Record<string, unknown>;

export interface ReceivedSpan {
  traceId: string;
  spanId: string;
  parentSpanId: string;
  name: string;
  /** 1 internal, 2 server, 3 client. */
  kind: number;
  startNanos: bigint;
  durationMillis: number;
  /** 0 unset, 1 ok, 2 error. */
  statusCode: number;
  attributes: Attributes;
  events: { name: string; attributes: Attributes }[];
  resource: Attributes;
}

export interface ReceivedLog {
  traceId: string;
  spanId: string;
  severityNumber: number;
  severityText: string;
  body: unknown;
  attributes: Attributes;
  resource: Attributes;
}

export interface ReceivedRequest {
  path: string;
  contentType: string;
  headers: IncomingMessage["headers"];
  bytes: number;
}

export class OtlpReceiver {
  readonly spans: ReceivedSpan[] = [];
  readonly logs: ReceivedLog[] = [];
  readonly requests: ReceivedRequest[] = [];
  readonly metricNames = new Set<string>();
  readonly #server: Server;
  /** Answers of the next requests instead of 200; each is used once. A number is a status, "hang" never answers. */
  readonly answers: (number | "hang")[] = [];

  private constructor(server: Server) {
    this.#server = server;
  }

  static async open(port = 0): Promise<OtlpReceiver> {
    const server = createServer();
    const receiver = new OtlpReceiver(server);
    server.on("request", (request, response) => {
      const chunks: Buffer[] = [];
      request.on("data", (chunk: Buffer) => chunks.push(chunk));
      request.on("end", () => {
        const answer = receiver.answers.shift() ?? 200;
        if (answer === "hang") return;
        if (answer === 200) receiver.#accept(request, Buffer.concat(chunks));
        response.writeHead(answer, { "content-type": "application/json" });
        response.end("{}");
      });
    });
    await new Promise<void>((resolve, reject) => {
      server.once("error", reject);
      server.listen(port, "127.0.0.1", resolve);
    });
    return receiver;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #accept(request: IncomingMessage, raw: Buffer): void {
    const body = request.headers["content-encoding"] === "gzip" ? gunzipSync(raw) : raw;
    const contentType = request.headers["content-type"] ?? "";
    const path = request.url ?? "";
    this.requests.push({ path, contentType, headers: request.headers, bytes: body.byteLength });
    if (!contentType.startsWith("application/json")) return;
    const message = JSON.parse(body.toString()) as Record<string, Wire[]>;
    for (const { resource, scopeSpans } of message.resourceSpans ?? []) {
      const from = readAttributes(resource.attributes);
      for (const scope of scopeSpans) for (const span of scope.spans) this.spans.push(readSpan(span, from));
    }
    for (const { resource, scopeLogs } of message.resourceLogs ?? []) {
      const from = readAttributes(resource.attributes);
      for (const scope of scopeLogs) for (const record of scope.logRecords) this.logs.push(readLog(record, from));
    }
    for (const { scopeMetrics } of message.resourceMetrics ?? []) {
      for (const scope of scopeMetrics) for (const metric of scope.metrics) this.metricNames.add(metric.name);
    }
  }
}

// eslint-disable-next-line typescript/no-explicit-any -- the wire format, read field by field below
type Wire = any;

function readSpan(span: Wire, resource: Attributes): ReceivedSpan {
  return {
    traceId: span.traceId,
    spanId: span.spanId,
    parentSpanId: span.parentSpanId ?? "",
    name: span.name,
    kind: span.kind,
    startNanos: BigInt(span.startTimeUnixNano),
    durationMillis: Number(BigInt(span.endTimeUnixNano) - BigInt(span.startTimeUnixNano)) / 1e6,
    statusCode: span.status?.code ?? 0,
    attributes: readAttributes(span.attributes),
    events: (span.events ?? []).map((event: Wire) => ({
      name: event.name,
      attributes: readAttributes(event.attributes),
    })),
    resource,
  };
}

function readLog(record: Wire, resource: Attributes): ReceivedLog {
  return {
    traceId: record.traceId ?? "",
    spanId: record.spanId ?? "",
    severityNumber: record.severityNumber ?? 0,
    severityText: record.severityText ?? "",
    body: readValue(record.body),
    attributes: readAttributes(record.attributes),
    resource,
  };
}

function readAttributes(list: Wire[] = []): Attributes {
  return Object.fromEntries(list.map(({ key, value }) => [key, readValue(value)]));
}

function readValue(value: Wire): unknown {
  if (value?.arrayValue) return (value.arrayValue.values ?? []).map(readValue);
  if (value?.kvlistValue) return readAttributes(value.kvlistValue.values);
  const [plain] = Object.values(value ?? {});
  return "intValue" in (value ?? {}) ? Number(plain) : plain;
}
