/**
 * OTLP over gRPC on node:http2 (https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md): unary calls only. Our own rather than
 * grpc-js, which gives no body as it was received and takes 2 to 4 times as long a request (ADR 0007). Flow-control windows are
 * what decides: 4 MiB a stream and 16 MiB a connection instead of HTTP/2's 64 KiB.
 */
import {
  createSecureServer,
  createServer,
  type Http2Server,
  type IncomingHttpHeaders,
  type ServerHttp2Session,
  type ServerHttp2Stream,
} from "node:http2";
import type { Authenticator } from "../../component/component.ts";
import { UnauthenticatedError } from "../../component/errors.ts";
import { listen } from "../../component/listen.ts";
import type { Logger } from "../../component/logger.ts";
import { senderOf } from "../../component/sender.ts";
import { readServerTls, reloadServerTls } from "../../component/server-tls.ts";
import type { BodyCompression, Signal } from "../../model/signal.ts";
import { CODE, encodeExportResponse, type RpcStatus } from "../../wire/otlp/export-response.ts";
import type { GrpcConfig } from "./config.ts";
import { frameMessage, parseTimeoutMillis, readMessage, sendResponse, sendStatus } from "./grpc-frames.ts";
import { keepAlive } from "./grpc-keepalive.ts";
import { admit, take, type Intake } from "./intake.ts";
import { refusalOf } from "./refusal.ts";

const STREAM_WINDOW_BYTES = 4 * 1024 * 1024;
const SESSION_WINDOW_BYTES = 16 * 1024 * 1024;

const METHODS: Readonly<Record<string, Signal>> = {
  "/opentelemetry.proto.collector.trace.v1.TraceService/Export": "traces",
  "/opentelemetry.proto.collector.logs.v1.LogsService/Export": "logs",
  "/opentelemetry.proto.collector.metrics.v1.MetricsService/Export": "metrics",
};

const COMPRESSIONS: Readonly<Record<string, BodyCompression>> = { identity: "none", gzip: "gzip", zstd: "zstd" };

export interface GrpcServerParts {
  readonly config: GrpcConfig;
  readonly intake: Intake;
  readonly authenticator: Authenticator | undefined;
  readonly logger: Logger;
  readonly key: string;
}

export class OtlpGrpcServer {
  readonly #parts: GrpcServerParts;
  readonly #server: Http2Server;
  readonly #sessions = new Set<ServerHttp2Session>();
  readonly #stopReload: () => void = () => {};
  port = 0;

  constructor(parts: GrpcServerParts) {
    this.#parts = parts;
    const { config, logger } = parts;
    const options = {
      settings: {
        initialWindowSize: STREAM_WINDOW_BYTES,
        maxConcurrentStreams: config.max_concurrent_streams,
        enablePush: false,
      },
    };
    if (config.tls) {
      const server = createSecureServer({ ...options, ...readServerTls(config.tls), allowHTTP1: false });
      const reload = reloadServerTls(
        config.tls,
        (tls) => server.setSecureContext(tls),
        (error) => logger.error("cannot reload TLS files; the old ones stay", { error }),
      );
      this.#stopReload = () => reload.stop();
      this.#server = server;
    } else this.#server = createServer(options);
    this.#server.on("session", (session) => this.#onSession(session));
    this.#server.on("stream", (stream, headers) => void this.#handle(stream, headers));
    this.#server.on("sessionError", (error) => logger.debug("a gRPC connection failed", { error }));
  }

  async start(): Promise<void> {
    const { config, key } = this.#parts;
    this.port = await listen(this.#server, config.endpoint, `${key}.endpoint`, config.transport as "tcp" | "unix");
  }

  /** Sends GOAWAY, lets calls under way finish, and cuts what is left at the deadline. */
  async stop(deadline: number): Promise<void> {
    this.#stopReload();
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    for (const session of this.#sessions) session.close();
    const timer = setTimeout(
      () => {
        for (const session of this.#sessions) session.destroy();
      },
      Math.max(0, deadline - Date.now()),
    );
    await closed;
    clearTimeout(timer);
  }

  #onSession(session: ServerHttp2Session): void {
    this.#sessions.add(session);
    session.once("close", () => this.#sessions.delete(session));
    session.on("error", (error) => this.#parts.logger.debug("a gRPC connection failed", { error }));
    session.setLocalWindowSize(SESSION_WINDOW_BYTES);
    keepAlive(session, this.#parts.config.keepalive);
  }

  async #handle(stream: ServerHttp2Stream, headers: IncomingHttpHeaders): Promise<void> {
    const { logger, intake } = this.#parts;
    stream.on("error", (error) => logger.debug("a gRPC call failed", { error }));
    if (!(headers["content-type"] ?? "").startsWith("application/grpc")) {
      stream.respond({ ":status": 415 }, { endStream: true });
      return;
    }
    const signal = METHODS[headers[":path"] ?? ""];
    const encoding = String(headers["grpc-encoding"] ?? "identity");
    if (headers[":method"] !== "POST" || signal === undefined || intake.next[signal] === undefined) {
      return sendStatus(stream, {
        code: CODE.UNIMPLEMENTED,
        message: `unknown method ${String(headers[":path"])}, or no pipeline takes it`,
      });
    }
    if (!Object.hasOwn(COMPRESSIONS, encoding)) {
      return sendStatus(stream, {
        code: CODE.UNIMPLEMENTED,
        message: `cannot decompress ${encoding}; supported: identity, gzip, zstd`,
      });
    }
    const abort = new AbortController();
    const timeout = parseTimeoutMillis(headers["grpc-timeout"]);
    const timer = timeout === undefined ? undefined : setTimeout(() => abort.abort(new DeadlineExceeded()), timeout);
    stream.once("close", () => abort.abort(new Error("the sender cancelled the call")));
    try {
      const export_ = this.#export(stream, headers, signal, COMPRESSIONS[encoding], abort.signal);
      await Promise.race([export_, rejectedBy(abort.signal)]);
    } catch (error) {
      if (!stream.destroyed) sendStatus(stream, this.#statusOf(error));
    } finally {
      clearTimeout(timer);
    }
  }

  async #export(
    stream: ServerHttp2Stream,
    headers: IncomingHttpHeaders,
    signal: Signal,
    compression: BodyCompression,
    abort: AbortSignal,
  ): Promise<void> {
    const { intake, authenticator } = this.#parts;
    const denied = authenticator?.authenticate(headers);
    if (denied !== undefined) throw new UnauthenticatedError(denied);
    const declared = headers["content-length"];
    const sender = senderOf(authenticator, headers, stream.session?.socket, stream.session);
    const length = declared === undefined ? undefined : Number(declared);
    const place = await admit(intake, { length, compression, sender }, abort);
    try {
      const message = await readMessage(stream, intake.maxBytes, compression !== "none", place);
      const body = {
        bytes: message.bytes,
        encoding: "protobuf" as const,
        compression: message.compressed ? compression : ("none" as const),
      };
      const partial = await take(intake, signal, body);
      if (!stream.destroyed && !stream.headersSent) sendResponse(stream, frameMessage(encodeExportResponse(partial)));
    } finally {
      place.leave();
    }
  }

  #statusOf(error: unknown): RpcStatus {
    if (error instanceof DeadlineExceeded)
      return { code: CODE.DEADLINE_EXCEEDED, message: "the call's deadline passed before it was done" };
    return refusalOf(error, this.#parts.logger).status;
  }
}

class DeadlineExceeded extends Error {}

function rejectedBy(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) =>
    signal.addEventListener("abort", () => reject(signal.reason as Error), { once: true }),
  );
}
