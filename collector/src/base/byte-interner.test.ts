import { expect, test } from "vitest";
import { ByteInterner } from "./byte-interner.ts";
import { keyedHash, randomHashKey, type HashKey } from "./keyed-hash.ts";

/** The longest way to an entry; with keys that spread well it grows with the logarithm of their number. */
function longestProbe(keys: readonly Uint8Array[], key?: HashKey): number {
  const interner = new ByteInterner(1, 128, 4096, key);
  for (const bytes of keys) interner.intern(bytes, 0, bytes.length);
  expect(interner.size).toBe(keys.length);
  return interner.longestProbe;
}

/** `count` keys whose hashes end in the same bits under a key that the attacker knows. */
function collidingUnder(key: HashKey, count: number): Uint8Array[] {
  const found: Uint8Array[] = [];
  for (let n = 0; found.length < count; n++) {
    const bytes = new TextEncoder().encode(`user-${n}`);
    if ((keyedHash(new DataView(bytes.buffer), 0, bytes.length, key) & 0x3ff) === 0) found.push(bytes);
  }
  return found;
}

/**
 * Keys that collide in plain MurmurHash3 under every seed: a difference in bit 18 of what a word is mixed to moves to bit 31, where
 * neither the multiplication nor the addition spreads it, and the next word takes it out again. n pairs of words give 2^n keys.
 */
function collidingInMurmur(pairs: number): Uint8Array[] {
  const unmix = (mixed: number) => {
    const word = Math.imul(mixed, inverse(0x1b873593));
    return Math.imul((word >>> 15) | (word << 17), inverse(0xcc9e2d51));
  };
  const choices = [
    [unmix(0x01234567), unmix(0x89abcdef)],
    [unmix(0x01234567 ^ (1 << 18)), unmix(0x89abcdef ^ (1 << 31))],
  ];
  return Array.from({ length: 2 ** pairs }, (_, n) => {
    const words = Array.from({ length: pairs }, (_, bit) => choices[(n >> bit) & 1]).flat();
    return new Uint8Array(Int32Array.from(words).buffer);
  });
}

/** Modulo 2^32, of an odd number. */
function inverse(odd: number): number {
  let result = odd;
  for (let i = 0; i < 5; i++) result = Math.imul(result, 2 - Math.imul(odd, result));
  return result;
}

test("gives ids in order, finds them again, and forgets them", () => {
  const interner = new ByteInterner(7);
  const texts = Array.from({ length: 5000 }, (_, n) => Buffer.from(`${"x".repeat(n % 70)}${n}`));
  texts.forEach((bytes, id) => expect(interner.intern(bytes, 0, bytes.length)).toBe(id));
  texts.forEach((bytes, id) => expect(interner.intern(bytes, 0, bytes.length)).toBe(id));
  texts.forEach((bytes, id) => expect(Buffer.from(interner.view(id)).equals(bytes)).toBe(true));
  expect(interner.find(Buffer.from("none"), 0, 4)).toBe(-1);
  expect(interner.intern(Buffer.from("ab"), 1, 0)).toBe(5000);
  interner.clear();
  expect(interner.find(texts[0], 0, texts[0].length)).toBe(-1);
});

test("keys that collide under a key someone knows spread under the process's own", () => {
  const known = randomHashKey();
  const keys = collidingUnder({ ...known, seed: known.seed ^ 1 }, 400);
  expect(longestProbe(keys, known), "the attack works where the key is known").toBe(399);
  expect(longestProbe(keys)).toBeLessThan(60);
});

test("keys that collide in MurmurHash3 whatever its seed spread, too", () => {
  const published = { first: 0xcc9e2d51 | 0, second: 0x1b873593 };
  const keys = collidingInMurmur(11);
  for (const seed of [0, 1, 0x2545f491])
    expect(longestProbe(keys, { seed, ...published }), "they collide").toBe(keys.length - 1);
  expect(longestProbe(keys)).toBeLessThan(60);
  for (let round = 0; round < 20; round++) expect(longestProbe(keys, randomHashKey())).toBeLessThan(100);
});
