import { expect, it } from "vitest";
import { memoryLimitBytes, watchMemory } from "./memory-limit.ts";

it("is the container's limit where there is one, else the machine's memory", () => {
  expect(memoryLimitBytes(256, 1000)).toBe(256);
  expect(memoryLimitBytes(0, 1000)).toBe(1000);
  expect(memoryLimitBytes(2 ** 64, 1000)).toBe(1000);
});

const MIB = 1024 * 1024;

it.runIf(process.platform === "linux")("says when memory has come near to the limit, and looks now and then", () => {
  let [used, time] = [100, 0];
  const isShort = watchMemory(
    256 * MIB,
    () => used * MIB,
    () => time,
  );
  expect(isShort()).toBe(false);
  used = 220;
  expect(isShort()).toBe(false);
  time = 200;
  expect(isShort()).toBe(true);
  used = 150;
  time = 400;
  expect(isShort()).toBe(false);
});

it.runIf(process.platform === "linux")("measures this process", () => {
  expect(watchMemory(48 * MIB + 1)()).toBe(true);
  expect(watchMemory(1024 * 1024 * MIB)()).toBe(false);
});
