/** What sealing spans and logs share: the order of records, and the sections that both have. */
import { release } from "../../../base/release.ts";
import { NONE } from "../../../model/record-batch.ts";
import type { AttributeRefs, EntryNumbering } from "./attribute-codec.ts";
import { ColumnWriter } from "./column-codec.ts";
import type { ArenaDictionary } from "./dictionary.ts";
import { encodeDictionary } from "./dictionary-codec.ts";
import type { RecordColumns } from "./record-columns.ts";
import { encodeSection } from "./section.ts";
import { SECTION, type SectionName } from "./section-kinds.ts";
import { encodeSignature } from "./signature.ts";
import { attributeHashes } from "./signature-of-block.ts";
import type { BlockUsage } from "./usage-of-block.ts";

export interface SealedSection {
  readonly kind: number;
  readonly data: Buffer;
}

export interface SealedChunk {
  readonly data: Buffer;
  /** Of the attributes' part. */
  readonly attributeBytes: number;
}

/** What the catalogue keeps of a block, beside its sections. */
export interface BlockFacts {
  readonly recordCount: number;
  readonly traceCount: number;
  readonly errorCount: number;
  readonly minTimeMicros: number;
  readonly maxTimeMicros: number;
  readonly maxDurationMicros: number;
  readonly operations: readonly OperationFacts[];
  /** Distinct (service, version) pairs. */
  readonly versions: readonly (readonly [service: string, version: string])[];
}

export interface OperationFacts {
  readonly service: string;
  readonly kind: number;
  readonly name: string;
  readonly count: number;
  readonly errorCount: number;
  readonly minTimeMicros: number;
  readonly maxTimeMicros: number;
  readonly latency: Uint32Array;
}

export interface SealedBlock {
  readonly sections: readonly SealedSection[];
  /** Of spans only; see span-chunk.ts. */
  readonly chunks: readonly SealedChunk[];
  readonly facts: BlockFacts;
  /** 16 bytes a trace. */
  readonly traceIds: Uint8Array;
  readonly signatures: Signatures;
  /** Whose the bytes are; for the sums that a partition keeps. Absent for what was counted before: a merge changes nothing. */
  readonly usage?: BlockUsage;
}

/** Parts of the bloom filters over attributes and over the words of bodies; see signature.ts. */
export interface Signatures {
  readonly attributes: readonly Buffer[];
  readonly tokens: readonly Buffer[];
}

/** Gives a block's memory back once it is written: a megabyte, which lives long enough to be looked at by full collections only. */
export function releaseSealed({ sections, chunks, signatures }: SealedBlock): void {
  for (const { data } of [...sections, ...chunks]) release(data);
  for (const part of [...signatures.attributes, ...signatures.tokens]) release(part);
}

/** Does a piece of a seal that takes a millisecond or some; who waits for an answer gets it before. The open block is as it was. */
export type Step = <T>(work: () => T) => T;

export function stepsWith(betweenSteps: () => void): Step {
  return (work) => {
    betweenSteps();
    return work();
  };
}

/** @param writer made for this section: its memory is given back */
export function section(name: SectionName, writer: ColumnWriter | Uint8Array, compress = true): SealedSection {
  const raw = writer instanceof ColumnWriter ? writer.finish() : writer;
  const data = encodeSection(raw, compress);
  release(raw);
  return { kind: SECTION[name], data };
}

/** Records by trace in order of the traces' first appearance, keeping their order within a trace; those without a trace come last. */
export function orderByTrace(columns: RecordColumns): { order: Uint32Array; traceSizes: Uint32Array } {
  const { count, trace, traceCount } = columns;
  const ends = new Uint32Array(traceCount + 2);
  for (let i = 0; i < count; i++) ends[(trace[i] === NONE ? traceCount : trace[i]) + 1]++;
  const traceSizes = ends.slice(1, traceCount + 1);
  for (let t = 0; t <= traceCount; t++) ends[t + 1] += ends[t];
  const order = new Uint32Array(count);
  for (let i = 0; i < count; i++) order[ends[trace[i] === NONE ? traceCount : trace[i]]++] = i;
  return { order, traceSizes };
}

/** The distinct attributes, in the order of their new numbers. */
export function dictionarySection(dictionary: ArenaDictionary, { order }: EntryNumbering, step: Step): SealedSection {
  const raw = step(() => encodeDictionary(dictionary, order));
  return step(() => section("dictionary", raw));
}

export function restSection({ restStarts, rest }: RecordColumns, order: Uint32Array): SealedSection {
  const count = order.length;
  const lengths = new Uint32Array(count);
  for (let n = 0; n < count; n++) lengths[n] = restStarts[order[n] + 1] - restStarts[order[n]];
  const writer = new ColumnWriter(restStarts[count] + count * 4 + 1024).column(lengths, count);
  for (let n = 0; n < count; n++) if (lengths[n] > 0) writer.bytes(rest, restStarts[order[n]], lengths[n]);
  release(lengths);
  return section("rest", writer);
}

/** The attributes of records in the order of the block, which are the caller's to release. */
export function permuteAttributes({ starts, ids }: AttributeRefs, order: Uint32Array): AttributeRefs {
  const count = order.length;
  const ordered = { starts: new Uint32Array(count + 1), ids: new Uint32Array(starts[count]) };
  let next = 0;
  for (let n = 0; n < count; n++) {
    const i = order[n];
    for (let a = starts[i]; a < starts[i + 1]; a++) ordered.ids[next++] = ids[a];
    ordered.starts[n + 1] = next;
  }
  return ordered;
}

/** @param restHasAttributes spans carry events and links in their rest; logs don't */
export function attributeSignature(
  columns: RecordColumns,
  seed: number,
  restHasAttributes: boolean,
  step: Step,
): Buffer[] {
  const hashes = step(() => attributeHashes(columns, seed, restHasAttributes));
  const parts = step(() => encodeSignature(hashes));
  hashes.close();
  return parts;
}

/** `column` in the order of the block, cut to its length. */
export function permute(column: Uint32Array, order: Uint32Array): Uint32Array {
  const values = new Uint32Array(order.length);
  for (let n = 0; n < order.length; n++) values[n] = column[order[n]];
  return values;
}

export function permuteBytes(column: Uint8Array, order: Uint32Array): Uint8Array {
  const values = new Uint8Array(order.length);
  for (let n = 0; n < order.length; n++) values[n] = column[order[n]];
  return values;
}

/** The same of ids of 8 bytes. */
export function permuteIds(column: Uint8Array, order: Uint32Array): Uint8Array {
  const values = new Uint8Array(order.length * 8);
  for (let n = 0; n < order.length; n++) {
    const from = order[n] * 8;
    for (let k = 0; k < 8; k++) values[n * 8 + k] = column[from + k];
  }
  return values;
}
