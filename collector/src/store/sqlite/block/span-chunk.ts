/**
 * A chunk: some thousand spans of a sealed block, whole traces, read for themselves. What a trace needs is in one chunk of the block,
 * an eighth of it. Stored as three sections, so that each part is checked, and decoded only when it is asked for:
 *
 *   | length of columns u32 | length of ids u32 | columns | ids | attribute ids |
 *   columns         spans u32, operation, status, start times, duration low and high, parents, groups; see docs/format.md
 *   ids             span ids, 8 B each, then the ids of parents elsewhere; not compressed
 *   attribute ids   as attribute-codec.ts has them; the number of the first new entry stands in the directory
 */
import type { ByteColumn } from "../../../base/column.ts";
import { release } from "../../../base/release.ts";
import {
  decodeAttributeIds,
  decodeAttributeIdsOf,
  recordsWithEntries,
  refsOf,
  type AttributeRefs,
} from "./attribute-codec.ts";
import { ColumnReader, MOST_VALUES } from "./column-codec.ts";
import type { Dictionary } from "./dictionary.ts";
import type { SpanColumns } from "./record-columns.ts";
import type { SealedChunk } from "./seal-records.ts";
import { CorruptionError, decodeSection, encodeSection, readSectionHeader } from "./section.ts";
import { readTimesInto } from "./time-codec.ts";

/** A chunk is closed with the trace that brings it here. */
export const CHUNK_SPANS = 1024;
/** A trace that would make it larger than this gets one of its own, however large. */
export const MOST_SPANS_TOGETHER = 2 * CHUNK_SPANS;

/** Parent codes: none, the next of the ids of parents elsewhere, or 2 + the parent's place within its trace. */
export const PARENT_NONE = 0;
export const PARENT_ELSEWHERE = 1;
export const PARENT_BASE = 2;

const LENGTHS_BYTES = 8;

export function encodeChunk(columns: Uint8Array, ids: Uint8Array, attributeIds: Uint8Array): SealedChunk {
  const lengths = Buffer.alloc(LENGTHS_BYTES);
  const parts = [encodeSection(columns, true), encodeSection(ids, false), encodeSection(attributeIds, true)];
  lengths.writeUInt32LE(parts[0].length, 0);
  lengths.writeUInt32LE(parts[1].length, 4);
  const sealed = { data: Buffer.concat([lengths, ...parts]), attributeBytes: parts[2].length };
  for (const part of parts) release(part);
  return sealed;
}

/** The three sections of a stored chunk. @throws CorruptionError */
export function splitChunk(stored: Uint8Array): { columns: Uint8Array; ids: Uint8Array; attributeIds: Uint8Array } {
  const reader = new ColumnReader(stored);
  const [columns, ids] = [reader.u32(), reader.u32()];
  return {
    columns: reader.view(columns),
    ids: reader.view(ids),
    attributeIds: stored.subarray(reader.position),
  };
}

/** Bytes of a chunk's parts once decompressed, by their headers. */
export function rawBytesOfChunk(stored: Uint8Array): number {
  const { columns, ids, attributeIds } = splitChunk(stored);
  return [columns, ids, attributeIds].reduce((sum, part) => sum + readSectionHeader(part).rawBytes, 0);
}

/** The first bytes of a Buffer, as what they are elsewhere: a loop that meets both kinds of array is slower. */
function plain({ buffer, byteOffset }: Uint8Array, length: number): Uint8Array {
  return new Uint8Array(buffer, byteOffset, length);
}

/** Record -> place of its parent's id in the list of those elsewhere. */
export function placesElsewhere(parentCodes: Uint32Array): Uint32Array {
  const places = new Uint32Array(parentCodes.length);
  let next = 0;
  for (let i = 0; i < places.length; i++) if (parentCodes[i] === PARENT_ELSEWHERE) places[i] = next++;
  return places;
}

/** What a chunk has of its block. */
export interface ChunkContext {
  /** What all chunks share; decoded when it is asked for. */
  readonly block: Pick<SpanColumns, "operations" | "groups" | "groupServices" | "dictionary" | "rest" | "restStarts">;
  readonly firstSpan: number;
  readonly spanCount: number;
  readonly firstEntry: number;
  readonly traceSizes: Uint32Array;
  readonly traceIds: Uint8Array;
}

/**
 * A chunk's spans and traces, numbered from 0. All columns lie in one buffer, which {@link close} gives back at once: then they are
 * empty, and so is the stored chunk.
 */
export class SpanChunk implements SpanColumns {
  readonly #context: ChunkContext;
  readonly #stored: Uint8Array;
  readonly #buffer: ArrayBuffer;
  readonly #attributeSection: Uint8Array;
  readonly #ids: Uint8Array;
  #attributes: AttributeRefs | undefined;
  #elsewhere: Uint32Array | undefined;
  readonly count: number;
  readonly operation: Uint32Array;
  readonly startLow: Uint32Array;
  readonly startHigh: Uint32Array;
  readonly durationLow: Uint32Array;
  readonly durationHigh: Uint32Array;
  /** See PARENT_NONE. */
  readonly parentCodes: Uint32Array;
  readonly group: Uint32Array;
  readonly trace: Uint32Array;
  readonly status: Uint8Array;
  readonly hasParent: Uint8Array;
  readonly spanIds: Uint8Array;
  readonly traceIds: Uint8Array;
  /** Trace -> its first span. */
  readonly traceStarts: Uint32Array;

