/**
 * Is a histogram of remote write one that can be stored (https://prometheus.io/docs/specs/native_histograms/)? In: the bounds of its
 * message; out: what is wrong, as a phrase. Reads counts as doubles: exact below 2^53.
 */
import { BYTES, FIXED64, malformed, ProtoReader, VARINT } from "../../base/protobuf.ts";
import { expectWire } from "./fields.ts";

const CUSTOM_BUCKETS = -53;
/** Of a sane histogram: 160 in the default of OpenTelemetry, some hundreds elsewhere. */
const MOST_BUCKETS = 65_536;

/** Wire type by field, from 1 on. Repeated numbers stand packed, or one by one as their kind. */
const WIRES = [VARINT, FIXED64, FIXED64, VARINT, FIXED64, VARINT, FIXED64]
  .concat([BYTES, VARINT, FIXED64, BYTES, VARINT, FIXED64])
  .concat([VARINT, VARINT, FIXED64, VARINT]);
const REPEATED: readonly number[] = [9, 10, 12, 13, 16];

const inner = new ProtoReader(new Uint8Array(0));

export function checkHistogram(message: ProtoReader): string | undefined {
  let schema = 0;
  let count = 0;
  let zeroCount = 0;
  let isFloat = false;
  let sum = 0;
  let timestampWords = { low: 0, high: 0 };
  const customValues: number[] = [];
  const sides = { negative: new Side(), positive: new Side() };
  while (message.next()) {
    const wire = WIRES[message.field - 1];
    if (wire !== undefined) expectWire(message, wire, REPEATED.includes(message.field) ? BYTES : wire);
    switch (message.field) {
      case 1:
        count = Number(message.uint64());
        break;
      case 2:
        count = message.double();
        isFloat = true;
        break;
      case 3:
        sum = message.double();
        break;
      case 4:
        schema = unzigzag(message.uint32());
        break;
      case 6:
        zeroCount = Number(message.uint64());
        break;
      case 7:
        zeroCount = message.double();
        break;
      case 8:
        sides.negative.span(message);
        break;
      case 9:
        sides.negative.deltas(message);
        break;
      case 10:
        sides.negative.counts(message);
        break;
      case 11:
        sides.positive.span(message);
        break;
      case 12:
        sides.positive.deltas(message);
        break;
      case 13:
        sides.positive.counts(message);
        break;
      case 15:
        timestampWords = message.varintWords();
        break;
      case 16:
        eachDouble(message, (value) => customValues.push(value));
        break;
    }
  }
  const isCustom = schema === CUSTOM_BUCKETS;
  if (!isCustom && (schema < -4 || schema > 8)) return `schema ${schema}: -4 to 8 and ${CUSTOM_BUCKETS} are known`;
  if (!isTimestamp(timestampWords)) return "a timestamp out of range";
  for (const [name, side] of Object.entries(sides)) {
    const wrong = side.check();
    if (wrong) return `${wrong} in its ${name} buckets`;
  }
  if (isCustom) {
    if (sides.negative.buckets > 0 || zeroCount !== 0) return "negative or zero buckets beside custom bounds";
    if (customValues.some((value, i) => !(value > (customValues[i - 1] ?? -Infinity)) || value === Infinity))
      return "custom bounds that do not ascend";
    if (customValues.length > MOST_BUCKETS) return `${customValues.length} custom bounds, more than ${MOST_BUCKETS}`;
    // The last one has no bound.
    if (sides.positive.highest > customValues.length + 1) return "a bucket beyond its custom bounds";
  } else if (customValues.length > 0) return "custom bounds with an exponential schema";
  if (!(zeroCount >= 0) || !(count >= 0)) return "a negative count";
  if (isFloat) return undefined;
  const total = zeroCount + sides.negative.total + sides.positive.total;
  // Observations of NaN are in no bucket.
  if (Number.isNaN(sum) ? total > count : total !== count)
    return `${total} observations in its buckets and ${count} in all`;
  return undefined;
}

class Side {
  buckets = 0;
  total = 0;
  /** Index of the last bucket, plus one. */
  highest = 0;
  #spans = 0;
  #spanned = 0;
  #last = 0;
  #wrong: string | undefined;

  span(message: ProtoReader): void {
    let offset = 0;
    let length = 0;
    inner.reset(message.bytes, message.valueStart, message.valueEnd);
    while (inner.next()) {
      if (inner.field === 1) offset = unzigzag(inner.uint32());
      if (inner.field === 2) length = inner.uint32();
    }
    if (this.#spans > 0 && offset < 0) this.#wrong = "a span that goes back";
    this.#spans++;
    this.#spanned += length;
    this.highest += offset + length;
  }

  deltas(message: ProtoReader): void {
    eachVarint(message, (zigzagged) => {
      this.#last += zigzagged;
      this.#add(this.#last);
    });
  }

  counts(message: ProtoReader): void {
    eachDouble(message, (value) => this.#add(value));
  }

  check(): string | undefined {
    if (this.#spanned !== this.buckets) return `${this.buckets} counts for spans of ${this.#spanned}`;
    if (this.#spans > MOST_BUCKETS) return `${this.#spans} spans, more than ${MOST_BUCKETS}`;
    if (this.buckets > MOST_BUCKETS) return `${this.buckets} counts, more than ${MOST_BUCKETS}`;
    return this.#wrong;
  }

  #add(count: number): void {
    if (!(count >= 0)) this.#wrong = `the count ${count}`;
    this.buckets++;
    this.total += count;
  }
}

/** Milliseconds that a Date can hold: 100 million days around 1970. */
export function isTimestamp({ low, high }: { readonly low: number; readonly high: number }): boolean {
  const millis = (high | 0) * 2 ** 32 + low;
  return Math.abs(millis) <= 8.64e15;
}

/** Packed or not; zigzag undone. */
function eachVarint(reader: ProtoReader, take: (value: number) => void): void {
  if (reader.wire === VARINT) return take(unzigzag64(reader.uint64()));
  if (reader.wire !== BYTES) return;
  let value = 0n;
  let shift = 0n;
  for (let i = reader.valueStart; i < reader.valueEnd; i++) {
    const byte = reader.bytes[i];
    value |= BigInt(byte & 0x7f) << shift;
    shift += 7n;
    if (byte < 0x80 || shift > 63n) {
      take(unzigzag64(BigInt.asUintN(64, value)));
      value = 0n;
      shift = 0n;
    }
  }
  if (shift > 0n) throw malformed("a truncated varint", reader.valueEnd);
}

function eachDouble(reader: ProtoReader, take: (value: number) => void): void {
  if (reader.wire === FIXED64) return take(reader.double());
  if (reader.wire !== BYTES) return;
  const { bytes, valueStart, valueEnd } = reader;
  if ((valueEnd - valueStart) % 8 !== 0) throw malformed("doubles of less than eight bytes", valueStart);
  const view = new DataView(bytes.buffer, bytes.byteOffset + valueStart, valueEnd - valueStart);
  for (let i = 0; i + 8 <= valueEnd - valueStart; i += 8) take(view.getFloat64(i, true));
}

function unzigzag(value: number): number {
  return (value >>> 1) ^ -(value & 1);
}

function unzigzag64(value: bigint): number {
  return Number((value >> 1n) ^ -(value & 1n));
}
