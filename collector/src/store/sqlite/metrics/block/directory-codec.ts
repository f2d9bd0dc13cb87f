/**
 * A metric block's directory: which series it holds, where their values and their times lie.
 *
 *   | layout u8 = 1 | series | axes | chunks | axis pages | per chunk: series in it | per axis page: axes in it | min time f64 | max time f64 |
 *   | columns by series: number less the one before | axis |
 *   | columns by axis: times | first time less min, low and high word | max less last time, low and high word |
 */
import { ColumnReader, ColumnWriter } from "../../block/column-codec.ts";
import { CorruptionError } from "../../block/section.ts";
import { ByteReader, ByteWriter } from "./byte-writer.ts";

const LAYOUT = 1;
const MOST_SERIES = 2 ** 24;
const TWO_32 = 4294967296;

export interface BlockDirectory {
  /** The partition's numbers of its series, ascending. */
  readonly ids: Uint32Array;
  /** By series. */
  readonly axisOf: Uint32Array;
  /** By axis. */
  readonly axisCounts: Uint32Array;
  readonly firstTimes: Float64Array;
  readonly lastTimes: Float64Array;
  /** Chunk c holds series chunkStarts[c] to chunkStarts[c + 1] - 1. */
  readonly chunkStarts: Uint32Array;
  /** Axis page p holds axes axisPageStarts[p] to axisPageStarts[p + 1] - 1. */
  readonly axisPageStarts: Uint32Array;
}

export function encodeDirectory(directory: BlockDirectory): Uint8Array {
  const { ids, axisOf, axisCounts, firstTimes, lastTimes, chunkStarts, axisPageStarts } = directory;
  const minTime = firstTimes.reduce((a, b) => Math.min(a, b), Infinity);
  const maxTime = lastTimes.reduce((a, b) => Math.max(a, b), -Infinity);
  const writer = new ByteWriter();
  writer.u8(LAYOUT).varint(ids.length).varint(axisCounts.length);
  for (const starts of [chunkStarts, axisPageStarts]) writer.varint(starts.length - 1);
  for (const starts of [chunkStarts, axisPageStarts])
    for (let i = 1; i < starts.length; i++) writer.varint(starts[i] - starts[i - 1]);
  writer.double(minTime).double(maxTime);
  const columns = new ColumnWriter(ids.length * 8 + axisCounts.length * 12 + 64);
  const steps = ids.map((id, i) => id - (i === 0 ? 0 : ids[i - 1]));
  columns.column(steps, ids.length).column(axisOf, ids.length).column(axisCounts, axisCounts.length);
  for (const distances of [firstTimes.map((time) => time - minTime), lastTimes.map((time) => maxTime - time)]) {
    const low = Uint32Array.from(distances, (distance) => distance % TWO_32);
    const high = Uint32Array.from(distances, (distance) => Math.floor(distance / TWO_32));
    columns.column(low, low.length).column(high, high.length);
  }
  return writer.bytes(columns.finish()).finish();
}

/** @throws CorruptionError */
export function decodeDirectory(bytes: Uint8Array): BlockDirectory {
  const reader = new ByteReader(bytes);
  const layout = reader.u8();
  if (layout !== LAYOUT) throw new CorruptionError(`directory layout ${layout} is unknown to this version of Goldspan`);
  const count = reader.count(MOST_SERIES);
  const axes = reader.count(count);
  const [chunks, axisPages] = [reader.count(count), reader.count(axes)];
  const chunkStarts = readStarts(reader, chunks, count);
  const axisPageStarts = readStarts(reader, axisPages, axes);
  const [minTime, maxTime] = [reader.double(), reader.double()];
  const columns = new ColumnReader(bytes.subarray(reader.pos));
  const ids = columns.column(count);
  for (let i = 1; i < count; i++) ids[i] += ids[i - 1];
  const axisOf = columns.column(count);
  const axisCounts = columns.column(axes);
  if (axisOf.some((axis) => axis >= axes) || axisCounts.includes(0))
    throw new CorruptionError("a series of a directory has no times");
  const distances = () => {
    const [low, high] = [columns.column(axes), columns.column(axes)];
    return Float64Array.from(low, (value, i) => high[i] * TWO_32 + value);
  };
  const firstTimes = distances().map((distance) => minTime + distance);
  const lastTimes = distances().map((distance) => maxTime - distance);
  return { ids, axisOf, axisCounts, firstTimes, lastTimes, chunkStarts, axisPageStarts };
}

function readStarts(reader: ByteReader, parts: number, total: number): Uint32Array {
  const starts = new Uint32Array(parts + 1);
  for (let i = 0; i < parts; i++) starts[i + 1] = starts[i] + reader.count(total - starts[i]);
  if (starts[parts] !== total) throw new CorruptionError("a directory's parts do not hold all it says");
  return starts;
}
