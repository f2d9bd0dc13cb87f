/**
 * Changes of alerting's documents that are not on disk yet. They are written together: a group's state with what notification made of
 * it. What the store refuses stays here and is tried again with the next write.
 */
import { messageOf } from "../../base/errors.ts";
import type { DocumentChange, DocumentStore, StoreLog } from "../../store/store.ts";
import type { GroupRunner } from "./group-runner.ts";

export const STATE_COLLECTION = "alert-state";

/** Who hands out what changed since it was asked last. */
interface Changing {
  takeChanges(): readonly DocumentChange[];
}

export interface LedgerParts {
  readonly documents: Pick<DocumentStore, "write">;
  readonly log: StoreLog;
  /** Its changes go with the deliveries it decides on: {@link StateLedger.takeChanges} leaves them out. */
  readonly desk: Changing;
  readonly others: readonly Changing[];
}

export interface SaveSettings {
  /** Whose evaluation may have changed their state. */
  readonly runners?: readonly GroupRunner[];
  readonly mustSucceed?: boolean;
}

export class StateLedger {
  readonly #parts: LedgerParts;
  readonly #unsaved = new Map<string, DocumentChange>();

  constructor(parts: LedgerParts) {
    this.#parts = parts;
  }

  note(changes: readonly DocumentChange[]): void {
    for (const change of changes) this.#unsaved.set(keyOf(change), change);
  }

  /** All that is to be written but the desk's; it stays here until {@link clear}. */
  takeChanges(runners: readonly GroupRunner[] = []): DocumentChange[] {
    for (const runner of runners) {
      const state = runner.takeState();
      if (state) this.note([{ collection: STATE_COLLECTION, key: runner.key, value: state }]);
    }
    for (const other of this.#parts.others) this.note(other.takeChanges());
    return [...this.#unsaved.values()];
  }

  /** What was taken is on disk. */
  clear(): void {
    this.#unsaved.clear();
  }

  /** With `mustSucceed` it rejects when it cannot be written; otherwise it is tried again later. */
  async save({ runners, mustSucceed = false }: SaveSettings = {}): Promise<void> {
    const { desk, documents, log } = this.#parts;
    this.note(desk.takeChanges());
    const changes = this.takeChanges(runners);
    if (changes.length === 0) return;
    try {
      await documents.write(changes);
      for (const change of changes)
        if (this.#unsaved.get(keyOf(change)) === change) this.#unsaved.delete(keyOf(change));
    } catch (error) {
      if (mustSucceed) throw error;
      log.error("cannot keep the state of alerting; it is tried again", { error: messageOf(error) });
    }
  }
}

function keyOf({ collection, key }: DocumentChange): string {
  return `${collection}\0${key}`;
}
