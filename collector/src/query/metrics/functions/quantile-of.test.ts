import { expect, test } from "vitest";
import { quantileOf } from "./quantile-of.ts";

test("few and many numbers come to the same", () => {
  let seed = 7;
  const random = () => (seed = (seed * 48271) % 2147483647) / 2147483647;
  for (let round = 0; round < 200; round++) {
    const few = Float64Array.from({ length: 1 + Math.floor(random() * 60) }, () => Math.floor(random() * 20));
    const many = Float64Array.from({ length: few.length * 65 }, (_, i) => few[i % few.length]);
    const sorted = few.toSorted();
    for (let i = 1; i < few.length; i++) expect(quantileOf(i / (few.length - 1), few)).toBeCloseTo(sorted[i], 9);
    for (const q of [0, 1]) expect(quantileOf(q, many)).toBe(quantileOf(q, few));
    const middle = Math.floor(few.length / 2);
    if (few.length % 2 === 1) expect(quantileOf(0.5, many)).toBe(sorted[middle]);
  }
});

test("NaN is the smallest number", () => {
  const few = Float64Array.of(3, NaN, 1, NaN, 2);
  const many = Float64Array.from({ length: 100 }, (_, i) => (i < 40 ? NaN : i));
  expect([0, 0.25, 0.5, 0.75, 1].map((q) => quantileOf(q, few))).toEqual([NaN, NaN, 1, 2, 3]);
  expect([0, 1].map((q) => quantileOf(q, many))).toEqual([NaN, 99]);
});

test("a part of an array, between two numbers, and beyond 0 to 1", () => {
  expect(quantileOf(0.5, Float64Array.of(9, 1, 2, 9), 1, 3)).toBe(1.5);
  expect(quantileOf(-1, Float64Array.of(1))).toBe(-Infinity);
  expect(quantileOf(2, Float64Array.of(1))).toBe(Infinity);
  expect(quantileOf(0.5, Float64Array.of())).toBeNaN();
});
