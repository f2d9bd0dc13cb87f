/**
 * Metrics' way from a request to a sealed block: journal -> sync -> head -> acknowledgement, and the seal. Requests that come while a sync
 * is under way share the next one. What a sample's series makes of it is known once it is in the head, so it is part of the answer.
 */
import type { MetricBatch } from "../../../model/metric-batch.ts";
import type { RejectionReason, SampleOutcome } from "../../../wire/metrics/sample-rejections.ts";
import { StoreUnavailableError, type MetricAppendOutcome, type StoreLog } from "../../store.ts";
import { reach } from "../fault-points.ts";
import type { SealLimits } from "../head-block.ts";
import type { Journal } from "../journal/journal.ts";
import type { Partitions } from "../partitions.ts";
import { digestOf, type ResendWindow } from "../resend-window.ts";
import type { MetricHead } from "./metric-head.ts";

/** Beyond this multiple of the seal limits (seals keep failing) nothing more is taken. */
const REFUSE_FACTOR = 4;
const DUPLICATE: MetricAppendOutcome = { outcome: "duplicate", rejected: 0, message: "" };

export interface MetricIntakeParts {
  readonly head: MetricHead;
  readonly journal: Journal;
  readonly partitions: Partitions;
  readonly window: ResendWindow;
  readonly limits: SealLimits;
  readonly now: () => number;
  readonly log: StoreLog;
  readonly onSeal: (samples: number, bytes: number, millis: number) => void;
  readonly onRejected: (reason: RejectionReason, count: number) => void;
}

interface Waiting {
  readonly batch: MetricBatch;
  readonly body: {
    readonly bytes: Uint8Array;
    readonly encoding: "protobuf" | "json";
    readonly compression: "none" | "gzip" | "zstd";
  };
  readonly digest: Uint8Array;
  readonly format: MetricBatch["format"];
  readonly key: string;
  readonly resolve: (outcome: MetricAppendOutcome) => void;
  readonly reject: (error: Error) => void;
}

export class MetricIntake {
  readonly #parts: MetricIntakeParts;
  #waiting: Waiting[] = [];
  /** Requests that are being written: a resend of one waits for it. */
  readonly #pending = new Map<string, Promise<MetricAppendOutcome>>();
  #writing: Promise<void> | undefined;
  /** Of what was taken as a whole: the rest is judged again when it comes again, for only then its sender knows. */
  #digests: Uint8Array[] = [];
  /** Requests in the head, taken or not. */
  #requests = 0;
  #openedAt = 0;
  #publishedSequence: number;
  #closing = false;
  #sealFails = false;

  constructor(parts: MetricIntakeParts) {
    this.#parts = parts;
    this.#publishedSequence = parts.journal.lastSequence;
  }

