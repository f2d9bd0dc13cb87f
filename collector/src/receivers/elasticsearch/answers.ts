/** Answers in Elasticsearch's form. The header is what its clients know it by; without it the official ones send nothing. */
import { DecodeError, TooLargeError } from "../../base/errors.ts";
import { PermanentError, RetryableError, UnauthenticatedError } from "../../component/errors.ts";
import type { Logger } from "../../component/logger.ts";
import { refusedInText } from "../../component/post-route.ts";
import type { RouteAnswer } from "../../component/web-route.ts";

export function jsonAnswer(
  status: number,
  value: unknown,
  headers: Readonly<Record<string, string>> = {},
): RouteAnswer {
  return {
    status,
    headers: { ...headers, "content-type": "application/json", "x-elastic-product": "Elasticsearch" },
    body: JSON.stringify(value),
  };
}

export function errorAnswer(
  status: number,
  type: string,
  reason: string,
  headers: Readonly<Record<string, string>> = {},
): RouteAnswer {
  const cause = { type, reason };
  return jsonAnswer(status, { error: { root_cause: [cause], ...cause }, status }, headers);
}

/** Status and headers are those of every receiver; the body is what shippers of Elasticsearch read. */
export function refusedAsElasticsearch(error: unknown, logger: Logger): RouteAnswer {
  const { status, headers = {}, body } = refusedInText(error, logger);
  return errorAnswer(status, typeOf(error), String(body).trim(), headers);
}

function typeOf(error: unknown): string {
  if (error instanceof DecodeError || error instanceof PermanentError) return "illegal_argument_exception";
  if (error instanceof UnauthenticatedError) return "security_exception";
  if (error instanceof TooLargeError) return "content_too_long_exception";
  if (error instanceof RetryableError)
    return error.overloaded ? "es_rejected_execution_exception" : "unavailable_shards_exception";
  return "exception";
}
