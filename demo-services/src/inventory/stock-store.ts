/**
 * Stock and reservations in SQLite. A reservation takes all its lines or none; it is released at most once.
 * In: skus and quantities. Out: rows. Knows nothing of HTTP.
 */

import type { Line } from "../chassis/parse-fields.ts";
import type { TracedDatabase } from "../chassis/traced-database.ts";
import { PRODUCTS } from "./product-catalogue.ts";

export const STOCK_SCHEMA = `
  CREATE TABLE IF NOT EXISTS items (
    sku TEXT PRIMARY KEY, name TEXT NOT NULL, category TEXT NOT NULL, price_cents INTEGER NOT NULL, stock INTEGER NOT NULL
  );
  CREATE INDEX IF NOT EXISTS items_by_category ON items (category);
  CREATE TABLE IF NOT EXISTS reservations (
    id TEXT PRIMARY KEY, status TEXT NOT NULL, created_at INTEGER NOT NULL
  );
  CREATE INDEX IF NOT EXISTS reservations_by_age ON reservations (created_at);
  CREATE TABLE IF NOT EXISTS reservation_lines (
    reservation_id TEXT NOT NULL REFERENCES reservations (id) ON DELETE CASCADE, sku TEXT NOT NULL, quantity INTEGER NOT NULL
  );
  CREATE INDEX IF NOT EXISTS lines_by_reservation ON reservation_lines (reservation_id);
  PRAGMA foreign_keys = ON;
  ${PRODUCTS.map(
    ({ sku, name, category, priceCents }) =>
      `INSERT OR IGNORE INTO items VALUES ('${sku}', '${name}', '${category}', ${priceCents}, 200);`,
  ).join("\n")}
`;

export interface Item {
  sku: string;
  name: string;
  category: string;
  priceCents: number;
  stock: number;
}

export type ReservationStatus = "reserved" | "released";

const RESTOCK_BELOW = 40;
const RESTOCK_TO = 200;
const KEPT_RESERVATIONS = 5_000;

export class StockStore {
  readonly #database: TracedDatabase;

  constructor(database: TracedDatabase) {
    this.#database = database;
  }

  list(category: string | null): Item[] {
    const columns = "sku, name, category, price_cents AS priceCents, stock";
    return category === null
      ? (this.#database.all(`SELECT ${columns} FROM items ORDER BY name LIMIT 24`) as Item[])
      : (this.#database.all(
          `SELECT ${columns} FROM items WHERE category = ? ORDER BY name LIMIT 24`,
          category,
        ) as Item[]);
  }

  find(sku: string): Item | undefined {
    return this.#database.get(
      "SELECT sku, name, category, price_cents AS priceCents, stock FROM items WHERE sku = ?",
      sku,
    ) as Item | undefined;
  }

  /** Takes the lines out of stock. Returns the sku that is short, or undefined when all are reserved. */
  reserve(id: string, lines: Line[]): string | undefined {
    return this.#database.transaction(() => {
      for (const { sku, quantity } of lines) {
        if ((this.find(sku)?.stock ?? 0) < quantity) return sku;
      }
      this.#database.run("INSERT INTO reservations (id, status, created_at) VALUES (?, 'reserved', ?)", id, Date.now());
      for (const { sku, quantity } of lines) {
        this.#database.run("UPDATE items SET stock = stock - ? WHERE sku = ?", quantity, sku);
        this.#database.run(
          "INSERT INTO reservation_lines (reservation_id, sku, quantity) VALUES (?, ?, ?)",
          id,
          sku,
          quantity,
        );
      }
      return undefined;
    });
  }

  status(id: string): ReservationStatus | undefined {
    const row = this.#database.get("SELECT status FROM reservations WHERE id = ?", id);
    return (row as { status: ReservationStatus } | undefined)?.status;
  }

  /** Puts the lines back; false when there was nothing to release (unknown, or released before). */
  release(id: string): boolean {
    return this.#database.transaction(() => {
      const released = this.#database.run(
        "UPDATE reservations SET status = 'released' WHERE id = ? AND status = 'reserved'",
        id,
      );
      if (released === 0) return false;
      this.#database.run(
        `UPDATE items SET stock = stock + lines.quantity
         FROM reservation_lines AS lines WHERE lines.sku = items.sku AND lines.reservation_id = ?`,
        id,
      );
      return true;
    });
  }

  /** Fills up what runs low; returns the number of items. */
  restock(): number {
    return this.#database.run("UPDATE items SET stock = ? WHERE stock < ?", RESTOCK_TO, RESTOCK_BELOW);
  }

  prune(): void {
    this.#database.run(
      `DELETE FROM reservations WHERE created_at <
         (SELECT created_at FROM reservations ORDER BY created_at DESC LIMIT 1 OFFSET ${KEPT_RESERVATIONS})`,
    );
  }
}
