/** How a consumer refuses a batch. Receivers translate these into their protocol's answers, one file each. */

/** The batch can never be taken: HTTP 400, gRPC INVALID_ARGUMENT. Retrying is of no use. */
export class PermanentError extends Error {
  override name = "PermanentError";
}

/** The batch cannot be taken now: HTTP 503 (429 when `overloaded`), gRPC UNAVAILABLE with RetryInfo. Nothing of it was kept. */
export class RetryableError extends Error {
  override name = "RetryableError";
  readonly retryAfterMillis: number;
  /** True when too much is in flight (RESOURCE_EXHAUSTED, 429), false when something is short, broken or stopping (UNAVAILABLE, 503). */
  readonly overloaded: boolean;

  constructor(message: string, retryAfterMillis = 1000, overloaded = false) {
    super(message);
    this.retryAfterMillis = retryAfterMillis;
    this.overloaded = overloaded;
  }
}

/** The sender's credentials are missing or wrong: HTTP 401, gRPC UNAUTHENTICATED. */
export class UnauthenticatedError extends Error {
  override name = "UnauthenticatedError";
}
