/** Spans in columns: the currency of trace pipelines. See record-batch.ts for the part shared with logs. */
import type { RecordBatch } from "./record-batch.ts";

export interface SpanBatch extends RecordBatch {
  readonly signal: "traces";
  /** Offset of the 16 bytes of the trace id. */
  readonly traceId: Uint32Array;
  /** Offset of the 8 bytes of the span id. */
  readonly spanId: Uint32Array;
  /** Offset of the 8 bytes of the parent's span id, or NONE. A parent id of another length stands in the rest. */
  readonly parentSpanId: Uint32Array;
  readonly nameOffset: Uint32Array;
  readonly nameLength: Uint32Array;
  /** OTLP SpanKind 0 to 5; a number outside that range stands in the rest and counts as 0 here. */
  readonly kind: Uint8Array;
  /** OTLP StatusCode 0 to 2. The status message itself stands in the rest. */
  readonly statusCode: Uint8Array;
  /** 1 where the rest holds the whole status field (it has more than a code), so that it must not be written again. */
  readonly statusInRest: Uint8Array;
  /** Unix nanoseconds as two words. */
  readonly startLow: Uint32Array;
  readonly startHigh: Uint32Array;
  readonly endLow: Uint32Array;
  readonly endHigh: Uint32Array;
}

export const SPAN_KINDS = ["unspecified", "internal", "server", "client", "producer", "consumer"] as const;
export type SpanKindName = (typeof SPAN_KINDS)[number];

export const SPAN_KIND_SERVER = 2;
export const SPAN_KIND_CLIENT = 3;
export const SPAN_KIND_PRODUCER = 4;
export const SPAN_KIND_CONSUMER = 5;

export const STATUS_UNSET = 0;
export const STATUS_OK = 1;
export const STATUS_ERROR = 2;
