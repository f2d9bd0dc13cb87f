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
/** So long after the first message the traces are whole, and there are more to choose from: what is told later has those. */
const LOOK_AGAIN_MILLIS = 60_000;
/** Of the alerts that go on; in a flood the others keep what they have. */
const MOST_AGAIN = 50;
/** After a write that failed. */
const RETRY_MILLIS = 5_000;

export class NotificationRounds {
  readonly #sending: Sending;
  readonly #room: EngineRoom;
  /** When something may have come nearer than `nextAt` said. */
  readonly #wake: () => void;
  readonly #sendingWork = new Set<Promise<void>>();
  /** Episodes that were looked at once more after their first message. */
  readonly #again = new Set<string>();
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
    this.#lookAgain(now);
  }

  /** One at a time, in the background, and only while nothing else is looked for. */
  #lookAgain(now: number): void {
    const { roll, history, evidence } = this.#room;
    const goingOn = history.goingOn();
    const ids = new Set(goingOn.map(({ id }) => id));
    for (const id of this.#again) if (!ids.has(id)) this.#again.delete(id);
    if (!evidence.isIdle || this.#again.size >= MOST_AGAIN) return;
    const episode = goingOn.find(({ id, fingerprint, told: [first] }) => {
      if (!first || this.#again.has(id)) return false;
      const from = first.at + LOOK_AGAIN_MILLIS;
      return now >= from && (evidence.gatheredAt(fingerprint) ?? 0) < from;
    });
    if (!episode) return;
    this.#again.add(episode.id);
    const alert = roll.list().find(({ id }) => id === episode.id);
    if (alert) evidence.request(roll.evidenceRequest(alert));
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
