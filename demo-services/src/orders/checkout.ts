/**
 * How an order comes about: price the lines, reserve the stock, charge the card, and undo what was done when a later
 * step fails. In: lines and a card. Out: the order as it stands. Knows nothing of HTTP beyond its errors.
 */

import { randomUUID } from "node:crypto";
import type { ServiceLogger } from "../chassis/service-logger.ts";
import { HttpError } from "../chassis/http-error.ts";
import type { Line } from "../chassis/parse-fields.ts";
import type { InventoryClient } from "./inventory-client.ts";
import type { Order, OrderStore } from "./order-store.ts";
import type { PaymentsClient } from "./payments-client.ts";

export interface CheckoutOptions {
  store: OrderStore;
  inventory: InventoryClient;
  payments: PaymentsClient;
  logger: ServiceLogger;
  /** Called with each change of an order. */
  onChange: (order: Order) => void;
}

export class Checkout {
  readonly #options: CheckoutOptions;

  constructor(options: CheckoutOptions) {
    this.#options = options;
  }

  /** Without a card the order stays `placed` until `pay`. @throws HttpError 402, 404, 409, 502, 503, 504. */
  async place(lines: Line[], card: string | undefined): Promise<Order> {
    const { store, inventory, logger } = this.#options;
    const prices = await Promise.all(lines.map(({ sku }) => inventory.priceCents(sku)));
    const priced = lines.map((line, index) => ({ ...line, priceCents: prices[index] }));
    const totalCents = priced.reduce((sum, { quantity, priceCents }) => sum + quantity * priceCents, 0);
    const order: Order = { id: randomUUID(), status: "placed", totalCents, chargeId: null };
    await inventory.reserve(order.id, lines);
    store.add(order, priced);
    logger.info({ orderId: order.id, totalCents, lines: lines.length }, "order placed");
    this.#options.onChange(order);
    return card === undefined ? order : await this.pay(order, card);
  }

  /** Charges a placed order. When that fails the stock is given back and the order has failed. */
  async pay(order: Order, card: string): Promise<Order> {
    const { store, payments, logger } = this.#options;
    if (order.status !== "placed") throw conflict(order, "pay");
    try {
      const result = await payments.charge(order.id, order.totalCents, card);
      if (!result.paid) throw new HttpError(402, result.code, result.reason);
      store.update(order.id, "paid", result.chargeId);
      logger.info({ orderId: order.id, chargeId: result.chargeId }, "order paid");
      return this.#changed({ ...order, status: "paid", chargeId: result.chargeId });
    } catch (error) {
      const declined = error instanceof HttpError && error.status === 402;
      if (declined) logger.warn({ orderId: order.id, reason: error.message }, "order refused by payments");
      else logger.error({ orderId: order.id, err: error }, "order failed: payment did not go through");
      await this.#undo(order, "failed");
      throw error;
    }
  }

  async cancel(order: Order): Promise<Order> {
    if (order.status === "cancelled") return order;
    if (order.status === "failed") throw conflict(order, "cancel");
    if (order.chargeId !== null) await this.#options.payments.refund(order.chargeId);
    this.#options.logger.info({ orderId: order.id }, "order cancelled");
    return await this.#undo(order, "cancelled");
  }

  /** The order is over even if inventory does not hear of it now. */
  async #undo(order: Order, status: "failed" | "cancelled"): Promise<Order> {
    const { store, inventory, logger } = this.#options;
    store.update(order.id, status);
    try {
      await inventory.release(order.id);
    } catch (error) {
      logger.error({ orderId: order.id, err: error }, "cannot release the reservation; stock stays reserved");
    }
    return this.#changed({ ...order, status });
  }

  #changed(order: Order): Order {
    this.#options.onChange(order);
    return order;
  }
}

function conflict(order: Order, what: string): HttpError {
  return new HttpError(409, "wrong_status", `cannot ${what} order ${order.id}: it is ${order.status}`);
}
