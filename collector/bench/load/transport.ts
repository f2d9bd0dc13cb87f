/** A request's body -> what became of it, over HTTP or gRPC: the one place that knows what OTLP's answers mean. */
import { GrpcConnection } from "./grpc-connection.ts";
import { HttpConnection } from "./http-connection.ts";
import type { SenderOptions } from "./sender-options.ts";

export type Outcome =
  | { readonly kind: "acknowledged" | "unknown" }
  /** Come back later. */
  | { readonly kind: "refused"; readonly afterSeconds: number | undefined }
  | { readonly kind: "failed"; readonly status: string };

export interface Connection {
  open(): Promise<void>;
  send(body: Buffer): Promise<Outcome>;
  close(): void;
}

const GRPC_PATHS = {
  traces: "/opentelemetry.proto.collector.trace.v1.TraceService/Export",
  logs: "/opentelemetry.proto.collector.logs.v1.LogsService/Export",
};
/** RESOURCE_EXHAUSTED and UNAVAILABLE: https://opentelemetry.io/docs/specs/otlp/#failures */
const GRPC_RETRYABLE = new Set([8, 14]);
/** https://opentelemetry.io/docs/specs/otlp/#retryable-response-codes */
const HTTP_RETRYABLE = new Set([429, 502, 503, 504]);

export function openConnection(options: SenderOptions): Connection {
  return options.protocol === "grpc" ? grpcConnection(options) : httpConnection(options);
}

function httpConnection(options: SenderOptions): Connection {
  const connection = new HttpConnection(options);
  const head = [
    `POST /v1/${options.signal} HTTP/1.1`,
    `host: ${options.host}:${options.port}`,
    `content-type: application/${options.encoding === "json" ? "json" : "x-protobuf"}`,
    ...(options.gzip ? ["content-encoding: gzip"] : []),
    "content-length: ",
  ].join("\r\n");
  return {
    open: () => connection.open(),
    async send(body) {
      const response = await connection.exchange(`${head}${body.length}\r\n\r\n`, body);
      if (!response) return { kind: "unknown" };
      const { status, retryAfter } = response;
      if (status === 200) return { kind: "acknowledged" };
      if (HTTP_RETRYABLE.has(status)) return { kind: "refused", afterSeconds: retryAfter };
      return { kind: "failed", status: String(status) };
    },
    close: () => connection.close(),
  };
}

function grpcConnection(options: SenderOptions): Connection {
  const connection = new GrpcConnection(options, GRPC_PATHS[options.signal], options.gzip);
  return {
    open: () => connection.open(),
    async send(body) {
      const status = await connection.call(body);
      if (status === undefined) return { kind: "unknown" };
      if (status === 0) return { kind: "acknowledged" };
      // RetryInfo lies in a trailer that is not looked into here.
      if (GRPC_RETRYABLE.has(status)) return { kind: "refused", afterSeconds: undefined };
      return { kind: "failed", status: `grpc ${status}` };
    },
    close: () => connection.close(),
  };
}
