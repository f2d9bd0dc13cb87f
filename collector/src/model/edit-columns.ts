/**
 * What the editing helpers need to know of the columns: which there are, and which hold offsets into the batch's bytes (these move
 * when bytes move). A new column is one line here; the compiler asks for it.
 */
import type { LogBatch } from "./log-batch.ts";
import type { RecordBatch } from "./record-batch.ts";
import type { SpanBatch } from "./span-batch.ts";

/** A batch of records in columns, of either signal. */
export type EditableBatch = SpanBatch | LogBatch;

/** "offset" may also be NONE. */
type ColumnRole = "offset" | "value";
type ColumnRoles<B> = { readonly [K in Exclude<keyof B, keyof RecordBatch>]: ColumnRole };

const SPAN_COLUMNS: ColumnRoles<SpanBatch> = {
  traceId: "offset",
  spanId: "offset",
  parentSpanId: "offset",
  nameOffset: "offset",
  nameLength: "value",
  kind: "value",
  statusCode: "value",
  statusInRest: "value",
  startLow: "value",
  startHigh: "value",
  endLow: "value",
  endHigh: "value",
};

const LOG_COLUMNS: ColumnRoles<LogBatch> = {
  timeLow: "value",
  timeHigh: "value",
  observedLow: "value",
  observedHigh: "value",
  severityNumber: "value",
  severityTextOffset: "offset",
  severityTextLength: "value",
  bodyOffset: "offset",
  bodyLength: "value",
  traceId: "offset",
  spanId: "offset",
};

export type Column = Uint32Array | Uint8Array;
export type Columns = Record<string, Column>;

/** Names and roles of the columns with one entry per record, `group` aside. */
export function recordColumns(batch: EditableBatch): readonly (readonly [name: string, role: ColumnRole])[] {
  return Object.entries(batch.signal === "traces" ? SPAN_COLUMNS : LOG_COLUMNS);
}

export function columnOf(batch: EditableBatch, name: string): Column {
  return (batch as unknown as Columns)[name];
}

/** An empty column of the same element type. */
export function emptyLike(column: Column, length: number): Column {
  return column instanceof Uint32Array ? new Uint32Array(length) : new Uint8Array(length);
}
