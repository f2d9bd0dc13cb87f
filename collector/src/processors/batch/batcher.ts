/**
 * Gathers batches of one signal and sends them on as one. It keeps data only while it keeps the acknowledgement: `consume` settles
 * when every part of the caller's batch was taken downstream, and a failure reaches every caller with a part in it.
 */
import { mergePartials, type Consumer, type PartialSuccess } from "../../component/consumer.ts";

/** How batches of a signal are put together and taken apart. */
export interface BatchOperations<B> {
  merge(batches: readonly B[]): B;
  /** Records [from, to); undefined when batches of this signal cannot be split. */
  readonly slice?: (batch: B, from: number, to: number) => B;
}

export interface BatcherSettings {
  readonly timeoutMillis: number;
  /** Records at which a batch is sent; 0 = at once. */
  readonly size: number;
  /** Records that one batch may have; 0 = any number. */
  readonly maxSize: number;
  onSend(trigger: "size" | "timeout", records: number): void;
}

/** One caller's batch on its way. */
interface Entry<B> {
  readonly batch: B;
  /** Records that have been sent off. */
  sent: number;
  /** Parts whose answer is outstanding. */
  parts: number;
  /** A part was refused: the caller knows, and the rest is not worth sending. */
  failed: boolean;
  partials: (PartialSuccess | undefined)[];
  resolve(partial: PartialSuccess | undefined): void;
  reject(error: unknown): void;
}

interface Part<B> {
  readonly entry: Entry<B>;
  readonly records: number;
}

export class Batcher<B extends { readonly count: number }> implements Consumer<B> {
  readonly #next: Consumer<B>;
  readonly #operations: BatchOperations<B>;
  readonly #settings: BatcherSettings;
  #pending: Entry<B>[] = [];
  #records = 0;
  #timer: NodeJS.Timeout | undefined;
  readonly #sending = new Set<Promise<void>>();
  #draining = false;

  constructor(next: Consumer<B>, operations: BatchOperations<B>, settings: BatcherSettings) {
    this.#next = next;
    this.#operations = operations;
    this.#settings = settings;
  }

  /** Records that wait to be sent. */
  get waiting(): number {
    return this.#records;
  }

  consume(batch: B): Promise<PartialSuccess | undefined> {
    return new Promise((resolve, reject) => {
      this.#pending.push({ batch, sent: 0, parts: 0, failed: false, partials: [], resolve, reject });
      this.#records += batch.count;
      if (this.#isDue()) this.#flush("size");
      else this.#timer ??= setTimeout(() => this.#flush("timeout"), this.#settings.timeoutMillis);
    });
  }

  /** Sends what waits and is done when all answers are there; what comes later is sent at once. */
  async drain(): Promise<void> {
    this.#draining = true;
    this.#flush("timeout");
    await Promise.all(this.#sending);
  }

  #isDue(): boolean {
    const { size, timeoutMillis } = this.#settings;
    return this.#records >= size || timeoutMillis === 0 || this.#draining;
  }

  /** A full batch is sent and what is left over waits on; on a timeout everything goes. */
  #flush(trigger: "size" | "timeout"): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    for (;;) {
      const due = this.#pending.length > 0 && (trigger === "timeout" || this.#isDue());
      const parts = due ? this.#takeParts() : [];
      if (parts.length === 0) break;
      const sending = this.#send(parts, trigger);
      this.#sending.add(sending);
      void sending.finally(() => this.#sending.delete(sending));
    }
    if (this.#pending.length > 0) this.#timer = setTimeout(() => this.#flush("timeout"), this.#settings.timeoutMillis);
  }

  /** As much from the front of the queue as one batch may hold. */
  #takeParts(): Part<B>[] {
    const { slice } = this.#operations;
    const limit = this.#settings.maxSize > 0 && slice ? this.#settings.maxSize : Infinity;
    const parts: Part<B>[] = [];
    for (let room = limit; this.#pending.length > 0 && (room > 0 || parts.length === 0);) {
      const entry = this.#pending[0];
      const left = entry.batch.count - entry.sent;
      const records = Math.min(room, left);
      if (!entry.failed) {
        entry.parts++;
        parts.push({ entry, records });
        room -= records;
      }
      this.#records -= entry.failed ? left : records;
      if (!entry.failed && records < left) break;
      this.#pending.shift();
    }
    return parts;
  }

  async #send(parts: readonly Part<B>[], trigger: "size" | "timeout"): Promise<void> {
    try {
      const merged = this.#operations.merge(parts.map((part) => this.#cut(part)));
      this.#settings.onSend(trigger, merged.count);
      const partial = await this.#next.consume(merged);
      for (const { entry, records } of parts) {
        // Which caller's records were rejected cannot be told: each hears of as many as may be its own.
        settle(entry, partial && { ...partial, rejected: Math.min(partial.rejected, records) });
      }
    } catch (error) {
      for (const { entry } of parts) {
        entry.failed = true;
        entry.reject(error);
      }
    }
  }

  #cut({ entry, records }: Part<B>): B {
    const from = entry.sent;
    entry.sent += records;
    const { slice } = this.#operations;
    return from === 0 && records === entry.batch.count
      ? entry.batch
      : (slice?.(entry.batch, from, entry.sent) ?? entry.batch);
  }
}

function settle<B extends { readonly count: number }>(entry: Entry<B>, partial: PartialSuccess | undefined): void {
  entry.partials.push(partial);
  if (--entry.parts > 0 || entry.sent < entry.batch.count) return;
  const some = entry.partials.filter((each) => each !== undefined);
  const merged = mergePartials(some);
  entry.resolve(merged && { ...merged, rejected: some.reduce((sum, each) => sum + each.rejected, 0) });
}
