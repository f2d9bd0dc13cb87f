/**
 * The evidence of alerts: gathered in the background when one fires, again just before its first notification, once more in the
 * background after it, and kept as documents.
 * Gathering is bounded in time and number, and what fails leaves the alert without evidence, not untold.
 */
import { messageOf } from "../../base/errors.ts";
import { openScope, type WorkLimits } from "../../base/work-scope.ts";
import type { DocumentChange, DocumentStore, StoreLog } from "../../store/store.ts";
import type { Evidence } from "../channels/notification.ts";
import type { EvidenceSubject, EvidenceTools, GatherEvidence } from "../evidence/gather.ts";
import type { StoredEvidence } from "./alerting-service.ts";

export const EVIDENCE_COLLECTION = "alert-evidence";
/** In the background; more alerts than this fire with what the notification gathers. */
const MOST_WAITING = 200;
const MOST_HELD = 1_000;
const GATHER_MILLIS = 10_000;

/** An episode to be explained. */
export interface EvidenceRequest {
  readonly id: string;
  readonly fingerprint: string;
  readonly subject: EvidenceSubject;
}

export interface EvidenceBookParts {
  /** Undefined: alerts go without. */
  readonly gather: GatherEvidence | undefined;
  readonly tools: Omit<EvidenceTools, "signal">;
  readonly documents: Pick<DocumentStore, "get">;
  readonly limits: WorkLimits;
  readonly stop: AbortSignal;
  readonly onGathered: (id: string, evidence: Evidence) => void;
  readonly onTime: (millis: number, outcome: "found" | "nothing" | "failed") => void;
  readonly log: StoreLog;
}

export class EvidenceBook {
  readonly #parts: EvidenceBookParts;
  /** The newest of each fingerprint; least recently gathered first. */
  readonly #held = new Map<string, { readonly id: string; readonly stored: StoredEvidence }>();
  readonly #dirty = new Map<string, StoredEvidence>();
  readonly #waiting = new Map<string, EvidenceRequest>();
  #working: Promise<void> | undefined;

  constructor(parts: EvidenceBookParts) {
    this.#parts = parts;
  }

  /** Into memory: of episodes that go on over a restart. */
  async load(episodes: readonly { readonly id: string; readonly fingerprint: string }[]): Promise<void> {
    for (const { id, fingerprint } of episodes.slice(-MOST_HELD)) {
      const stored = await this.get(id);
      if (stored) this.#hold(fingerprint, id, stored);
    }
  }

  /** Of the alert's newest episode. */
  evidenceOf(fingerprint: string): Evidence | undefined {
    return this.#held.get(fingerprint)?.stored.evidence;
  }

  /** When that was looked for; unix milliseconds. */
  gatheredAt(fingerprint: string): number | undefined {
    return this.#held.get(fingerprint)?.stored.gatheredAtMillis;
  }

  /** Nothing is looked for in the background. */
  get isIdle(): boolean {
    return this.#working === undefined;
  }

  async get(id: string): Promise<StoredEvidence | undefined> {
    const unsaved = this.#dirty.get(id);
    return unsaved ?? ((await this.#parts.documents.get(EVIDENCE_COLLECTION, id)) as StoredEvidence | undefined);
  }

  /** Gathers in the background, one after the other. */
  request(request: EvidenceRequest): void {
    // An earlier episode's would be told as this one's.
    if (this.#held.get(request.fingerprint)?.id !== request.id) this.#held.delete(request.fingerprint);
    if (!this.#parts.gather || this.#waiting.size >= MOST_WAITING) return;
    this.#waiting.set(request.id, request);
    this.#working ??= this.#work();
  }

  /** Gathers now, for no longer than the budget; resolves with what there is by then. */
  async gatherAll(requests: readonly EvidenceRequest[], budgetMillis: number): Promise<void> {
    const deadline = performance.now() + budgetMillis;
    for (const request of requests) {
      const left = deadline - performance.now();
      if (left <= 0 || this.#parts.stop.aborted) return;
      this.#waiting.delete(request.id);
      await this.#gather(request, Math.min(left, GATHER_MILLIS));
    }
  }

  /** Resolves when nothing is being gathered. */
  async settled(): Promise<void> {
    await this.#working;
  }

  takeChanges(): DocumentChange[] {
    const changes = Array.from(this.#dirty, ([key, value]) => ({ collection: EVIDENCE_COLLECTION, key, value }));
    this.#dirty.clear();
    return changes;
  }

  async #work(): Promise<void> {
    for (const [id, request] of this.#waiting) {
      this.#waiting.delete(id);
      await this.#gather(request, GATHER_MILLIS);
    }
    this.#working = undefined;
  }

  async #gather({ id, fingerprint, subject }: EvidenceRequest, timeoutMillis: number): Promise<void> {
    const { gather, tools, limits, stop, onGathered, onTime, log } = this.#parts;
    if (!gather || stop.aborted) return;
    const scope = openScope(stop, { ...limits, timeoutMillis });
    const begin = performance.now();
    try {
      const held = this.#held.get(fingerprint);
      const previous = held?.id === id ? held.stored.evidence : undefined;
      const evidence = await gather({ ...subject, previous }, { ...tools, signal: scope.signal });
      onTime(performance.now() - begin, evidence ? "found" : "nothing");
      if (!evidence) return;
      const stored = { gatheredAtMillis: subject.nowMillis, evidence };
      this.#hold(fingerprint, id, stored);
      this.#dirty.set(id, stored);
      onGathered(id, evidence);
    } catch (error) {
      if (stop.aborted) return;
      onTime(performance.now() - begin, "failed");
      log.warn("cannot gather the evidence of an alert", {
        alert: subject.labels.alertname,
        error: messageOf(error),
      });
    } finally {
      scope.close();
    }
  }

  #hold(fingerprint: string, id: string, stored: StoredEvidence): void {
    this.#held.delete(fingerprint);
    this.#held.set(fingerprint, { id, stored });
    const [oldest] = this.#held.keys();
    if (this.#held.size > MOST_HELD) this.#held.delete(oldest);
  }
}
