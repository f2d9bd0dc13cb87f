/**
 * What was made of an encoded KeyValue, remembered by its bytes: the same attributes come again and again, and looking one up costs
 * 0.1 µs while a hash or a handful of regular expressions costs several.
 */
import { randomInt } from "node:crypto";
import { ByteInterner } from "../../base/byte-interner.ts";

/** Values above it are mostly unlike any other. */
const MAX_REMEMBERED_BYTES = 1024;
/** Then all is forgotten and begins anew: with 64 bytes an attribute about 4 MB. */
const MAX_ENTRIES = 65_536;

export class KeyValueMemo<T extends object> {
  readonly #make: (bytes: Uint8Array, start: number, end: number) => T;
  readonly #maxEntries: number;
  readonly #known = new ByteInterner(randomInt(2 ** 32));
  #values: T[] = [];

  constructor(make: (bytes: Uint8Array, start: number, end: number) => T, maxEntries: number = MAX_ENTRIES) {
    this.#make = make;
    this.#maxEntries = maxEntries;
  }

  /** Of the KeyValue in `bytes[start, end)`; the same object for the same bytes. */
  get(bytes: Uint8Array, start: number, end: number): T {
    if (end - start > MAX_REMEMBERED_BYTES) return this.#make(bytes, start, end);
    if (this.#known.size >= this.#maxEntries) {
      this.#known.clear();
      this.#values = [];
    }
    return (this.#values[this.#known.intern(bytes, start, end - start)] ??= this.#make(bytes, start, end));
  }
}
