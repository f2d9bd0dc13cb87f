/** Routes that take a body by POST: who sends, how large it is, whether there is room, and what an error is answered with. */
import { randomUUID } from "node:crypto";
import { DecodeError, messageOf, TooLargeError } from "../base/errors.ts";
import type { Admission } from "./admission.ts";
import { admitBody } from "./admit-body.ts";
import type { Authenticator } from "./authenticator.ts";
import { PermanentError, RetryableError, UnauthenticatedError } from "./errors.ts";
import type { Logger } from "./logger.ts";
import { networkOf } from "./sender.ts";
import type { RouteAnswer, RouteHead, WebRoute } from "./web-route.ts";

export interface RouteParts {
  readonly path: string;
  readonly admission: Admission;
  readonly authenticator?: Authenticator | undefined;
  /** Of a body, decompressed. */
  readonly maxBytes: number;
  /** What is wrong with the headers, before a body is asked for; undefined = nothing. */
  readonly check: (head: RouteHead) => RouteAnswer | undefined;
  readonly isCompressed: (head: RouteHead) => boolean;
  /** Errors it throws are answered by `refuse`. */
  readonly handle: (head: RouteHead, body: Uint8Array) => Promise<RouteAnswer>;
  readonly refuse: (error: unknown, head: RouteHead) => RouteAnswer;
}

/** A route that takes POST. */
export function postRoute(parts: RouteParts): WebRoute {
  const { path, admission, authenticator, maxBytes, check, isCompressed, handle, refuse } = parts;
  return {
    path,
    checksSenders: authenticator !== undefined,
    async open(head, signal) {
      if (head.method !== "POST")
        return { status: 405, headers: { allow: "POST" }, body: `cannot ${head.method} ${path}: it takes POST\n` };
      try {
        const denied = authenticator?.authenticate(head.headers);
        if (denied !== undefined) throw new UnauthenticatedError(denied);
        const wrong = check(head);
        if (wrong) return wrong;
        if ((head.length ?? 0) > maxBytes) throw tooLarge(maxBytes);
        const identity = authenticator?.identify?.(head.headers);
        const sender = identity === undefined ? networkOf(head.remoteAddress) : `identity ${identity}`;
        const arrival = { length: head.length, isCompressed: isCompressed(head), sender };
        const place = await admitBody(admission, maxBytes, arrival, signal);
        const answered = async <T>(act: () => T | Promise<T>): Promise<T | RouteAnswer> => {
          try {
            return await act();
          } catch (error) {
            return refuse(error, head);
          }
        };
        return {
          maxBytes,
          hold: (bytes) =>
            answered(() => {
              if (bytes > maxBytes) throw tooLarge(maxBytes);
              place.hold(bytes);
              return undefined;
            }),
          handle: (body) => answered(() => handle(head, body)),
          leave: () => place.leave(),
        };
      } catch (error) {
        return refuse(error, head);
      }
    },
  };
}

/** Any error as an answer in plain text. What nobody foresaw is logged, once, with the id that the sender is told. */
export function refusedInText(error: unknown, logger: Logger): RouteAnswer {
  const text = (status: number, headers: Record<string, string> = {}) => ({
    status,
    headers: { "content-type": "text/plain; charset=utf-8", ...headers },
    body: `${messageOf(error)}\n`,
  });
  if (error instanceof DecodeError || error instanceof PermanentError) return text(400);
  if (error instanceof UnauthenticatedError) return text(401, { "www-authenticate": "Bearer" });
  if (error instanceof TooLargeError) return text(413);
  if (error instanceof RetryableError)
    return text(error.overloaded ? 429 : 503, {
      "retry-after": String(Math.max(1, Math.ceil(error.retryAfterMillis / 1000))),
    });
  const id = randomUUID();
  logger.error("a request failed for a reason nobody foresaw", {
    id,
    error: error instanceof Error ? error.stack : messageOf(error),
  });
  return { status: 500, body: `internal error ${id}; the collector's log has the reason\n` };
}

function tooLarge(maxBytes: number): TooLargeError {
  return new TooLargeError(
    `cannot take a request of more than ${maxBytes} bytes; send smaller batches, or raise max_request_body_size`,
  );
}
