import { expect, it } from "vitest";
import { defaultMaxMemory } from "../../component/memory-limit.ts";
import { sharesOf } from "./memory-shares.ts";

it("divides the budget so that the parts together stay within it", () => {
  for (const mib of [64, 160, 1000]) {
    const { admissionBytes, sealBytes, cacheBytes } = sharesOf(mib * 2 ** 20);
    expect(admissionBytes + 4 * sealBytes + cacheBytes).toBeLessThanOrEqual(mib * 2 ** 20);
    expect(admissionBytes + 4 * sealBytes + cacheBytes).toBeGreaterThan(mib * 2 ** 20 - 5);
  }
  expect(sharesOf(160 * 2 ** 20).admissionBytes).toBe(16 * 2 ** 20);
});

it("takes a quarter of what the process may have, within bounds", () => {
  const MIB = 1024 * 1024;
  expect(defaultMaxMemory(400 * MIB)).toBe(100 * MIB);
  expect(defaultMaxMemory(128 * MIB)).toBe(64 * MIB);
  expect(defaultMaxMemory(64 * 1024 * MIB)).toBe(128 * MIB);
});
