/**
 * What is remembered of a fingerprint for as long as the store lives, beyond the retention of spans and logs: a document of the store.
 * The exceptions connector writes it, queries and alerts read it.
 */

/** Collection of documents, by fingerprint. */
export const EXCEPTIONS = "exceptions";
/** Collection of the stack traces of examples, by fingerprint: apart, since lists don't need them. */
export const EXCEPTION_STACKS = "exception_stacks";

/** Metric that counts exceptions, and its labels in Prometheus' form. */
export const EXCEPTIONS_METRIC = "exceptions_total";
export const FINGERPRINT_LABEL = "fingerprint";

export interface ExceptionRecord {
  readonly fingerprint: string;
  readonly service: string;
  readonly type: string;
  /** Of the newest. */
  readonly message: string;
  readonly culprit: string;
  /** Ever, as far as this store has seen it. */
  readonly count: number;
  /** Unix nanoseconds, of the exceptions' own times. */
  readonly firstSeenUnixNano: string;
  readonly lastSeenUnixNano: string;
  /** When this collector first met it; unix milliseconds. */
  readonly noticedAtMillis: number;
  /** service.version values, newest first, at most MOST_VERSIONS. */
  readonly versions: readonly VersionSeen[];
  readonly source: "span" | "log";
  /** The newest one with a trace. */
  readonly traceId?: string;
  readonly spanId?: string;
}

export interface VersionSeen {
  readonly name: string;
  readonly firstSeenUnixNano: string;
  readonly lastSeenUnixNano: string;
}

export const MOST_VERSIONS = 20;
