/**
 * An open block of spans -> the sections of a sealed one, and what the catalogue keeps. Spans are grouped by trace, so that a
 * trace is read from one run and neighbouring times are close. Layouts: collector/docs/format.md.
 */
import { ByteColumn } from "../../../base/column.ts";
import { nanosToMicros, compareNanos } from "../../../base/nanos.ts";
import { decodeText } from "../../../base/protobuf.ts";
import { hashBytes } from "../../../base/hash.ts";
import { release } from "../../../base/release.ts";
import { LATENCY_BUCKETS, latencyBucket } from "../../../model/latency-histogram.ts";
import { STATUS_ERROR } from "../../../model/span-batch.ts";
import { encodeAttributeIds, EntryNumbering } from "./attribute-codec.ts";
import { ColumnWriter } from "./column-codec.ts";
import { encodeNames } from "./names-codec.ts";
import type { OpenSpanBlock } from "./open-span-block.ts";
import { STATUS_CODE_MASK, type SpanColumns } from "./record-columns.ts";
import {
  attributeSignature,
  orderByTrace,
  permute,
  permuteBytes,
  permuteIds,
  permuteAttributes,
  dictionarySection,
  restSection,
  section,
  stepsWith,
  type BlockFacts,
  type OperationFacts,
  type SealedBlock,
  type SealedChunk,
} from "./seal-records.ts";
import { CHUNK_SPANS, encodeChunk, MOST_SPANS_TOGETHER, PARENT_BASE, PARENT_ELSEWHERE } from "./span-chunk.ts";
import { encodeDirectory, encodeSpread, type ChunkFacts } from "./span-directory.ts";
import { writeTimes } from "./time-codec.ts";

/** @param betweenSteps called every millisecond or so; the block is as it was then */
export function sealSpans(block: OpenSpanBlock, hashSeed: number, betweenSteps = () => {}): SealedBlock {
  const step = stepsWith(betweenSteps);
  const { count } = block;
  const { order, traceSizes } = orderByTrace(block);
  const spanIds = permuteIds(block.spanIds, order);
  const columns = {
    operation: permute(block.operation, order),
    status: permuteBytes(block.status, order),
    startLow: permute(block.startLow, order),
    startHigh: permute(block.startHigh, order),
    durationLow: permute(block.durationLow, order),
    durationHigh: permute(block.durationHigh, order),
    group: permute(block.group, order),
    attributes: permuteAttributes(block.attributes, order),
    spanIds,
    ...encodeParents(block, order, traceSizes, spanIds, hashSeed),
  };
  const numbering = new EntryNumbering(block.dictionary.size);
  const chunks: SealedChunk[] = [];
  const facts: ChunkFacts[] = [];
  for (const chunk of cutIntoChunks(traceSizes)) {
    const { from, to, traceCount } = chunk;
    facts.push({ traceCount, firstEntry: numbering.size, ...factsOfSpans(columns, from, to) });
    chunks.push(step(() => sealChunk(columns, chunk, block.operations.length, numbering)));
  }
  const traceIds = block.traceIds.slice(0, block.traceCount * 16);
  const sealed: SealedBlock = {
    chunks,
    sections: [
      step(() => section("traces", encodeDirectory(traceSizes, traceIds, count, facts), false)),
      section("entrySpread", encodeSpread(facts, numbering.lastUse, numbering.size)),
      section("names", encodeNames(block)),
      dictionarySection(block.dictionary, numbering, step),
      step(() => restSection(block, order)),
    ],
    facts: step(() => spanFacts(block)),
    traceIds,
    signatures: { attributes: attributeSignature(block, hashSeed, true, step), tokens: [] },
  };
  const { attributes, ...plain } = columns;
  for (const scratch of [attributes.starts, attributes.ids, order, ...Object.values(plain)]) release(scratch);
  numbering.close();
  return sealed;
}

/** A block's columns in the order of the sealed block. */
interface OrderedColumns extends Pick<
  SpanColumns,
  | "operation"
  | "status"
  | "startLow"
  | "startHigh"
  | "durationLow"
  | "durationHigh"
  | "group"
  | "attributes"
  | "spanIds"
