/**
 * Data streams by the bytes that identify them: context (a metric of a resource, as a number) + attributes as sent -> the series they feed.
 * A stream met before costs a comparison with the one that came after its predecessor last time, else one look-up; no string, no object.
 */
import { ByteColumn, U32Column } from "../../base/column.ts";
import { keyedHash, randomHashKey } from "../../base/keyed-hash.ts";

const LEAST_SLOTS = 1024;
const PROCESS_KEY = randomHashKey();

export class StreamTable {
  /** Number of streams; they are 0 to size - 1. */
  size = 0;
  /** Stream i feeds series[first[i]] to series[first[i + 1] - 1]. */
  readonly series = new U32Column(1024);
  readonly first = new U32Column(512);
  readonly #contexts = new U32Column(512);
  readonly #starts = new U32Column(512);
  readonly #hashes = new U32Column(512);
  /** Which stream came after it last time. */
  readonly #next = new U32Column(512);
  readonly #keys = new ByteColumn(16_384);
  #keysView = new DataView(this.#keys.values.buffer);
  #slots = new Int32Array(LEAST_SLOTS).fill(-1);
  #last = 0;

  constructor() {
    this.#starts.push(0);
    this.first.push(0);
  }

  /** Of the table's memory. */
  get sizeBytes(): number {
    return this.#keys.values.length + this.#slots.length * 4 + this.size * 24 + this.series.values.length * 4;
  }

  /** The stream's number, or -1 when it was never added. */
  find(context: number, view: DataView, offset: number, length: number): number {
    if (this.size === 0) return -1;
    const guess = this.#next.values[this.#last];
    if (this.#contexts.values[guess] === context && this.#equals(guess, view, offset, length))
      return (this.#last = guess);
    const hash = hashOf(context, view, offset, length);
    const mask = this.#slots.length - 1;
    for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
      const stream = this.#slots[slot];
      if (stream === -1) return -1;
      if (
        this.#hashes.values[stream] === hash &&
        this.#contexts.values[stream] === context &&
        this.#equals(stream, view, offset, length)
      ) {
        this.#next.values[this.#last] = stream;
        return (this.#last = stream);
      }
    }
  }

  /** Adds a stream that is not there yet; the bytes are copied. Then push its series and call {@link end}. */
  add(context: number, bytes: Uint8Array, offset: number, length: number): number {
    const stream = this.size++;
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const hash = hashOf(context, view, offset, length);
    if (this.size * 2 > this.#slots.length) this.#grow();
    this.#insert(stream, hash);
    this.#contexts.push(context);
    this.#hashes.push(hash);
    const before = this.#keys.values;
    this.#keys.append(bytes, offset, length);
    if (this.#keys.values !== before) this.#keysView = new DataView(this.#keys.values.buffer);
    this.#starts.push(this.#keys.length);
    this.#next.push(0);
    if (stream > 0) this.#next.values[this.#last] = stream;
    return (this.#last = stream);
  }

  /** The newest stream has all its series. */
  end(): void {
    this.first.push(this.series.length);
  }

  #equals(stream: number, view: DataView, offset: number, length: number): boolean {
    let mine = this.#starts.values[stream];
    const end = this.#starts.values[stream + 1];
    if (end - mine !== length) return false;
    const keys = this.#keysView;
    let theirs = offset;
    for (; mine + 4 <= end; mine += 4, theirs += 4)
      if (keys.getInt32(mine, true) !== view.getInt32(theirs, true)) return false;
    for (; mine < end; mine++, theirs++) if (keys.getUint8(mine) !== view.getUint8(theirs)) return false;
    return true;
  }

  #insert(stream: number, hash: number): void {
    const mask = this.#slots.length - 1;
    let slot = hash & mask;
    while (this.#slots[slot] !== -1) slot = (slot + 1) & mask;
    this.#slots[slot] = stream;
  }

  #grow(): void {
    this.#slots = new Int32Array(this.#slots.length * 2).fill(-1);
    for (let stream = 0; stream < this.#hashes.length; stream++) this.#insert(stream, this.#hashes.values[stream]);
  }
}

const key = { ...PROCESS_KEY };

function hashOf(context: number, view: DataView, offset: number, length: number): number {
  key.seed = PROCESS_KEY.seed ^ Math.imul(context, 0x9e3779b1);
  return keyedHash(view, offset, length, key) >>> 0;
}
