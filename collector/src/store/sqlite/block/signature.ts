/**
 * A block's signature: a bloom filter over the (key, value as text) pairs of all its attributes, so that a search opens only
 * blocks that may hold what it looks for. 8 bits a distinct pair, 5 probes: 2 % false positives.
 *
 *   | seed u32 | words u32 | bits … |
 */
import { finish, hashBytes, mixWord } from "../../../base/hash.ts";

const BITS_PER_ENTRY = 8;
const PROBES = 5;

export class SignatureBuilder {
  readonly #seed: number;
  #hashes: number[] = [];

  constructor(seed: number) {
    this.#seed = seed;
  }

  /** @param keyHash {@link keyHashOf} of the canonical key */
  add(keyHash: number, value: Uint8Array, start = 0, length: number = value.length): void {
    this.#hashes.push(pairHash(keyHash, value, start, length));
  }

  finish(): Uint8Array {
    const distinct = new Set(this.#hashes);
    const words = Math.max(1, Math.ceil((distinct.size * BITS_PER_ENTRY) / 32));
    const bits = new Uint32Array(words);
    for (const hash of distinct) probe(hash, words * 32, (bit) => void (bits[bit >>> 5] |= 1 << (bit & 31)));
    const bytes = new Uint8Array(8 + words * 4);
    const view = new DataView(bytes.buffer);
    view.setUint32(0, this.#seed, true);
    view.setUint32(4, words, true);
    bits.forEach((word, i) => view.setUint32(8 + i * 4, word, true));
    return bytes;
  }
}

/** False = the pair is certainly not in the block. */
export function mayContain(signature: Uint8Array, key: Uint8Array, value: Uint8Array): boolean {
  const view = new DataView(signature.buffer, signature.byteOffset, signature.byteLength);
  const hash = pairHash(keyHashOf(key, view.getUint32(0, true)), value, 0, value.length);
  let found = true;
  probe(hash, view.getUint32(4, true) * 32, (bit) => {
    if (((view.getUint32(8 + (bit >>> 5) * 4, true) >>> (bit & 31)) & 1) === 0) found = false;
  });
  return found;
}

export function keyHashOf(key: Uint8Array, seed: number): number {
  return hashBytes(key, 0, key.length, seed);
}

function pairHash(keyHash: number, value: Uint8Array, start: number, length: number): number {
  return hashBytes(value, start, length, keyHash);
}

/** Double hashing: the probes are h1 + i * h2. */
function probe(hash: number, bits: number, visit: (bit: number) => void): void {
  const step = finish(mixWord(0x9747b28c, hash)) | 1;
  for (let i = 0, at = hash; i < PROBES; i++, at = (at + step) | 0) visit((at >>> 0) % bits);
}
