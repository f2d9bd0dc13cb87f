/**
 * Why a request failed, in words for people. Built from the contract's WireError, or from what the network says; `status` is 0
 * when no answer came at all.
 */
import type { WireError } from "goldspan/contract";

export class ApiError extends Error {
  readonly status: number;
  /** 0-based offset into the query text. */
  readonly position?: number;
  readonly hint?: string;
  /** Names the entry in the collector's log. */
  readonly id?: string;

  constructor(status: number, error: Partial<WireError["error"]>, cause?: unknown) {
    super(error.message ?? `the collector answered with status ${status}`, { cause });
    this.name = "ApiError";
    this.status = status;
    this.position = error.position;
    this.hint = error.hint;
    this.id = error.id;
  }
}

/** The error that a response's body describes; bodies of another shape (a proxy's page) give the bare status. */
export function decodeApiError(status: number, body: string): ApiError {
  try {
    const parsed = JSON.parse(body) as Partial<WireError>;
    return new ApiError(status, parsed.error ?? {});
  } catch (cause) {
    return new ApiError(status, {}, cause);
  }
}

/** The same for Prometheus' envelope; `position` and `hint` are the collector's own additions to it. */
export function decodePrometheusError(status: number, body: string): ApiError {
  try {
    const { error, position, hint } = JSON.parse(body) as { error?: unknown; position?: number; hint?: string };
    if (typeof error !== "string") return decodeApiError(status, body);
    return new ApiError(status, { message: error, position, hint });
  } catch (cause) {
    return new ApiError(status, {}, cause);
  }
}
