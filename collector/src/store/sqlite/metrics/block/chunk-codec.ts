/**
 * A chunk: the samples of some series that follow each other in a block, compressed as one section.
 *
 *   | layout u8 = 1 | series | axes | per axis: times | per series: axis, shape, first value, what else it has |
 *   | numbers of width 1 as planes | … of width 7 | doubles as planes | histograms |
 *
 * Series whose samples have the same times share an axis: those of a target have one between them, which is written, and decoded, once.
 */
import { CorruptionError } from "../../block/section.ts";
import type { SeriesSamples } from "../open-samples.ts";
import { KIND } from "../open-samples.ts";
import { ByteReader, ByteWriter } from "./byte-writer.ts";
import { readHistograms, writeHistograms } from "./histogram-codec.ts";
import {
  bytesOf,
  CLASSES,
  CONSTANT,
  DOUBLE,
  numbersOf,
  PlaneWriter,
  readDoubles,
  readIntegers,
  unzigzag,
  ValueEncoder,
  zigzag,
  type ValueShape,
} from "./value-codec.ts";

const LAYOUT = 1;
/** What a chunk may hold at most: above what is written, so that damage cannot make us allocate. */
export const MOST_SAMPLES = 2 ** 20;
const MOST_SERIES = 65_536;
const HAS_KINDS = 1;
const HAS_STARTS = 2;

export class ChunkWriter {
  sampleCount = 0;
  seriesCount = 0;
  readonly #axes = new ByteWriter();
  readonly #series = new ByteWriter();
  readonly #histograms = new ByteWriter();
  readonly #planes = Array.from({ length: CLASSES }, (_, width) => new PlaneWriter(width));
  readonly #encoder = new ValueEncoder();
  readonly #axisIds = new Map<string, { readonly times: Float64Array; readonly id: number }[]>();
  #axisCount = 0;

