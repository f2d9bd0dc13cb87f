/**
 * What waits to be sent, on disk: each delivery is a document of its own, written before its notifier forgets it and deleted after its
 * channel took it. Beside them the digest of the last delivery of each integration and group, written in the same transaction: a delivery
 * that is given again after a crash is known and dropped. Bounded in number; what finds no room gives way oldest first, as dead letters.
 */
import { createHash } from "node:crypto";
import type { DocumentChange, DocumentStore, StoreLog } from "../../store/store.ts";
import {
  digestText,
  readStored,
  supersedes,
  waitingOf,
  type StoredDelivery,
  type Telling,
  type WaitingDelivery,
} from "./stored-delivery.ts";

const COLLECTION = "alert-queue";
/** Keys of digests; those of deliveries begin with a digit. */
const LAST = "last:";
/** A digest is of no use once the notifier's state has been written, moments later; a week is for clocks that jump. */
const KEEP_DIGEST_MILLIS = 7 * 86_400_000;
const MOST_DIGESTS = 20_000;

export interface QueueBounds {
  /** Waiting for one integration. */
  readonly mostOfChannel: number;
  readonly mostInAll: number;
  readonly mostBytes: number;
}

interface Digest {
  readonly digest: string;
  readonly at: number;
  readonly savedAt: number;
}

export interface Enqueued {
  readonly added: readonly WaitingDelivery[];
  /** Said by a later one, which waits in their place. */
  readonly superseded: readonly WaitingDelivery[];
  /** Found no room any more. */
  readonly displaced: readonly WaitingDelivery[];
  /** Given before: nothing was done. */
  readonly repeated: number;
}

export class DeliveryQueue {
  readonly #documents: DocumentStore;
  readonly #bounds: QueueBounds;
  readonly #log: StoreLog;
  readonly #waiting = new Map<string, WaitingDelivery>();
  readonly #digests = new Map<string, Digest>();
  #sequence = 0;

  constructor(documents: DocumentStore, bounds: QueueBounds, log: StoreLog) {
    this.#documents = documents;
    this.#bounds = bounds;
    this.#log = log;
  }

  /** Reads what waits. */
  async open(now: number): Promise<void> {
    for (const { key, value } of await this.#documents.list(COLLECTION)) {
      if (key.startsWith(LAST)) {
        const digest = value as Digest;
        if (digest.savedAt + KEEP_DIGEST_MILLIS > now) this.#digests.set(key, digest);
        else await this.#documents.delete(COLLECTION, key);
        continue;
      }
      try {
        this.#waiting.set(key, waitingOf(key, readStored(value)));
      } catch (error) {
        this.#log.error("a waiting notification cannot be read and is left out", { id: key, error: String(error) });
      }
    }
  }

