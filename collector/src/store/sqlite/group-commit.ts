/**
 * One signal's way from a request to a sealed block: journal -> sync -> what is open -> acknowledgement, and the seal. Requests that come
 * while a sync is under way share the next one. What is open, and what a block of it is, the signals say: HeadBlock, MetricIntake.
 */
import { StoreUnavailableError, type StoreLog } from "../store.ts";
import { reach } from "./fault-points.ts";
import type { Journal } from "./journal/journal.ts";
import type { JournalRecord } from "./journal/journal-record.ts";
import type { Partitions } from "./partitions.ts";
import { DIGEST_BYTES, digestOf, type ResendWindow } from "./resend-window.ts";

export interface SealLimits {
  readonly records: number;
  readonly bytes: number;
  readonly ageMillis: number;
}

export interface GroupCommitParts {
  readonly signal: "traces" | "logs" | "metrics";
  readonly journal: Journal;
  readonly partitions: Partitions;
  readonly window: ResendWindow;
  readonly limits: SealLimits;
  readonly now: () => number;
  readonly log: StoreLog;
  /** Called between steps that hold the thread for a millisecond and more: who waits for an answer gets it there. */
  readonly betweenSteps: () => void;
}

/** What became of a durable request. Only one that was taken as a whole is remembered as a resend: the rest is judged again when it comes again. */
export interface Published<O> {
  readonly outcome: O;
  readonly isWhole: boolean;
}

/** What a block covers. */
export interface SealFacts {
  readonly sealedAtMillis: number;
  readonly journalSequence: number;
  readonly digests: Buffer;
}

/** Beyond this multiple of the seal limits (seals keep failing) nothing more is taken. */
const REFUSE_FACTOR = 4;

type Waiting<B, O> = Omit<JournalRecord, "sequence"> & {
  readonly batch: B;
  readonly key: string;
  readonly resolve: (outcome: O) => void;
  readonly reject: (error: Error) => void;
};

export abstract class GroupCommit<B, O> {
  readonly #parts: GroupCommitParts;
  #waiting: Waiting<B, O>[] = [];
  /** Requests that are being written: a resend of one waits for it. */
  readonly #pending = new Map<string, Promise<O>>();
  #writing: Promise<void> | undefined;
  #digests: Uint8Array[] = [];
  /** Since the last seal. Also a request of which nothing was taken has to be covered, some time. */
  #requests = 0;
  #openedAt = 0;
  #publishedSequence: number;
  #closing = false;
  #sealFails = false;
  /** Of the seals so far: true when their blocks are durable and the journal has forgotten them, false when that failed. */
  #forgetting = Promise.resolve(true);

  constructor(parts: GroupCommitParts) {
    this.#parts = parts;
    this.#publishedSequence = parts.journal.lastSequence;
  }

  /** What the limits are about. */
  protected abstract readonly open: { readonly count: number; readonly sizeBytes: number };
  /** A request without anything in it is acknowledged as it is. */
  protected abstract readonly nothing: O;
  protected abstract isEmpty(batch: B): boolean;
  /** What the journal takes. */
  protected abstract recordOf(batch: B): Pick<JournalRecord, "body" | "format">;
  /** Makes it visible to readers. */
  protected abstract publish(batch: B): Published<O>;
  /** The answer to a resend. @param first what was answered to the request itself, when it was under way */
  protected abstract resent(first?: O): O;
  /** Writes what is open to a partition, as one transaction, and empties it. Returns what is to be told when the journal has forgotten it. */
  protected abstract write(facts: SealFacts): (millis: number) => void;

