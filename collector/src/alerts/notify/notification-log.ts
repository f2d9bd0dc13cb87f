/**
 * Who was told what and when: for each group and integration the alerts of the last notification. It decides whether a group is worth
 * telling again. Pure; the state is plain JSON.
 */

export interface LogEntry {
  /** Fingerprints, sorted. */
  readonly firing: readonly string[];
  readonly resolved: readonly string[];
  readonly at: number;
  /** When the entry may be forgotten. */
  readonly expiresAt: number;
}

export type Reason = "first" | "new_alerts" | "new_resolved" | "all_resolved" | "repeat";

export interface Sent {
  readonly firing: readonly string[];
  readonly resolved: readonly string[];
}

export class NotificationLog {
  readonly #entries: Map<string, LogEntry>;

  constructor(state: Readonly<Record<string, LogEntry>> = {}) {
    this.#entries = new Map(Object.entries(state));
  }

  /**
   * Why to notify, or undefined: a firing alert that the last notification did not have; all resolved after it had some; a newly resolved
   * one if those are sent; or nothing new, and repeatMillis have gone by.
   */
  reasonFor(
    key: string,
    { firing, resolved }: Sent,
    sendResolved: boolean,
    repeatMillis: number,
    now: number,
  ): Reason | undefined {
    const last = this.#entries.get(key);
    if (!last) return firing.length > 0 ? "first" : undefined;
    const known = new Set(last.firing);
    if (firing.some((each) => !known.has(each))) return last.firing.length === 0 ? "first" : "new_alerts";
    // Also where resolved ones are not sent: the log must forget what no longer fires.
    if (firing.length === 0) return last.firing.length > 0 ? "all_resolved" : undefined;
    const told = new Set(last.resolved);
    if (sendResolved && resolved.some((each) => !told.has(each))) return "new_resolved";
    return last.at <= now - repeatMillis ? "repeat" : undefined;
  }

  /** @param neededMillis until the group is looked at again or the notification repeated, whichever is longer */
  record(key: string, { firing, resolved }: Sent, neededMillis: number, now: number): void {
    // Twice that, and an hour at least: a forgotten entry is a resolved alert that nobody is told of.
    const expiresAt = now + Math.max(2 * neededMillis, 3_600_000);
    this.#entries.set(key, { firing: [...firing].sort(), resolved: [...resolved].sort(), at: now, expiresAt });
  }

  /** The clock may have been set back: nothing was told in the future. */
  follow(now: number): void {
    for (const [key, entry] of this.#entries) {
      const ahead = entry.at - now;
      if (ahead > 0) this.#entries.set(key, { ...entry, at: now, expiresAt: entry.expiresAt - ahead });
    }
  }

  prune(now: number): void {
    for (const [key, { expiresAt }] of this.#entries) if (expiresAt <= now) this.#entries.delete(key);
  }

  /** What the constructor takes. */
  toState(): Record<string, LogEntry> {
    return Object.fromEntries(this.#entries);
  }
}
