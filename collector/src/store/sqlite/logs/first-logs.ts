/**
 * The first `limit` hits of a search, over all blocks, in the order of their times. Among equal times the order is one that a seal
 * doesn't change: by the content of resource and scope, and within those by arrival, since that is what blocks keep. (A merge may change
 * it for equal times of one resource that lie in several blocks.)
 */
import { finish, hashBytes, mixWord } from "../../../base/hash.ts";
import { compareNanos, nanosToBigInt } from "../../../base/nanos.ts";
import type { RecordGroup } from "../../../model/record-batch.ts";
import type { LogScan } from "../../store.ts";
import type { LogColumns } from "../block/record-columns.ts";

/** The open block's number: whatever is sealed came before it. */
export const OPEN_BLOCK = Number.MAX_SAFE_INTEGER;

export interface LogHit<S> {
  readonly low: number;
  readonly high: number;
  readonly group: number;
  readonly block: number;
  readonly record: number;
  /** Where it is to be read from. */
  readonly source: S;
}

/** Beyond this many times the limit, times are looked at alone first. */
const MANY = 4;

export class FirstLogs<S> {
  readonly #isNewestFirst: boolean;
  readonly #limit: number;
  #hits: LogHit<S>[] = [];

  constructor(order: LogScan["order"], limit: number) {
    this.#isNewestFirst = order === "newest";
    this.#limit = limit;
  }

  /** Those that there are, in order. */
  get all(): readonly LogHit<S>[] {
    return this.#hits;
  }

  /** @param block a number that is greater the later the block came. Returns how many of them are among the first now. */
  add(columns: LogColumns, records: Uint32Array, block: number, source: S): number {
    if (records.length === 0 || this.#limit === 0) return 0;
    const { effectiveLow, effectiveHigh, group, groups } = columns;
    const hashes = new Map<number, number>();
    const hashOf = (id: number) => {
      let hash = hashes.get(id);
      if (hash === undefined) hashes.set(id, (hash = hashOfGroup(groups[id])));
      return hash;
    };
    const hits = Array.from(this.#likely(columns, records), (record) => ({
      low: effectiveLow[record],
      high: effectiveHigh[record],
      group: hashOf(group[record]),
      block,
      record,
      source,
    }));
    this.#hits = [...this.#hits, ...hits].sort((a, b) => this.#compare(a, b)).slice(0, this.#limit);
    let count = 0;
    for (const hit of this.#hits) if (hit.source === source) count++;
    return count;
  }

  /** True when no record that is not beyond `edge` (nanoseconds) can get in any more. */
  isDone(edge: bigint): boolean {
    return this.#hits.length === this.#limit && this.settledBefore(edge) === this.#limit;
  }

  /** How many hits lie before whatever comes from `edge` (inclusive) on. */
  settledBefore(edge: bigint): number {
    let count = 0;
    for (const { low, high } of this.#hits) {
      const time = nanosToBigInt(low, high);
      if (this.#isNewestFirst ? time <= edge : time >= edge) break;
      count++;
    }
    return count;
  }

  /** Records that may be among the first, by time alone: sorting all of a block's takes 10 ms. */
  #likely({ effectiveLow: low, effectiveHigh: high }: LogColumns, records: Uint32Array): Uint32Array {
    const sign = this.#isNewestFirst ? -1 : 1;
    let likely = records;
    const worst = this.#hits.length === this.#limit ? this.#hits[this.#limit - 1] : undefined;
    if (worst) likely = records.filter((i) => compareNanos(low[i], high[i], worst.low, worst.high) * sign <= 0);
    if (likely.length <= this.#limit * MANY) return likely;
    // Rounded to 256 ns, which keeps the order but for equals.
    const times = Float64Array.from(likely, (i) => sign * (high[i] * 2 ** 32 + low[i]));
    const bound = times.toSorted()[this.#limit - 1];
    return likely.filter((_, n) => times[n] <= bound);
  }

  #compare(a: LogHit<S>, b: LogHit<S>): number {
    const order =
      compareNanos(a.low, a.high, b.low, b.high) || a.group - b.group || a.block - b.block || a.record - b.record;
    return this.#isNewestFirst ? -order : order;
  }
}

const SEED = 0x5bd1e995;

function hashOfGroup({ resource, scope }: RecordGroup): number {
  const hash = hashBytes(resource, 0, resource.length, SEED);
  return finish(mixWord(hash, hashBytes(scope, 0, scope.length, SEED)));
}