  append(batch: MetricBatch): Promise<MetricAppendOutcome> {
    const { head, limits, window } = this.#parts;
    if (this.#closing) return Promise.reject(new StoreUnavailableError("cannot store: the collector is shutting down"));
    const isOver = head.count >= limits.records * REFUSE_FACTOR || head.sizeBytes >= limits.bytes * REFUSE_FACTOR;
    if (isOver && this.#sealFails) {
      const reason = "cannot store: sealing blocks to disk is behind; see the collector's log for the reason";
      return Promise.reject(new StoreUnavailableError(reason));
    }
    if (batch.bytes.length === 0) return Promise.resolve({ outcome: "stored", rejected: 0, message: "" });
    const body = batch.received ?? { bytes: batch.bytes, encoding: "protobuf", compression: "none" };
    const digest = digestOf("metrics", body);
    if (window.has(digest)) return Promise.resolve(DUPLICATE);
    const key = Buffer.from(digest).toString("latin1");
    const underWay = this.#pending.get(key);
    if (underWay) return underWay.then((outcome) => (outcome.rejected > 0 ? outcome : DUPLICATE));
    const { format } = batch;
    const outcome = new Promise<MetricAppendOutcome>((resolve, reject) =>
      this.#waiting.push({ batch, body, digest, format, key, resolve, reject }),
    );
    this.#pending.set(key, outcome);
    this.#writing ??= this.#write();
    return outcome;
  }

  /** Adds what the journal of an earlier life holds: it is durable already. Rejects what was rejected then. */
  replay(batch: MetricBatch, sequence: number, digest: Uint8Array): void {
    if (!this.#parts.window.has(digest)) this.#publish(batch, digest.slice());
    this.#publishedSequence = sequence;
    if (this.#isFull()) this.seal();
  }

  /** Seals when the head is old enough. */
  tick(): void {
    const { limits, now } = this.#parts;
    // The clock was put back: count from here.
    this.#openedAt = Math.min(this.#openedAt, now());
    if (this.#hasSomething() && (now() - this.#openedAt >= limits.ageMillis || this.#isFull())) this.#trySeal();
  }

  /** Writes the head to the current partition and forgets the journal up to it. Throws when that fails: nothing is lost then. */
  seal(): void {
    const { head, partitions, journal, now, onSeal } = this.#parts;
    if (!this.#hasSomething()) return;
    const started = performance.now();
    const sealedAtMillis = now();
    const facts = { sealedAtMillis, journalSequence: this.#publishedSequence, digests: Buffer.concat(this.#digests) };
    const write = () => {
      const partition = partitions.partitionFor(sealedAtMillis);
      const seal = head.seal(partition.path, partition.metrics.lastSeriesId);
      return partitions.insertMetrics({ ...facts, ...seal }) ? seal : undefined;
    };
    const seal = write() ?? write();
    if (!seal) throw new Error("cannot seal: a new partition is damaged at once");
    head.sealed(seal, sealedAtMillis);
    this.#digests = [];
    this.#requests = 0;
    reach("seal.after-commit-before-drop");
    journal.drop(this.#publishedSequence);
    const { block } = seal;
    const bytes = block.chunks.reduce((sum, { length }) => sum + length, block.directory.length);
    onSeal(block.sampleCount, bytes, performance.now() - started);
  }

  /** Waits for what is being written, seals, and closes the journal. What cannot be sealed stays in the journal. */
  async close(): Promise<void> {
    this.#closing = true;
    while (this.#writing) await this.#writing;
    this.#trySeal();
    const { journal, partitions } = this.#parts;
    journal.close(this.#hasSomething() ? partitions.covered.metrics : this.#publishedSequence);
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
        for (const { batch, digest, key, resolve } of group) {
          const { rejected, message } = this.#publish(batch, digest);
          this.#pending.delete(key);
          resolve({ outcome: "stored", rejected, message });
        }
      } catch (error) {
        const reason = `cannot store: writing the journal failed: ${(error as Error).message}`;
        this.#parts.log.error("cannot write the journal; senders are asked to try again", { signal: "metrics", error });
        for (const { key, reject } of group) {
          this.#pending.delete(key);
          reject(new StoreUnavailableError(reason));
        }
      }
      if (this.#isFull()) {
        // Let the acknowledgements go out before the seal holds this thread.
        await new Promise((resolve) => setImmediate(resolve));
        this.#trySeal();
      }
    }
    this.#writing = undefined;
  }

  #publish(batch: MetricBatch, digest: Uint8Array): Pick<SampleOutcome, "rejected" | "message"> {
    const { head, window, now, onRejected, log } = this.#parts;
    if (!this.#hasSomething()) this.#openedAt = now();
    this.#requests++;
    try {
      const outcome = head.append(batch);
      if (outcome.rejected === 0) {
        window.add(digest);
        this.#digests.push(digest);
      }
      for (const [reason, count] of outcome.reasons) onRejected(reason, count);
      return outcome;
    } catch (error) {
      // Receivers check what they take: a component of this process made it.
      log.error("cannot decode a metrics request: what stands behind the malformed place is left out", { error });
      return { rejected: batch.count, message: (error as Error).message };
    }
  }

  /** Also a request of which nothing was taken has to be covered, some time. */
  #hasSomething(): boolean {
    return this.#requests > 0;
  }

  #isFull(): boolean {
    const { head, limits } = this.#parts;
    return head.count >= limits.records || head.sizeBytes >= limits.bytes;
  }

  #trySeal(): void {
    try {
      this.seal();
      this.#sealFails = false;
    } catch (error) {
      this.#sealFails = true;
      this.#parts.log.error("cannot seal a block; its data stays in the journal and the seal is tried again", {
        signal: "metrics",
        error,
      });
    }
  }
}
