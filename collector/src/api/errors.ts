/** The one place where errors become the API's answers. Compatible APIs write the same status in their own envelope. */
import { randomUUID } from "node:crypto";
import { NotFoundError, QueryError } from "../base/errors.ts";
import type { WireError } from "./contract.ts";

export interface ApiFailure {
  readonly status: 400 | 404 | 499 | 500;
  readonly error: WireError["error"];
}

export function failureOf(error: unknown, reportError: (id: string, error: unknown) => void): ApiFailure {
  if (error instanceof QueryError) {
    const { message, position, hint } = error;
    return { status: 400, error: { code: 400, message, position, hint } };
  }
  if (error instanceof NotFoundError) return { status: 404, error: { code: 404, message: error.message } };
  // Nobody waits for this answer any more; 499 is nginx's number for it.
  if (error instanceof Error && error.name === "AbortError")
    return { status: 499, error: { code: 499, message: "the request was cancelled" } };
  const id = randomUUID();
  reportError(id, error);
  return { status: 500, error: { code: 500, message: `internal error ${id}; the collector's log has the reason`, id } };
}
