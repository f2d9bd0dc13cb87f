/** The one place where errors become the API's answers. Compatible APIs write the same status in their own envelope. */
import { randomUUID } from "node:crypto";
import { ConflictError, NotFoundError, QueryError } from "../base/errors.ts";
import { LimitError } from "../base/work-scope.ts";
import { PinBudgetError } from "../store/store.ts";
import type { WireError } from "./contract.ts";

export interface ApiFailure {
  readonly status: 400 | 404 | 409 | 422 | 499 | 500 | 503 | 507;
  readonly error: WireError["error"];
}

/** Time depends on what else goes on, so it may work later (503); the others don't (422). */
const LIMITS = {
  time: {
    status: 503,
    hint: "narrow the time range or name a service; or raise query.timeout of the storage extension",
  },
  bytes: {
    status: 422,
    hint: "narrow the time range, name a service, or look for a rarer attribute; or raise query.max_bytes_scanned of the storage extension",
  },
  rows: {
    status: 422,
    hint: "ask for fewer results with limit, or narrow the time range; or raise query.max_rows of the storage extension",
  },
  size: { status: 422, hint: "ask for fewer results with limit" },
} as const;

export function failureOf(error: unknown, reportError: (id: string, error: unknown) => void): ApiFailure {
  if (error instanceof QueryError) {
    const { message, position, hint } = error;
    return { status: 400, error: { code: 400, message, position, hint } };
  }
  if (error instanceof NotFoundError) return { status: 404, error: { code: 404, message: error.message } };
  if (error instanceof ConflictError) return { status: 409, error: { code: 409, message: error.message } };
  if (error instanceof PinBudgetError) return { status: 507, error: { code: 507, message: error.message } };
  if (error instanceof LimitError) {
    const { status, hint } = LIMITS[error.limit];
    return { status, error: { code: status, message: `cannot answer this query: ${error.message}`, hint } };
  }
  // Nobody waits for this answer any more; 499 is nginx's number for it.
  if (error instanceof Error && error.name === "AbortError")
    return { status: 499, error: { code: 499, message: "the request was cancelled" } };
  const id = randomUUID();
  reportError(id, error);
  return { status: 500, error: { code: 500, message: `internal error ${id}; the collector's log has the reason`, id } };
}
