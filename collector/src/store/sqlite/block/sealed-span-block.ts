/**
 * A sealed block of spans: as its chunks, of which a search or a read opens those it needs, and as columns over all of it, joined from
 * the chunks. Blocks from before there were chunks are one chunk; their sections are decoded when the first column of theirs is asked
 * for.
 */
import { ByteColumn, U32Column } from "../../../base/column.ts";
import { release } from "../../../base/release.ts";
import { ColumnReader } from "./column-codec.ts";
import type { AttributeRefs } from "./attribute-codec.ts";
import { decodeAttributeIds, decodeAttributeIdsOf, recordsWithEntries, refsOf } from "./attribute-codec.ts";
import { StoredDictionary } from "./dictionary-codec.ts";
import { decodeNames, type Names } from "./names-codec.ts";
import type { SpanColumns } from "./record-columns.ts";
import { CorruptionError } from "./section.ts";
import type { SectionName } from "./section-kinds.ts";
import { PARENT_BASE, PARENT_ELSEWHERE, placesElsewhere, SpanChunk } from "./span-chunk.ts";
import { decodeSpread, SpanDirectory } from "./span-directory.ts";
import { decodeHot, decodeStructure, type HotColumns, type Structure } from "./span-sections.ts";

/** Gives a section's raw bytes, which are the caller's own; undefined where a block may do without it and does. @throws CorruptionError */
export interface FetchSection {
  (name: SectionName): Uint8Array;
  (name: SectionName, isOptional: true): Uint8Array | undefined;
}

/** Gives a chunk's stored bytes, which are the caller's own. @throws CorruptionError */
export type FetchChunk = (chunk: number) => Uint8Array;

/** Whole traces of a block, numbered for themselves. */
export interface SpanPart extends SpanColumns {
  /** Trace -> its first span; its spans are one run. */
  readonly traceStarts: Uint32Array;
  /** Nobody looks at its columns any more. */
  close(): void;
}

/** What can be said of a part without opening it. */
export interface PartFacts {
  readonly maxDurationMicros: number;
  readonly errorCount: number;
}

/** Decodes bytes that nobody needs any more then; what comes out holds no view of them. */
export function consume<T>(raw: Uint8Array, decode: (raw: Uint8Array) => T): T {
  const decoded = decode(raw);
  release(raw);
  return decoded;
}

/** A value that is computed when it is first asked for, and again after it was forgotten. */
export interface Lazy<T> {
  (): T;
  forget(): void;
}

/** @param letGo called with what is forgotten */
export function lazy<T>(make: () => T, letGo: (value: T) => void = () => {}): Lazy<T> {
  let made: { value: T } | undefined;
  const forget = () => {
    if (made) letGo(made.value);
    made = undefined;
  };
  return Object.assign(() => (made ??= { value: make() }).value, { forget });
}

export class SealedSpanBlock implements SpanPart {
  readonly #fetch: FetchSection;
  readonly #fetchChunk: FetchChunk;
  readonly #directory: () => SpanDirectory | undefined;
  readonly #hot: () => HotColumns;
  readonly #ids: () => { spanIds: Uint8Array; traceIds: Uint8Array };
  readonly #structure: () => Structure;
  readonly #joined: Lazy<JoinedColumns>;
  readonly #names: () => Names;
  readonly #attributes: Lazy<AttributeRefs>;
  readonly #dictionary: Lazy<StoredDictionary>;
  readonly #rest: Lazy<Runs>;
  readonly #elsewhere: Lazy<Uint32Array>;

  readonly #count: number | undefined;

