/** What the shop does, through its gateway: four real services in one process. */

import { afterEach, beforeEach, expect, test } from "vitest";
import { parseFaultRequest } from "../src/faults/parse-fault-request.ts";
import { type Answer, type ShopInProcess, openShopInProcess } from "./kit/shop-in-process.ts";

let shop: ShopInProcess;
let keys = 0;

beforeEach(async () => {
  shop = await openShopInProcess();
});

afterEach(async () => {
  await shop.close();
});

const LAMP = { sku: "oak-lamp-s", quantity: 2 };
const BOWL = { sku: "clay-bowl-l", quantity: 1 };

async function order(lines: unknown, card?: string): Promise<Answer> {
  return await shop.request("POST", "/orders", { lines, card }, { "idempotency-key": `key-${keys++}` });
}

async function stockOf(sku: string): Promise<number> {
  return (await shop.request("GET", `/products/${sku}`)).body.stock as number;
}

test("products can be listed, filtered and looked at", async () => {
  expect((await shop.request("GET", "/products")).body.items).toHaveLength(24);
  const kitchen = await shop.request("GET", "/products?category=kitchen");
  expect(new Set(kitchen.body.items.map((item: { category: string }) => item.category))).toEqual(new Set(["kitchen"]));
  const lamp = await shop.request("GET", "/products/oak-lamp-s");
  expect(lamp.body).toMatchObject({
    sku: "oak-lamp-s",
    name: "Small Oak Lamp",
    priceCents: 990,
    stock: 200,
    boughtTogether: [],
  });
  expect((await shop.request("GET", "/products/none")).status).toBe(404);
});

test("an order takes stock, costs what its lines cost and is paid", async () => {
  const { status, body } = await order([LAMP, BOWL], "card-visa");
  expect([status, body.status]).toEqual([201, "paid"]);
  expect(await stockOf(LAMP.sku)).toBe(198);
  const seen = await shop.request("GET", `/orders/${body.id}`);
  expect(seen.body).toMatchObject({ status: "paid", totalCents: body.totalCents, lines: [LAMP, BOWL] });
  expect((await shop.request("GET", "/products/oak-lamp-s")).body.boughtTogether).toEqual([BOWL.sku]);
});

test("the same order sent twice is one order", async () => {
  const headers = { "idempotency-key": "once" };
  const first = await shop.request("POST", "/orders", { lines: [LAMP], card: "card-visa" }, headers);
  const second = await shop.request("POST", "/orders", { lines: [LAMP], card: "card-visa" }, headers);
  expect(second).toEqual(first);
  expect(await stockOf(LAMP.sku)).toBe(198);
});

test("an order can be paid later, then cancelled: the stock is back", async () => {
  const placed = await order([LAMP]);
  expect(placed.body.status).toBe("placed");
  const paid = await shop.request("POST", `/orders/${placed.body.id}/payment`, { card: "card-master" });
  expect(paid.body.status).toBe("paid");
  expect((await shop.request("POST", `/orders/${placed.body.id}/payment`, { card: "card-master" })).status).toBe(409);
  expect((await shop.request("POST", `/orders/${placed.body.id}/cancel`)).body.status).toBe("cancelled");
  expect(await stockOf(LAMP.sku)).toBe(200);
});

test("a declined card gives the stock back", async () => {
  const { status, body } = await order([LAMP], "card-declined");
  expect([status, body.error.code]).toEqual([402, "card_declined"]);
  expect(await stockOf(LAMP.sku)).toBe(200);
});

test("what cannot be ordered is refused with the reason, and leaves nothing behind", async () => {
  expect(await order([{ ...LAMP, quantity: 900 }], "card-visa")).toMatchObject({
    status: 409,
    body: { error: { code: "out_of_stock" } },
  });
  expect((await order([{ sku: "none", quantity: 1 }], "card-visa")).status).toBe(404);
  expect(await order([{ ...LAMP, quantity: 0 }], "card-visa")).toMatchObject({
    status: 400,
    body: { error: { message: "cannot read quantity: it is 0; expected a whole number from 1 to 1000" } },
  });
  expect((await order("no lines")).status).toBe(400);
  expect((await shop.request("POST", "/orders", { lines: [LAMP] })).body.error.code).toBe("no_idempotency_key");
  expect(await stockOf(LAMP.sku)).toBe(200);
});

test("when payments fails, the order fails and the stock is given back", async () => {
  shop.services.payments.faults.activate(parseFaultRequest({ fault: "payment_errors", ratio: 1 }));
  expect(await order([LAMP], "card-visa")).toMatchObject({ status: 502, body: { error: { code: "payments_failed" } } });
  expect(await stockOf(LAMP.sku)).toBe(200);
  shop.services.payments.faults.clearAll();
  expect((await order([LAMP], "card-visa")).status).toBe(201);
});

test("a product page does without recommendations when orders is down, and says who is not ready", async () => {
  shop.services.orders.faults.activate(parseFaultRequest({ fault: "dead_dependency", service: "orders" }));
  expect(await shop.request("GET", "/products/oak-lamp-s")).toMatchObject({
    status: 200,
    body: { boughtTogether: [] },
  });
  expect((await order([LAMP], "card-visa")).status).toBe(503);
  const ready = await shop.request("GET", "/readyz");
  expect(ready.status).toBe(503);
  expect(ready.body.checks).toMatchObject({ database: null, inventory: null });
  expect(ready.body.checks.orders).toMatch(/^cannot reach orders: connect ECONNREFUSED/);
});

test("health and metrics are served", async () => {
  await order([LAMP], "card-visa");
  expect((await shop.request("GET", "/livez")).body).toEqual({ status: "alive" });
  const metrics = await (await fetch(`${shop.services.orders.url}/metrics`)).text();
  expect(metrics).toContain('shop_events_total{event="order_paid"} 1');
  expect(metrics).toMatch(
    /http_server_request_duration_seconds_count\{method="POST",route="\/orders",status="201"\} 1/,
  );
  expect(metrics).toMatch(/http_client_request_duration_seconds_count\{.*peer="payments".*\} 1/);
});

test("the control API refuses what it does not know", async () => {
  const url = `http://127.0.0.1:${shop.services.orders.controlPort}/faults`;
  const post = async (body: string, headers = {}): Promise<Answer> => {
    const response = await fetch(url, { method: "POST", body, headers });
    return { status: response.status, body: await response.json() };
  };
  expect(await post(`{"fault":"flood"}`)).toMatchObject({
    status: 400,
    body: { error: { message: /no fault "flood"/ } },
  });
  expect((await post("{")).status).toBe(400);
  expect((await post(`{"fault":"new_error"}`, { origin: "http://evil.example" })).status).toBe(403);
  expect((await fetch(url, { method: "PUT" })).status).toBe(405);
  expect(await (await fetch(url)).json()).toEqual([]);
});
