/**
 * Posts encoded OTLP requests of one signal and says what became of them, by the OTLP/HTTP rules for retryable answers.
 * In: bytes. Out: a PostOutcome; never throws. Sockets and timers are unref'd: sending must not keep an app alive that
 * has nothing else to do (the stock exporters hold a process for up to ten seconds).
 * https://opentelemetry.io/docs/specs/otlp/#otlphttp-response
 */

import { readFileSync } from "node:fs";
import http from "node:http";
import https from "node:https";
import { promisify } from "node:util";
import { gzip } from "node:zlib";
import type { OtlpTarget } from "./otlp-target.ts";

export type PostOutcome =
  | { kind: "accepted"; body: Uint8Array }
  /** Worth sending again, as the same bytes; `afterMillis` is the server's wish. */
  | { kind: "retry"; reason: string; afterMillis?: number }
  | { kind: "too_large" }
  | { kind: "refused"; reason: string };

export type Post = (body: Uint8Array) => Promise<PostOutcome>;

const RETRYABLE = new Set([429, 502, 503, 504]);
/** Answers are a few bytes; the specification lets a client stop at 4 MiB. */
const MAX_ANSWER_BYTES = 64 * 1024;

// Taken before any instrumentation patches the modules: the agent's own requests make neither spans nor metrics.
const requestByScheme = { "http:": http.request, "https:": https.request };
const gzipAsync = promisify(gzip);

/** The headers a request of this target carries, without its length. */
export function requestHeaders(target: OtlpTarget): Record<string, string> {
  return {
    ...target.headers,
    "content-type": target.encoding === "json" ? "application/json" : "application/x-protobuf",
    ...(target.gzip ? { "content-encoding": "gzip" } : {}),
  };
}

/** @throws when a TLS file of the target cannot be read. */
export function createPost(target: OtlpTarget): Post {
  const secure = target.url.protocol === "https:";
  const read = (file: string | undefined): Buffer | undefined => (file === undefined ? undefined : readFileSync(file));
  const agentOptions = { keepAlive: true, maxSockets: 2 };
  const agent = secure
    ? new https.Agent({
        ...agentOptions,
        ca: read(target.tls.caFile),
        key: read(target.tls.keyFile),
        cert: read(target.tls.certFile),
      })
    : new http.Agent(agentOptions);
  const headers = requestHeaders(target);
  return async (body) => {
    try {
      const payload = target.gzip ? await gzipAsync(body) : body;
      return await send(target, agent, headers, payload);
    } catch (error) {
      return { kind: "refused", reason: describe(error as Error) }; // a header Node does not accept, for instance
    }
  };
}

function send(
  target: OtlpTarget,
  agent: http.Agent,
  headers: Record<string, string>,
  payload: Uint8Array,
): Promise<PostOutcome> {
  return new Promise((resolve) => {
    const request = requestByScheme[target.url.protocol as "http:" | "https:"](target.url, {
      method: "POST",
      agent,
      headers: { ...headers, "content-length": String(payload.byteLength) },
    });
    const timer = setTimeout(() => {
      request.destroy(new Error(`no answer within ${target.timeoutMillis} ms`));
    }, target.timeoutMillis);
    timer.unref();
    const settle = (outcome: PostOutcome): void => {
      clearTimeout(timer);
      resolve(outcome);
    };
    request.on("socket", (socket) => socket.unref());
    request.on("error", (error) => settle({ kind: "retry", reason: describe(error) }));
    request.on("response", (response) => {
      const chunks: Buffer[] = [];
      let size = 0;
      response.on("data", (chunk: Buffer) => {
        size += chunk.byteLength;
        if (size <= MAX_ANSWER_BYTES) chunks.push(chunk);
      });
      response.on("error", (error) => settle({ kind: "retry", reason: describe(error) }));
      response.on("end", () => settle(judge(response, Buffer.concat(chunks))));
    });
    request.end(payload);
  });
}

function judge(response: http.IncomingMessage, body: Uint8Array): PostOutcome {
  const status = response.statusCode ?? 0;
  if (status >= 200 && status < 300) return { kind: "accepted", body };
  if (status === 413) return { kind: "too_large" };
  const reason = `${status} ${response.statusMessage ?? ""}`.trim();
  if (RETRYABLE.has(status)) {
    return { kind: "retry", reason, afterMillis: parseRetryAfter(response.headers["retry-after"], Date.now()) };
  }
  return { kind: "refused", reason };
}

/** Milliseconds from a Retry-After header, which is in seconds or a date; undefined when it is neither. */
export function parseRetryAfter(value: string | undefined, nowMillis: number): number | undefined {
  if (value === undefined) return undefined;
  const seconds = Number(value);
  const millis = Number.isNaN(seconds) ? Date.parse(value) - nowMillis : seconds * 1000;
  return Number.isNaN(millis) ? undefined : Math.max(0, millis);
}

/** An AggregateError (localhost as ::1 and 127.0.0.1) has an empty message; its first error says what happened. */
function describe(error: Error): string {
  const cause = error instanceof AggregateError ? (error.errors[0] as Error) : error;
  return cause.message || (cause as NodeJS.ErrnoException).code || cause.name;
}
