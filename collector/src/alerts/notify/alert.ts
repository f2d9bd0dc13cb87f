/** An alert as it reaches notification: from Goldspan's own rules or through Alertmanager's API. Times in milliseconds since 1970. */
import { fingerprintOf, type Labels } from "./labels.ts";

export interface Alert {
  readonly labels: Labels;
  readonly annotations: Labels;
  readonly startsAt: number;
  /** Past: resolved since then. In the future: resolved then, unless it is sent again. */
  readonly endsAt: number;
  readonly generatorURL: string;
  readonly updatedAt: number;
  /** The sender gave no end; endsAt stands resolve_timeout after the last update. */
  readonly isTimeout: boolean;
  readonly fingerprint: string;
}

/** What a sender says; of the times any may be missing. */
export interface PostedAlert {
  readonly labels: Labels;
  readonly annotations?: Labels;
  readonly startsAt?: number;
  readonly endsAt?: number;
  readonly generatorURL?: string;
}

/** An alert that cannot be taken, and why. */
export class AlertError extends Error {
  override name = "AlertError";
}

/** @throws AlertError */
export function createAlert(posted: PostedAlert, now: number, resolveTimeoutMillis: number): Alert {
  const labels = Object.fromEntries(Object.entries(posted.labels).filter(([, value]) => value !== ""));
  if (Object.keys(labels).length === 0)
    throw new AlertError("cannot take an alert without labels; give it at least alertname");
  if (Object.hasOwn(labels, "")) throw new AlertError("cannot take an alert with a label that has no name");
  const startsAt = posted.startsAt ?? Math.min(posted.endsAt ?? now, now);
  const endsAt = posted.endsAt ?? now + resolveTimeoutMillis;
  if (endsAt < startsAt)
    throw new AlertError("cannot take an alert that ends before it starts; swap startsAt and endsAt");
  return {
    labels,
    annotations: { ...posted.annotations },
    startsAt,
    endsAt,
    generatorURL: posted.generatorURL ?? "",
    updatedAt: now,
    isTimeout: posted.endsAt === undefined,
    fingerprint: fingerprintOf(labels),
  };
}

export function isResolved(alert: Alert, now: number): boolean {
  return alert.endsAt <= now;
}

/** The same alert said twice: the later word counts, but it keeps its start while both times overlap, and a longer promise to last. */
export function mergeAlerts(before: Alert, after: Alert): Alert {
  if (after.updatedAt < before.updatedAt) return mergeAlerts(after, before);
  const overlap =
    (after.endsAt > before.startsAt && after.endsAt < before.endsAt) ||
    (after.startsAt > before.startsAt && after.startsAt < before.endsAt) ||
    after.startsAt === before.startsAt;
  if (!overlap) return after;
  const startsAt = Math.min(before.startsAt, after.startsAt);
  const resolved = isResolved(after, after.updatedAt);
  const keepsEnd = resolved
    ? isResolved(before, after.updatedAt) && before.endsAt > after.endsAt
    : before.endsAt > after.endsAt && !before.isTimeout;
  return { ...after, startsAt, endsAt: keepsEnd ? before.endsAt : after.endsAt };
}