  /** @param count of its records, where the catalogue was asked: a look at the details of an old block then needs no search columns */
  constructor(fetch: FetchSection, fetchChunk: FetchChunk, count?: number) {
    this.#count = count;
    this.#fetch = fetch;
    this.#fetchChunk = fetchChunk;
    this.#directory = lazy(() => {
      const raw = fetch("traces", true);
      return raw && openDirectory(raw, count);
    });
    const hot = lazy(() => consume(fetch("hot"), (raw) => decodeHot(raw, count)));
    const structure = lazy(() => consume(fetch("structure"), (raw) => decodeStructure(raw, this.count)));
    const ids = lazy(() => {
      const raw = fetch("ids");
      const split = this.count * 8;
      if (raw.length < split) throw new CorruptionError("the ids section is too short");
      return { spanIds: raw.subarray(0, split), traceIds: raw.subarray(split) };
    });
    this.#joined = lazy(() => this.#join(this.#directory() as SpanDirectory));
    this.#hot = () => (this.#directory() ? this.#joined() : hot());
    this.#structure = () => (this.#directory() ? this.#joined() : structure());
    this.#ids = () => (this.#directory() ? this.#joined() : ids());
    this.#names = lazy(() => consume(fetch("names"), decodeNames));
    this.#attributes = lazy(() => this.#decodeAttributes());
    this.#dictionary = lazyDictionary(fetch);
    this.#rest = lazyRest(fetch, () => this.count);
    this.#elsewhere = lazy(() => placesElsewhere(this.#structure().parentCodes));
  }

  /** Lets go of what only a few reads need and much memory holds: attributes, the rest, and joined columns. */
  forgetDetails(): void {
    for (const detail of [this.#attributes, this.#dictionary, this.#rest, this.#joined, this.#elsewhere])
      detail.forget();
  }

  /** False = it is from before there were chunks, and one part. */
  get hasChunks(): boolean {
    return this.#directory() !== undefined;
  }

  get partCount(): number {
    return this.#directory()?.chunkCount ?? 1;
  }

  /** Undefined where only opening it tells. */
  partFacts(part: number): PartFacts | undefined {
    return this.#directory()?.chunkFacts(part);
  }

  /** A mark for each part that may use a marked dictionary entry; undefined where only opening them tells. @throws CorruptionError */
  partsWith(entries: Uint8Array): Uint8Array | undefined {
    const directory = this.#directory();
    if (!directory) return undefined;
    return consume(this.#fetch("entrySpread"), (raw) =>
      directory.chunksWith(entries, decodeSpread(raw, entries.length)),
    );
  }

  /** The caller closes it, and no column of it is looked at after that. @throws CorruptionError */
  openPart(part: number): SpanPart {
    const directory = this.#directory();
    return directory ? this.#openChunk(directory, part) : this;
  }

  /** Part -> its numbers of those of some traces that it holds. */
  findTraces(traceIds: readonly Uint8Array[]): Map<number, number[]> {
    const directory = this.#directory();
    const ids = directory?.traceIds ?? this.traceIds;
    const found = new Map<number, number[]>();
    for (const traceId of traceIds) {
      const trace = placeOf(ids, traceId);
      if (trace < 0) continue;
      const part = directory?.chunkOf(trace) ?? 0;
      const own = trace - (directory?.chunkTraces[part] ?? 0);
      const others = found.get(part);
      if (others) others.push(own);
      else found.set(part, [own]);
    }
    return found;
  }

  close(): void {
    // Kept by who opened the block.
  }

  get count(): number {
    return this.#count ?? this.#directory()?.spanCount ?? this.#hot().operation.length;
  }
  get operation(): Uint32Array {
    return this.#hot().operation;
  }
  get status(): Uint8Array {
    return this.#hot().status;
  }
  get startLow(): Uint32Array {
    return this.#hot().start.low;
  }
  get startHigh(): Uint32Array {
    return this.#hot().start.high;
  }
  get durationLow(): Uint32Array {
    return this.#hot().durationLow;
  }
  get durationHigh(): Uint32Array {
    return this.#hot().durationHigh;
  }
  get operations(): Names["operations"] {
    return this.#names().operations;
  }
  get groups(): Names["groups"] {
    return this.#names().groups;
  }
  get groupServices(): readonly string[] {
    return this.#names().groupServices;
  }
  get group(): Uint32Array {
    return this.#structure().group;
  }
  get trace(): Uint32Array {
    return this.#structure().trace;
  }
  get traceCount(): number {
    return this.#directory()?.traceCount ?? this.#structure().traceStarts.length;
  }
  get traceStarts(): Uint32Array {
    return this.#structure().traceStarts;
  }
  get traceIds(): Uint8Array {
    return this.#directory()?.traceIds ?? this.#ids().traceIds;
  }
  get spanIds(): Uint8Array {
    return this.#ids().spanIds;
  }
  get hasParent(): Uint8Array {
    return this.#structure().hasParent;
  }
  appendParentId(record: number, out: ByteColumn): number {
    const { parentCodes, elsewhere, trace, traceStarts } = this.#structure();
    const code = parentCodes[record];
    if (code === PARENT_ELSEWHERE) return out.append(elsewhere, this.#elsewhere()[record] * 8, 8);
    return out.append(this.spanIds, (traceStarts[trace[record]] + code - PARENT_BASE) * 8, 8);
  }
  get attributes(): AttributeRefs {
    return this.#attributes();
  }
  recordsWith(entries: Uint8Array): number[] {
    const directory = this.#directory();
    if (!directory)
      return consume(this.#fetch("attributeIds"), (raw) => recordsWithEntries(raw, this.operation, entries));
    const found: number[] = [];
    this.#eachChunk(directory, (chunk, first) => {
      for (const record of chunk.recordsWith(entries)) found.push(first + record);
    });
    return found;
  }
  attributesOf(records: ArrayLike<number>): AttributeRefs {
    // Half of the block and more: decoding all of it costs no more. Of chunks all are decoded in any case.
    if (records.length * 2 >= this.count || this.#directory()) return refsOf(this.attributes, records);
    return consume(this.#fetch("attributeIds"), (raw) => decodeAttributeIdsOf(raw, this.operation, records));
  }
  get dictionary(): StoredDictionary {
    return this.#dictionary();
  }
  get restStarts(): Uint32Array {
    return this.#rest().starts;
  }
  get rest(): Uint8Array {
    return this.#rest().bytes;
  }

  #openChunk(directory: SpanDirectory, chunk: number): SpanChunk {
    const [firstTrace, lastTrace] = [directory.chunkTraces[chunk], directory.chunkTraces[chunk + 1]];
    const firstSpan = directory.firstSpan(chunk);
    return new SpanChunk(this.#fetchChunk(chunk), {
      block: this,
      firstSpan,
      spanCount: directory.firstSpan(chunk + 1) - firstSpan,
      firstEntry: directory.chunkFacts(chunk).firstEntry,
      traceSizes: directory.traceSizes.subarray(firstTrace, lastTrace),
      traceIds: directory.traceIds.subarray(firstTrace * 16, lastTrace * 16),
    });
  }

  #eachChunk(directory: SpanDirectory, visit: (chunk: SpanChunk, firstSpan: number) => void): void {
    for (let n = 0; n < directory.chunkCount; n++) {
      const chunk = this.#openChunk(directory, n);
      visit(chunk, directory.firstSpan(n));
      chunk.close();
    }
  }

  #join(directory: SpanDirectory): JoinedColumns {
    const { spanCount, traceCount } = directory;
    const words = () => new Uint32Array(spanCount);
    const elsewhere = new ByteColumn();
    const joined = {
      operation: words(),
      status: new Uint8Array(spanCount),
      start: { low: words(), high: words() },
      durationLow: words(),
      durationHigh: words(),
      trace: words(),
      traceStarts: directory.traceStarts.subarray(0, traceCount),
      parentCodes: words(),
      hasParent: new Uint8Array(spanCount),
      group: words(),
      spanIds: new Uint8Array(spanCount * 8),
      traceIds: directory.traceIds,
    };
    this.#eachChunk(directory, (chunk, first) => {
      joined.operation.set(chunk.operation, first);
      joined.status.set(chunk.status, first);
      joined.start.low.set(chunk.startLow, first);
      joined.start.high.set(chunk.startHigh, first);
      joined.durationLow.set(chunk.durationLow, first);
      joined.durationHigh.set(chunk.durationHigh, first);
      joined.parentCodes.set(chunk.parentCodes, first);
      joined.hasParent.set(chunk.hasParent, first);
      joined.group.set(chunk.group, first);
      joined.spanIds.set(chunk.spanIds, first * 8);
      elsewhere.append(chunk.parentsElsewhere);
    });
    for (let t = 0; t < traceCount; t++) joined.trace.fill(t, directory.traceStarts[t], directory.traceStarts[t + 1]);
    return { ...joined, elsewhere: elsewhere.values };
  }

  #decodeAttributes(): AttributeRefs {
    const directory = this.#directory();
    if (!directory) return consume(this.#fetch("attributeIds"), (raw) => decodeAttributeIds(raw, this.operation));
    const starts = new Uint32Array(this.count + 1);
    const ids = new U32Column(this.count * 8);
    this.#eachChunk(directory, (chunk, first) => {
      const own = chunk.attributes;
      for (let i = 0; i < chunk.count; i++) starts[first + i + 1] = ids.length + own.starts[i + 1];
      ids.reserve(own.ids.length);
      ids.values.set(own.ids, ids.length);
      ids.length += own.ids.length;
    });
    return { starts, ids: ids.slice() };
  }
}

