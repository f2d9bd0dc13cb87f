/**
 * What lies where in a block of spans (section "traces"): the traces in the block's order, and which of them each chunk holds, with
 * what a search may skip a chunk by. Not compressed: one read finds a trace.
 *
 *   | spans u32 | traces u32 | chunks u32 | column of spans a trace | column of traces a chunk |
 *   | columns of the longest duration of each chunk in µs: low, high words | column of errors a chunk |
 *   | column of the first dictionary entry that is new in each chunk | trace ids, 16 B each |
 */
import { release } from "../../../base/release.ts";
import { ColumnReader, ColumnWriter, MOST_VALUES } from "./column-codec.ts";
import { CorruptionError } from "./section.ts";

export interface ChunkFacts {
  readonly traceCount: number;
  /** Rounded up; of spans that end before they start 0. */
  readonly maxDurationMicros: number;
  readonly errorCount: number;
  /** Attributes that no chunk before had are numbered from here on. */
  readonly firstEntry: number;
}

export function encodeDirectory(
  traceSizes: Uint32Array,
  traceIds: Uint8Array,
  spanCount: number,
  chunks: readonly ChunkFacts[],
): ColumnWriter {
  const of = (value: (chunk: ChunkFacts) => number) => Uint32Array.from(chunks, value);
  const writer = new ColumnWriter(traceIds.length + traceSizes.length * 4 + chunks.length * 16 + 256);
  writer.u32(spanCount).u32(traceSizes.length).u32(chunks.length).column(traceSizes, traceSizes.length);
  for (const column of [
    of(({ traceCount }) => traceCount),
    of(({ maxDurationMicros }) => maxDurationMicros),
    of(({ maxDurationMicros }) => maxDurationMicros / 2 ** 32),
    of(({ errorCount }) => errorCount),
    of(({ firstEntry }) => firstEntry),
  ])
    writer.column(column, chunks.length);
  return writer.bytes(traceIds);
}

export class SpanDirectory {
  readonly spanCount: number;
  readonly traceCount: number;
  readonly chunkCount: number;
  readonly traceSizes: Uint32Array;
  /** Trace -> its first span; one more than there are traces. */
  readonly traceStarts: Uint32Array;
  /** Chunk -> its first trace; one more than there are chunks. */
  readonly chunkTraces: Uint32Array;
  /** 16 bytes a trace. */
  readonly traceIds: Uint8Array;
  readonly #longestLow: Uint32Array;
  readonly #longestHigh: Uint32Array;
  readonly #errors: Uint32Array;
  readonly #firstEntries: Uint32Array;

  /** @throws CorruptionError */
  constructor(raw: Uint8Array) {
    const reader = new ColumnReader(raw);
    this.spanCount = reader.u32();
    this.traceCount = reader.u32();
    this.chunkCount = reader.u32();
    this.traceSizes = reader.column(this.traceCount);
    this.traceStarts = sumsOf(this.traceSizes);
    this.chunkTraces = sumsOf(reader.column(this.chunkCount));
    this.#longestLow = reader.column(this.chunkCount);
    this.#longestHigh = reader.column(this.chunkCount);
    this.#errors = reader.column(this.chunkCount);
    this.#firstEntries = reader.column(this.chunkCount);
    const { buffer, byteOffset, byteLength } = reader.view(this.traceCount * 16);
    this.traceIds = new Uint8Array(buffer, byteOffset, byteLength);
    if (this.traceStarts[this.traceCount] !== this.spanCount)
      throw new CorruptionError(
        `the traces of a block add up to ${this.traceStarts[this.traceCount]} spans instead of ${this.spanCount}`,
      );
    if (this.chunkTraces[this.chunkCount] !== this.traceCount)
      throw new CorruptionError(
        `the chunks of a block add up to ${this.chunkTraces[this.chunkCount]} traces instead of ${this.traceCount}`,
      );
  }

  chunkFacts(chunk: number): ChunkFacts {
    return {
      traceCount: this.chunkTraces[chunk + 1] - this.chunkTraces[chunk],
      maxDurationMicros: this.#longestHigh[chunk] * 2 ** 32 + this.#longestLow[chunk],
      errorCount: this.#errors[chunk],
      firstEntry: this.#firstEntries[chunk],
    };
  }

  /** Chunk -> its first span. */
  firstSpan(chunk: number): number {
    return this.traceStarts[this.chunkTraces[chunk]];
  }

  /** A mark for each chunk that may use a marked dictionary entry. @param spread see {@link encodeSpread} */
  chunksWith(entries: Uint8Array, spread: Uint8Array | Uint32Array): Uint8Array {
    const marks = new Uint8Array(this.chunkCount);
    let first = 0;
    for (let entry = 0; entry < entries.length; entry++) {
      while (first + 1 < this.chunkCount && this.#firstEntries[first + 1] <= entry) first++;
      if (entries[entry] === 1) marks.fill(1, first, first + spread[entry] + 1);
    }
    return marks;
  }

  /** The chunk that holds a trace. */
  chunkOf(trace: number): number {
    let chunk = 0;
    while (this.chunkTraces[chunk + 1] <= trace) chunk++;
    return chunk;
  }
}

/** Section "entrySpread": a column of how many chunks behind its first one an entry is last used. @param lastUse entry -> chunk */
export function encodeSpread(chunks: readonly ChunkFacts[], lastUse: Uint32Array, entryCount: number): ColumnWriter {
  const spread = spreadOf(chunks, lastUse, entryCount);
  const writer = new ColumnWriter(entryCount + 64).u32(entryCount).column(spread, entryCount);
  release(spread);
  return writer;
}

/** Apart: V8 compiles a long loop while it runs, and throws that away at what comes behind it for the first time, again and again. */
function spreadOf(chunks: readonly ChunkFacts[], lastUse: Uint32Array, entryCount: number): Uint32Array {
  const spread = new Uint32Array(entryCount);
  let first = 0;
  for (let entry = 0; entry < entryCount; entry++) {
    while (first + 1 < chunks.length && chunks[first + 1].firstEntry <= entry) first++;
    spread[entry] = lastUse[entry] - first;
  }
  return spread;
}

export function decodeSpread(raw: Uint8Array, expected: number): Uint8Array | Uint32Array {
  const reader = new ColumnReader(raw);
  const count = reader.u32();
  if (count !== expected) throw new CorruptionError(`the spread of ${count} entries is known instead of ${expected}`);
  return reader.smallColumn(count);
}

/** Running sums from 0 on: one more than there are values. */
function sumsOf(values: Uint32Array): Uint32Array {
  const sums = new Uint32Array(values.length + 1);
  for (let i = 0; i < values.length; i++) {
    const sum = sums[i] + values[i];
    if (sum > MOST_VALUES) throw new CorruptionError(`a block cannot have ${sum} spans`);
    sums[i + 1] = sum;
  }
  return sums;
}
