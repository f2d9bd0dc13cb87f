import { expect, test } from "vitest";
import { RetryBudget } from "./retry-budget.ts";

function open() {
  const clock = { nowMillis: 0 };
  const budget = new RetryBudget({ ratio: 0.2, capacity: 3, perSecond: 0.5 }, () => clock.nowMillis);
  const spend = (): number => {
    let retries = 0;
    while (budget.tryRetry()) retries++;
    return retries;
  };
  return { budget, clock, spend };
}

test("a new budget has its reserve and no more", () => {
  expect(open().spend()).toBe(3);
});

test("five first attempts earn one retry", () => {
  const { budget, spend } = open();
  spend();
  for (let n = 0; n < 4; n++) budget.recordFirstAttempt();
  expect(spend()).toBe(0);
  budget.recordFirstAttempt();
  expect(spend()).toBe(1);
});

test("a quiet service earns by time, up to the capacity", () => {
  const { clock, spend } = open();
  spend();
  clock.nowMillis += 2_000;
  expect(spend()).toBe(1);
  clock.nowMillis += 3_600_000;
  expect(spend()).toBe(3);
});

test("when everything fails, retries stay a fifth of the traffic", () => {
  const { budget, spend } = open();
  spend();
  let retries = 0;
  for (let n = 0; n < 1_000; n++) {
    budget.recordFirstAttempt();
    if (budget.tryRetry()) retries++;
  }
  expect(retries).toBeGreaterThan(190);
  expect(retries).toBeLessThanOrEqual(200);
});
