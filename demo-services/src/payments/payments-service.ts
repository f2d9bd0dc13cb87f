/**
 * payments: charges cards, once for each idempotency key.
 *   POST /charges {orderId, amountCents, card}, header Idempotency-Key · POST /charges/:id/refund
 * 201 charged · 200 the same request again · 402 declined · 422 the key was used for another charge · 503 try again
 */

import { randomUUID } from "node:crypto";
import { HttpError } from "../chassis/http-error.ts";
import type { ServiceDefinition } from "../chassis/open-service.ts";
import { parseCount, parseObject, parseText } from "../chassis/parse-fields.ts";
import { formatReceipt } from "./format-receipt.ts";
import { CardNetwork, CardNetworkError } from "./card-network.ts";
import { CHARGE_SCHEMA, type Charge, ChargeStore } from "./charge-store.ts";

const PRUNE_EVERY_MILLIS = 60_000;
const MOST_CENTS = 100_000_000;

export const paymentsService: ServiceDefinition = {
  name: "payments",
  schema: CHARGE_SCHEMA,
  create: ({ logger, metrics, faults, buggy, database }) => {
    const store = new ChargeStore(database);
    const network = new CardNetwork({ unreachable: () => faults.strikes("payment_errors") });

    const charge = async (
      idempotencyKey: string,
      orderId: string,
      amountCents: number,
      card: string,
    ): Promise<Charge> => {
      const answer = await network.authorize(amountCents, card);
      return store.add({
        id: randomUUID(),
        idempotencyKey,
        orderId,
        amountCents,
        card,
        status: answer.approved ? "charged" : "declined",
        reason: answer.approved ? null : answer.reason,
      });
    };

    return {
      checks: {},
      jobs: [{ everyMillis: PRUNE_EVERY_MILLIS, run: () => store.prune() }],
      routes: {
        "POST /charges": async ({ headers, body }) => {
          const fields = parseObject(body);
          const orderId = parseText(fields, "orderId");
          const amountCents = parseCount(fields, "amountCents", MOST_CENTS);
          const card = parseText(fields, "card");
          const key = parseText(headers, "idempotency-key");
          const known = store.findByKey(key);
          if (known && (known.orderId !== orderId || known.amountCents !== amountCents || known.card !== card)) {
            throw new HttpError(422, "key_reused", `cannot use the idempotency key ${key} for another charge`);
          }
          try {
            const done = known ?? (await charge(key, orderId, amountCents, card));
            if (done.status === "declined") {
              metrics.events.inc({ event: "charge_declined" });
              logger.warn({ orderId, amountCents, reason: done.reason }, "card declined");
              throw new HttpError(402, "card_declined", `cannot charge the card: ${done.reason}`);
            }
            metrics.events.inc({ event: "charged" });
            logger.info({ orderId, charge: done.id, amountCents, again: known !== undefined }, "card charged");
            const receipt = formatReceipt(amountCents, buggy);
            return { status: known ? 200 : 201, body: { id: done.id, status: done.status, receipt } };
          } catch (error) {
            if (!(error instanceof CardNetworkError)) throw error;
            metrics.events.inc({ event: "charge_failed" });
            logger.error({ orderId, amountCents, err: error }, "card network unreachable");
            throw new HttpError(503, "card_network_unreachable", error.message, { cause: error });
          }
        },
        "POST /charges/:id/refund": ({ params }) => {
          if (!store.find(params.id)) throw new HttpError(404, "no_such_charge", `cannot find a charge ${params.id}`);
          if (store.refund(params.id)) {
            metrics.events.inc({ event: "refunded" });
            logger.info({ charge: params.id }, "charge refunded");
          }
          return { status: 200, body: { id: params.id, status: "refunded" } };
        },
      },
    };
  },
};
