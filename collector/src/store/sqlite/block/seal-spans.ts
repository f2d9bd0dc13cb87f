/**
 * An open block of spans -> the sections of a sealed one, and what the catalogue keeps. Spans are grouped by trace, so that a
 * trace is read from one run and neighbouring times are close. Layouts: collector/docs/format.md.
 */
import { nanosToMicros, compareNanos } from "../../../base/nanos.ts";
import { decodeText } from "../../../base/protobuf.ts";
import { hashBytes } from "../../../base/hash.ts";
import { LATENCY_BUCKETS, latencyBucket } from "../../../model/latency-histogram.ts";
import { STATUS_ERROR } from "../../../model/span-batch.ts";
import { ColumnWriter } from "./column-codec.ts";
import { encodeNames } from "./names-codec.ts";
import type { OpenSpanBlock } from "./open-span-block.ts";
import { STATUS_CODE_MASK, type SpanColumns } from "./record-columns.ts";
import {
  attributeSignature,
  orderByTrace,
  permute,
  permuteBytes,
  section,
  sharedSections,
  type BlockFacts,
  type OperationFacts,
  type SealedBlock,
} from "./seal-records.ts";
import { writeTimes } from "./time-codec.ts";

/** Parent codes: none, an id in the side list, or 2 + the parent's place within its trace. */
export const PARENT_NONE = 0;
export const PARENT_ELSEWHERE = 1;
export const PARENT_BASE = 2;

export function sealSpans(block: OpenSpanBlock, hashSeed: number): SealedBlock {
  const { count } = block;
  const { order, traceSizes } = orderByTrace(block);
  const operation = permute(block.operation, order);

  const hot = new ColumnWriter(count * 24 + 1024)
    .u32(count)
    .column(operation, count)
    .column(permuteBytes(block.status, order), count);
  writeTimes(hot, permute(block.startLow, order), permute(block.startHigh, order), count);
  hot.column(permute(block.durationLow, order), count).column(permute(block.durationHigh, order), count);

  const spanIds = new Uint8Array(count * 8);
  for (let n = 0; n < count; n++) spanIds.set(block.spanIds.subarray(order[n] * 8, order[n] * 8 + 8), n * 8);
  const traceIds = block.traceIds.slice(0, block.traceCount * 16);
  const ids = new ColumnWriter(spanIds.length + traceIds.length).bytes(spanIds).bytes(traceIds);

  const { codes, elsewhere } = encodeParents(block, order, traceSizes, spanIds, hashSeed);
  const structure = new ColumnWriter(count * 8 + 1024)
    .u32(block.traceCount)
    .column(traceSizes, block.traceCount)
    .column(codes, count);
  structure
    .u32(elsewhere.length / 8)
    .bytes(elsewhere)
    .column(permute(block.group, order), count);

  return {
    sections: [
      section("hot", hot),
      section("ids", ids, false),
      section("structure", structure),
      section("names", encodeNames(block)),
      ...sharedSections(block, order, block.operation, block.operations.length),
    ],
    facts: spanFacts(block),
    traceIds,
    signatures: { attributes: attributeSignature(block, hashSeed, true), tokens: [] },
  };
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
  const elsewhere: number[] = [];
  for (let n = 0; n < count; n++) {
    const i = order[n];
    if (block.hasParent[i] === 0) continue;
    let slot = slotOf(starts[n], block.parentIds, i * 8);
    while (slots[slot] !== -1 && !(starts[slots[slot]] === starts[n] && same(slots[slot], block.parentIds, i * 8)))
      slot = (slot + 1) & (size - 1);
    if (slots[slot] !== -1) codes[n] = PARENT_BASE + slots[slot] - starts[n];
    else {
      codes[n] = PARENT_ELSEWHERE;
      for (let k = 0; k < 8; k++) elsewhere.push(block.parentIds[i * 8 + k]);
    }
  }
  return { codes, elsewhere: Uint8Array.from(elsewhere) };
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
    const high = block.durationHigh[i];
    const micros = high >= 0x80000000 ? 0 : (high * 4294967296 + block.durationLow[i]) / 1000;
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
