/**
 * The error classes that cross folders. Each boundary translates them in one file (HTTP, gRPC, CLI); messages begin "cannot …",
 * hold the offending value and say the likely fix.
 */

/** The bytes or the text sent to us cannot be understood; the sender must not retry. HTTP 400, gRPC INVALID_ARGUMENT. */
export class DecodeError extends Error {
  override name = "DecodeError";
}

/** What was sent is larger than allowed, once decompressed: HTTP 413, gRPC RESOURCE_EXHAUSTED. */
export class TooLargeError extends Error {
  override name = "TooLargeError";
}

/** What was asked for doesn't exist. HTTP 404. */
export class NotFoundError extends Error {
  override name = "NotFoundError";
}

/** What was to be changed has changed since it was read. HTTP 409. */
export class ConflictError extends Error {
  override name = "ConflictError";
}

/** A text that cannot be understood: where, why, and what to write instead. */
export class TextError extends Error {
  override name = "TextError";
  /** 0-based offset into the text. */
  readonly position: number;
  readonly hint: string | undefined;

  constructor(message: string, position: number, hint?: string) {
    super(message);
    this.position = position;
    this.hint = hint;
  }
}

/** A query that cannot be run: 400 with the position (0-based offset into the query text) and a hint, where there are any. */
export class QueryError extends Error {
  override name = "QueryError";
  readonly position: number | undefined;
  readonly hint: string | undefined;

  constructor(message: string, position?: number, hint?: string) {
    super(message);
    this.position = position;
    this.hint = hint;
  }
}

/** Nobody waits any more; not to be reported. Has the name that the platform's own has. */
export class AbortedError extends Error {
  override name = "AbortError";
}

/** The message of anything that was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
