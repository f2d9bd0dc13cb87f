/**
 * What orders needs of inventory, in the words of orders. In: skus and lines. Out: prices, reservations.
 * @throws HttpError: 404 and 409 of inventory as they are, 502 for answers that make no sense here, 503 or 504 when it
 * cannot be reached.
 */

import { HttpError } from "../chassis/http-error.ts";
import type { Line } from "../chassis/parse-fields.ts";
import type { CallResult, ServiceClient } from "../chassis/service-client.ts";

export class InventoryClient {
  readonly #client: ServiceClient;

  constructor(client: ServiceClient) {
    this.#client = client;
  }

  async priceCents(sku: string): Promise<number> {
    const result = await this.#client.call({ method: "GET", path: `/items/${encodeURIComponent(sku)}` });
    return (expectStatus(result, [200]) as { priceCents: number }).priceCents;
  }

  /** All lines or none. The order's id is the reservation's: repeating reserves nothing twice. */
  async reserve(orderId: string, lines: Line[]): Promise<void> {
    const body = { id: orderId, lines };
    expectStatus(
      await this.#client.call({ method: "POST", path: "/reservations", idempotencyKey: orderId, body }),
      [200, 201],
    );
  }

  async release(orderId: string): Promise<void> {
    const path = `/reservations/${orderId}/release`;
    expectStatus(await this.#client.call({ method: "POST", path, idempotencyKey: orderId }), [200]);
  }
}

function expectStatus({ status, body }: CallResult, expected: number[]): unknown {
  if (expected.includes(status)) return body;
  const { code = "inventory_failed", message = `inventory answers ${status}` } =
    (body as { error?: { code?: string; message?: string } } | null)?.error ?? {};
  throw new HttpError(status === 404 || status === 409 ? status : 502, code, message);
}
