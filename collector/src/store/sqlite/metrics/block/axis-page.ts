/**
 * Times of a block's samples. Series whose samples have the same times share an axis: those of a target have one between them, which is
 * written, and decoded, once. A page holds some axes, compressed as one section; how long each is stands in the directory.
 *
 *   | layout u8 = 1 | per axis: first time f64 | width u8 | differences of differences, zigzag, as planes |      (of one time: the time)
 */
import { CorruptionError } from "../../block/section.ts";
import { ByteReader, ByteWriter } from "./byte-writer.ts";
import { bytesOf, PlaneWriter, unzigzag, zigzag } from "./value-codec.ts";

const LAYOUT = 1;
/** Of a page, about: a reader of one axis decompresses its page. */
const PAGE_TIMES = 65_536;
const PAGE_AXES = 4096;
/** Arrays that series may share, in a merge: a few for each target. */
const REMEMBERED_ARRAYS = 1024;

export class AxisWriter {
  /** By axis. */
  readonly firstTimes: number[] = [];
  readonly lastTimes: number[] = [];
  readonly counts: number[] = [];
  /** Page p holds axes pageStarts[p] to pageStarts[p + 1] - 1. */
  readonly pageStarts: number[] = [0];
  readonly #onPage: (page: Uint8Array) => void;
  #page = new ByteWriter().u8(LAYOUT);
  #times = 0;
  /** By the array itself, and by what the times are. */
  readonly #byArray = new Map<Float64Array, number>();
  readonly #byTimes = new Map<string, number>();

  /** @param onPage is given each page, uncompressed */
  constructor(onPage: (page: Uint8Array) => void) {
    this.#onPage = onPage;
  }

  /** The number of the axis with these times. @param isShared the array comes again, and does not change */
  add(times: Float64Array, isShared = false): number {
    const same = isShared ? this.#byArray.get(times) : undefined;
    if (same !== undefined) return same;
    const count = times.length;
    const key = `${count} ${times[0]} ${times[count - 1]} ${fingerprint(times)}`;
    let axis = this.#byTimes.get(key);
    if (axis === undefined) {
      axis = this.counts.length;
      this.#byTimes.set(key, axis);
      this.#write(times);
    }
    if (!isShared) return axis;
    if (this.#byArray.size >= REMEMBERED_ARRAYS) this.#byArray.clear();
    this.#byArray.set(times, axis);
    return axis;
  }

  finish(): void {
    if (this.pageStarts.at(-1) !== this.counts.length) this.#endPage();
  }

  #write(times: Float64Array): void {
    const count = times.length;
    const onPage = this.counts.length - (this.pageStarts.at(-1) as number);
    if (onPage > 0 && (this.#times + count > PAGE_TIMES || onPage === PAGE_AXES)) this.#endPage();
    this.firstTimes.push(times[0]);
    this.lastTimes.push(times[count - 1]);
    this.counts.push(count);
    this.#times += count;
    this.#page.double(times[0]);
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
    this.#page.u8(width);
    const planes = new PlaneWriter(width);
    planes.pushAll(numbers, count - 1);
    planes.writeTo(this.#page.out);
  }

  #endPage(): void {
    this.#onPage(this.#page.finish());
    this.pageStarts.push(this.counts.length);
    this.#page = new ByteWriter().u8(LAYOUT);
    this.#times = 0;
  }
}

/** A page that is read: each axis is decoded when it is asked for, once. */
export class AxisPage {
  readonly #bytes: Uint8Array;
  readonly #offsets: Uint32Array;
  readonly #counts: Uint32Array;
  readonly #axes: (Float64Array | undefined)[] = [];

  /** @param counts of the page's axes. @throws CorruptionError */
  constructor(bytes: Uint8Array, counts: Uint32Array) {
    this.#bytes = bytes;
    this.#counts = counts;
    this.#offsets = new Uint32Array(counts.length);
    const reader = new ByteReader(bytes);
    const layout = reader.u8();
    if (layout !== LAYOUT) throw new CorruptionError(`axis layout ${layout} is unknown to this version of Goldspan`);
    for (let i = 0; i < counts.length; i++) {
      this.#offsets[i] = reader.pos;
      reader.skip(8);
      if (counts[i] > 1) reader.skip(widthIn(reader) * (counts[i] - 1));
    }
  }

  /** About what it takes when all axes are decoded. */
  get sizeBytes(): number {
    return this.#bytes.length + this.#counts.reduce((sum, count) => sum + count * 8 + 100, 0);
  }

  /** Shared: don't change it. */
  times(axis: number): Float64Array {
    return (this.#axes[axis] ??= this.#decode(axis));
  }

  #decode(axis: number): Float64Array {
    const reader = new ByteReader(this.#bytes, this.#offsets[axis]);
    const count = this.#counts[axis];
    const times = new Float64Array(count);
    times[0] = reader.double();
    if (count === 1) return times;
    const width = widthIn(reader);
    const { bytes, pos: base } = reader;
    const numbers = count - 1;
    let delta = 0;
    for (let i = 1; i < count; i++) {
      let number = 0;
      for (let plane = width - 1; plane >= 0; plane--) number = number * 256 + bytes[base + plane * numbers + i - 1];
      delta += unzigzag(number);
      times[i] = times[i - 1] + delta;
    }
    return times;
  }
}

function widthIn(reader: ByteReader): number {
  const width = reader.u8();
  if (width < 1 || width > 7) throw new CorruptionError(`an axis has the unknown width ${width}`);
  return width;
}

/** 64 bits of all times: two axes of one block with equal ones, equal ends and lengths are the same. */
function fingerprint(times: Float64Array): string {
  let [a, b] = [0x9e3779b1, 0x85ebca6b];
  const words = new Uint32Array(times.buffer, times.byteOffset, times.length * 2);
  for (const word of words) {
    a = Math.imul(a ^ word, 0xcc9e2d51);
    a = (a << 15) | (a >>> 17);
    b = Math.imul(b ^ (word + a), 0x1b873593);
    b = (b << 13) | (b >>> 19);
  }
  return `${a} ${b}`;
}
