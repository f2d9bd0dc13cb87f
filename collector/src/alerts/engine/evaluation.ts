/**
 * Groups of rules when they are due, and what came of them: alerts to notification and to Alertmanagers elsewhere, in one piece with
 * the group's state.
 */
import { isResolved } from "../notify/alert.ts";
import type { EngineRoom } from "./engine-room.ts";
import type { GroupRunner } from "./group-runner.ts";
import { ruleAlerts } from "./known-alerts.ts";
import type { RuleFiles } from "./rule-files.ts";

export class Evaluation {
  readonly #files: RuleFiles;
  readonly #room: EngineRoom;

  constructor(files: RuleFiles, room: EngineRoom) {
    this.#files = files;
    this.#room = room;
  }

  /** Before anything is due: what fires must not look as if it had ended while nobody told of it. */
  async open(now: number): Promise<void> {
    const runners = this.#files.book.runners();
    for (const runner of runners) this.#hand(runner, now, true);
    await this.#room.ledger.save({ runners });
  }

  /** Groups that are due, each for itself; one that is still at work is left alone. */
  async run(now: number): Promise<void> {
    await Promise.all(this.#files.book.runners().map((runner) => this.#evaluate(runner, now)));
  }

  nextAt(): number {
    return Math.min(...this.#files.book.runners().map(({ nextAt }) => nextAt));
  }

  /** Resolves when none is under way; none begins any more. */
  async retire(): Promise<void> {
    const runners = this.#files.book.runners();
    for (const runner of runners) runner.retire();
    await Promise.all(runners.map((runner) => runner.over()));
  }

  async #evaluate(runner: GroupRunner, now: number): Promise<void> {
    const { metrics, serial, ledger } = this.#room;
    const { missed } = runner;
    const slot = runner.takeSlot(now);
    metrics.missed(runner.file, runner.group.name, runner.missed - missed);
    if (slot === undefined) return;
    await runner.evaluate(slot);
    metrics.evaluated(runner.status());
    await serial.run(async () => {
      if (!this.#files.book.isRunning(runner)) return;
      this.#hand(runner, now);
      await ledger.save({ runners: [runner] });
    });
  }

  /**
   * A group's alerts to notification: at once when they begin or end to fire, and again every resend_delay, so that they don't time out.
   * Whether notification has heard is asked of notification, whose state survives a restart.
   */
  #hand(runner: GroupRunner, now: number, isStart = false): void {
    const { desk, roll, metrics, forwarding, settings } = this.#room;
    const { resendDelayMillis, externalLabels } = settings;
    const lastsMillis = 4 * Math.max(runner.intervalMillis, resendDelayMillis);
    const alerts = ruleAlerts(runner, externalLabels).filter(({ state }) => state !== "pending");
    forwarding.take(
      alerts.map((alert) => {
        const { labels, annotations, ...posted } = roll.posted(alert, now + lastsMillis);
        const explained = roll.explained({ labels, annotations: annotations ?? {}, fingerprint: alert.fingerprint });
        return {
          fingerprint: alert.fingerprint,
          isFiring: alert.state === "firing",
          posted: { ...posted, labels, annotations: explained },
        };
      }),
      now,
    );
    for (const alert of alerts) {
      const known = desk.notifier.alert(alert.fingerprint);
      const isFiring = alert.state === "firing";
      const isNews = isFiring
        ? !known || isResolved(known, now)
        : known !== undefined && known.endsAt > (alert.resolvedAtMillis ?? 0) && !isResolved(known, now);
      // Also when the clock was set back.
      const isStale = isFiring && known !== undefined && Math.abs(now - known.updatedAt) >= resendDelayMillis;
      if (!isNews && !isStale && !(isStart && isFiring)) continue;
      desk.receive(roll.posted(alert, now + lastsMillis), now);
      metrics.received(isFiring ? "firing" : "resolved");
      if (isNews) desk.touch();
      roll.dropEnded(alert.fingerprint);
      if (isFiring) roll.begin(alert);
    }
  }
}
