/**
 * A sealed block of spans as columns. Sections are fetched, checked and decoded when the first column of theirs is asked for, and
 * kept: a search by time or operation touches two of eight.
 */
import type { ByteColumn } from "../../../base/column.ts";
import { release } from "../../../base/release.ts";
import { ColumnReader } from "./column-codec.ts";
import type { AttributeRefs } from "./attribute-codec.ts";
import { decodeAttributeIds, decodeAttributeIdsOf, recordsWithEntries, refsOf } from "./attribute-codec.ts";
import { StoredDictionary } from "./dictionary-codec.ts";
import { decodeNames, type Names } from "./names-codec.ts";
import type { SpanColumns } from "./record-columns.ts";
import { PARENT_BASE, PARENT_ELSEWHERE, PARENT_NONE } from "./seal-spans.ts";
import { CorruptionError } from "./section.ts";
import type { SectionName } from "./section-kinds.ts";
import { readTimes } from "./time-codec.ts";

/** Gives a section's raw bytes, which are the caller's own; undefined where a block may do without it and does. @throws CorruptionError */
export interface FetchSection {
  (name: SectionName): Uint8Array;
  (name: SectionName, isOptional: true): Uint8Array | undefined;
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

export function lazy<T>(make: () => T): Lazy<T> {
  let made: { value: T } | undefined;
  return Object.assign(() => (made ??= { value: make() }).value, { forget: () => void (made = undefined) });
}

export class SealedSpanBlock implements SpanColumns {
  readonly #fetch: FetchSection;
  readonly #hot: () => HotColumns;
  readonly #ids: () => { spanIds: Uint8Array; traceIds: Uint8Array };
  readonly #structure: () => Structure;
  readonly #names: () => Names;
  readonly #attributes: Lazy<AttributeRefs>;
  readonly #dictionary: Lazy<StoredDictionary>;
  readonly #rest: Lazy<{ starts: Uint32Array; bytes: Uint8Array }>;
  readonly #elsewhere: () => Uint32Array;

  readonly #count: number | undefined;

  /** @param count of its records, where the catalogue was asked: a look at the details then needs no search columns */
  constructor(fetch: FetchSection, count?: number) {
    this.#count = count;
    this.#fetch = fetch;
    this.#hot = lazy(() => consume(fetch("hot"), (raw) => decodeHot(raw, count)));
    this.#names = lazy(() => decodeNames(fetch("names")));
    this.#structure = lazy(() => consume(fetch("structure"), (raw) => decodeStructure(raw, this.count)));
    this.#ids = lazy(() => {
      const raw = fetch("ids");
      const split = this.count * 8;
      if (raw.length < split) throw new CorruptionError("the ids section is too short");
      return { spanIds: raw.subarray(0, split), traceIds: raw.subarray(split) };
    });
    this.#attributes = lazy(() => consume(fetch("attributeIds"), (raw) => decodeAttributeIds(raw, this.operation)));
    this.#dictionary = lazy(() => new StoredDictionary(fetch("dictionary")));
    this.#rest = lazy(() => readRuns(new ColumnReader(fetch("rest")), this.count));
    this.#elsewhere = lazy(() => this.#countElsewhere());
  }

  /** Lets go of what only a few reads need and much memory holds: attributes and the rest. */
  forgetDetails(): void {
    for (const detail of [this.#attributes, this.#dictionary, this.#rest]) detail.forget();
  }

  get count(): number {
    return this.#count ?? this.#hot().operation.length;
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
    return this.#structure().traceSizes.length;
  }
  /** Trace -> its first span; its spans are one run. */
  get traceStarts(): Uint32Array {
    return this.#structure().traceStarts;
  }
  get traceIds(): Uint8Array {
    return this.#ids().traceIds;
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
    return consume(this.#fetch("attributeIds"), (raw) => recordsWithEntries(raw, this.operation, entries));
  }
  attributesOf(records: ArrayLike<number>): AttributeRefs {
    // Half of the block and more: decoding all of it costs no more.
    if (records.length * 2 >= this.count) return refsOf(this.attributes, records);
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

  /** Record -> place of its parent in the list of parents elsewhere. */
  #countElsewhere(): Uint32Array {
    const { parentCodes } = this.#structure();
    const places = new Uint32Array(parentCodes.length);
    let next = 0;
    for (let i = 0; i < places.length; i++) if (parentCodes[i] === PARENT_ELSEWHERE) places[i] = next++;
    return places;
  }
}

interface HotColumns {
  operation: Uint32Array;
  status: Uint8Array;
  start: { low: Uint32Array; high: Uint32Array };
  durationLow: Uint32Array;
  durationHigh: Uint32Array;
}

function decodeHot(raw: Uint8Array, expected?: number): HotColumns {
  const reader = new ColumnReader(raw);
  const count = reader.u32();
  if (expected !== undefined && count !== expected)
    throw new CorruptionError(`a block has ${count} spans instead of ${expected}`);
  return {
    operation: reader.column(count),
    status: reader.byteColumn(count),
    start: readTimes(reader, count),
    durationLow: reader.column(count),
    durationHigh: reader.column(count),
  };
}

interface Structure {
  traceSizes: Uint32Array;
  traceStarts: Uint32Array;
  trace: Uint32Array;
  parentCodes: Uint32Array;
  hasParent: Uint8Array;
  elsewhere: Uint8Array;
  group: Uint32Array;
}

function decodeStructure(raw: Uint8Array, count: number): Structure {
  const reader = new ColumnReader(raw);
  const traceCount = reader.u32();
  const traceSizes = reader.column(traceCount);
  const traceStarts = new Uint32Array(traceCount);
  const trace = new Uint32Array(count);
  let n = 0;
  for (let t = 0; t < traceCount; t++) {
    traceStarts[t] = n;
    trace.fill(t, n, (n += traceSizes[t]));
  }
  if (n !== count) throw new CorruptionError(`the traces of a block add up to ${n} spans instead of ${count}`);
  const parentCodes = reader.column(count);
  const hasParent = new Uint8Array(count);
  for (let i = 0; i < count; i++) hasParent[i] = parentCodes[i] === PARENT_NONE ? 0 : 1;
  const elsewhere = new Uint8Array(reader.view(reader.u32() * 8));
  return {
    traceSizes,
    traceStarts,
    trace,
    parentCodes,
    hasParent,
    elsewhere,
    group: reader.column(count),
  };
}

/** A length column and the bytes it measures: record i's are bytes[starts[i], starts[i + 1]). */
export function readRuns(reader: ColumnReader, count: number): { starts: Uint32Array; bytes: Uint8Array } {
  const lengths = reader.column(count);
  const starts = new Uint32Array(count + 1);
  for (let i = 0; i < count; i++) starts[i + 1] = starts[i] + lengths[i];
  return { starts, bytes: reader.view(starts[count]) };
}
