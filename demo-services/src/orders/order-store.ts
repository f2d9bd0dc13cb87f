/** Orders and their lines in SQLite. In and out: plain objects. Knows nothing of HTTP or other services. */

import type { Line } from "../chassis/parse-fields.ts";
import type { TracedDatabase } from "../chassis/traced-database.ts";

export const ORDER_SCHEMA = `
  CREATE TABLE IF NOT EXISTS orders (
    id TEXT PRIMARY KEY, status TEXT NOT NULL, total_cents INTEGER NOT NULL, charge_id TEXT, created_at INTEGER NOT NULL
  );
  CREATE INDEX IF NOT EXISTS orders_by_age ON orders (created_at);
  CREATE TABLE IF NOT EXISTS order_lines (
    order_id TEXT NOT NULL REFERENCES orders (id) ON DELETE CASCADE, sku TEXT NOT NULL, quantity INTEGER NOT NULL,
    price_cents INTEGER NOT NULL
  );
  CREATE INDEX IF NOT EXISTS lines_by_order ON order_lines (order_id);
  CREATE INDEX IF NOT EXISTS lines_by_sku ON order_lines (sku);
  PRAGMA foreign_keys = ON;
`;

/** placed: stock is reserved, not paid · paid · failed: nothing is reserved · cancelled */
export type OrderStatus = "placed" | "paid" | "failed" | "cancelled";

export interface PricedLine extends Line {
  priceCents: number;
}

export interface Order {
  id: string;
  status: OrderStatus;
  totalCents: number;
  chargeId: string | null;
}

const KEPT_ORDERS = 5_000;

export class OrderStore {
  readonly #database: TracedDatabase;

  constructor(database: TracedDatabase) {
    this.#database = database;
  }

  add(order: Order, lines: PricedLine[]): void {
    this.#database.transaction(() => {
      this.#database.run(
        "INSERT INTO orders (id, status, total_cents, charge_id, created_at) VALUES (?, ?, ?, ?, ?)",
        order.id,
        order.status,
        order.totalCents,
        order.chargeId,
        Date.now(),
      );
      for (const { sku, quantity, priceCents } of lines) {
        this.#database.run(
          "INSERT INTO order_lines (order_id, sku, quantity, price_cents) VALUES (?, ?, ?, ?)",
          order.id,
          sku,
          quantity,
          priceCents,
        );
      }
    });
  }

  find(id: string): Order | undefined {
    return this.#database.get(
      "SELECT id, status, total_cents AS totalCents, charge_id AS chargeId FROM orders WHERE id = ?",
      id,
    ) as Order | undefined;
  }

  lines(id: string): PricedLine[] {
    return this.#database.all(
      "SELECT sku, quantity, price_cents AS priceCents FROM order_lines WHERE order_id = ?",
      id,
    ) as PricedLine[];
  }

  update(id: string, status: OrderStatus, chargeId: string | null = null): void {
    this.#database.run(
      "UPDATE orders SET status = ?, charge_id = coalesce(?, charge_id) WHERE id = ?",
      status,
      chargeId,
      id,
    );
  }

  /** Up to three skus that were ordered together with this one, the most frequent first. */
  boughtTogether(sku: string): string[] {
    const rows = this.#database.all(
      `SELECT other.sku, count(*) AS times FROM order_lines AS one
       JOIN order_lines AS other ON other.order_id = one.order_id AND other.sku <> one.sku
       WHERE one.sku = ? GROUP BY other.sku ORDER BY times DESC, other.sku LIMIT 3`,
      sku,
    ) as { sku: string }[];
    return rows.map((row) => row.sku);
  }

  prune(): void {
    this.#database.run(
      `DELETE FROM orders WHERE created_at <
         (SELECT created_at FROM orders ORDER BY created_at DESC LIMIT 1 OFFSET ${KEPT_ORDERS})`,
    );
  }
}
