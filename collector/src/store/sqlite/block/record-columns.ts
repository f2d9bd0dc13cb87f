/**
 * A block's records as columns: what searching and reading work on, whether the block is open (in memory) or sealed (decoded
 * chunk by chunk or section by section as columns are asked for).
 */
import type { ByteColumn } from "../../../base/column.ts";
import type { RecordGroup } from "../../../model/record-batch.ts";
import type { AttributeRefs } from "./attribute-codec.ts";
import type { StoredBodies } from "./stored-bodies.ts";
import type { Dictionary } from "./dictionary.ts";

export interface RecordColumns {
  readonly count: number;
  /** Record -> index into groups. */
  readonly group: Uint32Array;
  readonly groups: readonly RecordGroup[];
  /** Group -> service name. */
  readonly groupServices: readonly string[];
  /** Record -> index of its trace in the block; NONE for a log without a trace. */
  readonly trace: Uint32Array;
  /** 16 bytes a trace. */
  readonly traceIds: Uint8Array;
  readonly traceCount: number;
  readonly attributes: AttributeRefs;
  /** The same for some records: the n-th one's attributes are ids[starts[n], starts[n + 1]). Cheaper for few of them. */
  attributesOf(records: ArrayLike<number>): AttributeRefs;
  /** Records with an attribute that is marked, by dictionary entry; each at least once, in no order. */
  recordsWith(entries: Uint8Array): number[];
  readonly dictionary: Dictionary;
  /** Record i's other fields, tags included: rest[restStarts[i], restStarts[i + 1]). */
  readonly restStarts: Uint32Array;
  readonly rest: Uint8Array;
}

/** A span's service, kind and name. */
export interface Operation {
  readonly service: string;
  readonly kind: number;
  /** UTF-8 as it was sent. */
  readonly name: Uint8Array;
}

export interface SpanColumns extends RecordColumns {
  readonly operation: Uint32Array;
  readonly operations: readonly Operation[];
  readonly startLow: Uint32Array;
  readonly startHigh: Uint32Array;
  /** end - start modulo 2^64: a span that ends before it starts has its top bit set. */
  readonly durationLow: Uint32Array;
  readonly durationHigh: Uint32Array;
  /** Status code 0 to 2, plus STATUS_IN_REST. */
  readonly status: Uint8Array;
  /** 8 bytes a span. */
  readonly spanIds: Uint8Array;
  /** Appends the 8 bytes of a span's parent id and returns where; only for spans that have a parent. */
  appendParentId(record: number, out: ByteColumn): number;
  readonly hasParent: Uint8Array;
}

/** The rest holds the whole status field. */
export const STATUS_IN_REST = 0x80;
export const STATUS_CODE_MASK = 0x03;

export interface LogColumns extends RecordColumns {
  /** Time, or observed time where there is none: what searches and orders go by. */
  readonly effectiveLow: Uint32Array;
  readonly effectiveHigh: Uint32Array;
  readonly timeLow: Uint32Array;
  readonly timeHigh: Uint32Array;
  readonly observedLow: Uint32Array;
  readonly observedHigh: Uint32Array;
  readonly severityNumber: Uint8Array;
  /** Record -> index into severityTexts. */
  readonly severityText: Uint32Array;
  readonly severityTexts: readonly Uint8Array[];
  /** 8 bytes a record; all zero = no span. */
  readonly spanIds: Uint8Array;
  /** Body of record i: bodies[bodyStarts[i], bodyEnds[i]); hasBody tells an empty one from none. */
  readonly bodyStarts: Uint32Array;
  readonly bodyEnds: Uint32Array;
  readonly bodies: Uint8Array;
  readonly hasBody: Uint8Array;
  /** Records in the order in which their bodies lie in `bodies`, one after the other; undefined = the order of records. */
  readonly bodyOrder: Uint32Array | undefined;
  /** The bodies as they are stored: words are found in them without putting the bodies together. */
  readonly storedBodies?: StoredBodies | undefined;
}
