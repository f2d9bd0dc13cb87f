import { expect, it } from "vitest";
import { memoryLimitBytes } from "./memory-limit.ts";

it("is the container's limit where there is one, else the machine's memory", () => {
  expect(memoryLimitBytes(256, 1000)).toBe(256);
  expect(memoryLimitBytes(0, 1000)).toBe(1000);
  expect(memoryLimitBytes(2 ** 64, 1000)).toBe(1000);
});