  /** Oldest first. */
  list(): readonly WaitingDelivery[] {
    return [...this.#waiting.values()];
  }

  get size(): number {
    return this.#waiting.size;
  }

  has(id: string): boolean {
    return this.#waiting.has(id);
  }

  /**
   * Rejects when nothing was written.
   * @param together changes that are written in the same transaction
   * @param isTouched may not be superseded or displaced: it is on its way, or was tried
   */
  async add(
    deliveries: readonly StoredDelivery[],
    together: readonly DocumentChange[],
    now: number,
    isTouched: (waiting: WaitingDelivery) => boolean,
  ): Promise<Enqueued> {
    const added: WaitingDelivery[] = [];
    const digests = new Map<string, Digest>();
    const superseded = new Map<string, WaitingDelivery>();
    const changes: DocumentChange[] = [];
    for (const stored of deliveries) {
      const waiting = waitingOf(this.#newId(now), stored);
      const { digestKey, digest } = digestOf(waiting);
      const last = digests.get(digestKey) ?? this.#digests.get(digestKey);
      if (last && isRepeated(last, digest, waiting)) continue;
      digests.set(digestKey, { digest, at: stored.at, savedAt: now });
      changes.push({ collection: COLLECTION, key: waiting.id, value: stored });
      for (const earlier of this.#waiting.values())
        if (earlier.key === waiting.key && !isTouched(earlier) && supersedes(waiting.tells, earlier.tells))
          superseded.set(earlier.id, earlier);
      added.push(waiting);
    }
    const old = this.#oldDigests(digests.size);
    for (const [key, value] of digests) changes.push({ collection: COLLECTION, key, value });
    for (const key of [...superseded.keys(), ...old]) changes.push({ collection: COLLECTION, key, value: undefined });
    if (changes.length + together.length > 0) await this.#documents.write([...changes, ...together]);
    // Only now: what was not written must not be taken for known when it is given again.
    for (const key of old) this.#digests.delete(key);
    for (const [key, digest] of digests) {
      this.#digests.delete(key);
      this.#digests.set(key, digest);
    }
    for (const id of superseded.keys()) this.#waiting.delete(id);
    for (const waiting of added) this.#waiting.set(waiting.id, waiting);
    const repeated = deliveries.length - added.length;
    return { added, superseded: [...superseded.values()], displaced: this.#overflow(added, isTouched), repeated };
  }

  /** Puts one back that had been given up. */
  async restore(id: string, stored: StoredDelivery): Promise<WaitingDelivery> {
    await this.#documents.put(COLLECTION, id, stored);
    const waiting = waitingOf(id, stored);
    this.#waiting.set(id, waiting);
    return waiting;
  }

  /** All of it; undefined when it waits no more. */
  async load(id: string): Promise<StoredDelivery | undefined> {
    const value = await this.#documents.get(COLLECTION, id);
    return value === undefined ? undefined : readStored(value);
  }

  async remove(id: string): Promise<void> {
    this.#waiting.delete(id);
    await this.#documents.delete(COLLECTION, id);
  }

  #newId(now: number): string {
    const sequence = (this.#sequence++ % 1_000_000).toString().padStart(6, "0");
    const random = createHash("sha256").update(`${now} ${Math.random()}`).digest("hex").slice(0, 6);
    return `${now.toString().padStart(14, "0")}-${sequence}-${random}`;
  }

  #overflow(added: readonly WaitingDelivery[], isTouched: (waiting: WaitingDelivery) => boolean): WaitingDelivery[] {
    const displaced: WaitingDelivery[] = [];
    const take = (from: readonly WaitingDelivery[], count: number) =>
      displaced.push(...from.filter((waiting) => !isTouched(waiting)).slice(0, Math.max(count, 0)));
    for (const channelId of new Set(added.map((waiting) => waiting.channelId))) {
      const ofChannel = this.list().filter((waiting) => waiting.channelId === channelId);
      take(ofChannel, ofChannel.length - this.#bounds.mostOfChannel);
    }
    const known = new Set(displaced);
    const rest = this.list().filter((waiting) => !known.has(waiting));
    take(rest, rest.length - this.#bounds.mostInAll);
    let bytes = this.list().reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
    for (const { sizeBytes } of displaced) bytes -= sizeBytes;
    for (const waiting of this.list()) {
      if (bytes <= this.#bounds.mostBytes) break;
      if (displaced.includes(waiting) || isTouched(waiting)) continue;
      displaced.push(waiting);
      bytes -= waiting.sizeBytes;
    }
    return displaced;
  }

  /** The oldest ones that give way to so many new. */
  #oldDigests(more: number): string[] {
    return [...this.#digests.keys()].slice(0, Math.max(this.#digests.size + more - MOST_DIGESTS, 0));
  }
}

function digestOf({ key, tells }: { readonly key: string; readonly tells: readonly Telling[] }) {
  const hash = (text: string) => createHash("sha256").update(text).digest("base64url").slice(0, 22);
  return { digestKey: LAST + hash(key), digest: hash(digestText(tells)) };
}

/** The same alerts in the same states are told a second time only when the interval for it has gone by, and not twice at one look. */
function isRepeated(last: Digest, digest: string, { reason, at }: WaitingDelivery): boolean {
  return last.digest === digest && (reason !== "repeat" || last.at === at);
}
