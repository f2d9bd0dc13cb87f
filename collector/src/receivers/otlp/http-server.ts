/**
 * OTLP over HTTP (https://opentelemetry.io/docs/specs/otlp/#otlphttp): one raw node:http server, since hono would cost as much again as
 * reading the body. Answers in the request's own encoding; a sender learns from the status whether to try again.
 */
import { createServer as createPlainServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { createServer as createTlsServer } from "node:https";
import { DecodeError, TooLargeError } from "../../base/errors.ts";
import type { Place } from "../../component/admit-body.ts";
import type { Authenticator } from "../../component/component.ts";
import { finish } from "../../component/early-answer.ts";
import { UnauthenticatedError } from "../../component/errors.ts";
import { listen } from "../../component/listen.ts";
import type { Logger } from "../../component/logger.ts";
import { isOfReboundName } from "../../component/other-site.ts";
import { senderOf } from "../../component/sender.ts";
import { readServerTls, reloadServerTls } from "../../component/server-tls.ts";
import type { BodyEncoding, Signal } from "../../model/signal.ts";
import {
  CODE,
  encodeExportResponse,
  encodeStatus,
  formatExportResponse,
  formatStatus,
  type RpcStatus,
} from "../../wire/otlp/export-response.ts";
import type { HttpConfig } from "./config.ts";
import { createCors, type Cors } from "./cors.ts";
import { parseContentEncoding, receivedBody, SUPPORTED, type HttpEncoding } from "./http-encodings.ts";
import { admit, take, type Intake } from "./intake.ts";
import { dropPieces, joinPieces } from "./join-pieces.ts";
import { refusalOf } from "./refusal.ts";

export const CONTENT_TYPES: Readonly<Record<string, BodyEncoding>> = {
  "application/x-protobuf": "protobuf",
  "application/json": "json",
};

/** By Content-Type; undefined = not one of OTLP's. */
export function encodingOf(contentType = ""): BodyEncoding | undefined {
  const type = contentType.split(";", 1)[0].trim().toLowerCase();
  return Object.hasOwn(CONTENT_TYPES, type) ? CONTENT_TYPES[type] : undefined;
}

const FOREIGN =
  "cannot take what a page of another site sends: list its origin in cors.allowed_origins when it is one of yours\n";

export interface HttpServerParts {
  readonly config: HttpConfig;
  readonly intake: Intake;
  readonly authenticator: Authenticator | undefined;
  readonly logger: Logger;
  /** Key path of the configuration, for errors. */
  readonly key: string;
}

export class OtlpHttpServer {
  readonly #parts: HttpServerParts;
  readonly #server: Server;
  readonly #signals: ReadonlyMap<string, Signal>;
  readonly #cors: Cors | undefined;
  readonly #stopReload: () => void = () => {};
  /** Of requests under way. */
  readonly #responses = new Set<ServerResponse>();
  #stopping = false;
  port = 0;

  constructor(parts: HttpServerParts) {
    this.#parts = parts;
    const { config, intake, logger } = parts;
    this.#cors = config.cors && config.cors.allowed_origins.length > 0 ? createCors(config.cors) : undefined;
    const paths = { traces: config.traces_url_path, logs: config.logs_url_path, metrics: config.metrics_url_path };
    const signals = (Object.keys(paths) as Signal[]).filter((signal) => intake.next[signal] !== undefined);
    this.#signals = new Map(signals.map((signal) => [withSlash(paths[signal]), signal]));
    const options = {
      requestTimeout: config.read_timeout,
      headersTimeout: config.read_header_timeout,
      keepAliveTimeout: config.idle_timeout,
      connectionsCheckingInterval: 1000,
      maxHeaderSize: 65_536,
    };
    const handle = (request: IncomingMessage, response: ServerResponse) => void this.#handle(request, response);
    if (config.tls) {
      const server = createTlsServer({ ...options, ...readServerTls(config.tls) }, handle);
      const reload = reloadServerTls(
        config.tls,
        (tls) => server.setSecureContext(tls),
        (error) => logger.error("cannot reload TLS files; the old ones stay", { error }),
      );
      this.#stopReload = () => reload.stop();
      this.#server = server;
    } else this.#server = createPlainServer(options, handle);
    // Who asks before sending a body is told to go on when it is let in.
    this.#server.on("checkContinue", handle);
    if (!config.keep_alives_enabled) this.#server.maxRequestsPerSocket = 1;
  }

  async start(): Promise<void> {
    const { config, key } = this.#parts;
    this.port = await listen(this.#server, config.endpoint, `${key}.endpoint`, config.transport as "tcp" | "unix");
  }

  /** Takes no new connection, lets requests under way finish, and closes each connection with its last answer. */
  async stop(deadline: number): Promise<void> {
    this.#stopReload();
    this.#stopping = true;
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    this.#server.closeIdleConnections();
    for (const response of this.#responses) if (!response.headersSent) response.setHeader("connection", "close");
    const timer = setTimeout(() => this.#server.closeAllConnections(), Math.max(0, deadline - Date.now()));
    await closed;
    clearTimeout(timer);
  }

  async #handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { config, logger } = this.#parts;
    request.on("error", () => request.destroy());
    this.#responses.add(response);
    response.once("close", () => this.#responses.delete(response));
    for (const [name, value] of Object.entries(config.response_headers)) response.setHeader(name, value);
    if (this.#stopping) response.setHeader("connection", "close");
    const isAllowed = this.#cors?.allow(request, response) === true;
    if (!isAllowed && isOfReboundName(request)) return plain(response, 403, FOREIGN, request);
    const path = (request.url ?? "/").split("?", 1)[0];
    const signal = this.#signals.get(path);
    if (signal === undefined) {
      const known = [...this.#signals.keys()].join(", ");
      return plain(response, 404, `cannot find ${path}: this receiver takes ${known || "nothing"}\n`, request);
    }
    if (request.method === "OPTIONS" && this.#cors) return this.#cors.preflight(request, response);
    if (request.method !== "POST") {
      response.setHeader("allow", "POST");
      return plain(response, 405, "405 method not allowed, supported: [POST]\n", request);
    }
    const encoding = encodingOf(request.headers["content-type"]);
    if (encoding === undefined) {
      response.setHeader("accept-post", Object.keys(CONTENT_TYPES).join(", "));
      return plain(
        response,
        415,
        "415 unsupported media type, supported: [application/json, application/x-protobuf]\n",
        request,
      );
    }
    const compression = parseContentEncoding(request.headers["content-encoding"], config.compression_algorithms);
    if (compression === undefined) {
      response.setHeader("accept-encoding", SUPPORTED);
      const message = `cannot decompress ${String(request.headers["content-encoding"])}; supported: ${SUPPORTED}`;
      return refuse(response, request, 415, encoding, { code: CODE.INVALID_ARGUMENT, message });
    }
    try {
      await this.#export(request, response, signal, encoding, compression);
    } catch (error) {
      if (request.destroyed && !request.complete) return void response.destroy();
      const { httpStatus, status } = refusalOf(error, logger);
      if (status.retryAfterMillis !== undefined)
        response.setHeader("retry-after", Math.max(1, Math.ceil(status.retryAfterMillis / 1000)));
      if (httpStatus === 401) response.setHeader("www-authenticate", "Bearer");
      refuse(response, request, httpStatus, encoding, status);
    }
  }

  async #export(
    request: IncomingMessage,
    response: ServerResponse,
    signal: Signal,
    encoding: BodyEncoding,
    compression: HttpEncoding,
  ): Promise<void> {
    const { intake, authenticator } = this.#parts;
    const denied = authenticator?.authenticate(request.headers);
    if (denied !== undefined) throw new UnauthenticatedError(denied);
    const declared = request.headers["content-length"];
    const length = declared === undefined ? undefined : Number(declared);
    if (length !== undefined && length > intake.maxBytes) throw tooLarge(intake.maxBytes);
    const gone = new AbortController();
    request.once("close", () => {
      if (!request.complete) gone.abort();
    });
    const sender = senderOf(authenticator, request.headers, request.socket, request.socket);
    const arrival = { length, compression: compression === "none" ? ("none" as const) : ("gzip" as const), sender };
    const place = await admit(intake, arrival, gone.signal);
    try {
      if (request.headers.expect !== undefined) response.writeContinue();
      const bytes = await readBody(request, intake.maxBytes, place);
      const body = receivedBody(bytes, encoding, compression, intake.maxBytes);
      const partial = await take(intake, signal, body);
      reply(
        response,
        request,
        200,
        encoding,
        encoding === "json" ? formatExportResponse(signal, partial) : encodeExportResponse(partial),
      );
    } finally {
      place.leave();
    }
  }
}

function withSlash(path: string): string {
  return path.startsWith("/") ? path : `/${path}`;
}

function tooLarge(maxBytes: number): TooLargeError {
  return new TooLargeError(
    `cannot take a request of more than ${maxBytes} bytes; send smaller batches, or raise max_request_body_size`,
  );
}

/** The whole body; listeners instead of an async iterator, which costs 40 µs a request. */
function readBody(request: IncomingMessage, maxBytes: number, place: Place): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const pieces: Buffer[] = [];
    let size = 0;
    const take = (piece: Buffer) => {
      size += piece.length;
      pieces.push(piece);
      try {
        if (size > maxBytes) throw tooLarge(maxBytes);
        place.hold(size);
      } catch (error) {
        request.off("data", take);
        dropPieces(pieces);
        reject(error);
      }
    };
    request.on("data", take);
    request.once("end", () => resolve(joinPieces(pieces, size)));
    request.once("error", reject);
    request.once("close", () => {
      if (!request.complete) reject(new DecodeError("cannot read the body: the sender closed the connection"));
    });
  });
}

/** google.rpc.Status in the request's own encoding. */
function refuse(
  response: ServerResponse,
  request: IncomingMessage,
  httpStatus: number,
  encoding: BodyEncoding,
  status: RpcStatus,
): void {
  reply(response, request, httpStatus, encoding, encoding === "json" ? formatStatus(status) : encodeStatus(status));
}

function reply(
  response: ServerResponse,
  request: IncomingMessage,
  status: number,
  encoding: BodyEncoding,
  body: Uint8Array | string,
): void {
  response.setHeader("content-type", encoding === "json" ? "application/json" : "application/x-protobuf");
  finish(response, request, status, body);
}

function plain(response: ServerResponse, status: number, text: string, request: IncomingMessage): void {
  response.setHeader("content-type", "text/plain; charset=utf-8");
  finish(response, request, status, text);
}