  /** Adds the next series; it has samples. */
  add(samples: SeriesSamples): void {
    const { timestamps, values, kinds, histograms, starts } = samples;
    const count = timestamps.length;
    const writer = this.#series;
    const floats = kinds ? withoutGaps(values, kinds) : values;
    const shape = this.#encoder.shape(floats, count);
    const { width, exponent, order } = shape;
    writer.varint(this.#axisOf(timestamps));
    writer.u8(width | (order === 2 ? 16 : 0) | (kinds || starts ? 32 : 0));
    if (width !== CONSTANT && width !== DOUBLE) writer.u8(exponent);
    if (width !== DOUBLE) writer.double(floats[0]);
    if (width === DOUBLE) this.#planes[width].pushDoubles(floats, count);
    else if (width !== CONSTANT) this.#planes[width].pushAll(this.#encoder.deltas, count - 1);
    if (kinds || starts) {
      writer.u8((kinds ? HAS_KINDS : 0) | (starts ? HAS_STARTS : 0));
      if (kinds) writeRuns(writer, kinds, (kind) => writer.u8(kind));
      if (starts) writeRuns(writer, starts, (start) => writer.varint(start));
      if (histograms)
        writeHistograms(
          this.#histograms,
          histograms.filter((each) => each !== undefined),
        );
    }
    this.sampleCount += count;
    this.seriesCount++;
  }

  finish(): Uint8Array {
    const writer = new ByteWriter(16_384);
    writer.u8(LAYOUT).varint(this.seriesCount).varint(this.#axisCount);
    writer.bytes(this.#axes.finish()).bytes(this.#series.finish());
    for (const planes of this.#planes) planes.writeTo(writer.out);
    return writer.bytes(this.#histograms.finish()).finish();
  }

  #axisOf(times: Float64Array): number {
    const count = times.length;
    const key = `${count} ${times[0]} ${times[count - 1]}`;
    const alike = this.#axisIds.get(key) ?? [];
    for (const each of alike) if (isSame(each.times, times)) return each.id;
    const id = this.#axisCount++;
    this.#axisIds.set(key, [...alike, { times, id }]);
    writeAxis(this.#axes, times);
    return id;
  }
}

interface SeriesHead {
  readonly axis: number;
  readonly shape: ValueShape;
  readonly first: number;
  /** Its first number's place among those of its width. */
  readonly offset: number;
  readonly kinds: Uint8Array | undefined;
  readonly starts: Float64Array | undefined;
  /** Of all series before it. */
  readonly histogramsBefore: number;
}

/** A chunk that is read: its heads at once, samples of the series that are asked for. Throws CorruptionError. */
export class ChunkReader {
  readonly #bytes: Uint8Array;
  readonly #axes: Float64Array[] = [];
  readonly #series: SeriesHead[] = [];
  readonly #bases: number[] = [];
  readonly #totals = new Uint32Array(CLASSES);
  readonly #histogramsAt: number;
  readonly #histogramCount: number;
  #histograms: ReturnType<typeof readHistograms> | undefined;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    const reader = new ByteReader(bytes);
    const layout = reader.u8();
    if (layout !== LAYOUT) throw new CorruptionError(`chunk layout ${layout} is unknown to this version of Goldspan`);
    const seriesCount = reader.count(MOST_SERIES);
    const axisCount = reader.count(MOST_SERIES);
    let left = MOST_SAMPLES;
    for (let i = 0; i < axisCount; i++) {
      const axis = readAxis(reader, left);
      left -= axis.length;
      this.#axes.push(axis);
    }
    let histograms = 0;
    let samples = 0;
    for (let i = 0; i < seriesCount; i++) {
      const head = this.#readHead(reader, histograms);
      samples += this.#axes[head.axis].length;
      if (samples > MOST_SAMPLES) throw new CorruptionError("a chunk has too many samples");
      if (head.kinds) for (const kind of head.kinds) if (kind === KIND.histogram) histograms++;
      this.#series.push(head);
    }
    for (let width = 0; width < CLASSES; width++) this.#bases.push(reader.skip(this.#totals[width] * width));
    this.#histogramsAt = reader.pos;
    this.#histogramCount = histograms;
  }

  get count(): number {
    return this.#series.length;
  }

  /** About what it takes beside its bytes. */
  get sizeBytes(): number {
    return this.#axes.reduce((sum, { length }) => sum + length * 8, this.#series.length * 150);
  }

  /** Times of a series' samples. Shared by series: don't change them. */
  timestamps(series: number): Float64Array {
    return this.#axes[this.#series[series].axis];
  }

  samples(series: number): SeriesSamples {
    const head = this.#series[series];
    const timestamps = this.#axes[head.axis];
    const values = new Float64Array(timestamps.length);
    const { shape, kinds, starts, offset, first } = head;
    const { width } = shape;
    const [base, total] = [this.#bases[width], this.#totals[width]];
    if (width === CONSTANT) values.fill(first);
    else if (width === DOUBLE) readDoubles(this.#bytes, base, total, offset, values);
    else readIntegers(this.#bytes, base, total, offset, shape, first, values);
    if (!kinds) return { timestamps, values, kinds, histograms: undefined, starts };
    let next = head.histogramsBefore;
    const has = kinds.includes(KIND.histogram);
    const all = has ? this.#allHistograms() : [];
    const histograms = has
      ? Array.from(kinds, (kind) => (kind === KIND.histogram ? all[next++] : undefined))
      : undefined;
    kinds.forEach((kind, i) => {
      if (kind !== KIND.float) values[i] = 0;
    });
    return { timestamps, values, kinds, histograms, starts };
  }

  #readHead(reader: ByteReader, histogramsBefore: number): SeriesHead {
    const axis = reader.count(MOST_SERIES);
    if (axis >= this.#axes.length) throw new CorruptionError("a series of a chunk has no axis");
    const count = this.#axes[axis].length;
    const bits = reader.u8();
    const width = bits & 15;
    if (width >= CLASSES) throw new CorruptionError(`a series of a chunk has the unknown width ${width}`);
    const exponent = width !== CONSTANT && width !== DOUBLE ? reader.u8() : 0;
    if (exponent > 12) throw new CorruptionError(`a series of a chunk has the unknown exponent ${exponent}`);
    const first = width === DOUBLE ? 0 : reader.double();
    const shape = { width, exponent, order: (bits & 16) !== 0 ? 2 : 1 };
    const offset = this.#totals[width];
    this.#totals[width] += numbersOf(width, count);
    let kinds: Uint8Array | undefined;
    let starts: Float64Array | undefined;
    if ((bits & 32) !== 0) {
      const has = reader.u8();
      if ((has & HAS_KINDS) !== 0) readRuns(reader, (kinds = new Uint8Array(count)), () => reader.u8());
      if ((has & HAS_STARTS) !== 0) readRuns(reader, (starts = new Float64Array(count)), () => reader.varint());
    }
    return { axis, shape, first, offset, kinds, starts, histogramsBefore };
  }

  #allHistograms(): ReturnType<typeof readHistograms> {
    return (this.#histograms ??= readHistograms(new ByteReader(this.#bytes, this.#histogramsAt), this.#histogramCount));
  }
}

/** | count | first f64 | width u8 | differences of differences, zigzag, as planes | */
function writeAxis(writer: ByteWriter, times: Float64Array): void {
  const count = times.length;
  writer.varint(count).double(times[0]);
  if (count === 1) return;
  const numbers = new Float64Array(count - 1);
  let before = 0;
  let largest = 0;
  for (let i = 1; i < count; i++) {
    const delta = times[i] - times[i - 1];
    numbers[i - 1] = zigzag(delta - before);
    largest = Math.max(largest, numbers[i - 1]);
    before = delta;
  }
  const width = bytesOf(largest);
  writer.u8(width);
  const planes = new PlaneWriter(width);
  planes.pushAll(numbers, count - 1);
  planes.writeTo(writer.out);
}

function readAxis(reader: ByteReader, most: number): Float64Array {
  const count = reader.count(most);
  if (count === 0) throw new CorruptionError("an axis of a chunk has no times");
  const first = reader.double();
  if (count === 1) return Float64Array.of(first);
  const width = reader.u8();
  if (width < 1 || width > 7) throw new CorruptionError(`an axis of a chunk has the unknown width ${width}`);
  const base = reader.skip(width * (count - 1));
  const times = new Float64Array(count);
  times[0] = first;
  const { bytes } = reader;
  let delta = 0;
  for (let i = 1; i < count; i++) {
    let number = 0;
    for (let plane = width - 1; plane >= 0; plane--) number = number * 256 + bytes[base + plane * (count - 1) + i - 1];
    delta += unzigzag(number);
    times[i] = times[i - 1] + delta;
  }
  return times;
}

/** Runs of equal values: | length | value | … until all are told. */
function writeRuns(writer: ByteWriter, values: Uint8Array | Float64Array, write: (value: number) => void): void {
  for (let i = 0; i < values.length;) {
    let end = i + 1;
    while (end < values.length && values[end] === values[i]) end++;
    writer.varint(end - i);
    write(values[i]);
    i = end;
  }
}

function readRuns(reader: ByteReader, values: Uint8Array | Float64Array, read: () => number): void {
  for (let i = 0; i < values.length;) {
    const length = reader.count(values.length - i);
    if (length === 0) throw new CorruptionError("a run in a chunk is empty");
    values.fill(read(), i, i + length);
    i += length;
  }
}

/** Where a sample is no float, the float before it: it costs nothing so. */
function withoutGaps(values: Float64Array, kinds: Uint8Array): Float64Array {
  const floats = values.slice();
  let last = values[kinds.indexOf(KIND.float)] ?? 0;
  for (let i = 0; i < floats.length; i++) {
    if (kinds[i] === KIND.float) last = floats[i];
    else floats[i] = last;
  }
  return floats;
}

function isSame(a: Float64Array, b: Float64Array): boolean {
  if (a === b) return true;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}
