/**
 * One signal's way from a request to a sealed block: journal -> sync -> open block -> acknowledgement, and the seal. Requests that
 * come while a sync is under way share the next one (group commit).
 */
import { release } from "../../base/release.ts";
import { encodeLogs, encodeTraces } from "../../wire/otlp/encode-batch.ts";
import type { LogBatch } from "../../model/log-batch.ts";
import type { ReceivedBody } from "../../model/signal.ts";
import type { SpanBatch } from "../../model/span-batch.ts";
import { StoreUnavailableError, type AppendOutcome, type StoreLog } from "../store.ts";
import type { OpenRecords } from "./block/open-records.ts";
import type { SealedBlock } from "./block/seal-records.ts";
import { reach } from "./fault-points.ts";
import type { Journal } from "./journal/journal.ts";
import type { Partitions } from "./partitions.ts";
import { DIGEST_BYTES, digestOf, type ResendWindow } from "./resend-window.ts";

export interface SealLimits {
  readonly records: number;
  readonly bytes: number;
  readonly ageMillis: number;
}

/** Beyond this multiple of the seal limits (seals keep failing) nothing more is taken. */
const REFUSE_FACTOR = 4;

interface Waiting<B> {
  readonly batch: B;
  readonly body: ReceivedBody;
  readonly digest: Uint8Array;
  readonly key: string;
  readonly resolve: (outcome: AppendOutcome) => void;
  readonly reject: (error: Error) => void;
}

export interface HeadBlockParts<B> {
  readonly signal: "traces" | "logs";
  readonly block: OpenRecords;
  readonly publish: (batch: B) => void;
  readonly seal: (hashSeed: number) => SealedBlock;
  readonly journal: Journal;
  readonly partitions: Partitions;
  readonly window: ResendWindow;
  readonly limits: SealLimits;
  readonly now: () => number;
  readonly log: StoreLog;
  readonly onSeal: (block: SealedBlock, millis: number) => void;
}

export class HeadBlock<B extends SpanBatch | LogBatch> {
  readonly #parts: HeadBlockParts<B>;
  #waiting: Waiting<B>[] = [];
  /** Requests that are being written: a resend of one waits for it. */
  readonly #pending = new Map<string, Promise<AppendOutcome>>();
  #writing: Promise<void> | undefined;
  #digests: Uint8Array[] = [];
  #openedAt = 0;
  #publishedSequence: number;
  #closing = false;

  constructor(parts: HeadBlockParts<B>) {
    this.#parts = parts;
    this.#publishedSequence = parts.journal.lastSequence;
  }

