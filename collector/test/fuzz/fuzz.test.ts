/** A short run of every fuzz target with fresh seeds; `npm run fuzz` runs them for longer. A failure names the seed. */
import { randomInt } from "node:crypto";
import { expect, test } from "vitest";
import { runTarget } from "./run-target.ts";
import { TARGETS } from "./targets.ts";

const MILLIS = 300;

test.each(TARGETS)("$name", async (target) => {
  expect(await runTarget(target, randomInt(2 ** 31), MILLIS)).toBeGreaterThan(0);
});