> {
  readonly codes: Uint32Array;
  /** Parents elsewhere up to each span, and one more. */
  readonly elsewhereStarts: Uint32Array;
  /** 8 bytes each. */
  readonly elsewhere: Uint8Array;
}

/** Spans [from, to), which are whole traces. */
interface Cut {
  readonly from: number;
  readonly to: number;
  readonly traceCount: number;
}

function cutIntoChunks(traceSizes: Uint32Array): Cut[] {
  const cuts: Cut[] = [];
  let [from, to, first] = [0, 0, 0];
  const close = (trace: number) => {
    if (to > from) cuts.push({ from, to, traceCount: trace - first });
    [from, first] = [to, trace];
  };
  for (let trace = 0; trace < traceSizes.length; trace++) {
    if (to + traceSizes[trace] - from > MOST_SPANS_TOGETHER) close(trace);
    to += traceSizes[trace];
    if (to - from >= CHUNK_SPANS) close(trace + 1);
  }
  close(traceSizes.length);
  return cuts;
}

function sealChunk(
  columns: OrderedColumns,
  { from, to }: Cut,
  shapeCount: number,
  numbering: EntryNumbering,
): SealedChunk {
  const count = to - from;
  const part = (column: Uint32Array) => column.subarray(from, to);
  const writer = new ColumnWriter(count * 28 + 1024)
    .u32(count)
    .column(part(columns.operation), count)
    .column(columns.status.subarray(from, to), count);
  writeTimes(writer, part(columns.startLow), part(columns.startHigh), count);
  for (const column of [columns.durationLow, columns.durationHigh, columns.codes, columns.group])
    writer.column(part(column), count);

  const { elsewhere, elsewhereStarts } = columns;
  const ids = new ColumnWriter(count * 16)
    .bytes(columns.spanIds, from * 8, count * 8)
    .bytes(elsewhere, elsewhereStarts[from] * 8, (elsewhereStarts[to] - elsewhereStarts[from]) * 8);

  const attributes = { starts: columns.attributes.starts.subarray(from, to + 1), ids: columns.attributes.ids };
  const attributeIds = encodeAttributeIds(count, attributes, part(columns.operation), shapeCount, numbering);
  const raw = [writer.finish(), ids.finish(), attributeIds] as const;
  const chunk = encodeChunk(...raw);
  for (const scratch of raw) release(scratch);
  return chunk;
}

/** What a search skips spans [from, to) by. */
export function factsOfSpans(
  { durationLow, durationHigh, status }: Pick<SpanColumns, "durationLow" | "durationHigh" | "status">,
  from: number,
  to: number,
): Pick<ChunkFacts, "maxDurationMicros" | "errorCount"> {
  let longest = 0;
  let errorCount = 0;
  for (let i = from; i < to; i++) {
    if ((status[i] & STATUS_CODE_MASK) === STATUS_ERROR) errorCount++;
    longest = Math.max(longest, durationMicros(durationLow[i], durationHigh[i]));
  }
  return { errorCount, maxDurationMicros: Math.ceil(longest) };
}

/** A span that ends before it starts lasts no time. */
function durationMicros(low: number, high: number): number {
  return high >= 0x80000000 ? 0 : (high * 4294967296 + low) / 1000;
}

