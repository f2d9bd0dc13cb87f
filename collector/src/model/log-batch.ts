/** Log records in columns: the currency of log pipelines. See record-batch.ts for the part shared with spans. */
import type { RecordBatch } from "./record-batch.ts";

export interface LogBatch extends RecordBatch {
  readonly signal: "logs";
  /** Unix nanoseconds as two words; 0 = unknown, then the observed time counts. */
  readonly timeLow: Uint32Array;
  readonly timeHigh: Uint32Array;
  readonly observedLow: Uint32Array;
  readonly observedHigh: Uint32Array;
  /** OTLP SeverityNumber 0 to 24; a number outside that range stands in the rest and counts as 0 here. */
  readonly severityNumber: Uint8Array;
  /** Range of the severity text (length 0 = none). */
  readonly severityTextOffset: Uint32Array;
  readonly severityTextLength: Uint32Array;
  /** Range of the body's AnyValue content; offset NONE = no body. */
  readonly bodyOffset: Uint32Array;
  readonly bodyLength: Uint32Array;
  /** Offset of the 16 bytes of a valid trace id, or NONE (the record is kept, unlinked). */
  readonly traceId: Uint32Array;
  /** Offset of the 8 bytes of a valid span id, or NONE. */
  readonly spanId: Uint32Array;
}
