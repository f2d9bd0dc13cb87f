/** The sections "hot" and "structure" of a block of spans from before there were chunks: bytes -> columns over all of the block. */
import { ColumnReader } from "./column-codec.ts";
import { CorruptionError } from "./section.ts";
import { PARENT_NONE } from "./span-chunk.ts";
import { readTimes } from "./time-codec.ts";

export interface HotColumns {
  operation: Uint32Array;
  status: Uint8Array;
  start: { low: Uint32Array; high: Uint32Array };
  durationLow: Uint32Array;
  durationHigh: Uint32Array;
}

/** @throws CorruptionError where it has another count than `expected` */
export function decodeHot(raw: Uint8Array, expected?: number): HotColumns {
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

export interface Structure {
  traceStarts: Uint32Array;
  trace: Uint32Array;
  parentCodes: Uint32Array;
  hasParent: Uint8Array;
  elsewhere: Uint8Array;
  group: Uint32Array;
}

/** @throws CorruptionError where the traces do not add up to `count` spans */
export function decodeStructure(raw: Uint8Array, count: number): Structure {
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
    traceStarts,
    trace,
    parentCodes,
    hasParent,
    elsewhere,
    group: reader.column(count),
  };
}