function encodeParents(
  block: OpenSpanBlock,
  order: Uint32Array,
  traceSizes: Uint32Array,
  spanIds: Uint8Array,
  seed: number,
) {
  const count = order.length;
  // Open addressing over (trace, span id) -> place in the block; a later span with the same id stays behind the first.
  let size = 16;
  while (size < count * 2) size *= 2;
  const slots = new Int32Array(size).fill(-1);
  const same = (a: number, bytes: Uint8Array, b: number) => {
    for (let k = 0; k < 8; k++) if (spanIds[a * 8 + k] !== bytes[b + k]) return false;
    return true;
  };
  const starts = new Uint32Array(count);
  for (let t = 0, n = 0; t < traceSizes.length; t++) {
    const start = n;
    for (let k = 0; k < traceSizes[t]; k++) starts[n++] = start;
  }
  const slotOf = (start: number, bytes: Uint8Array, at: number) => hashBytes(bytes, at, 8, seed ^ start) & (size - 1);
  for (let n = 0; n < count; n++) {
    let slot = slotOf(starts[n], spanIds, n * 8);
    while (slots[slot] !== -1) slot = (slot + 1) & (size - 1);
    slots[slot] = n;
  }
  const codes = new Uint32Array(count);
  const elsewhere = new ByteColumn(count * 2);
  const elsewhereStarts = new Uint32Array(count + 1);
  for (let n = 0; n < count; n++) {
    const i = order[n];
    elsewhereStarts[n + 1] = elsewhereStarts[n];
    if (block.hasParent[i] === 0) continue;
    let slot = slotOf(starts[n], block.parentIds, i * 8);
    while (slots[slot] !== -1 && !(starts[slots[slot]] === starts[n] && same(slots[slot], block.parentIds, i * 8)))
      slot = (slot + 1) & (size - 1);
    if (slots[slot] !== -1) codes[n] = PARENT_BASE + slots[slot] - starts[n];
    else {
      codes[n] = PARENT_ELSEWHERE;
      elsewhere.append(block.parentIds, i * 8, 8);
      elsewhereStarts[n + 1]++;
    }
  }
  for (const scratch of [slots, starts]) release(scratch);
  return { codes, elsewhereStarts, elsewhere: elsewhere.values };
}

/** Counts, errors, latencies and time range, in all and per operation. Also serves the open block as it is. */
export function spanFacts(
  block: SpanColumns & { readonly groupVersions: readonly (string | undefined)[] },
): BlockFacts {
  const facts = block.operations.map(() => ({
    count: 0,
    errorCount: 0,
    first: -1,
    last: -1,
    latency: new Uint32Array(LATENCY_BUCKETS),
  }));
  let maxDurationMicros = 0;
  const before = (a: number, b: number) =>
    compareNanos(block.startLow[a], block.startHigh[a], block.startLow[b], block.startHigh[b]) < 0;
  for (let i = 0; i < block.count; i++) {
    const operation = facts[block.operation[i]];
    operation.count++;
    if ((block.status[i] & STATUS_CODE_MASK) === STATUS_ERROR) operation.errorCount++;
    if (operation.first < 0 || before(i, operation.first)) operation.first = i;
    if (operation.last < 0 || before(operation.last, i)) operation.last = i;
    const micros = durationMicros(block.durationLow[i], block.durationHigh[i]);
    operation.latency[latencyBucket(micros)]++;
    if (micros > maxDurationMicros) maxDurationMicros = micros;
  }
  const micros = (i: number) => Math.min(Number.MAX_SAFE_INTEGER, nanosToMicros(block.startLow[i], block.startHigh[i]));
  const operations: OperationFacts[] = block.operations.map(({ service, kind, name }, id) => {
    const { count, errorCount, first, last, latency } = facts[id];
    return {
      service,
      kind,
      name: decodeText(name, 0, name.length),
      count,
      errorCount,
      minTimeMicros: micros(first),
      maxTimeMicros: micros(last),
      latency,
    };
  });
  return {
    recordCount: block.count,
    traceCount: block.traceCount,
    errorCount: facts.reduce((sum, { errorCount }) => sum + errorCount, 0),
    minTimeMicros: Math.min(...operations.map((o) => o.minTimeMicros)),
    maxTimeMicros: Math.max(...operations.map((o) => o.maxTimeMicros)),
    maxDurationMicros: Math.min(Number.MAX_SAFE_INTEGER, Math.ceil(maxDurationMicros)),
    operations,
    versions: distinctVersions(block),
  };
}

export function distinctVersions(block: {
  readonly groupServices: readonly string[];
  readonly groupVersions: readonly (string | undefined)[];
}): [string, string][] {
  const pairs = new Map<string, [string, string]>();
  block.groupServices.forEach((service, group) => {
    const version = block.groupVersions[group] ?? "";
    pairs.set(`${service}\0${version}`, [service, version]);
  });
  return [...pairs.values()];
}
