/**
 * What readers may know of the open blocks without asking the ingest thread, in memory that all threads share: which traces they surely
 * do not hold, from when to when their spans are, and the catalogue's state. Most reads look for what is sealed: they need not wait for a
 * request that is being decoded, or for a seal.
 *
 * Nothing is locked. The writer says what is in an open block before it is acknowledged, and takes it back when the block is committed and
 * the catalogue's state names it; a reader looks at the open block first and at the state after that: what was sealed in between is in both.
 */
import { nanosToBigInt } from "../../base/nanos.ts";
import type { AskHead, HeadAnswer, HeadRequest } from "./head.ts";

const SIGNALS = ["traces", "logs"] as const;
type Signal = (typeof SIGNALS)[number];

/** One bit for each trace of a block, by the end of its id, which is random in all formats of ids: 8,192 traces set one in 16. */
const FILTER_BITS = 1 << 17;
const FILTER_BYTES = FILTER_BITS / 8;
const [LAST_BLOCK, PARTITIONS_VERSION, FIRST_NANOS, LAST_NANOS, NUMBERS] = [0, 1, 2, 3, 4];
const NEVER = 2n ** 64n - 1n;

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
  /** Traces of the open block whose bits are set. */
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
      const [low, high] = [startLow[i], startHigh[i]];
      if (high < startHigh[first] || (high === startHigh[first] && low < startLow[first])) first = i;
      else if (high > startHigh[last] || (high === startHigh[last] && low > startLow[last])) last = i;
    }
    const { numbers } = this.#shared;
    const [from, to] = [first, last].map((i) => nanosToBigInt(startLow[i], startHigh[i]));
    if (from < numbers[FIRST_NANOS]) Atomics.store(numbers, FIRST_NANOS, from);
    if (to > numbers[LAST_NANOS]) Atomics.store(numbers, LAST_NANOS, to);
  }

  /** Called when the block is committed, and `lastBlockId` says so. */
  clear(signal: Signal): void {
    this.#shared.filters[signal].fill(0);
    this.#known[signal] = 0;
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
  #partitions: Pick<HeadAnswer, "partitions" | "partitionsVersion"> | undefined;

  constructor(buffer: SharedArrayBuffer, ask: AskHead) {
    this.#shared = openShared(buffer);
    this.#ask = ask;
  }

  readonly ask = async (request: HeadRequest): Promise<HeadAnswer> => {
    const known = this.#answer(request);
    if (known) return known;
    const { partitions, partitionsVersion, ...rest } = await this.#ask(request);
    this.#partitions = { partitions, partitionsVersion };
    return { partitions, partitionsVersion, ...rest };
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
        return Atomics.load(numbers, FIRST_NANOS) <= end && Atomics.load(numbers, LAST_NANOS) >= start;
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
