/**
 * What readers may know of the open blocks without asking the ingest thread, in memory that all threads share: which traces they surely
 * do not hold, from when to when their spans are, and the catalogue's state. Most reads look for what is sealed: they need not wait for a
 * request that is being decoded, or for a seal.
 *
 * Nothing is locked, and every value is written and read atomically. The writer says what is in an open block before it is acknowledged, and
 * takes it back when the block is committed, copied to pins, and named by the catalogue's state; a reader looks at the open block first and
 * at the state after that: what is sealed in between is either asked for, as it was still open, or behind the id that the state names.
 */
import { setImmediate as nextTurn } from "node:timers/promises";
import { nanosToBigInt } from "../../base/nanos.ts";
import { clamp } from "./block/match-spans.ts";
import type { AskHead, CatalogueState, HeadAnswer, HeadRequest } from "./head.ts";

const SIGNALS = ["traces", "logs"] as const;
type Signal = (typeof SIGNALS)[number];

/**
 * One bit for each trace of a block, by the end of its id, which is random in all formats of ids: a block of spans sets one in 16 at most,
 * one of logs one in 4. What has its bit set by another is asked for.
 */
const FILTER_BITS = 1 << 17;
const FILTER_BYTES = FILTER_BITS / 8;
const [LAST_BLOCK, PARTITIONS_VERSION, FIRST_NANOS, LAST_NANOS, NUMBERS] = [0, 1, 2, 3, 4];
const NEVER = 2n ** 64n - 1n;
/** After so long without another turn of the event loop a thread's other work is let in. */
const TURN_MILLIS = 20;

interface Shared {
  readonly numbers: BigUint64Array;
  readonly filters: Readonly<Record<Signal, Int32Array>>;
}

interface OpenTraces {
  /** 16 bytes each. */
  readonly traceIds: Uint8Array;
  readonly traceCount: number;
}

interface StartTimes {
  readonly count: number;
  readonly startLow: Uint32Array;
  readonly startHigh: Uint32Array;
}

/** The writing side. */
export class HeadBulletin {
  readonly buffer = new SharedArrayBuffer(NUMBERS * 8 + SIGNALS.length * FILTER_BYTES);
  readonly #shared = openShared(this.buffer);
  /** Traces of each open block whose bits are set. */
  readonly #known = { traces: 0, logs: 0 };

  constructor() {
    this.#clearTimes();
  }

