/** Charges in SQLite, one for each idempotency key. In and out: plain objects. Knows nothing of HTTP or cards. */

import type { TracedDatabase } from "../chassis/traced-database.ts";

export const CHARGE_SCHEMA = `
  CREATE TABLE IF NOT EXISTS charges (
    id TEXT PRIMARY KEY, idempotency_key TEXT NOT NULL UNIQUE, order_id TEXT NOT NULL, amount_cents INTEGER NOT NULL,
    card TEXT NOT NULL, status TEXT NOT NULL, reason TEXT, created_at INTEGER NOT NULL
  );
  CREATE INDEX IF NOT EXISTS charges_by_age ON charges (created_at);
`;

export interface Charge {
  id: string;
  idempotencyKey: string;
  orderId: string;
  amountCents: number;
  card: string;
  status: "charged" | "declined" | "refunded";
  reason: string | null;
}

const COLUMNS =
  "id, idempotency_key AS idempotencyKey, order_id AS orderId, amount_cents AS amountCents, card, status, reason";
const KEPT_CHARGES = 5_000;

export class ChargeStore {
  readonly #database: TracedDatabase;

  constructor(database: TracedDatabase) {
    this.#database = database;
  }

  findByKey(idempotencyKey: string): Charge | undefined {
    return this.#database.get(`SELECT ${COLUMNS} FROM charges WHERE idempotency_key = ?`, idempotencyKey) as
      | Charge
      | undefined;
  }

  find(id: string): Charge | undefined {
    return this.#database.get(`SELECT ${COLUMNS} FROM charges WHERE id = ?`, id) as Charge | undefined;
  }

  /** Keeps the charge unless its key is taken; returns what is kept under the key. */
  add(charge: Charge): Charge {
    const { id, idempotencyKey, orderId, amountCents, card, status, reason } = charge;
    const added = this.#database.run(
      `INSERT INTO charges (id, idempotency_key, order_id, amount_cents, card, status, reason, created_at)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (idempotency_key) DO NOTHING`,
      id,
      idempotencyKey,
      orderId,
      amountCents,
      card,
      status,
      reason,
      Date.now(),
    );
    return added === 1 ? charge : (this.findByKey(idempotencyKey) ?? charge);
  }

  /** False when the charge was refunded before. */
  refund(id: string): boolean {
    return this.#database.run("UPDATE charges SET status = 'refunded' WHERE id = ? AND status = 'charged'", id) === 1;
  }

  prune(): void {
    this.#database.run(
      `DELETE FROM charges WHERE created_at <
         (SELECT created_at FROM charges ORDER BY created_at DESC LIMIT 1 OFFSET ${KEPT_CHARGES})`,
    );
  }
}
