/** Samples that stand in remote write 1.0 and 2.0 with the same bytes: value, then a time of this or the next ten thousand years. */
import { BYTES, FIXED64, VARINT } from "../../base/protobuf.ts";
import { V1 } from "./fields.ts";

const SAMPLE_TAG = (V1.series.samples << 3) | BYTES;
const VALUE_TAG = (V1.sample.value << 3) | FIXED64;
const TIME_TAG = (V1.sample.timestamp << 3) | VARINT;
/** 49 bits of milliseconds: below what isTimestamp takes, and never negative. */
const MOST_TIME_BYTES = 7;

/** How many samples the bytes are; -1 when there is anything but such samples. */
export function plainSamples(bytes: Uint8Array, start: number, end: number): number {
  let samples = 0;
  let at = start;
  while (at < end) {
    if (bytes[at] !== SAMPLE_TAG || at + 1 >= end || bytes[at + 1] > 0x7f) return -1;
    const stop = at + 2 + bytes[at + 1];
    if (stop > end) return -1;
    at += 2;
    if (at < stop && bytes[at] === VALUE_TAG) at += 9;
    if (at < stop && bytes[at] === TIME_TAG) {
      const last = at + MOST_TIME_BYTES;
      at++;
      while (at < stop && at < last && bytes[at] > 0x7f) at++;
      if (at >= stop || bytes[at] > 0x7f) return -1;
      at++;
    }
    if (at !== stop) return -1;
    samples++;
  }
  return samples;
}
