/** The load generator's decisions: its random numbers, its day, its mix. All pure. */

import { expect, test } from "vitest";
import { dayFactor } from "./day-curve.ts";
import { Random } from "./random.ts";
import { type Kind, MIX, type RememberedOrders, planRequest, rememberOrder } from "./shopper-plan.ts";

function shop(seed: number, requests: number) {
  const random = new Random(seed);
  const orders: RememberedOrders = { placed: [], paid: [] };
  return Array.from({ length: requests }, (_, n) => {
    const request = planRequest(random, orders);
    if (request.kind === "order") rememberOrder(orders, `order-${n}`, "paid");
    if (request.kind === "order_later") rememberOrder(orders, `order-${n}`, "placed");
    return request;
  });
}

test("the same seed gives the same shoppers, another seed others", () => {
  expect(shop(7, 500)).toEqual(shop(7, 500));
  expect(shop(7, 500)).not.toEqual(shop(8, 500));
});

test("the mix is as the table says", () => {
  const requests = shop(3, 20_000);
  const total = Object.values(MIX).reduce((sum, weight) => sum + weight, 0);
  for (const [kind, weight] of Object.entries(MIX)) {
    const share = requests.filter((request) => request.kind === (kind as Kind)).length / requests.length;
    expect(Math.abs(share - weight / total), kind).toBeLessThan(0.012);
  }
});

test("orders carry keys of their own, and are paid, looked at and cancelled by their ids", () => {
  const requests = shop(5, 2_000);
  const keys = requests.flatMap(({ path, headers }) => (path === "/orders" ? [headers["idempotency-key"]] : []));
  expect(new Set(keys).size).toBe(keys.length);
  const paths = new Set(requests.map(({ method, path }) => `${method} ${path.replace(/order-\d+/, "ID")}`));
  for (const path of ["POST /orders/ID/payment", "GET /orders/ID", "POST /orders/ID/cancel"])
    expect(paths).toContain(path);
});

test("random numbers are spread as they should be", () => {
  const random = new Random(1);
  const waits = Array.from({ length: 20_000 }, () => random.exponential(200));
  expect(waits.reduce((sum, wait) => sum + wait, 0) / waits.length).toBeCloseTo(200, -1);
  const dice = Array.from({ length: 6_000 }, () => random.between(1, 6));
  for (let side = 1; side <= 6; side++) expect(dice.filter((one) => one === side).length).toBeGreaterThan(850);
});

test("a day is quiet at three, busy twelve hours later, and averages to one over the week", () => {
  const tuesday = Date.UTC(2026, 0, 6);
  const hour = 3_600_000;
  expect(dayFactor(tuesday + 3 * hour)).toBeCloseTo(0.58, 2);
  expect(dayFactor(tuesday + 15 * hour)).toBeCloseTo(1.54, 2);
  expect(dayFactor(tuesday + 15 * hour)).toBeGreaterThan(dayFactor(tuesday + (4 * 24 + 15) * hour));
  const week = Array.from({ length: 24 * 7 }, (_, n) => dayFactor(tuesday + n * hour));
  expect(week.reduce((sum, factor) => sum + factor, 0) / week.length).toBeCloseTo(1, 2);
});