function openDirectory(raw: Uint8Array, expected?: number): SpanDirectory {
  const directory = new SpanDirectory(raw);
  if (expected !== undefined && directory.spanCount !== expected)
    throw new CorruptionError(`a block has ${directory.spanCount} spans instead of ${expected}`);
  return directory;
}

/** The place of an id among ids of 16 bytes, or -1. */
function placeOf(ids: Uint8Array, id: Uint8Array): number {
  const bytes = Buffer.from(ids.buffer, ids.byteOffset, ids.byteLength);
  for (let at = bytes.indexOf(id); at >= 0; at = bytes.indexOf(id, at + 1)) if (at % 16 === 0) return at / 16;
  return -1;
}

/** Of all chunks together. */
type JoinedColumns = HotColumns & Structure & { spanIds: Uint8Array; traceIds: Uint8Array };

/** A block's dictionary; its memory is given back when it is forgotten. */
export function lazyDictionary(fetch: FetchSection): Lazy<StoredDictionary> {
  return lazy(
    () => new StoredDictionary(fetch("dictionary")),
    (dictionary) => dictionary.close(),
  );
}

export interface Runs {
  readonly starts: Uint32Array;
  readonly bytes: Uint8Array;
}

/** The section "rest"; its memory is given back when it is forgotten. */
export function lazyRest(fetch: FetchSection, count: () => number): Lazy<Runs> {
  return lazy(() => readRuns(new ColumnReader(fetch("rest")), count()), releaseRuns);
}

function releaseRuns({ starts, bytes }: Runs): void {
  release(starts);
  release(bytes);
}

/** A length column and the bytes it measures: record i's are bytes[starts[i], starts[i + 1]). */
export function readRuns(reader: ColumnReader, count: number): Runs {
  const starts = reader.sums(count);
  return { starts, bytes: reader.view(starts[count]) };
}
