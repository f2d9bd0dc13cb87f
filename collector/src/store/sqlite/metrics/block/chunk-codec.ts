/**
 * A chunk: the values of some series that follow each other in a block, compressed as one section. Their times are the block's axes.
 *
 *   | layout u8 = 2 | series | distinct starts | starts f64 … |
 *   | columns by series: shape bits u8 | exponent u8 | start, 0 = none | first value, as 8 planes |
 *   | numbers of width 1 as planes | … of width 7 | doubles as planes | runs of kinds and starts | sums of histograms as planes | histograms |
 *
 * Layout 1 had the sums among the histograms.
 */
import { CorruptionError } from "../../block/section.ts";
import { ColumnReader, ColumnWriter } from "../../block/column-codec.ts";
import type { NativeHistogram } from "../../../../model/native-histogram.ts";
import type { FloatSource } from "../float-slab.ts";
import { KIND, type SeriesSamples } from "../open-samples.ts";
import { ByteReader, ByteWriter } from "./byte-writer.ts";
import { readHistograms1 } from "./histogram-codec-1.ts";
import { readHistograms, writeHistograms } from "./histogram-codec.ts";
import {
  CLASSES,
  CONSTANT,
  DOUBLE,
  MOST_EXPONENT,
  numbersOf,
  PlaneWriter,
  readDoubles,
  readIntegers,
  ValueEncoder,
} from "./value-codec.ts";

const LAYOUT = 2;
/** Of older blocks. */
const LAYOUT_1 = 1;
const MOST_SERIES = 65_536;
/** Of a chunk: above what is written, so that damage cannot make us allocate. */
const MOST_SAMPLES = 2 ** 24;
/** In the shape bits, above the width. */
const SECOND_ORDER = 16;
const HAS_KINDS = 32;
/** They change within the chunk: else the one there is stands in the column. */
const HAS_STARTS = 64;

export class ChunkWriter {
  seriesCount = 0;
  readonly #bits: number[] = [];
  readonly #exponents: number[] = [];
  readonly #startIds: number[] = [];
  readonly #firsts: number[] = [];
  readonly #starts = new Map<number, number>();
  readonly #runs = new ByteWriter(256);
  readonly #sums = new PlaneWriter(DOUBLE);
  readonly #histograms = new ByteWriter(256);
  readonly #planes = Array.from({ length: CLASSES }, (_, width) => new PlaneWriter(width));
  readonly #encoder = new ValueEncoder();

