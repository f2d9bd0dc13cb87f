/**
 * Log records of one place of the store (a block) that meet a condition, in columns: what query operators work on. Valid only during the
 * visit it was given to. Columns are made when they are asked for, and once.
 */
import type { LogBatch } from "./log-batch.ts";
import type { LogField } from "./log-field.ts";

export interface LogPiece {
  /** Hits: every column has as many values. In no order of time. */
  readonly count: number;
  /** Unix nanoseconds as two words: the record's time, or its observed time where it has none. */
  readonly timeLow: Uint32Array;
  readonly timeHigh: Uint32Array;
  /** By the severity text where no number was sent: see effectiveSeverity(). */
  readonly severityNumber: Uint8Array;
  column(field: LogField): TextColumn;
  /** All attributes of the hits, those of resource and scope included, and members of their bodies; for facets and `fields`. */
  keys(): readonly string[];
  /** Some of the hits as a batch, in the order given. */
  batch(hits: ArrayLike<number>): LogBatch;
}

/** A text for each hit, by number: texts are few, hits are many. */
export interface TextColumn {
  /** Index into `texts`, or ABSENT_TEXT. */
  readonly codes: Uint32Array;
  /** Not necessarily distinct. */
  readonly texts: readonly string[];
}

export const ABSENT_TEXT = 0xffffffff;
