/** A latency histogram <-> the (bucket u8, count varint) pairs of its non-empty buckets: 10 to 30 bytes instead of 388. */
import { LATENCY_BUCKETS } from "../../../model/latency-histogram.ts";

export function encodeLatency(histogram: Uint32Array): Buffer {
  const bytes: number[] = [];
  for (let bucket = 0; bucket < LATENCY_BUCKETS; bucket++) {
    let count = histogram[bucket];
    if (count === 0) continue;
    bytes.push(bucket);
    for (; count > 0x7f; count >>>= 7) bytes.push((count & 0x7f) | 0x80);
    bytes.push(count);
  }
  return Buffer.from(bytes);
}

/** Adds the counts stored in `bytes[start, end)` to `into`. */
export function addEncodedLatency(
  bytes: Uint8Array,
  into: Uint32Array | Float64Array,
  start = 0,
  end: number = bytes.length,
): void {
  for (let at = start; at < end;) {
    const bucket = bytes[at++];
    let count = 0;
    for (let shift = 0; at < end; shift += 7) {
      const byte = bytes[at++];
      count |= (byte & 0x7f) << shift;
      if (byte < 0x80) break;
    }
    if (bucket < LATENCY_BUCKETS) into[bucket] += count >>> 0;
  }
}
