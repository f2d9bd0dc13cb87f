/**
 * What shoppers do next: mostly look around, now and then order, pay and cancel, sometimes get it wrong. In: random
 * numbers and the orders they remember. Out: a request for the gateway. Pure: the same seed and answers give the same
 * requests.
 */

import type { Line } from "../chassis/parse-fields.ts";
import { PRODUCTS } from "../inventory/product-catalogue.ts";
import type { Random } from "./random.ts";

export interface ShopRequest {
  kind: Kind;
  method: "GET" | "POST";
  path: string;
  body?: unknown;
  headers: Record<string, string>;
}

/** Orders that can still be paid, and orders that can be looked at or cancelled. */
export interface RememberedOrders {
  placed: string[];
  paid: string[];
}

/** Share of each kind of request in percent. */
export const MIX = {
  list: 30,
  product: 31,
  order: 18,
  order_later: 5,
  pay: 5,
  view: 6,
  cancel: 3,
  unknown_product: 1,
  bad_order: 0.5,
  bulk_order: 0.5,
} as const;

export type Kind = keyof typeof MIX;

const CARDS = { "card-visa": 62, "card-master": 33, "card-declined": 3.5, "card-expired": 1.5 };
const CATEGORIES = ["light", "seat", "kitchen"];
const SESSIONS = 40;
/** More than there ever is in stock. */
const BULK_QUANTITY = 900;

type Plan = (random: Random, orders: RememberedOrders) => Omit<ShopRequest, "kind" | "headers"> & { key?: string };

const list: Plan = (random) => ({
  method: "GET",
  path: random.next() < 0.5 ? "/products" : `/products?category=${random.pick(CATEGORIES)}`,
});

function order(random: Random, lines: Line[], card?: string): ReturnType<Plan> {
  const key = `key-${random.between(0, 2 ** 40).toString(36)}`;
  return { method: "POST", path: "/orders", body: { lines, card }, key };
}

function someLines(random: Random): Line[] {
  return Array.from({ length: random.between(1, 3) }, () => ({
    sku: random.pick(PRODUCTS).sku,
    quantity: random.between(1, 2),
  }));
}

const PLANS: Record<Kind, Plan> = {
  list,
  product: (random) => ({ method: "GET", path: `/products/${random.pick(PRODUCTS).sku}` }),
  order: (random) => order(random, someLines(random), random.weighted(CARDS)),
  order_later: (random) => order(random, someLines(random)),
  pay: (random, orders) => {
    const id = orders.placed.shift();
    if (id === undefined) return list(random, orders);
    return { method: "POST", path: `/orders/${id}/payment`, body: { card: random.weighted(CARDS) } };
  },
  view: (random, orders) => {
    const known = [...orders.placed, ...orders.paid];
    return known.length === 0 ? list(random, orders) : { method: "GET", path: `/orders/${random.pick(known)}` };
  },
  cancel: (random, orders) => {
    const id = orders.paid.shift();
    return id === undefined ? list(random, orders) : { method: "POST", path: `/orders/${id}/cancel` };
  },
  unknown_product: () => ({ method: "GET", path: "/products/velvet-throne-l" }),
  bad_order: (random) => order(random, [{ sku: random.pick(PRODUCTS).sku, quantity: 0 }], "card-visa"),
  bulk_order: (random) => order(random, [{ sku: random.pick(PRODUCTS).sku, quantity: BULK_QUANTITY }], "card-visa"),
};

/** Without an order to pay, look at or cancel the shopper looks around instead. */
export function planRequest(random: Random, orders: RememberedOrders): ShopRequest {
  const kind = random.weighted(MIX);
  const session = `session-${random.between(1, SESSIONS)}`;
  const { key, ...request } = PLANS[kind](random, orders);
  return {
    kind,
    ...request,
    headers: { "x-session-id": session, ...(key === undefined ? {} : { "idempotency-key": key }) },
  };
}

/** Remembers an order that was just placed or paid; the oldest are forgotten. */
export function rememberOrder(orders: RememberedOrders, id: string, status: string): void {
  const list = status === "placed" ? orders.placed : status === "paid" ? orders.paid : undefined;
  if (!list) return;
  list.push(id);
  if (list.length > 100) list.shift();
}
