/**
 * What span and log batches share: records in columns whose variable parts are ranges into one byte array, so that decoding
 * allocates nothing per record. Batches are readonly; a processor that changes something builds new columns and shares the rest.
 *
 *   bytes:  ....[KeyValue][KeyValue]....[event field, tag and all]....
 *                 ^ attributeOffset/attributeLength   ^ restOffset/restLength
 */
import type { ReceivedBody, Signal } from "./signal.ts";

/** Marks "no range" in an offset column. */
export const NONE = 0xffffffff;

/**
 * A resource with a scope, as OTLP nests them. Both are kept as encoded messages without their children, so unknown fields
 * survive: `resource` is a ResourceSpans (or ResourceLogs) without its scopes, `scope` a ScopeSpans (or ScopeLogs) without its records.
 */
export interface RecordGroup {
  readonly resource: Uint8Array;
  readonly scope: Uint8Array;
}

export interface RecordBatch {
  readonly signal: Signal;
  /** Every offset column points into it. */
  readonly bytes: Uint8Array;
  /** Number of records; every per-record column is at least this long. */
  readonly count: number;
  readonly groups: readonly RecordGroup[];
  /** Record -> index into `groups`. */
  readonly group: Uint32Array;

  /** Record i's attributes are entries [attributeStart[i], attributeStart[i + 1]) of the two columns below. */
  readonly attributeStart: Uint32Array;
  /** Where the KeyValue message's content begins (without tag and length). */
  readonly attributeOffset: Uint32Array;
  readonly attributeLength: Uint32Array;

  /** Record i's other fields are ranges [restStart[i], restStart[i + 1]); each holds whole fields, tags included, in order. */
  readonly restStart: Uint32Array;
  readonly restOffset: Uint32Array;
  readonly restLength: Uint32Array;

  /** The body this batch was decoded from; absent as soon as the batch differs from it. */
  readonly received?: ReceivedBody;
}