  append(batch: B): Promise<O> {
    const { limits, window, signal, betweenSteps } = this.#parts;
    betweenSteps();
    if (this.#closing) return Promise.reject(new StoreUnavailableError("cannot store: the collector is shutting down"));
    const { count, sizeBytes } = this.open;
    const isOver = count >= limits.records * REFUSE_FACTOR || sizeBytes >= limits.bytes * REFUSE_FACTOR;
    if (isOver && this.#sealFails) {
      const reason = "cannot store: sealing blocks to disk is behind; see the collector's log for the reason";
      return Promise.reject(new StoreUnavailableError(reason));
    }
    if (this.isEmpty(batch)) return Promise.resolve(this.nothing);
    const record = this.recordOf(batch);
    const digest = digestOf(signal, record.body);
    if (window.has(digest)) return Promise.resolve(this.resent());
    const key = Buffer.from(digest).toString("latin1");
    const underWay = this.#pending.get(key);
    if (underWay) return underWay.then((first) => this.resent(first));
    const outcome = new Promise<O>((resolve, reject) =>
      this.#waiting.push({ ...record, batch, digest, key, resolve, reject }),
    );
    this.#pending.set(key, outcome);
    this.#writing ??= this.#write();
    return outcome;
  }

  /** Adds what the journal of an earlier life holds: it is durable already. What was rejected then is rejected again. */
  replay(batch: B, sequence: number, digest: Uint8Array): void {
    // A request that was refused when its sync failed may be there twice: as it was refused, and as it was sent again.
    if (!this.#parts.window.has(digest)) this.#publish(batch, digest.slice(0, DIGEST_BYTES));
    this.#publishedSequence = sequence;
    if (this.#isFull()) this.seal();
  }

  /** Seals when what is open is old enough. */
  tick(): void {
    const { limits, now } = this.#parts;
    // The clock was put back: count from here.
    this.#openedAt = Math.min(this.#openedAt, now());
    if (this.#requests > 0 && (now() - this.#openedAt >= limits.ageMillis || this.#isFull())) this.#trySeal();
  }

  /**
   * Writes what is open to the current partition; the journal is forgotten up to it when that is durable. Throws when it cannot be written:
   * nothing is lost then.
   */
  seal(): void {
    const { now } = this.#parts;
    if (this.#requests === 0) return;
    const started = performance.now();
    const journalSequence = this.#publishedSequence;
    const told = this.write({ sealedAtMillis: now(), journalSequence, digests: Buffer.concat(this.#digests) });
    this.#digests = [];
    this.#requests = 0;
    reach("seal.after-commit-before-drop");
    this.#forgetting = this.#forgetting.then(async (isDurable) => (await this.#forget(journalSequence)) && isDurable);
    told(performance.now() - started);
  }

  /** Waits for what is being written, seals, and closes the journal. What cannot be sealed stays in the journal. */
  async close(): Promise<void> {
    this.#closing = true;
    while (this.#writing) await this.#writing;
    this.#trySeal();
    const { journal, partitions, signal } = this.#parts;
    const isDurable = await this.#forgetting;
    const covered = this.#requests === 0 ? this.#publishedSequence : partitions.covered[signal];
    journal.close(isDurable ? covered : 0);
  }

  /** Deletes what is covered, once the block that covers it is durable. */
  async #forget(covered: number): Promise<boolean> {
    const { journal, partitions, log, signal } = this.#parts;
    try {
      await partitions.sync();
    } catch (error) {
      log.error("cannot make a block durable; its data stays in the journal until the next start", { signal, error });
      return false;
    }
    try {
      await journal.dropBeside(covered);
    } catch (error) {
      log.warn("cannot delete a journal segment; it is tried again with the next block", { signal, error });
    }
    return true;
  }

  async #write(): Promise<void> {
    const { journal, log, signal } = this.#parts;
    // Requests decoded in this turn of the event loop join the first sync.
    await new Promise((resolve) => setImmediate(resolve));
    while (this.#waiting.length > 0) {
      const group = this.#waiting;
      this.#waiting = [];
      try {
        await journal.append(group);
        this.#publishedSequence = journal.lastSequence;
        const outcomes = group.map(({ batch, digest }) => {
          this.#parts.betweenSteps();
          return this.#publish(batch, digest);
        });
        for (const [i, { key, resolve }] of group.entries()) {
          this.#pending.delete(key);
          resolve(outcomes[i]);
        }
      } catch (error) {
        const reason = `cannot store: writing the journal failed: ${(error as Error).message}`;
        log.error("cannot write the journal; senders are asked to try again", { signal, error });
        for (const { key, reject } of group) {
          this.#pending.delete(key);
          reject(new StoreUnavailableError(reason));
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

  #publish(batch: B, digest: Uint8Array): O {
    if (this.#requests === 0) this.#openedAt = this.#parts.now();
    this.#requests++;
    const { outcome, isWhole } = this.publish(batch);
    if (isWhole) {
      this.#parts.window.add(digest);
      this.#digests.push(digest);
    }
    return outcome;
  }

  #isFull(): boolean {
    const { limits } = this.#parts;
    return this.open.count >= limits.records || this.open.sizeBytes >= limits.bytes;
  }

  #trySeal(): void {
    this.#parts.betweenSteps();
    try {
      this.seal();
      this.#sealFails = false;
    } catch (error) {
      this.#sealFails = true;
      const { log, signal } = this.#parts;
      log.error("cannot seal a block; its data stays in the journal and the seal is tried again", { signal, error });
    }
  }
}
