/**
 * A seeded 32-bit hash over a range of bytes, four bytes a step (after MurmurHash3's mixing). In: bytes, range, seed; out: int32.
 * Seeded per database, so that a sender cannot prepare keys that collide (hash flooding). Not cryptographic: equality is
 * always checked on the bytes themselves.
 */
export function hashBytes(bytes: Uint8Array, offset: number, length: number, seed: number): number {
  let hash = seed ^ length;
  const end = offset + length;
  const wordEnd = offset + (length & ~3);
  let i = offset;
  for (; i < wordEnd; i += 4) {
    const word = bytes[i] | (bytes[i + 1] << 8) | (bytes[i + 2] << 16) | (bytes[i + 3] << 24);
    hash = mixWord(hash, word);
  }
  if (i < end) {
    let tail = bytes[i];
    if (i + 1 < end) tail |= bytes[i + 1] << 8;
    if (i + 2 < end) tail |= bytes[i + 2] << 16;
    hash = mixWord(hash, tail);
  }
  return finish(hash);
}

/** Folds one 32-bit word into a running hash; finish with {@link finish}. */
export function mixWord(hash: number, word: number): number {
  word = Math.imul(word, 0xcc9e2d51);
  word = (word << 15) | (word >>> 17);
  hash ^= Math.imul(word, 0x1b873593);
  hash = (hash << 13) | (hash >>> 19);
  return (Math.imul(hash, 5) + 0xe6546b64) | 0;
}

/** Avalanche: every input bit reaches every output bit. */
export function finish(hash: number): number {
  hash ^= hash >>> 16;
  hash = Math.imul(hash, 0x85ebca6b);
  hash ^= hash >>> 13;
  hash = Math.imul(hash, 0xc2b2ae35);
  return hash ^ (hash >>> 16);
}
