/** Damage of the kinds that find bugs: flipped bits, extreme bytes, cut, doubled and moved pieces, foreign pieces. */
import type { Random } from "../kit/random.ts";

const EXTREMES = [0, 1, 0x7f, 0x80, 0xff, 0x20, 0x22, 0x5c];

/** A damaged copy; one time in eight it is the original. */
export function mutateBytes(random: Random, original: Uint8Array, others: readonly Uint8Array[] = []): Uint8Array {
  let bytes = Uint8Array.from(original);
  if (random.chance(0.125)) return bytes;
  for (let n = 1 + random.below(4); n > 0; n--) bytes = mutateOnce(random, bytes, others);
  return bytes;
}

function mutateOnce(random: Random, bytes: Uint8Array, others: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const at = random.below(bytes.length + 1);
  const length = random.below(Math.min(64, bytes.length - at) + 1);
  switch (random.below(8)) {
    case 0:
      if (at < bytes.length) bytes[at] ^= 1 << random.below(8);
      break;
    case 1:
      if (at < bytes.length) bytes[at] = random.pick(EXTREMES);
      break;
    case 2:
      for (let i = at; i < Math.min(bytes.length, at + 4); i++) bytes[i] = random.below(256);
      break;
    case 3:
      return Uint8Array.from(bytes.subarray(0, at));
    case 4:
      return join(bytes.subarray(0, at), bytes.subarray(at + length));
    case 5:
      return join(bytes.subarray(0, at + length), bytes.subarray(at));
    case 6:
      return join(bytes.subarray(0, at), random.bytes(random.below(6)), bytes.subarray(at));
    default: {
      const other = others.length > 0 ? random.pick(others) : bytes;
      const from = random.below(other.length + 1);
      return join(bytes.subarray(0, at), other.subarray(from, from + random.below(64)), bytes.subarray(at + length));
    }
  }
  return Uint8Array.from(bytes);
}

/** A text with pieces removed, doubled, or replaced by words of the language. */
export function mutateText(random: Random, original: string, words: readonly string[]): string {
  let text = original;
  if (random.chance(0.125)) return text;
  for (let n = 1 + random.below(4); n > 0; n--) {
    const at = random.below(text.length + 1);
    const length = random.below(Math.min(12, text.length - at) + 1);
    const piece = random.pick(["", text.slice(at, at + length).repeat(2), random.pick(words), random.pick(words)]);
    text = text.slice(0, at) + piece + text.slice(random.chance(0.5) ? at + length : at);
  }
  return text;
}

function join(...parts: Uint8Array[]): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(Buffer.concat(parts));
}
