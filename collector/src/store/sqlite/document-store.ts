/** Small JSON documents in a SQLite file of their own: service colours, boards, pins. Every write is synced. */
import Database from "better-sqlite3";
import type { DocumentChange, DocumentStore } from "../store.ts";

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS document(
    collection TEXT NOT NULL,
    key TEXT NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY(collection, key)
  ) WITHOUT ROWID`;

const DELETE = "DELETE FROM document WHERE collection = ? AND key = ?";
const PUT = "INSERT INTO document VALUES (?, ?, ?) ON CONFLICT(collection, key) DO UPDATE SET value = excluded.value";

export class SqliteDocumentStore implements DocumentStore {
  readonly #db: Database.Database;

  /** @param readonly for readers beside the one writer */
  constructor(path: string, options: { readonly?: boolean } = {}) {
    this.#db = new Database(path, { readonly: options.readonly ?? false });
    if (options.readonly) return;
    this.#db.pragma("journal_mode = WAL");
    this.#db.pragma("synchronous = FULL");
    this.#db.exec(SCHEMA);
  }

  async get(collection: string, key: string): Promise<unknown> {
    const row = this.#db.prepare("SELECT value FROM document WHERE collection = ? AND key = ?").get(collection, key) as
      | { value: string }
      | undefined;
    return row === undefined ? undefined : JSON.parse(row.value);
  }

  async list(collection: string): Promise<{ key: string; value: unknown }[]> {
    const rows = this.#db
      .prepare("SELECT key, value FROM document WHERE collection = ? ORDER BY key")
      .all(collection) as { key: string; value: string }[];
    return rows.map(({ key, value }) => ({ key, value: JSON.parse(value) }));
  }

  async put(collection: string, key: string, value: unknown): Promise<void> {
    this.#db.prepare(PUT).run(collection, key, JSON.stringify(value));
  }

  async putAll(
    collection: string,
    entries: readonly { readonly key: string; readonly value: unknown }[],
  ): Promise<void> {
    const put = this.#db.prepare(PUT);
    this.#db.transaction(() => {
      for (const { key, value } of entries) put.run(collection, key, JSON.stringify(value));
    })();
  }

  async add(collection: string, key: string, value: unknown): Promise<unknown> {
    this.#db.prepare("INSERT OR IGNORE INTO document VALUES (?, ?, ?)").run(collection, key, JSON.stringify(value));
    return this.get(collection, key);
  }

  async delete(collection: string, key: string): Promise<void> {
    this.#db.prepare(DELETE).run(collection, key);
  }

  async write(changes: readonly DocumentChange[]): Promise<void> {
    const [put, remove] = [this.#db.prepare(PUT), this.#db.prepare(DELETE)];
    this.#db.transaction(() => {
      for (const { collection, key, value } of changes)
        if (value === undefined) remove.run(collection, key);
        else put.run(collection, key, JSON.stringify(value));
    })();
  }

  close(): void {
    this.#db.close();
  }
}
