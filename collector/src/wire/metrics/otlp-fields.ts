/** Repeated numbers and small messages inside OTLP data points: offsets of packed values, exponential buckets, quantiles. */
import { BYTES, ProtoReader, VARINT } from "../../base/protobuf.ts";
import { varintAt } from "../otlp/tags.ts";
import type { DenseBuckets } from "./exponential.ts";

/** Of an exponential histogram's one side: the SDKs' most is 160. */
export const MOST_BUCKETS = 65_536;

/** Offsets of 8-byte values of a repeated field, packed or not. Used again for each point. */
export class Words {
  count = 0;
  #offsets = new Uint32Array(64);
  isContiguous = true;

  clear(): this {
    this.count = 0;
    this.isContiguous = true;
    return this;
  }

  /** Takes the field whose tag is at `p`; returns where it ends. */
  add(bytes: Uint8Array, p: number, end: number): number {
    if ((bytes[p] & 7) !== BYTES) {
      this.#push(p + 1);
      return p + 9;
    }
    const { value: length, next } = varintAt(bytes, p + 1, end);
    for (let at = next; at + 8 <= next + length; at += 8) this.#push(at);
    return next + length;
  }

  at(i: number): number {
    return this.#offsets[i];
  }

  #push(offset: number): void {
    if (this.count > 0 && this.#offsets[this.count - 1] + 8 !== offset) this.isContiguous = false;
    if (this.count === this.#offsets.length) {
      const grown = new Uint32Array(this.count * 2);
      grown.set(this.#offsets);
      this.#offsets = grown;
    }
    this.#offsets[this.count++] = offset;
  }
}

export function zigzag(value: number): number {
  return (value >>> 1) ^ -(value & 1);
}

export function readBuckets(message: ProtoReader): DenseBuckets {
  let offset = 0;
  const counts: number[] = [];
  while (message.next()) {
    if (message.field === 1 && message.wire === VARINT) offset = zigzag(message.uint32());
    else if (message.field === 2 && message.wire === VARINT) counts.push(varintNumber(message));
    else if (message.field === 2 && message.wire === BYTES) {
      const { bytes } = message;
      for (let p = message.valueStart; p < message.valueEnd && counts.length <= MOST_BUCKETS;) {
        let value = 0;
        for (let scale = 1; p < message.valueEnd; scale *= 128) {
          const byte = bytes[p++];
          value += (byte & 0x7f) * scale;
          if (byte < 0x80) break;
        }
        counts.push(value);
      }
    }
  }
  return { offset, counts };
}

function varintNumber(reader: ProtoReader): number {
  const { low, high } = reader.varintWords();
  return high * 4294967296 + low;
}

export function readQuantile(message: ProtoReader): { quantile: number; value: number } {
  let [quantile, value] = [0, 0];
  while (message.next()) {
    if (message.field === 1 && message.valueLength === 8) quantile = message.double();
    else if (message.field === 2 && message.valueLength === 8) value = message.double();
  }
  return { quantile, value };
}
