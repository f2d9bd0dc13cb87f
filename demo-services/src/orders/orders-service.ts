/**
 * orders: takes orders and leads them through inventory and payments.
 *   POST /orders {lines, card?} · GET /orders/:id · POST /orders/:id/payment {card} · POST /orders/:id/cancel
 *   GET /bought-together/:sku
 */

import { HttpError } from "../chassis/http-error.ts";
import type { ServiceDefinition } from "../chassis/open-service.ts";
import { parseLines, parseObject, parseText } from "../chassis/parse-fields.ts";
import type { CallPolicy } from "../chassis/service-client.ts";
import { SlowQuery } from "../faults/slow-query.ts";
import { Checkout } from "./checkout.ts";
import { InventoryClient } from "./inventory-client.ts";
import { awardPoints } from "./loyalty-points.ts";
import { ORDER_SCHEMA, type Order, OrderStore } from "./order-store.ts";
import { PaymentsClient } from "./payments-client.ts";

const INVENTORY_POLICY: CallPolicy = {
  attemptTimeoutMillis: 1_000,
  maxAttempts: 3,
  backoffMillis: 50,
  useBudget: true,
};
/** The card network may take more than a second. */
const PAYMENTS_POLICY: CallPolicy = {
  attemptTimeoutMillis: 2_000,
  maxAttempts: 3,
  backoffMillis: 100,
  useBudget: true,
};
const PRUNE_EVERY_MILLIS = 60_000;

export const ordersService: ServiceDefinition = {
  name: "orders",
  schema: ORDER_SCHEMA,
  create: ({ logger, metrics, faults, buggy, database, createClient }) => {
    const store = new OrderStore(database);
    const slowQuery = new SlowQuery(database, faults, "orders");
    const inventoryCaller = createClient("inventory", INVENTORY_POLICY);
    const paymentsCaller = createClient("payments", PAYMENTS_POLICY, () => {
      const storm = faults.parameters("retry_storm");
      return (
        storm && {
          attemptTimeoutMillis: storm.timeoutMillis,
          maxAttempts: storm.attempts,
          backoffMillis: 0,
          useBudget: false,
        }
      );
    });
    const checkout = new Checkout({
      store,
      inventory: new InventoryClient(inventoryCaller),
      payments: new PaymentsClient(paymentsCaller),
      logger,
      onChange: ({ status }) => metrics.events.inc({ event: `order_${status}` }),
    });
    const find = (id: string): Order => {
      slowQuery.strike();
      const order = store.find(id);
      if (!order) throw new HttpError(404, "no_such_order", `cannot find an order ${id}`);
      return order;
    };

    return {
      checks: { inventory: () => inventoryCaller.ping(), payments: () => paymentsCaller.ping() },
      jobs: [{ everyMillis: PRUNE_EVERY_MILLIS, run: () => store.prune() }],
      routes: {
        "POST /orders": async ({ body }) => {
          const fields = parseObject(body);
          const lines = parseLines(fields);
          const card = fields.card === undefined ? undefined : parseText(fields, "card");
          awardPoints(lines, { buggy, overflow: faults.strikes("new_error") });
          return { status: 201, body: await checkout.place(lines, card) };
        },
        "GET /orders/:id": ({ params }) => {
          const order = find(params.id);
          return { status: 200, body: { ...order, lines: store.lines(order.id) } };
        },
        "POST /orders/:id/payment": async ({ params, body }) => {
          const card = parseText(parseObject(body), "card");
          return { status: 200, body: await checkout.pay(find(params.id), card) };
        },
        "POST /orders/:id/cancel": async ({ params }) => {
          return { status: 200, body: await checkout.cancel(find(params.id)) };
        },
        "GET /bought-together/:sku": ({ params }) => {
          slowQuery.strike();
          return { status: 200, body: { skus: store.boughtTogether(params.sku) } };
        },
      },
    };
  },
};