  append(batch: B): Promise<AppendOutcome> {
    const { block, limits, window } = this.#parts;
    if (this.#closing) return Promise.reject(new StoreUnavailableError("cannot store: the collector is shutting down"));
    if (block.count >= limits.records * REFUSE_FACTOR || block.sizeBytes >= limits.bytes * REFUSE_FACTOR) {
      return Promise.reject(
        new StoreUnavailableError(
          "cannot store: sealing blocks to disk is behind; see the collector's log for the reason",
        ),
      );
    }
    if (batch.count === 0) return Promise.resolve("stored");
    const body = batch.received ?? encode(batch);
    const digest = digestOf(this.#parts.signal, body);
    if (window.has(digest)) return Promise.resolve("duplicate");
    const key = Buffer.from(digest.buffer, digest.byteOffset, digest.length).toString("latin1");
    const underWay = this.#pending.get(key);
    if (underWay) return underWay.then(() => "duplicate");
    const outcome = new Promise<AppendOutcome>((resolve, reject) =>
      this.#waiting.push({ batch, body, digest, key, resolve, reject }),
    );
    this.#pending.set(key, outcome);
    this.#writing ??= this.#write();
    return outcome;
  }

  /** Adds what the journal of an earlier life holds: it is durable already. */
  replay(batch: B, sequence: number, digest: Uint8Array): void {
    // A request that was refused when its sync failed may be there twice: as it was refused, and as it was sent again.
    if (!this.#parts.window.has(digest)) this.#publish(batch, digest.slice());
    this.#publishedSequence = sequence;
    if (this.#isFull()) this.seal();
  }

  /** Seals when the block is old enough. */
  tick(): void {
    const { block, limits, now } = this.#parts;
    // The clock was put back: count from here.
    this.#openedAt = Math.min(this.#openedAt, now());
    if (block.count > 0 && (now() - this.#openedAt >= limits.ageMillis || this.#isFull())) this.#trySeal();
  }

  /** Writes the open block to the current partition and forgets the journal up to it. Throws when that fails: nothing is lost then. */
  seal(): void {
    const { block, partitions, journal, now, signal, onSeal } = this.#parts;
    if (block.count === 0) return;
    const started = performance.now();
    const sealedAtMillis = now();
    const digests = Buffer.concat(this.#digests);
    const facts = { signal, sealedAtMillis, journalSequence: this.#publishedSequence, digests };
    let sealed = this.#parts.seal(partitions.hashSeed(sealedAtMillis));
    if (!partitions.insert({ ...facts, sealed })) {
      sealed = this.#parts.seal(partitions.hashSeed(sealedAtMillis));
      if (!partitions.insert({ ...facts, sealed })) throw new Error("cannot seal: a new partition is damaged at once");
    }
    block.clear();
    this.#digests = [];
    reach("seal.after-commit-before-drop");
    journal.drop(this.#publishedSequence);
    onSeal(sealed, performance.now() - started);
    for (const { data } of sealed.sections) release(data);
  }

  /** Waits for what is being written, seals, and closes the journal. What cannot be sealed stays in the journal. */
  async close(): Promise<void> {
    this.#closing = true;
    while (this.#writing) await this.#writing;
    this.#trySeal();
    const { block, journal, partitions, signal } = this.#parts;
    journal.close(block.count === 0 ? this.#publishedSequence : partitions.covered[signal]);
  }

  async #write(): Promise<void> {
    // Requests decoded in this turn of the event loop join the first sync.
    await new Promise((resolve) => setImmediate(resolve));
    while (this.#waiting.length > 0) {
      const group = this.#waiting;
      this.#waiting = [];
      try {
        await this.#parts.journal.append(group);
        this.#publishedSequence = this.#parts.journal.lastSequence;
        for (const { batch, digest } of group) this.#publish(batch, digest);
        for (const { key, resolve } of group) {
          this.#pending.delete(key);
          resolve("stored");
        }
      } catch (error) {
        const reason = new StoreUnavailableError(
          `cannot store: writing the journal failed: ${(error as Error).message}`,
        );
        this.#parts.log.error("cannot write the journal; senders are asked to try again", {
          signal: this.#parts.signal,
          error,
        });
        for (const { key, reject } of group) {
          this.#pending.delete(key);
          reject(reason);
        }
      }
      if (this.#isFull()) {
        // Let the acknowledgements go out before the seal holds this thread for some milliseconds.
        await new Promise((resolve) => setImmediate(resolve));
        this.#trySeal();
      }
    }
    this.#writing = undefined;
  }

  #publish(batch: B, digest: Uint8Array): void {
    if (this.#parts.block.count === 0) this.#openedAt = this.#parts.now();
    this.#parts.publish(batch);
    this.#parts.window.add(digest);
    this.#digests.push(digest.length === DIGEST_BYTES ? digest : digest.slice(0, DIGEST_BYTES));
  }

  #isFull(): boolean {
    const { block, limits } = this.#parts;
    return block.count >= limits.records || block.sizeBytes >= limits.bytes;
  }

  #trySeal(): void {
    try {
      this.seal();
    } catch (error) {
      this.#parts.log.error("cannot seal a block; its data stays in the journal and the seal is tried again", {
        signal: this.#parts.signal,
        error,
      });
    }
  }
}

function encode(batch: SpanBatch | LogBatch): ReceivedBody {
  const bytes = batch.signal === "traces" ? encodeTraces([batch]) : encodeLogs([batch]);
  return { bytes, encoding: "protobuf", compression: "none" };
}
