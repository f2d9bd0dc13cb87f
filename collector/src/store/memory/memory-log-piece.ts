/** Plain log records in the columns that query operators work on. */
import { mergeBatches } from "../../model/edit-merge.ts";
import { selectRecords } from "../../model/edit-select.ts";
import type { LogBatch } from "../../model/log-batch.ts";
import type { LogField } from "../../model/log-field.ts";
import { ABSENT_TEXT, type LogPiece, type TextColumn } from "../../model/log-piece.ts";
import { attributesOf } from "./plain-attributes.ts";
import { membersOf, textsOf } from "./plain-log-fields.ts";
import type { PlainLog } from "./plain-records.ts";

export class MemoryLogPiece implements LogPiece {
  readonly count: number;
  readonly timeLow: Uint32Array;
  readonly timeHigh: Uint32Array;
  readonly severityNumber: Uint8Array;
  readonly #logs: readonly PlainLog[];
  readonly #jsonBodies: boolean;

  constructor(logs: readonly PlainLog[], jsonBodies: boolean) {
    this.count = logs.length;
    this.timeLow = Uint32Array.from(logs, ({ time }) => Number(time & 0xffffffffn));
    this.timeHigh = Uint32Array.from(logs, ({ time }) => Number(time >> 32n));
    this.severityNumber = Uint8Array.from(logs, ({ severityNumber }) => severityNumber);
    this.#logs = logs;
    this.#jsonBodies = jsonBodies;
  }

  column(field: LogField): TextColumn {
    const texts: string[] = [];
    const codes = Uint32Array.from(this.#logs, (log) => {
      const text: string | undefined = textsOf(log, field, this.#jsonBodies)[0];
      return text === undefined ? ABSENT_TEXT : texts.push(text) - 1;
    });
    return { codes, texts };
  }

  keys(): readonly string[] {
    const keys = this.#logs.flatMap((log) => [
      ...attributesOf(log).map(({ key }) => key),
      ...membersOf(log, this.#jsonBodies).flatMap(({ key, isInner }) => (isInner ? [] : [key])),
    ]);
    return [...new Set(keys)];
  }

  batch(hits: ArrayLike<number>): LogBatch {
    return batchOfLogs(Array.from(hits, (hit) => this.#logs[hit]));
  }
}

/** At least one record, as one batch in their order. */
export function batchOfLogs(logs: readonly PlainLog[]): LogBatch {
  return mergeBatches(logs.map(({ batch, index }) => selectRecords(batch, [index])));
}
