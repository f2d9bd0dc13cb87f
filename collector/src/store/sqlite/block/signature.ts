/**
 * A block's signatures: bloom filters over the (key, value as text) pairs of its attributes and over the words of its log bodies,
 * so that a search opens only blocks that may hold what it looks for. Cut into parts by hash: a search reads the one part, in a row
 * and a page of its own, that what it looks for would be in. 10 bits an entry or more, 7 probes: at most 8 in 1,000 false positives.
 *
 *   part (a section) | words u32 | bits … |
 */
import { finish, hashBytes, mixWord } from "../../../base/hash.ts";
import { HashSet } from "../../../base/hash-set.ts";
import { readU32 } from "../../../base/protobuf.ts";
import { release } from "../../../base/release.ts";
import { MOST_PARTS } from "../partition/schema.ts";
import { encodeSection } from "./section.ts";

const BITS_PER_ENTRY = 10;
const PROBES = 7;
/** With the section's header a part fills a page of 8 KiB at most. */
const PART_BITS = 7936 * 8;

/** At least one part. @param hashes of pairs or of words */
export function encodeSignature(hashes: HashSet): Buffer[] {
  const values = hashes.values();
  const parts = Math.max(1, Math.min(MOST_PARTS, Math.ceil((values.length * BITS_PER_ENTRY) / (PART_BITS * 0.9))));
  const sizes = new Uint32Array(parts);
  for (const hash of values) sizes[partOf(hash, parts)]++;
  // Several parts fill a page each, whatever they are: the rest of it makes false positives rarer, for nothing.
  const bitsPerEntry = parts === 1 ? BITS_PER_ENTRY : Math.max(BITS_PER_ENTRY, PART_BITS / Math.max(...sizes));
  const filters = Array.from(sizes, (size) => new Uint32Array(Math.max(1, Math.floor((size * bitsPerEntry) / 32))));
  for (const hash of values) {
    const filter = filters[partOf(hash, parts)];
    const bits = filter.length * 32;
    const step = stepOf(hash);
    for (let i = 0, at = hash; i < PROBES; i++, at = (at + step) | 0) {
      const bit = (at >>> 0) % bits;
      filter[bit >>> 5] |= 1 << (bit & 31);
    }
  }
  release(values);
  return filters.map((filter) => {
    const raw = Buffer.allocUnsafe(4 + filter.length * 4);
    raw.writeUInt32LE(filter.length, 0);
    filter.forEach((word, i) => raw.writeUInt32LE(word >>> 0, 4 + i * 4));
    const part = encodeSection(raw, false);
    for (const scratch of [filter, raw]) release(scratch);
    return part;
  });
}

/** Which of a signature's parts an entry would be in. */
export function partOf(hash: number, parts: number): number {
  return parts === 1 ? 0 : (finish(mixWord(0x3c6ef372, hash)) >>> 0) % parts;
}

/** False = the entry is certainly not in the block. @param part the decoded part of {@link partOf} */
export function mayContain(part: Uint8Array, hash: number): boolean {
  return probe(part, 4, readU32(part, 0) * 32, PROBES, hash);
}

/** The same for a format-1 signature: one filter of 5 probes, `seed u32 · words u32 · bits`. */
export function mayContainFormat1(signature: Uint8Array, hash: number): boolean {
  return probe(signature, 8, readU32(signature, 4) * 32, 5, hash);
}

export function keyHashOf(key: Uint8Array, seed: number): number {
  return hashBytes(key, 0, key.length, seed);
}

/** @param keyHash {@link keyHashOf} of the canonical key */
export function pairHash(keyHash: number, value: Uint8Array, start = 0, length: number = value.length): number {
  return hashBytes(value, start, length, keyHash);
}

function probe(bytes: Uint8Array, start: number, bits: number, probes: number, hash: number): boolean {
  const step = stepOf(hash);
  for (let i = 0, at = hash; i < probes; i++, at = (at + step) | 0) {
    const bit = (at >>> 0) % bits;
    if (((bytes[start + (bit >>> 3)] >>> (bit & 7)) & 1) === 0) return false;
  }
  return true;
}

/** Double hashing: the probes are h + i * step. */
function stepOf(hash: number): number {
  return finish(mixWord(0x9747b28c, hash)) | 1;
}
