/** What sealing spans and logs share: the order of records, and the sections that both have. */
import { release } from "../../../base/release.ts";
import { NONE } from "../../../model/record-batch.ts";
import { encodeAttributeIds } from "./attribute-codec.ts";
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

/** Attribute ids, dictionary and rest. @param shapes record (in the open block's order) -> shape */
export function sharedSections(
  columns: RecordColumns & { readonly dictionary: ArenaDictionary },
  order: Uint32Array,
  shapes: Uint32Array,
  shapeCount: number,
): SealedSection[] {
  const { attributes, dictionary, restStarts, rest } = columns;
  const count = order.length;
  const starts = new Uint32Array(count + 1);
  const ids = new Uint32Array(attributes.starts[count]);
  const orderedShapes = new Uint32Array(count);
  const restLengths = new Uint32Array(count);
  let next = 0;
  for (let n = 0; n < count; n++) {
    const i = order[n];
    for (let a = attributes.starts[i]; a < attributes.starts[i + 1]; a++) ids[next++] = attributes.ids[a];
    starts[n + 1] = next;
    orderedShapes[n] = shapes[i];
    restLengths[n] = restStarts[i + 1] - restStarts[i];
  }
  const encoded = encodeAttributeIds(count, { starts, ids }, orderedShapes, shapeCount, dictionary.size);
  const restWriter = new ColumnWriter(restStarts[count] + count * 4 + 1024).column(restLengths, count);
  for (let n = 0; n < count; n++) if (restLengths[n] > 0) restWriter.bytes(rest, restStarts[order[n]], restLengths[n]);
  const sections = [
    section("attributeIds", encoded.section),
    section("dictionary", encodeDictionary(dictionary, encoded.order)),
    section("rest", restWriter),
  ];
  for (const scratch of [starts, ids, orderedShapes, restLengths, encoded.order]) release(scratch);
  return sections;
}

/** @param restHasAttributes spans carry events and links in their rest; logs don't */
export function attributeSignature(columns: RecordColumns, seed: number, restHasAttributes: boolean): Buffer[] {
  return encodeSignature(attributeHashes(columns, seed, restHasAttributes));
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