  /** @param stored the caller's own, and from here on the chunk's. @throws CorruptionError */
  constructor(stored: Uint8Array, context: ChunkContext) {
    this.#context = context;
    this.#stored = stored;
    const parts = splitChunk(stored);
    this.#attributeSection = parts.attributeIds;
    this.#ids = decodeSection(parts.ids);
    const count = (this.count = context.spanCount);
    if (count > MOST_VALUES) throw new CorruptionError(`a chunk cannot have ${count} spans`);
    if (this.#ids.length < count * 8) throw new CorruptionError("the ids of a chunk are too short");
    this.spanIds = plain(this.#ids, count * 8);
    this.traceIds = context.traceIds;
    const raw = decodeSection(parts.columns);
    const reader = new ColumnReader(raw);
    const found = reader.u32();
    if (found !== count) throw new CorruptionError(`a chunk has ${found} spans instead of ${count}`);
    const traceCount = context.traceSizes.length;
    const buffer = (this.#buffer = new ArrayBuffer(count * (8 * 4 + 2) + traceCount * 4));
    let at = 0;
    const words = (length: number) => new Uint32Array(buffer, (at += length * 4) - length * 4, length);
    const bytes = () => new Uint8Array(buffer, (at += count) - count, count);
    this.operation = words(count);
    this.startLow = words(count);
    this.startHigh = words(count);
    this.durationLow = words(count);
    this.durationHigh = words(count);
    this.parentCodes = words(count);
    this.group = words(count);
    this.trace = words(count);
    this.traceStarts = words(traceCount);
    this.status = bytes();
    this.hasParent = bytes();
    reader.columnInto(this.operation);
    reader.byteColumnInto(this.status);
    readTimesInto(reader, this.startLow, this.startHigh);
    for (const column of [this.durationLow, this.durationHigh, this.parentCodes, this.group]) reader.columnInto(column);
    if (raw.buffer !== stored.buffer) release(raw);
    for (let i = 0; i < count; i++) this.hasParent[i] = this.parentCodes[i] === PARENT_NONE ? 0 : 1;
    let n = 0;
    for (let t = 0; t < traceCount; t++) {
      this.traceStarts[t] = n;
      this.trace.fill(t, n, (n += context.traceSizes[t]));
    }
  }

  get traceCount(): number {
    return this.traceStarts.length;
  }
  /** Ids of parents elsewhere, in the order of the spans that have them. */
  get parentsElsewhere(): Uint8Array {
    return this.#ids.subarray(this.count * 8);
  }
  get operations(): SpanColumns["operations"] {
    return this.#context.block.operations;
  }
  get groups(): SpanColumns["groups"] {
    return this.#context.block.groups;
  }
  get groupServices(): readonly string[] {
    return this.#context.block.groupServices;
  }
  get dictionary(): Dictionary {
    return this.#context.block.dictionary;
  }
  get rest(): Uint8Array {
    return this.#context.block.rest;
  }
  get restStarts(): Uint32Array {
    const { block, firstSpan } = this.#context;
    return block.restStarts.subarray(firstSpan, firstSpan + this.count + 1);
  }

  appendParentId(record: number, out: ByteColumn): number {
    const code = this.parentCodes[record];
    const place =
      code === PARENT_ELSEWHERE
        ? this.count + (this.#elsewhere ??= placesElsewhere(this.parentCodes))[record]
        : this.traceStarts[this.trace[record]] + code - PARENT_BASE;
    return out.append(this.#ids, place * 8, 8);
  }

  get attributes(): AttributeRefs {
    return (this.#attributes ??= this.#decode((raw, first) => decodeAttributeIds(raw, this.operation, first)));
  }

  attributesOf(records: ArrayLike<number>): AttributeRefs {
    // Half of the chunk and more: decoding all of it costs no more.
    if (this.#attributes || records.length * 2 >= this.count) return refsOf(this.attributes, records);
    return this.#decode((raw, first) => decodeAttributeIdsOf(raw, this.operation, records, first));
  }

  recordsWith(entries: Uint8Array): number[] {
    return this.#decode((raw, first) => recordsWithEntries(raw, this.operation, entries, first));
  }

  close(): void {
    this.#buffer.transfer(0);
    release(this.#stored);
    if (this.#elsewhere) release(this.#elsewhere);
  }

  #decode<T>(decode: (raw: Uint8Array, firstEntry: number) => T): T {
    const raw = decodeSection(this.#attributeSection);
    const decoded = decode(raw, this.#context.firstEntry);
    if (raw.buffer !== this.#stored.buffer) release(raw);
    return decoded;
  }
}
