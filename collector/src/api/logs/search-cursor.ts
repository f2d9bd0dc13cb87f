/** Where the next page of a log search begins, as text: time of the last record, how many of exactly that time, and how many in all were given. */
import { QueryError } from "../../base/errors.ts";
import type { LogBatch } from "../../model/log-batch.ts";
import type { LogCursor } from "../../store/store.ts";
import { timeOf } from "./wire-log.ts";

export interface SearchPlace {
  readonly after?: LogCursor;
  /** Records of the pages before. */
  readonly given: number;
}

const CURSOR = /^(\d{1,20})\.(\d{1,15})\.(\d{1,15})$/;

/** @throws QueryError */
export function parseCursor(text: string | undefined): SearchPlace {
  if (text === undefined) return { given: 0 };
  const found = CURSOR.exec(text);
  if (!found)
    throw new QueryError(`cannot read the cursor "${text.slice(0, 100)}"`, undefined, "take it from the page before");
  return { after: { timeUnixNano: BigInt(found[1]), skip: Number(found[2]) }, given: Number(found[3]) };
}

export function formatCursor({ after, given }: SearchPlace): string | undefined {
  return after && `${after.timeUnixNano}.${after.skip}.${given}`;
}

/** The place behind these records. */
export function placeAfter(place: SearchPlace, batches: readonly LogBatch[]): SearchPlace {
  let { after, given } = place;
  for (const batch of batches) {
    for (let i = 0; i < batch.count; i++) {
      const time = timeOf(batch, i);
      after = { timeUnixNano: time, skip: after?.timeUnixNano === time ? after.skip + 1 : 1 };
    }
    given += batch.count;
  }
  return { after, given };
}
