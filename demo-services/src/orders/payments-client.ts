/**
 * What orders needs of payments, in the words of orders. In: an order to charge. Out: a charge or a refusal.
 * What it relies on is written down in payments-contract.ts and verified against the real payments service.
 * @throws HttpError 502, 503 or 504 when payments cannot say.
 */

import { HttpError } from "../chassis/http-error.ts";
import type { CallResult, ServiceClient } from "../chassis/service-client.ts";

export type PaymentResult = { paid: true; chargeId: string } | { paid: false; code: string; reason: string };

export class PaymentsClient {
  readonly #client: ServiceClient;

  constructor(client: ServiceClient) {
    this.#client = client;
  }

  /** Charges at most once for an order, however often it is repeated. */
  async charge(orderId: string, amountCents: number, card: string): Promise<PaymentResult> {
    const result = await this.#client.call({
      method: "POST",
      path: "/charges",
      idempotencyKey: `order-${orderId}-${card}`,
      body: { orderId, amountCents, card },
    });
    if (result.status === 201 || result.status === 200)
      return { paid: true, chargeId: (result.body as { id: string }).id };
    const error = readError(result);
    if (result.status === 402) return { paid: false, code: error.code, reason: error.message };
    throw new HttpError(502, "payments_failed", `cannot charge order ${orderId}: payments answers ${error.message}`);
  }

  async refund(chargeId: string): Promise<void> {
    const result = await this.#client.call({
      method: "POST",
      path: `/charges/${chargeId}/refund`,
      idempotencyKey: `refund-${chargeId}`,
    });
    if (result.status !== 200) {
      throw new HttpError(
        502,
        "payments_failed",
        `cannot refund ${chargeId}: payments answers ${readError(result).message}`,
      );
    }
  }
}

function readError({ status, body }: CallResult): { code: string; message: string } {
  const { code, message } = (body as { error?: { code?: string; message?: string } } | null)?.error ?? {};
  return { code: code ?? "unknown", message: `${status} ${message ?? ""}`.trim() };
}
