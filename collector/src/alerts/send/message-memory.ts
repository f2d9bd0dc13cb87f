/** What vendors call the messages of a group, to change or answer them later: kept on disk, so many and for so long. */
import { createHash } from "node:crypto";
import type { DocumentStore } from "../../store/store.ts";
import type { MessageMemory } from "../channels/channel.ts";

const COLLECTION = "alert-messages";
const MOST_MESSAGES = 10_000;
const KEEP_MILLIS = 30 * 86_400_000;
/** Looked through so often; they are few. */
const PRUNE_EVERY = 200;

interface StoredMemory {
  readonly memory: MessageMemory;
  readonly at: number;
}

export class MessageMemories {
  readonly #documents: DocumentStore;
  #saved = 0;

  constructor(documents: DocumentStore) {
    this.#documents = documents;
  }

  async get(channelId: string, groupKey: string): Promise<MessageMemory | undefined> {
    const stored = (await this.#documents.get(COLLECTION, keyOf(channelId, groupKey))) as StoredMemory | undefined;
    return stored?.memory;
  }

  /** null: it is forgotten. */
  async set(channelId: string, groupKey: string, memory: MessageMemory | null, now: number): Promise<void> {
    const key = keyOf(channelId, groupKey);
    if (memory === null) return this.#documents.delete(COLLECTION, key);
    await this.#documents.put(COLLECTION, key, { memory, at: now } satisfies StoredMemory);
    if (++this.#saved % PRUNE_EVERY === 0) await this.#prune(now);
  }

  async #prune(now: number): Promise<void> {
    const all = (await this.#documents.list(COLLECTION)) as { key: string; value: StoredMemory }[];
    const newestFirst = all.sort((a, b) => b.value.at - a.value.at);
    const old = newestFirst.filter(({ value }, i) => i >= MOST_MESSAGES || value.at + KEEP_MILLIS <= now);
    for (const { key } of old) await this.#documents.delete(COLLECTION, key);
  }
}

function keyOf(channelId: string, groupKey: string): string {
  return createHash("sha256").update(`${channelId}\n${groupKey}`).digest("base64url").slice(0, 32);
}
