import { compress } from "snappyjs";
import { describe, expect, it } from "vitest";
import { Random } from "../../test/kit/random.ts";
import { DecodeError, TooLargeError } from "./errors.ts";
import { decompressSnappy } from "./snappy.ts";

const MOST = 1_000_000;

describe("a snappy block", () => {
  it("gives back what was compressed", () => {
    const random = new Random(5);
    for (let round = 0; round < 60; round++) {
      const words = Array.from({ length: 8 }, () => Buffer.from(random.bytes(1 + random.below(200))));
      const plain = Buffer.concat(Array.from({ length: random.below(400) }, () => random.pick(words)));
      const out = decompressSnappy(compress(Uint8Array.from(plain)), MOST);
      expect(Buffer.compare(out, plain)).toBe(0);
    }
  });

  it("has literals and copies of every kind", () => {
    const check = (bytes: number[], expected: string) =>
      expect(Buffer.from(decompressSnappy(Uint8Array.from(bytes), MOST)).toString("latin1")).toBe(expected);
    check([0], "");
    check([3, 2 << 2, 0x61, 0x62, 0x63], "abc");
    // A copy from one byte back is a run; lengths above 60 stand in bytes of their own.
    check([12, 0, 0x61, (7 << 2) | 1, 1], "aaaaaaaaaaaa");
    check([6, 1 << 2, 0x61, 0x62, (3 << 2) | 2, 2, 0], "ababab");
    check([6, 1 << 2, 0x61, 0x62, (3 << 2) | 3, 2, 0, 0, 0], "ababab");
    check([62, 60 << 2, 61, ...Array<number>(62).fill(0x78)], "x".repeat(62));
    check([62, 61 << 2, 61, 0, ...Array<number>(62).fill(0x78)], "x".repeat(62));
  });

  it("that is damaged is refused, however it is", () => {
    const check = (bytes: number[], message: RegExp) => {
      expect(() => decompressSnappy(Uint8Array.from(bytes), MOST)).toThrow(DecodeError);
      expect(() => decompressSnappy(Uint8Array.from(bytes), MOST)).toThrow(message);
    };
    check([], /no length/);
    check([0x80, 0x80, 0x80, 0x80, 0x80, 1], /no length/);
    check([4, 2 << 2, 0x61, 0x62, 0x63], /3 bytes of 4/);
    check([2, 2 << 2, 0x61, 0x62, 0x63], /more bytes than it says/);
    check([3, 2 << 2, 0x61, 0x62], /past the end/);
    check([3, 60 << 2], /a literal without its length/);
    check([9, 0, 0x61, (4 << 2) | 1, 2], /a copy from 2 bytes back at byte 1/);
    check([9, 0, 0x61, (4 << 2) | 1, 0], /a copy from 0 bytes back/);
    check([9, 0, 0x61, (4 << 2) | 2, 1], /a copy without its distance/);
    check([9, 0, 0x61, (8 << 2) | 2, 1, 0], /more bytes than it says/);
  });

  it("that would be too large is refused before it gets room", () => {
    expect(() => decompressSnappy(compress(new Uint8Array(1001)), 1000)).toThrow(TooLargeError);
    expect(decompressSnappy(compress(new Uint8Array(1000)), 1000)).toHaveLength(1000);
    // It says 128 MiB and has four bytes.
    expect(() => decompressSnappy(Uint8Array.of(0x80, 0x80, 0x80, 0x40, 0, 1, 2, 3), 2 ** 30)).toThrow(/do not fit/);
  });
});
