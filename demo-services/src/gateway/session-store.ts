/** Sessions and the answers kept under idempotency keys, in SQLite. Knows nothing of HTTP or other services. */

import type { TracedDatabase } from "../chassis/traced-database.ts";

export const GATEWAY_SCHEMA = `
  CREATE TABLE IF NOT EXISTS sessions (
    id TEXT PRIMARY KEY, requests INTEGER NOT NULL, created_at INTEGER NOT NULL, last_seen_at INTEGER NOT NULL
  );
  CREATE INDEX IF NOT EXISTS sessions_by_age ON sessions (last_seen_at);
  CREATE TABLE IF NOT EXISTS idempotency_keys (
    key TEXT PRIMARY KEY, status INTEGER NOT NULL, body TEXT NOT NULL, created_at INTEGER NOT NULL
  );
  CREATE INDEX IF NOT EXISTS keys_by_age ON idempotency_keys (created_at);
`;

const KEPT_ROWS = 2_000;

export class SessionStore {
  readonly #database: TracedDatabase;

  constructor(database: TracedDatabase) {
    this.#database = database;
  }

  /** Counts a request of the session, which is made when it is not known. */
  touch(id: string): void {
    const now = Date.now();
    this.#database.run(
      `INSERT INTO sessions (id, requests, created_at, last_seen_at) VALUES (?, 1, ?, ?)
       ON CONFLICT (id) DO UPDATE SET requests = requests + 1, last_seen_at = excluded.last_seen_at`,
      id,
      now,
      now,
    );
  }

  findAnswer(key: string): { status: number; body: unknown } | undefined {
    const row = this.#database.get("SELECT status, body FROM idempotency_keys WHERE key = ?", key) as
      | { status: number; body: string }
      | undefined;
    return row && { status: row.status, body: JSON.parse(row.body) as unknown };
  }

  keepAnswer(key: string, status: number, body: unknown): void {
    this.#database.run(
      "INSERT OR REPLACE INTO idempotency_keys (key, status, body, created_at) VALUES (?, ?, ?, ?)",
      key,
      status,
      JSON.stringify(body),
      Date.now(),
    );
  }

  prune(): void {
    this.#database.run(
      `DELETE FROM sessions WHERE last_seen_at <
         (SELECT last_seen_at FROM sessions ORDER BY last_seen_at DESC LIMIT 1 OFFSET ${KEPT_ROWS})`,
    );
    this.#database.run(
      `DELETE FROM idempotency_keys WHERE created_at <
         (SELECT created_at FROM idempotency_keys ORDER BY created_at DESC LIMIT 1 OFFSET ${KEPT_ROWS})`,
    );
  }
}
