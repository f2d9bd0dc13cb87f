/**
 * Gives every distinct byte string a dense id (0, 1, 2, …): the dictionary behind attributes, operations, resources and
 * trace ids. Open addressing over an Int32Array; the bytes live in one arena, so a hit allocates nothing. Measured: 0.04 µs a
 * hit against 1 µs for a JavaScript string as key.
 */
import { release } from "./release.ts";
import { keyedHash, randomHashKey, type HashKey } from "./keyed-hash.ts";

const MIN_SLOTS = 256;
/** One for all tables of the process. */
const PROCESS_KEY = randomHashKey();
const NOTHING = new Uint8Array(0);

export class ByteInterner {
  /** Number of distinct entries; ids run from 0 to size - 1. */
  size = 0;
  /** All entries' bytes, one after the other; valid up to `arenaLength`. Replaced when it grows: don't keep it. */
  arena: Uint8Array;
  arenaLength = 0;
  /** Entry id -> where its bytes begin in the arena; entry `size` is the end of the last one. */
  starts: Uint32Array;

  readonly #key: HashKey;
  #slots: Int32Array;
  #hashes: Int32Array;
  #mask: number;
  #arenaView: DataView;
  /** The array that bytes were taken from last, and a view of it: making one costs as much as a look-up. */
  #source: Uint8Array = NOTHING;
  #sourceView: DataView = new DataView(NOTHING.buffer);

  /** @param seed makes tables of one process differ; the key behind it is random. @param key for tests */
  constructor(seed: number, expectedEntries = 128, expectedBytes = 4096, key: HashKey = PROCESS_KEY) {
    this.#key = { ...key, seed: key.seed ^ seed };
    let slots = MIN_SLOTS;
    while (slots < expectedEntries * 2) slots *= 2;
    this.#slots = new Int32Array(slots).fill(-1);
    this.#mask = slots - 1;
    this.#hashes = new Int32Array(slots >>> 1);
    this.starts = new Uint32Array((slots >>> 1) + 1);
    this.arena = new Uint8Array(expectedBytes);
    this.#arenaView = new DataView(this.arena.buffer);
  }

  /** The id of `bytes[offset, offset + length)`, added if it is new. The bytes are copied. */
  intern(bytes: Uint8Array, offset: number, length: number): number {
    const view = this.#viewOf(bytes);
    const hash = keyedHash(view, offset, length, this.#key);
    const slots = this.#slots;
    const mask = this.#mask;
    let slot = hash & mask;
    for (let id = slots[slot]; id !== -1; id = slots[slot]) {
      if (this.#hashes[id] === hash && this.#equals(id, view, offset, length)) return id;
      slot = (slot + 1) & mask;
    }
    return this.#add(slot, hash, bytes, offset, length);
  }

  /** The id of an entry, or -1 when there is none. */
  find(bytes: Uint8Array, offset: number, length: number): number {
    const view = this.#viewOf(bytes);
    const hash = keyedHash(view, offset, length, this.#key);
    for (let slot = hash & this.#mask; ; slot = (slot + 1) & this.#mask) {
      const id = this.#slots[slot];
      if (id === -1 || (this.#hashes[id] === hash && this.#equals(id, view, offset, length))) return id;
    }
  }

  /** Whether an entry is these bytes: where a guess is likely right it costs a quarter of a look-up. */
  is(id: number, bytes: Uint8Array, offset: number, length: number): boolean {
    return this.#equals(id, this.#viewOf(bytes), offset, length);
  }

  lengthOf(id: number): number {
    return this.starts[id + 1] - this.starts[id];
  }

  /** A view of an entry's bytes; valid until the next `intern` or `clear`. */
  view(id: number): Uint8Array {
    return this.arena.subarray(this.starts[id], this.starts[id + 1]);
  }

  /** Forgets all entries and keeps the memory for the next block. */
  clear(): void {
    this.#slots.fill(-1);
    this.size = 0;
    this.arenaLength = 0;
    this.#viewOf(NOTHING);
  }

  /** Gives its memory back: nobody asks it any more. */
  close(): void {
    for (const part of [this.#slots, this.#hashes, this.starts, this.arena]) release(part);
  }

  /** The longest way from an entry's own slot to where it lies, in slots: what a look-up costs at worst. O(n). */
  get longestProbe(): number {
    let longest = 0;
    this.#slots.forEach((id, slot) => {
      if (id >= 0) longest = Math.max(longest, (slot - this.#hashes[id]) & this.#mask);
    });
    return longest;
  }

  #viewOf(bytes: Uint8Array): DataView {
    if (bytes !== this.#source) {
      this.#source = bytes;
      this.#sourceView = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    }
    return this.#sourceView;
  }

  #equals(id: number, view: DataView, offset: number, length: number): boolean {
    let mine = this.starts[id];
    const end = this.starts[id + 1];
    if (end - mine !== length) return false;
    const arena = this.#arenaView;
    let theirs = offset;
    for (; mine + 4 <= end; mine += 4, theirs += 4)
      if (arena.getInt32(mine, true) !== view.getInt32(theirs, true)) return false;
    for (; mine < end; mine++, theirs++) if (arena.getUint8(mine) !== view.getUint8(theirs)) return false;
    return true;
  }

  #add(slot: number, hash: number, bytes: Uint8Array, offset: number, length: number): number {
    const id = this.size++;
    const start = this.arenaLength;
    const end = start + length;
    if (end > this.arena.length) this.#growArena(end);
    const arena = this.arena;
    if (length < 64) for (let i = 0; i < length; i++) arena[start + i] = bytes[offset + i];
    else arena.set(bytes.subarray(offset, offset + length), start);
    this.arenaLength = end;
    this.starts[id] = start;
    this.starts[id + 1] = end;
    this.#hashes[id] = hash;
    this.#slots[slot] = id;
    if (this.size * 2 > this.#mask) this.#growSlots();
    return id;
  }

  #growArena(needed: number): void {
    const grown = new Uint8Array(Math.max(needed, this.arena.length * 2));
    grown.set(this.arena.subarray(0, this.arenaLength));
    this.arena = grown;
    this.#arenaView = new DataView(grown.buffer);
  }

  #growSlots(): void {
    const slots = new Int32Array(this.#slots.length * 2).fill(-1);
    const mask = slots.length - 1;
    for (let id = 0; id < this.size; id++) {
      let slot = this.#hashes[id] & mask;
      while (slots[slot] !== -1) slot = (slot + 1) & mask;
      slots[slot] = id;
    }
    this.#slots = slots;
    this.#mask = mask;
    const hashes = new Int32Array(slots.length >>> 1);
    hashes.set(this.#hashes.subarray(0, this.size));
    this.#hashes = hashes;
    const starts = new Uint32Array((slots.length >>> 1) + 1);
    starts.set(this.starts.subarray(0, this.size + 1));
    this.starts = starts;
  }
}
