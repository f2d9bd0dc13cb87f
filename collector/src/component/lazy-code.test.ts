import { expect, it } from "vitest";
import { lazyCode } from "./lazy-code.ts";

it("is there once it is loaded, and loaded once", async () => {
  let times = 0;
  const lazy = lazyCode(async () => ({ answer: ++times }));
  expect(() => lazy.code).toThrow(/before its factory's load/);
  await lazy.load();
  await lazy.load();
  expect(lazy.code).toEqual({ answer: 1 });
});