  set lastBlockId(id: number) {
    Atomics.store(this.#shared.numbers, LAST_BLOCK, BigInt(id));
  }

  /** Changes whenever the partition files do. */
  get partitionsVersion(): number {
    return Number(Atomics.load(this.#shared.numbers, PARTITIONS_VERSION));
  }

  partitionsChanged(): void {
    Atomics.add(this.#shared.numbers, PARTITIONS_VERSION, 1n);
  }

  /** Called when a batch is in the open block, before it is acknowledged. */
  addTraces(signal: Signal, { traceIds, traceCount }: OpenTraces): void {
    const filter = this.#shared.filters[signal];
    for (let trace = this.#known[signal]; trace < traceCount; trace++) {
      const bit = bitOf(traceIds, trace * 16);
      Atomics.or(filter, bit >>> 5, 1 << (bit & 31));
    }
    this.#known[signal] = traceCount;
  }

  /** The same for when its spans began. */
  addTimes({ count, startLow, startHigh }: StartTimes): void {
    if (count === 0) return;
    let first = 0;
    let last = 0;
    for (let i = 1; i < count; i++) {
      const low = startLow[i];
      const high = startHigh[i];
      if (high < startHigh[first] || (high === startHigh[first] && low < startLow[first])) first = i;
      else if (high > startHigh[last] || (high === startHigh[last] && low > startLow[last])) last = i;
    }
    const { numbers } = this.#shared;
    const [from, to] = [first, last].map((i) => nanosToBigInt(startLow[i], startHigh[i]));
    if (from < numbers[FIRST_NANOS]) Atomics.store(numbers, FIRST_NANOS, from);
    if (to > numbers[LAST_NANOS]) Atomics.store(numbers, LAST_NANOS, to);
  }

  /** Called when a block is emptied: its traces are counted anew. */
  restart(signal: Signal): void {
    this.#known[signal] = 0;
  }

  /** Called after that, when all that readers need instead of the block is there, and `lastBlockId` says so. */
  clear(signal: Signal): void {
    const filter = this.#shared.filters[signal];
    // A plain fill() may be seen before `lastBlockId` on processors that order writes less strictly.
    for (let i = 0; i < filter.length; i++) if (filter[i] !== 0) Atomics.store(filter, i, 0);
    if (signal === "traces") this.#clearTimes();
  }

  #clearTimes(): void {
    Atomics.store(this.#shared.numbers, FIRST_NANOS, NEVER);
    Atomics.store(this.#shared.numbers, LAST_NANOS, 0n);
  }
}

/** The reading side: asks only where the bulletin does not say enough. */
export class BulletinReader {
  readonly #shared: Shared;
  readonly #ask: AskHead;
  /** As they were named last. */
  #partitions: Omit<CatalogueState, "lastBlockId"> | undefined;
  #turnMillis = 0;

  constructor(buffer: SharedArrayBuffer, ask: AskHead) {
    this.#shared = openShared(buffer);
    this.#ask = ask;
  }

  readonly ask = async (request: HeadRequest): Promise<HeadAnswer> => {
    let answer = this.#answer(request);
    if (!answer) {
      // At once: what is asked together goes as one message.
      answer = await this.#ask(request);
      const { partitions, partitionsVersion } = answer;
      this.#partitions = { partitions, partitionsVersion };
    } else if (performance.now() - this.#turnMillis > TURN_MILLIS) await nextTurn();
    else return answer;
    this.#turnMillis = performance.now();
    return answer;
  };

  #answer(request: HeadRequest): HeadAnswer | undefined {
    // In this order: see above.
    if (!this.#partitions || this.#mayBeOpen(request)) return undefined;
    const { numbers } = this.#shared;
    const lastBlockId = Number(Atomics.load(numbers, LAST_BLOCK));
    const isSame = Number(Atomics.load(numbers, PARTITIONS_VERSION)) === this.#partitions.partitionsVersion;
    return isSame ? { lastBlockId, ...this.#partitions } : undefined;
  }

  /** Whether the open block may hold something of it; true for what the bulletin says nothing of. */
  #mayBeOpen(request: HeadRequest): boolean {
    switch (request.kind) {
      case "spans":
        return request.traceIds.some((id) => this.#mayHold("traces", id));
      case "logs":
        return this.#mayHold("logs", request.traceId);
      case "findTraces": {
        const { numbers } = this.#shared;
        const { start, end } = request.filter.range;
        return Atomics.load(numbers, FIRST_NANOS) <= clamp(end) && Atomics.load(numbers, LAST_NANOS) >= clamp(start);
      }
      default:
        return true;
    }
  }

  #mayHold(signal: Signal, traceId: Uint8Array): boolean {
    const bit = bitOf(traceId, 0);
    return (Atomics.load(this.#shared.filters[signal], bit >>> 5) & (1 << (bit & 31))) !== 0;
  }
}

function openShared(buffer: SharedArrayBuffer): Shared {
  const filter = (n: number) => new Int32Array(buffer, NUMBERS * 8 + n * FILTER_BYTES, FILTER_BYTES / 4);
  return { numbers: new BigUint64Array(buffer, 0, NUMBERS), filters: { traces: filter(0), logs: filter(1) } };
}

function bitOf(ids: Uint8Array, at: number): number {
  return ((ids[at + 13] << 16) | (ids[at + 14] << 8) | ids[at + 15]) & (FILTER_BITS - 1);
}
