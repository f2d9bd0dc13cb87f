/** io.prometheus.write.v2.Histogram -> a native histogram: integer buckets are differences there, float ones are counts. */
import { BYTES, FIXED64, type ProtoReader, VARINT } from "../../base/protobuf.ts";
import {
  CUSTOM_BUCKETS_SCHEMA,
  type BucketSpan,
  type CounterResetHint,
  type NativeHistogram,
} from "../../model/native-histogram.ts";

export interface DecodedHistogram {
  readonly histogram: NativeHistogram;
  readonly timestamp: number;
  /** 0 = unknown. */
  readonly startTimestamp: number;
  readonly isStale: boolean;
  /** "" = it may be stored. */
  readonly problem: string;
}

const HINTS: readonly CounterResetHint[] = ["unknown", "reset", "not_reset", "gauge"];
const TWO_32 = 4294967296;

export function nativeHistogramOf(message: ProtoReader): DecodedHistogram {
  const { bytes } = message;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let [count, zeroCount, sum, schema, zeroThreshold] = [0, 0, 0, 0, 0];
  let [timestamp, startTimestamp, hint] = [0, 0, 0];
  let isStale = false;
  const spans: { positive: BucketSpan[]; negative: BucketSpan[] } = { positive: [], negative: [] };
  const deltas: { positive: number[]; negative: number[] } = { positive: [], negative: [] };
  const counts: { positive: number[]; negative: number[] } = { positive: [], negative: [] };
  const bounds: number[] = [];
  while (message.next()) {
    const { field, wire, valueStart } = message;
    const isDouble = wire === FIXED64;
    if (field === 1 && wire === VARINT) count = unsigned(message);
    else if (field === 2 && isDouble) count = view.getFloat64(valueStart, true);
    else if (field === 3 && isDouble) {
      sum = view.getFloat64(valueStart, true);
      isStale = view.getUint32(valueStart, true) === 2 && view.getUint32(valueStart + 4, true) === 0x7ff00000;
    } else if (field === 4 && wire === VARINT) schema = zigzag(unsigned(message));
    else if (field === 5 && isDouble) zeroThreshold = view.getFloat64(valueStart, true);
    else if (field === 6 && wire === VARINT) zeroCount = unsigned(message);
    else if (field === 7 && isDouble) zeroCount = view.getFloat64(valueStart, true);
    else if (field === 8 && wire === BYTES) spans.negative.push(readSpan(message.message()));
    else if (field === 9) pushVarints(message, deltas.negative);
    else if (field === 10) pushDoubles(message, view, counts.negative);
    else if (field === 11 && wire === BYTES) spans.positive.push(readSpan(message.message()));
    else if (field === 12) pushVarints(message, deltas.positive);
    else if (field === 13) pushDoubles(message, view, counts.positive);
    else if (field === 14 && wire === VARINT) hint = message.uint32();
    else if (field === 15 && wire === VARINT) timestamp = signed(message);
    else if (field === 16) pushDoubles(message, view, bounds);
    else if (field === 17 && wire === VARINT) startTimestamp = signed(message);
  }
  const buckets = (side: "positive" | "negative") => {
    if (deltas[side].length === 0) return counts[side];
    let sumUp = 0;
    return deltas[side].map((delta) => (sumUp += delta));
  };
  const histogram: NativeHistogram = {
    schema,
    zeroThreshold,
    zeroCount,
    count,
    sum,
    positiveSpans: spans.positive,
    positiveBuckets: buckets("positive"),
    negativeSpans: spans.negative,
    negativeBuckets: buckets("negative"),
    ...(schema === CUSTOM_BUCKETS_SCHEMA && { customValues: bounds }),
    counterResetHint: HINTS[hint] ?? "unknown",
  };
  return { histogram, timestamp, startTimestamp, isStale, problem: isStale ? "" : problemOf(histogram) };
}

function problemOf(histogram: NativeHistogram): string {
  const { schema, customValues } = histogram;
  if (schema !== CUSTOM_BUCKETS_SCHEMA && (schema < -4 || schema > 8))
    return `a histogram has the schema ${schema}; -4 to 8 and ${CUSTOM_BUCKETS_SCHEMA} are known`;
  for (const [side, spans, buckets] of [
    ["positive", histogram.positiveSpans, histogram.positiveBuckets],
    ["negative", histogram.negativeSpans, histogram.negativeBuckets],
  ] as const) {
    const length = spans.reduce((sum, span) => sum + span.length, 0);
    if (length !== buckets.length)
      return `a histogram's ${side} spans are ${length} buckets long, but it has ${buckets.length}`;
    if (spans.some(({ offset }, i) => i > 0 && offset < 0)) return `a histogram's ${side} spans overlap`;
    if (buckets.some((bucket) => bucket < 0)) return `a histogram has a ${side} bucket below 0`;
  }
  if (customValues?.some((bound, i) => i > 0 && !(bound > customValues[i - 1])))
    return "a histogram's custom bounds do not rise";
  return "";
}

function readSpan(message: ProtoReader): BucketSpan {
  let [offset, length] = [0, 0];
  while (message.next()) {
    if (message.field === 1 && message.wire === VARINT) offset = zigzag(unsigned(message));
    else if (message.field === 2 && message.wire === VARINT) length = message.uint32();
  }
  return { offset, length };
}

function pushVarints(message: ProtoReader, into: number[]): void {
  if (message.wire === VARINT) into.push(zigzag(unsigned(message)));
  if (message.wire !== BYTES) return;
  const { bytes } = message;
  for (let p = message.valueStart; p < message.valueEnd;) {
    let value = 0;
    for (let scale = 1; p < message.valueEnd; scale *= 128) {
      const byte = bytes[p++];
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) break;
    }
    into.push(zigzag(value));
  }
}

function pushDoubles(message: ProtoReader, view: DataView, into: number[]): void {
  if (message.wire === FIXED64) into.push(view.getFloat64(message.valueStart, true));
  if (message.wire !== BYTES) return;
  for (let p = message.valueStart; p + 8 <= message.valueEnd; p += 8) into.push(view.getFloat64(p, true));
}

function unsigned(message: ProtoReader): number {
  const { low, high } = message.varintWords();
  return high * TWO_32 + low;
}

function signed(message: ProtoReader): number {
  const { low, high } = message.varintWords();
  return (high | 0) * TWO_32 + low;
}

function zigzag(value: number): number {
  return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
}
