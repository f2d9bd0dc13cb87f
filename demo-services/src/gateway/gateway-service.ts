/**
 * gateway: what shoppers talk to; the other services are behind it.
 *   GET /products?category · GET /products/:sku · POST /orders {lines, card?}, header Idempotency-Key
 *   GET /orders/:id · POST /orders/:id/payment {card} · POST /orders/:id/cancel      header X-Session-Id on all of them
 */

import { HttpError } from "../chassis/http-error.ts";
import type { ServiceDefinition } from "../chassis/open-service.ts";
import type { Handler, Routes, ServiceResponse } from "../chassis/router.ts";
import type { CallPolicy, CallResult } from "../chassis/service-client.ts";
import { GATEWAY_SCHEMA, SessionStore } from "./session-store.ts";

const READ_POLICY: CallPolicy = { attemptTimeoutMillis: 2_000, maxAttempts: 3, backoffMillis: 50, useBudget: true };
/** An order waits for inventory and payments, with their retries. */
const ORDER_POLICY: CallPolicy = { attemptTimeoutMillis: 8_000, maxAttempts: 2, backoffMillis: 100, useBudget: true };
const PRUNE_EVERY_MILLIS = 60_000;

export const gatewayService: ServiceDefinition = {
  name: "gateway",
  schema: GATEWAY_SCHEMA,
  create: ({ logger, metrics, database, createClient }) => {
    const sessions = new SessionStore(database);
    const inventory = createClient("inventory", READ_POLICY);
    const orders = createClient("orders", ORDER_POLICY);

    /** What comes with a product page if it can be had; the page does without. */
    const boughtTogether = async (sku: string): Promise<unknown> => {
      try {
        const { status, body } = await orders.call({
          method: "GET",
          path: `/bought-together/${encodeURIComponent(sku)}`,
        });
        if (status === 200) return (body as { skus: string[] }).skus;
        logger.warn({ sku, status }, "product page without recommendations");
      } catch (error) {
        logger.warn({ sku, err: error }, "product page without recommendations");
      }
      return [];
    };

    const placeOrder: Handler = async ({ headers, body }) => {
      const key = headers["idempotency-key"];
      if (typeof key !== "string") {
        throw new HttpError(400, "no_idempotency_key", "cannot take an order without an Idempotency-Key header");
      }
      const known = sessions.findAnswer(key);
      if (known) return known;
      // Without the key: orders makes a new order for each request, so only the gateway may answer a repeated one.
      const answer = passOn(await orders.call({ method: "POST", path: "/orders", body }));
      if (answer.status < 500) sessions.keepAnswer(key, answer.status, answer.body);
      metrics.events.inc({ event: answer.status === 201 ? "checkout_done" : "checkout_failed" });
      if (answer.status === 201) logger.info({ orderId: (answer.body as { id: string }).id }, "checkout done");
      else logger.warn({ status: answer.status, answer: answer.body }, "checkout failed");
      return answer;
    };

    const routes: Routes = {
      "GET /products": async ({ query }) => {
        const category = query.get("category");
        const path = category === null ? "/items" : `/items?category=${encodeURIComponent(category)}`;
        return passOn(await inventory.call({ method: "GET", path }));
      },
      "GET /products/:sku": async ({ params: { sku } }) => {
        const [item, together] = await Promise.all([
          inventory.call({ method: "GET", path: `/items/${encodeURIComponent(sku)}` }),
          boughtTogether(sku),
        ]);
        if (item.status !== 200) return passOn(item);
        return { status: 200, body: { ...(item.body as object), boughtTogether: together } };
      },
      "POST /orders": placeOrder,
      "GET /orders/:id": async ({ params }) =>
        passOn(await orders.call({ method: "GET", path: `/orders/${encodeURIComponent(params.id)}` })),
      "POST /orders/:id/payment": async ({ params, body }) =>
        passOn(await orders.call({ method: "POST", path: `/orders/${encodeURIComponent(params.id)}/payment`, body })),
      "POST /orders/:id/cancel": async ({ params }) =>
        passOn(await orders.call({ method: "POST", path: `/orders/${encodeURIComponent(params.id)}/cancel` })),
    };

    return {
      checks: { orders: () => orders.ping(), inventory: () => inventory.ping() },
      jobs: [{ everyMillis: PRUNE_EVERY_MILLIS, run: () => sessions.prune() }],
      routes: Object.fromEntries(
        Object.entries(routes).map(([route, handler]) => [route, withSession(handler, sessions)]),
      ),
    };
  },
};

/** Shoppers without a session id are served and not counted. */
function withSession(handler: Handler, sessions: SessionStore): Handler {
  return (request) => {
    const id = request.headers["x-session-id"];
    if (typeof id === "string" && id.length <= 100) sessions.touch(id);
    return handler(request);
  };
}

/** Answers for shoppers: what is wrong with their request is theirs, a failure behind the gateway is a 502. */
function passOn({ status, body }: CallResult): ServiceResponse {
  return { status: status === 500 ? 502 : status, body };
}
