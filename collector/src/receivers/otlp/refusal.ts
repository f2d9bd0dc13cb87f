/**
 * The one place where errors become OTLP's answers (https://opentelemetry.io/docs/specs/otlp/#failures-1): whatever a request ran
 * into -> HTTP status, google.rpc code and what a sender may do. Servers write it down in their protocol.
 */
import { randomUUID } from "node:crypto";
import { DecodeError, messageOf, TooLargeError } from "../../base/errors.ts";
import { PermanentError, RetryableError, UnauthenticatedError } from "../../component/errors.ts";
import type { Logger } from "../../component/logger.ts";
import { CODE, type RpcStatus } from "../../wire/otlp/export-response.ts";

export interface Refusal {
  readonly httpStatus: number;
  readonly status: RpcStatus;
}

export function refusalOf(error: unknown, logger: Logger): Refusal {
  if (error instanceof DecodeError)
    return { httpStatus: 400, status: { code: CODE.INVALID_ARGUMENT, message: error.message, badRequest: true } };
  if (error instanceof PermanentError)
    return { httpStatus: 400, status: { code: CODE.INVALID_ARGUMENT, message: error.message } };
  if (error instanceof TooLargeError)
    return { httpStatus: 413, status: { code: CODE.RESOURCE_EXHAUSTED, message: error.message } };
  if (error instanceof UnauthenticatedError)
    return { httpStatus: 401, status: { code: CODE.UNAUTHENTICATED, message: error.message } };
  if (error instanceof RetryableError) {
    const { message, retryAfterMillis, overloaded } = error;
    const code = overloaded ? CODE.RESOURCE_EXHAUSTED : CODE.UNAVAILABLE;
    return { httpStatus: overloaded ? 429 : 503, status: { code, message, retryAfterMillis } };
  }
  const id = randomUUID();
  logger.error("a request failed for a reason nobody foresaw", {
    id,
    error: error instanceof Error ? error.stack : messageOf(error),
  });
  return {
    httpStatus: 500,
    status: { code: CODE.INTERNAL, message: `internal error ${id}; the collector's log has the reason` },
  };
}
