/**
 * Notification when it is due: evidence once more for what is told the first time, then into the queue in one write with the state that
 * decided it, then sending begins. A round that the disk refuses is due again.
 */
import { messageOf } from "../../base/errors.ts";
import type { Group } from "../notify/alert-groups.ts";
import { isResolved } from "../notify/alert.ts";
import type { Delivery } from "../notify/notifier.ts";
import type { Sending, Told } from "../send/sending.ts";
import type { EngineRoom } from "./engine-room.ts";

/** A notification waits so long for evidence at most, over all its alerts. */
const EVIDENCE_BUDGET_MILLIS = 10_000;
const MOST_EXPLAINED = 20;
/** After a write that failed. */
const RETRY_MILLIS = 5_000;

export class NotificationRounds {
  readonly #sending: Sending;
  readonly #room: EngineRoom;
  /** When something may have come nearer than `nextAt` said. */
  readonly #wake: () => void;
  readonly #sendingWork = new Set<Promise<void>>();
  #retryAt = 0;
  #lastRun = 0;
  #running: Promise<void> | undefined;

  constructor(sending: Sending, room: EngineRoom, wake: () => void) {
    this.#sending = sending;
    this.#room = room;
    this.#wake = wake;
  }

  /** What is due into the queue; joins a round that is under way. */
  run(now: number): Promise<void> {
    this.#retryAt = Math.min(this.#retryAt, now + RETRY_MILLIS); // the clock may have been set back
    this.#running ??= this.#run(now).finally(() => {
      this.#running = undefined;
      this.#wake();
    });
    return this.#running;
  }

  /** Begins to send what waits, without waiting for answers: {@link settled} does. */
  send(now: number): void {
    const work = this.#sending.work(now).catch((error: unknown) => {
      this.#room.log.error("cannot send notifications", { error: messageOf(error) });
    });
    this.#sendingWork.add(work);
    void work.finally(() => {
      this.#sendingWork.delete(work);
      this.#wake();
    });
  }

  nextAt(): number {
    const due = this.#running ? undefined : this.#room.desk.notifier.nextDueAt();
    return Math.min(due === undefined ? Infinity : Math.max(due, this.#retryAt), this.#sending.nextAt() ?? Infinity);
  }

  told(told: Told): void {
    this.#room.history.tell(told);
    this.#wake();
  }

  async settled(): Promise<void> {
    await Promise.all(this.#sendingWork);
    await this.#sending.settled();
  }

  async #run(now: number): Promise<void> {
    const { desk, history, serial } = this.#room;
    if (now < this.#lastRun) desk.notifier.follow(now);
    this.#lastRun = now;
    const due = desk.due(now);
    if (due.length > 0 && now >= this.#retryAt) {
      await this.#explain(due, now);
      await serial.run(() => this.#flush(now));
    }
    desk.notifier.prune(now);
    for (const { id, fingerprint } of history.goingOn()) {
      const alert = desk.notifier.alert(fingerprint);
      if (!alert || isResolved(alert, now)) history.end(id, alert?.endsAt ?? now);
    }
  }

  /** Spans come late: evidence once more for what is told for the first time. */
  async #explain(due: readonly Group[], now: number): Promise<void> {
    const { roll, history, evidence } = this.#room;
    const alerts = new Map(roll.list().map((alert) => [alert.fingerprint, alert]));
    const requests = due
      .flatMap((group) => [...group.alerts.values()])
      .filter((alert) => !isResolved(alert, now) && history.goingOnOf(alert.fingerprint)?.told.length === 0)
      .map(({ fingerprint }) => alerts.get(fingerprint))
      .filter((alert) => alert !== undefined)
      .slice(0, MOST_EXPLAINED);
    await evidence.gatherAll(
      requests.map((alert) => roll.evidenceRequest(alert)),
      EVIDENCE_BUDGET_MILLIS,
    );
  }

  async #flush(now: number): Promise<void> {
    const { desk, ledger, log } = this.#room;
    try {
      await desk.flush(
        now,
        (delivery) => this.#decorate(delivery),
        () => ledger.takeChanges(),
      );
      ledger.clear();
    } catch (error) {
      this.#retryAt = now + RETRY_MILLIS;
      log.error("cannot queue notifications; they are tried again", { error: messageOf(error) });
    }
  }

  #decorate(delivery: Delivery): Delivery {
    const alerts = delivery.alerts.map(({ alert, isResolved: hasEnded }) => {
      return { alert: { ...alert, annotations: this.#room.roll.explained(alert) }, isResolved: hasEnded };
    });
    return { ...delivery, alerts };
  }
}
