/** Notifications that were given up: kept on disk, so many and for so long, to be looked at, tried again or dropped. */
import type { DocumentStore, StoreLog } from "../../store/store.ts";
import { jsonBytes, readStored, type StoredDelivery } from "./stored-delivery.ts";
import type { DeadLetter } from "./sending.ts";

const COLLECTION = "alert-dead-letters";
const MOST_LETTERS = 500;
const KEEP_MILLIS = 14 * 86_400_000;
const MOST_BYTES = 64 * 1024 * 1024;
const MOST_NAMES = 20;

interface StoredLetter {
  readonly letter: DeadLetter;
  readonly stored: StoredDelivery;
}

export class DeadLetters {
  readonly #documents: DocumentStore;
  readonly #log: StoreLog;
  readonly #letters = new Map<string, DeadLetter>();
  readonly #sizes = new Map<string, number>();

  constructor(documents: DocumentStore, log: StoreLog) {
    this.#documents = documents;
    this.#log = log;
  }

  async open(): Promise<void> {
    for (const { value } of await this.#documents.list(COLLECTION)) {
      const letter = (value as Partial<StoredLetter> | null)?.letter;
      if (letter) this.#keep(letter, value);
    }
  }

  /** Newest first. */
  list(): DeadLetter[] {
    return [...this.#letters.values()].sort((a, b) => b.failedAt - a.failedAt || (a.id < b.id ? 1 : -1));
  }

  get size(): number {
    return this.#letters.size;
  }

  async add(id: string, stored: StoredDelivery, attempts: number, message: string, now: number): Promise<void> {
    const { channelId, receiver, kind, createdAt, notification } = stored;
    const names = notification.alerts.map(({ labels }) => labels.alertname ?? "Alert");
    const alerts = [...new Set(names)].slice(0, MOST_NAMES);
    const letter: DeadLetter = { id, channelId, receiver, kind, alerts, createdAt, failedAt: now, attempts, message };
    const document: StoredLetter = { letter, stored };
    await this.#documents.put(COLLECTION, id, document);
    this.#keep(letter, document);
    await this.#prune(now);
  }

  /** What was to be sent; undefined: there is no such letter. */
  async load(id: string): Promise<StoredDelivery | undefined> {
    const value = (await this.#documents.get(COLLECTION, id)) as Partial<StoredLetter> | undefined;
    return value?.stored === undefined ? undefined : readStored(value.stored);
  }

  /** False: there is none. */
  async remove(id: string): Promise<boolean> {
    if (!this.#letters.delete(id)) return false;
    this.#sizes.delete(id);
    await this.#documents.delete(COLLECTION, id);
    return true;
  }

  #keep(letter: DeadLetter, document: unknown): void {
    this.#letters.set(letter.id, letter);
    this.#sizes.set(letter.id, jsonBytes(document));
  }

  async #prune(now: number): Promise<void> {
    let bytes = 0;
    const old = this.list().filter(({ id, failedAt }, i) => {
      bytes += this.#sizes.get(id) ?? 0;
      return i >= MOST_LETTERS || failedAt + KEEP_MILLIS <= now || bytes > MOST_BYTES;
    });
    for (const { id, channelId, alerts } of old) {
      this.#log.warn("an old dead letter is dropped", { id, channel: channelId, alerts: alerts.join(", ") });
      await this.remove(id);
    }
  }
}
