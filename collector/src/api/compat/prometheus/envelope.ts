/**
 * Prometheus' envelope around every answer, and errors translated into it: bad_data 400, execution 422, timeout and canceled 503,
 * internal 500. Where an error has a position in the query or a hint, they stand beside it, as members that Prometheus doesn't have.
 */
import { QueryError } from "../../../base/errors.ts";
import { LimitError } from "../../../base/work-scope.ts";
import type { ApiContext } from "../../context.ts";
import { failureOf } from "../../errors.ts";
import { jsonResponse } from "../../json-response.ts";
import { ParameterError } from "./parameters.ts";

/** What a person should know about an answer that is there. */
export interface Notes {
  readonly warnings?: readonly string[];
  readonly infos?: readonly string[];
}

export const TRUNCATED = "results truncated due to limit";

type ErrorType = "bad_data" | "execution" | "timeout" | "canceled" | "internal" | "not_found";

/** The query was understood, but cannot be run. */
export class ExecutionError extends Error {
  override name = "ExecutionError";
}

export function success(data: unknown, notes: Notes = {}): Response {
  return pieceResponse([JSON.stringify(data)], notes);
}

/** @param data texts that, joined, are the JSON of `data` */
export function pieceResponse(data: Iterable<string>, { warnings = [], infos = [] }: Notes = {}): Response {
  return jsonResponse(
    (function* () {
      yield '{"status":"success","data":';
      yield* data;
      if (warnings.length > 0) yield `,"warnings":${JSON.stringify(warnings.slice(0, MOST_NOTES))}`;
      if (infos.length > 0) yield `,"infos":${JSON.stringify(infos.slice(0, MOST_NOTES))}`;
      yield "}";
    })(),
  );
}

const MOST_NOTES = 10;

export function failed(error: unknown, reportError: ApiContext["reportError"]): Response {
  if (error instanceof ParameterError) return problem(400, "bad_data", error.message);
  if (error instanceof ExecutionError) return problem(422, "execution", error.message);
  const { error: failure } = failureOf(error, reportError);
  const { message, position, hint } = failure;
  if (error instanceof QueryError) return problem(400, "bad_data", message, position, hint);
  if (error instanceof LimitError && error.limit === "time") return problem(503, "timeout", message, position, hint);
  if (error instanceof LimitError) return problem(422, "execution", message, position, hint);
  if (failure.code === 499) return problem(503, "canceled", message);
  if (failure.code === 404) return problem(404, "not_found", message);
  return problem(500, "internal", message);
}

function problem(status: number, errorType: ErrorType, error: string, position?: number, hint?: string): Response {
  return Response.json({ status: "error", errorType, error, position, hint }, { status });
}
