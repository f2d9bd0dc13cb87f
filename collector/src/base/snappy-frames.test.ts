import { compress } from "snappyjs";
import { describe, expect, it } from "vitest";
import { DecodeError, TooLargeError } from "./errors.ts";
import { decompressSnappyFrames, isSnappyFramed } from "./snappy-frames.ts";

const BEGIN = Buffer.from("ff060000734e61507059", "hex");

function chunk(type: number, body: Uint8Array): Buffer {
  const header = Buffer.alloc(4);
  header.writeUInt32LE(type + body.length * 256);
  return Buffer.concat([header, body]);
}

/** CRC-32C of "123456789" is 0xe3069283 (RFC 3720, B.4); masked as the format says. */
const DIGITS = Buffer.from("123456789");
const MASKED = Buffer.alloc(4);
MASKED.writeUInt32LE((((0xe3069283 >>> 15) | (0xe3069283 << 17)) + 0xa282ead8) >>> 0);

describe("a snappy stream", () => {
  it("has chunks, packed and plain, and some to skip", () => {
    const stream = Buffer.concat([
      BEGIN,
      chunk(0, Buffer.concat([MASKED, compress(Uint8Array.from(DIGITS))])),
      chunk(0xfe, Buffer.alloc(10)),
      BEGIN,
      chunk(1, Buffer.concat([MASKED, DIGITS])),
    ]);
    expect(isSnappyFramed(stream)).toBe(true);
    expect(Buffer.from(decompressSnappyFrames(stream, 18)).toString()).toBe("123456789123456789");
    expect(decompressSnappyFrames(BEGIN, 0)).toHaveLength(0);
    expect(() => decompressSnappyFrames(stream, 17)).toThrow(TooLargeError);
  });

  it("that is damaged is refused", () => {
    const good = chunk(1, Buffer.concat([MASKED, DIGITS]));
    const wrong = Buffer.from(good);
    wrong[9] ^= 1;
    const check = (stream: Uint8Array, message: RegExp) => {
      expect(() => decompressSnappyFrames(stream, 1000)).toThrow(DecodeError);
      expect(() => decompressSnappyFrames(stream, 1000)).toThrow(message);
    };
    check(good, /does not begin/);
    check(Buffer.concat([BEGIN, wrong]), /checksum is another/);
    check(Buffer.concat([BEGIN, good.subarray(0, -1)]), /reaches past the end/);
    check(Buffer.concat([BEGIN, Buffer.from([1, 2])]), /without its length/);
    check(Buffer.concat([BEGIN, chunk(1, Buffer.alloc(3))]), /without its checksum/);
    check(Buffer.concat([BEGIN, chunk(2, Buffer.alloc(8))]), /type 2/);
    check(Buffer.concat([BEGIN, chunk(1, Buffer.alloc(70_000))]), /chunk of 69996 bytes/);
  });
});
