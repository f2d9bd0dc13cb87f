/** Documents in a map; values are copied in and out, as a real store would. */
import type { DocumentChange, DocumentStore } from "../store.ts";

export class MemoryDocumentStore implements DocumentStore {
  readonly #collections = new Map<string, Map<string, string>>();

  async get(collection: string, key: string): Promise<unknown> {
    const text = this.#collections.get(collection)?.get(key);
    return text === undefined ? undefined : JSON.parse(text);
  }

  async list(collection: string): Promise<{ key: string; value: unknown }[]> {
    const entries = [...(this.#collections.get(collection) ?? [])].sort(([a], [b]) => (a < b ? -1 : 1));
    return entries.map(([key, text]) => ({ key, value: JSON.parse(text) }));
  }

  async put(collection: string, key: string, value: unknown): Promise<void> {
    const documents = this.#collections.get(collection) ?? new Map<string, string>();
    documents.set(key, JSON.stringify(value));
    this.#collections.set(collection, documents);
  }

  async putAll(
    collection: string,
    entries: readonly { readonly key: string; readonly value: unknown }[],
  ): Promise<void> {
    for (const { key, value } of entries) await this.put(collection, key, value);
  }

  async add(collection: string, key: string, value: unknown): Promise<unknown> {
    const known = await this.get(collection, key);
    if (known === undefined) await this.put(collection, key, value);
    return known ?? value;
  }

  async delete(collection: string, key: string): Promise<void> {
    this.#collections.get(collection)?.delete(key);
  }

  async write(changes: readonly DocumentChange[]): Promise<void> {
    for (const { collection, key, value } of changes)
      await (value === undefined ? this.delete(collection, key) : this.put(collection, key, value));
  }
}
