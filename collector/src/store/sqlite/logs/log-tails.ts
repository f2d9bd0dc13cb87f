/**
 * Who follows the log, on the ingest thread: for each tail up to where in the open block it was told, and what it has not been told of
 * the blocks that were sealed meanwhile. A condition is looked at when the tail asks and when a block is sealed, never when records come.
 */
import { mergeBatches } from "../../../model/edit-merge.ts";
import type { LogBatch } from "../../../model/log-batch.ts";
import type { LogCondition } from "../../../model/log-condition.ts";
import { logBatchOf } from "../block/batch-of-records.ts";
import type { OpenLogBlock } from "../block/open-log-block.ts";
import { LogView } from "./log-view.ts";
import { LogMatcher } from "./match-condition.ts";
import { recordsOf } from "./selection.ts";

export interface TailRequest {
  /** Names the tail; a new name begins one at what comes next. */
  readonly tail: string;
  readonly condition: LogCondition;
  readonly jsonBodies: boolean;
  /** Nobody follows any more. */
  readonly ends?: boolean;
}

export interface TailAnswer {
  /** In order of arrival; undefined = nothing came. */
  readonly logs: LogBatch | undefined;
  /** Older ones that were left out. */
  readonly missed: number;
  /** There are too many tails already. */
  readonly isRefused?: boolean;
}

const MOST_TAILS = 64;
/** What is kept for a tail until it asks. */
const MOST_RECORDS = 5000;
const MOST_BYTES = 16 * 1024 * 1024;
/** A tail that asks no more is forgotten: its thread may have died. */
const FORGET_MILLIS = 30_000;

interface Tail {
  readonly matcher: LogMatcher;
  /** Record of the open block from which on it was told nothing. */
  position: number;
  waiting: LogBatch[];
  missed: number;
  askedAt: number;
}

export class LogTails {
  readonly #block: OpenLogBlock;
  readonly #now: () => number;
  readonly #tails = new Map<string, Tail>();

  constructor(block: OpenLogBlock, now: () => number = () => performance.now()) {
    this.#block = block;
    this.#now = now;
  }

  answer({ tail: name, condition, jsonBodies, ends }: TailRequest): TailAnswer {
    if (ends) this.#tails.delete(name);
    this.#forget();
    if (ends) return { logs: undefined, missed: 0 };
    let tail = this.#tails.get(name);
    if (!tail) {
      if (this.#tails.size >= MOST_TAILS) return { logs: undefined, missed: 0, isRefused: true };
      const matcher = new LogMatcher(condition, jsonBodies);
      tail = { matcher, position: this.#block.count, waiting: [], missed: 0, askedAt: 0 };
      this.#tails.set(name, tail);
    }
    tail.askedAt = this.#now();
    this.#advance(tail);
    const { waiting, missed } = tail;
    tail.waiting = [];
    tail.missed = 0;
    return { logs: waiting.length === 0 ? undefined : mergeBatches(waiting), missed };
  }

  /** The open block is sealed and about to be emptied. */
  beforeClear(): void {
    this.#forget();
    for (const tail of this.#tails.values()) {
      this.#advance(tail);
      tail.position = 0;
    }
  }

  #forget(): void {
    for (const [name, { askedAt }] of this.#tails) if (this.#now() - askedAt > FORGET_MILLIS) this.#tails.delete(name);
  }

  #advance(tail: Tail): void {
    const block = this.#block;
    const { position } = tail;
    tail.position = block.count;
    if (position === block.count) return;
    const hits = recordsOf(tail.matcher.matchFrom(new LogView(block), position));
    if (hits.length === 0) return;
    const first = firstThatFits(block, hits);
    tail.missed += first;
    tail.waiting.push(logBatchOf(block, hits.subarray(first)));
    let records = tail.waiting.reduce((sum, { count }) => sum + count, 0);
    let bytes = tail.waiting.reduce((sum, batch) => sum + batch.bytes.length, 0);
    while (tail.waiting.length > 1 && (records > MOST_RECORDS || bytes > MOST_BYTES)) {
      const [oldest] = tail.waiting.splice(0, 1);
      tail.missed += oldest.count;
      records -= oldest.count;
      bytes -= oldest.bytes.length;
    }
  }
}

/** Of the newest of some records as many as may be kept, one at least. */
function firstThatFits({ bodyStarts, bodyEnds }: OpenLogBlock, hits: Uint32Array): number {
  let first = hits.length - 1;
  let bytes = bodyEnds[hits[first]] - bodyStarts[hits[first]];
  while (first > 0 && hits.length - first < MOST_RECORDS) {
    bytes += bodyEnds[hits[first - 1]] - bodyStarts[hits[first - 1]];
    if (bytes > MOST_BYTES) break;
    first--;
  }
  return first;
}
