import { expect, test } from "vitest";
import { summarizeSql } from "./sql-summary.ts";

function check(sql: string, operation: string, collection?: string): void {
  expect(summarizeSql(sql), sql).toEqual({ operation, collection });
}

test("statements are summed up as operation and table", () => {
  check("SELECT * FROM orders WHERE id = ?", "SELECT", "orders");
  check("  select sku\n from   items", "SELECT", "items");
  check("INSERT INTO charges (id) VALUES (?) ON CONFLICT (id) DO NOTHING", "INSERT", "charges");
  check("INSERT OR REPLACE INTO keys VALUES (1)", "INSERT", "keys");
  check("UPDATE items SET stock = 1", "UPDATE", "items");
  check("UPDATE items SET stock = stock + l.n FROM lines AS l", "UPDATE", "items");
  check("DELETE FROM sessions WHERE a < (SELECT a FROM b)", "DELETE", "sessions");
  check("SELECT 1", "SELECT");
  check("PRAGMA journal_mode", "PRAGMA");
});

test("a common table expression before the statement does not hide its table", () => {
  check(
    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?) SELECT count(*) FROM items, n",
    "SELECT",
    "items",
  );
});
