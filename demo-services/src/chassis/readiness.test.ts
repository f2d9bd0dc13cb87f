import { expect, test } from "vitest";
import { Readiness } from "./readiness.ts";

test("each check is asked at most every two seconds, and its problem is told", async () => {
  const clock = { nowMillis: 0 };
  let asked = 0;
  let broken = false;
  const checks = {
    database: () => undefined,
    orders: () => {
      asked++;
      if (broken) throw new Error("cannot reach orders");
    },
  };
  const readiness = new Readiness(checks, () => clock.nowMillis);
  expect(await readiness.check()).toEqual({ database: null, orders: null });
  broken = true;
  clock.nowMillis = 2_000;
  expect(await readiness.check()).toEqual({ database: null, orders: null });
  expect(asked).toBe(1);
  clock.nowMillis = 2_001;
  expect(await readiness.check()).toEqual({ database: null, orders: "cannot reach orders" });
});

test("a service that shuts down is not ready, whatever its checks say", async () => {
  const readiness = new Readiness({ database: () => undefined });
  readiness.drain();
  expect(await readiness.check()).toEqual({ shutdown: "the service is shutting down" });
});
