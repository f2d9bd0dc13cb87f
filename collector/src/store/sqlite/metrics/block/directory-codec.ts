/**
 * A metric block's directory: which series it holds, in which chunk, and from when to when.
 *
 *   | layout u8 = 1 | series | chunks | min time f64 | max time f64 | per chunk: series in it |
 *   | columns: number less the one before | first time less min, low and high word | max less last time, low and high word |
 */
import { ColumnReader, ColumnWriter } from "../../block/column-codec.ts";
import { CorruptionError } from "../../block/section.ts";
import { ByteReader, ByteWriter } from "./byte-writer.ts";

const LAYOUT = 1;
const MOST_SERIES = 2 ** 24;
const TWO_32 = 4294967296;

export interface BlockDirectory {
  readonly minTime: number;
  readonly maxTime: number;
  /** The partition's numbers of its series, ascending. */
  readonly ids: Uint32Array;
  readonly firstTimes: Float64Array;
  readonly lastTimes: Float64Array;
  /** Chunk c holds series chunkStarts[c] to chunkStarts[c + 1] - 1. */
  readonly chunkStarts: Uint32Array;
}

export function encodeDirectory(directory: BlockDirectory): Uint8Array {
  const { minTime, maxTime, ids, firstTimes, lastTimes, chunkStarts } = directory;
  const count = ids.length;
  const writer = new ByteWriter();
  writer
    .u8(LAYOUT)
    .varint(count)
    .varint(chunkStarts.length - 1);
  writer.double(minTime).double(maxTime);
  for (let c = 1; c < chunkStarts.length; c++) writer.varint(chunkStarts[c] - chunkStarts[c - 1]);
  const columns = new ColumnWriter(count * 8 + 64);
  columns.column(
    ids.map((id, i) => id - (i === 0 ? 0 : ids[i - 1])),
    count,
  );
  for (const distances of [firstTimes.map((time) => time - minTime), lastTimes.map((time) => maxTime - time)]) {
    columns.column(
      Uint32Array.from(distances, (distance) => distance % TWO_32),
      count,
    );
    columns.column(
      Uint32Array.from(distances, (distance) => Math.floor(distance / TWO_32)),
      count,
    );
  }
  return writer.bytes(columns.finish()).finish();
}

/** @throws CorruptionError */
export function decodeDirectory(bytes: Uint8Array): BlockDirectory {
  const reader = new ByteReader(bytes);
  const layout = reader.u8();
  if (layout !== LAYOUT) throw new CorruptionError(`directory layout ${layout} is unknown to this version of Goldspan`);
  const count = reader.count(MOST_SERIES);
  const chunks = reader.count(count);
  const minTime = reader.double();
  const maxTime = reader.double();
  const chunkStarts = new Uint32Array(chunks + 1);
  for (let c = 0; c < chunks; c++) chunkStarts[c + 1] = chunkStarts[c] + reader.count(count - chunkStarts[c]);
  if (chunkStarts[chunks] !== count) throw new CorruptionError("a directory's chunks do not hold its series");
  const columns = new ColumnReader(bytes.subarray(reader.pos));
  const ids = columns.column(count);
  for (let i = 1; i < count; i++) ids[i] += ids[i - 1];
  const distances = () => {
    const low = columns.column(count);
    const high = columns.column(count);
    return Float64Array.from(low, (value, i) => high[i] * TWO_32 + value);
  };
  const firstTimes = distances().map((distance) => minTime + distance);
  const lastTimes = distances().map((distance) => maxTime - distance);
  return { minTime, maxTime, ids, firstTimes, lastTimes, chunkStarts };
}
