import { expect, it } from "vitest";
import { memoryRoom } from "./memory-room.ts";

const MIB = 1024 * 1024;

it("leaves a small container one reader, and heaps of which all fit", () => {
  const small = memoryRoom(256 * MIB, 8);
  const threads = 3 + small.readers;
  expect(small.readers).toBe(1);
  expect(threads * (small.oldMb + small.youngMb)).toBeLessThan(128);
});

it("keeps the alerts thread's heap from growing far beyond what lives in it, where V8 would let it", () => {
  expect(memoryRoom(16_384 * MIB).alertsMostMb).toBe(1024);
  expect(memoryRoom(2048 * MIB).alertsMostMb).toBeUndefined();
  expect(memoryRoom(256 * MIB).alertsMostMb).toBeUndefined();
});

it("gives more where there is more, up to four readers", () => {
  expect(memoryRoom(512 * MIB, 8).readers).toBe(2);
  expect(memoryRoom(512 * MIB, 1).readers).toBe(1);
  expect(memoryRoom(4096 * MIB, 8).readers).toBe(4);
  expect(memoryRoom(4096 * MIB, 2).readers).toBe(2);
});