  /** Adds the next series; it has samples. */
  add({ timestamps, values, kinds, histograms, starts }: SeriesSamples): void {
    const count = timestamps.length;
    const floats = kinds ? withoutGaps(values, kinds) : values;
    const { width, exponent, order } = this.#encoder.shape(floats, count);
    const steady = starts?.every((start) => start === starts[0]) ?? true;
    this.#bits.push(width | (order === 2 ? SECOND_ORDER : 0) | (kinds ? HAS_KINDS : 0) | (steady ? 0 : HAS_STARTS));
    this.#exponents.push(exponent);
    this.#startIds.push(starts && steady ? this.#startId(starts[0]) : 0);
    this.#firsts.push(width === DOUBLE ? 0 : floats[0]);
    if (width === DOUBLE) this.#planes[width].pushDoubles(floats, count);
    else if (width !== CONSTANT) this.#planes[width].pushAll(this.#encoder.deltas, count - 1);
    if (kinds) writeRuns(this.#runs, kinds, (kind) => this.#runs.u8(kind));
    if (starts && !steady) writeRuns(this.#runs, starts, (start) => this.#runs.double(start));
    if (histograms) {
      const all = histograms.filter((each) => each !== undefined);
      this.#sums.pushDoubles(
        Float64Array.from(all, ({ sum }) => sum),
        all.length,
      );
      writeHistograms(this.#histograms, all);
    }
    this.seriesCount++;
  }

  finish(): Uint8Array {
    const count = this.seriesCount;
    const writer = new ByteWriter(16_384);
    writer.u8(LAYOUT).varint(count).varint(this.#starts.size);
    for (const start of this.#starts.keys()) writer.double(start);
    const columns = new ColumnWriter(count * 8 + 64);
    for (const column of [this.#bits, this.#exponents, this.#startIds]) columns.column(Uint32Array.from(column), count);
    writer.bytes(columns.finish());
    const firsts = new PlaneWriter(8);
    firsts.pushDoubles(Float64Array.from(this.#firsts), count);
    firsts.writeTo(writer.out);
    for (const planes of this.#planes) planes.writeTo(writer.out);
    writer.bytes(this.#runs.finish());
    this.#sums.writeTo(writer.out);
    return writer.bytes(this.#histograms.finish()).finish();
  }

  #startId(start: number): number {
    if (start === 0) return 0;
    let id = this.#starts.get(start);
    if (id === undefined) this.#starts.set(start, (id = this.#starts.size + 1));
    return id;
  }
}

interface Extras {
  readonly kinds: Uint8Array | undefined;
  readonly starts: Float64Array | undefined;
  readonly histograms: number;
  /** Among those that have extras. */
  readonly place: number;
}

/** A chunk that is read: samples of the series that are asked for. Throws CorruptionError. */
export class ChunkReader {
  readonly count: number;
  readonly #bytes: Uint8Array;
  readonly #counts: Uint32Array;
  readonly #starts: Float64Array;
  readonly #bits: Uint8Array;
  readonly #exponents: Uint8Array;
  readonly #startIds: Uint32Array;
  readonly #firsts: Float64Array;
  /** By series: place of its first number among those of its width. */
  readonly #offsets: Uint32Array;
  readonly #bases = new Uint32Array(CLASSES);
  readonly #totals = new Uint32Array(CLASSES);
  readonly #runsAt: number;
  /** Of series that have kinds or changing starts, by series in order; read as a whole when one is asked for. */
  #extras: Map<number, Extras> | undefined;
  /** Where the histograms of each of them begin, as far as that is known: how long those before it are shows when they are read. */
  readonly #histogramsAt: number[] = [];
  readonly #histogramCounts: number[] = [];
  readonly #layout: number;
  /** Where the sums begin, of how many histograms. */
  #sumsAt = 0;
  #sums = 0;

  /** @param counts samples of each of its series, by the block's axes */
  constructor(bytes: Uint8Array, counts: Uint32Array) {
    this.#bytes = bytes;
    this.#counts = counts;
    const reader = new ByteReader(bytes);
    const layout = reader.u8();
    this.#layout = layout;
    if (layout !== LAYOUT && layout !== LAYOUT_1)
      throw new CorruptionError(`chunk layout ${layout} is unknown to this version of Goldspan`);
    const count = reader.count(MOST_SERIES);
    if (count !== counts.length) throw new CorruptionError("a chunk does not hold the series that the directory says");
    this.count = count;
    this.#starts = Float64Array.from({ length: reader.count(MOST_SERIES) + 1 }, (_, i) =>
      i === 0 ? 0 : reader.double(),
    );
    const columns = new ColumnReader(bytes.subarray(reader.pos));
    this.#bits = columns.byteColumn(count);
    this.#exponents = columns.byteColumn(count);
    this.#startIds = columns.column(count);
    reader.skip(columns.position);
    this.#firsts = new Float64Array(count);
    readDoubles(bytes, reader.skip(8 * count), count, 0, this.#firsts);
    this.#offsets = new Uint32Array(count);
    let samples = 0;
    for (let i = 0; i < count; i++) {
      const width = this.#bits[i] & 15;
      if (width >= CLASSES || this.#exponents[i] > MOST_EXPONENT || this.#startIds[i] >= this.#starts.length)
        throw new CorruptionError("a series of a chunk has an unknown shape");
      this.#offsets[i] = this.#totals[width];
      this.#totals[width] += numbersOf(width, counts[i]);
      samples += counts[i];
    }
    if (samples > MOST_SAMPLES) throw new CorruptionError("a chunk has too many samples");
    for (let width = 1; width < CLASSES; width++) this.#bases[width] = reader.skip(this.#totals[width] * width);
    this.#runsAt = reader.pos;
  }

  /** About what it takes beside its bytes. Histograms are made for who asks, and not kept: an object of 24 buckets takes 1 KB. */
  get sizeBytes(): number {
    let bytes = this.count * 26;
    for (let i = 0; i < this.count; i++) {
      if ((this.#bits[i] & HAS_KINDS) !== 0) bytes += 200 + this.#counts[i];
      if ((this.#bits[i] & HAS_STARTS) !== 0) bytes += 200 + 8 * this.#counts[i];
    }
    return bytes;
  }

  /** @param timestamps its axis @param slab where numbers go; absent = each has memory of its own */
  samples(series: number, timestamps: Float64Array, slab?: FloatSource): SeriesSamples {
    const count = this.#counts[series];
    const values = slab?.take(count) ?? new Float64Array(count);
    const bits = this.#bits[series];
    const width = bits & 15;
    const offset = this.#offsets[series];
    if (width === CONSTANT) values.fill(this.#firsts[series]);
    else if (width === DOUBLE) readDoubles(this.#bytes, this.#bases[width], this.#totals[width], offset, values);
    else {
      const shape = { width, exponent: this.#exponents[series], order: (bits & SECOND_ORDER) !== 0 ? 2 : 1 };
      const [base, total] = [this.#bases[width], this.#totals[width]];
      readIntegers(this.#bytes, base, total, offset, shape, this.#firsts[series], values);
    }
    const start = this.#starts[this.#startIds[series]];
    let starts: Float64Array | undefined =
      start === 0 ? undefined : (slab?.take(count) ?? new Float64Array(count)).fill(start);
    if ((bits & (HAS_KINDS | HAS_STARTS)) === 0)
      return { timestamps, values, kinds: undefined, histograms: undefined, starts };
    const extras = this.#extrasOf(series);
    starts = extras.starts ?? starts;
    const { kinds } = extras;
    if (!kinds) return { timestamps, values, kinds, histograms: undefined, starts };
    const read = extras.histograms > 0 ? this.#histogramsOf(extras.place) : [];
    const histograms: (NativeHistogram | undefined)[] | undefined =
      read.length > 0 ? Array.from({ length: count }, () => undefined) : undefined;
    let next = 0;
    kinds.forEach((kind, i) => {
      if (kind === KIND.float) return;
      values[i] = 0;
      if (kind === KIND.histogram && histograms) histograms[i] = read[next++];
    });
    return { timestamps, values, kinds, histograms, starts };
  }

  #extrasOf(series: number): Extras {
    this.#extras ??= this.#readExtras();
    return this.#extras.get(series) as Extras;
  }

  /** Read one after the other, as merges do, each is read once. */
  #histogramsOf(place: number): NativeHistogram[] {
    const at = this.#histogramsAt;
    while (at.length <= place) this.#readHistograms(at.length - 1);
    return this.#readHistograms(place);
  }

  #readHistograms(place: number): NativeHistogram[] {
    const at = this.#histogramsAt;
    const reader = new ByteReader(this.#bytes, at[place]);
    const count = this.#histogramCounts[place];
    const histograms =
      this.#layout === LAYOUT_1 ? readHistograms1(reader, count) : readHistograms(reader, this.#sumsOf(place, count));
    if (at.length === place + 1) at.push(reader.pos);
    return histograms;
  }

  #sumsOf(place: number, count: number): Float64Array {
    let offset = 0;
    for (let i = 0; i < place; i++) offset += this.#histogramCounts[i];
    const sums = new Float64Array(count);
    readDoubles(this.#bytes, this.#sumsAt, this.#sums, offset, sums);
    return sums;
  }

  #readExtras(): Map<number, Extras> {
    const found = new Map<number, Extras>();
    const reader = new ByteReader(this.#bytes, this.#runsAt);
    for (let i = 0; i < this.count; i++) {
      const bits = this.#bits[i];
      let kinds: Uint8Array | undefined;
      let starts: Float64Array | undefined;
      if ((bits & HAS_KINDS) !== 0) readRuns(reader, (kinds = new Uint8Array(this.#counts[i])), () => reader.u8());
      if ((bits & HAS_STARTS) !== 0)
        readRuns(reader, (starts = new Float64Array(this.#counts[i])), () => reader.double());
      const histograms = kinds?.reduce((sum, kind) => sum + (kind === KIND.histogram ? 1 : 0), 0) ?? 0;
      if (!kinds && !starts) continue;
      found.set(i, { kinds, starts, histograms, place: found.size });
      this.#histogramCounts.push(histograms);
    }
    if (this.#layout !== LAYOUT_1) {
      this.#sums = this.#histogramCounts.reduce((sum, each) => sum + each, 0);
      this.#sumsAt = reader.skip(this.#sums * DOUBLE);
    }
    this.#histogramsAt.push(reader.pos);
    return found;
  }
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
