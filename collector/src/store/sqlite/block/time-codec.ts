/**
 * Columns of 64-bit times <-> bytes: each as the signed distance from the one before it (zigzag), low and high words apart, so
 * that neighbours in a trace cost 4 bytes and the high words nothing. Exact for any 64-bit numbers.
 */
import type { ColumnReader, ColumnWriter } from "./column-codec.ts";

export function writeTimes(writer: ColumnWriter, low: Uint32Array, high: Uint32Array, count: number): void {
  const zigzagLow = new Uint32Array(count);
  const zigzagHigh = new Uint32Array(count);
  let previousLow = 0;
  let previousHigh = 0;
  for (let i = 0; i < count; i++) {
    const deltaLow = (low[i] - previousLow) >>> 0;
    const deltaHigh = (high[i] - previousHigh - (low[i] < previousLow ? 1 : 0)) >>> 0;
    const sign = -(deltaHigh >>> 31);
    zigzagLow[i] = (deltaLow << 1) ^ sign;
    zigzagHigh[i] = ((deltaHigh << 1) | (deltaLow >>> 31)) ^ sign;
    previousLow = low[i];
    previousHigh = high[i];
  }
  writer.column(zigzagLow, count).column(zigzagHigh, count);
}

export function readTimes(reader: ColumnReader, count: number): { low: Uint32Array; high: Uint32Array } {
  const times = { low: reader.column(count), high: reader.column(count) };
  undoDistances(times.low, times.high);
  return times;
}

/** Fills two arrays of the same length, which hold zeros. */
export function readTimesInto(reader: ColumnReader, low: Uint32Array, high: Uint32Array): void {
  reader.columnInto(low);
  reader.columnInto(high);
  undoDistances(low, high);
}

function undoDistances(low: Uint32Array, high: Uint32Array): void {
  const count = low.length;
  let previousLow = 0;
  let previousHigh = 0;
  for (let i = 0; i < count; i++) {
    const sign = -(low[i] & 1);
    if (high[i] === 0) {
      // The distance fits into 31 bits, as nearly all do.
      let sum = previousLow + ((low[i] >>> 1) ^ sign);
      if (sum < 0) {
        sum += 0x100000000;
        previousHigh = (previousHigh - 1) >>> 0;
      } else if (sum > 0xffffffff) {
        sum -= 0x100000000;
        previousHigh = (previousHigh + 1) >>> 0;
      }
      previousLow = sum;
    } else {
      const deltaLow = (((low[i] >>> 1) | (high[i] << 31)) ^ sign) >>> 0;
      const deltaHigh = ((high[i] >>> 1) ^ sign) >>> 0;
      const sum = previousLow + deltaLow;
      previousLow = sum >>> 0;
      previousHigh = (previousHigh + deltaHigh + (sum > 0xffffffff ? 1 : 0)) >>> 0;
    }
    low[i] = previousLow;
    high[i] = previousHigh;
  }
}
