import { describe, expect, test } from "vitest";
import { FloatScratch, FloatSlab } from "./float-slab.ts";

describe("a slab", () => {
  test("gives arrays of zeroes that share no place, of any length", () => {
    const slab = new FloatSlab();
    const lengths = [3, 500, 20, 1024, 1025, 7, 1000, 0, 1024];
    const taken = lengths.map((length, i) => slab.take(length).fill(i + 1));
    expect(taken.map((array, i) => [array.length, array.every((value) => value === i + 1)])).toEqual(
      lengths.map((length) => [length, true]),
    );
    expect(slab.take(2)).toEqual(new Float64Array(2));
  });

  test("takes little memory for little, and few pieces for much", () => {
    const slab = new FloatSlab();
    expect(slab.take(10).buffer.byteLength).toBeLessThanOrEqual(4096);
    const buffers = new Set(Array.from({ length: 1000 }, () => slab.take(100).buffer));
    expect(buffers.size).toBeLessThan(20);
  });
});

describe("a scratch", () => {
  test("uses its memory again, and what was taken since it began stays apart", () => {
    const scratch = new FloatScratch();
    const taken = [400, 400, 2000, 1].map((length, i) => scratch.take(length).fill(i));
    expect(taken.every((array, i) => array.every((value) => value === i))).toBe(true);
    const again = scratch.begin().take(2000);
    expect(again.buffer).toBe(taken[3].buffer);
  });
});
