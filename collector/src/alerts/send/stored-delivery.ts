/** A delivery as it lies on disk: everything that is to be said, and to whom. Plain JSON; secrets are not in it, nor settings of a channel. */
import type { Notification } from "../channels/notification.ts";
import type { Reason } from "../notify/notification-log.ts";

export interface StoredDelivery {
  readonly version: 1;
  /** The integration and the group: deliveries of one key are told in their order. */
  readonly key: string;
  readonly channelId: string;
  readonly receiver: string;
  readonly kind: string;
  readonly index: number;
  readonly reason: Reason;
  readonly createdAt: number;
  /** The time of the group's look. */
  readonly at: number;
  readonly notification: Notification;
}

/** What is kept in memory of one that waits. */
export interface WaitingDelivery {
  /** Sorts by age. */
  readonly id: string;
  readonly key: string;
  readonly channelId: string;
  readonly receiver: string;
  readonly kind: string;
  readonly reason: Reason;
  readonly createdAt: number;
  readonly at: number;
  /** Fingerprints, with the state that is told. */
  readonly tells: readonly Telling[];
  /** As JSON. */
  readonly sizeBytes: number;
}

export interface Telling {
  readonly fingerprint: string;
  readonly startsAt: number;
  readonly isResolved: boolean;
}

export function waitingOf(id: string, stored: StoredDelivery): WaitingDelivery {
  const { key, channelId, receiver, kind, reason, createdAt, at, notification } = stored;
  const tells = notification.alerts.map(({ fingerprint, startsAt, isResolved }) => ({
    fingerprint,
    startsAt,
    isResolved,
  }));
  return { id, key, channelId, receiver, kind, reason, createdAt, at, tells, sizeBytes: jsonBytes(stored) };
}

export function jsonBytes(value: unknown): number {
  return Buffer.byteLength(JSON.stringify(value));
}

/** Whether the later one says all that the earlier one would have: every alert of it, in the same state. */
export function supersedes(later: readonly Telling[], earlier: readonly Telling[]): boolean {
  const said = new Set(later.map(textOf));
  return earlier.every((telling) => said.has(textOf(telling)));
}

function textOf({ fingerprint, startsAt, isResolved }: Telling): string {
  return `${fingerprint} ${startsAt} ${isResolved}`;
}

/** What tells that a delivery is the one before, given again. */
export function digestText(tells: readonly Telling[]): string {
  return tells.map(textOf).sort().join("\n");
}

/** @throws Error for what is none: a document of another version, or damaged */
export function readStored(value: unknown): StoredDelivery {
  const stored = value as Partial<StoredDelivery> | null;
  if (stored?.version !== 1 || typeof stored.key !== "string" || typeof stored.channelId !== "string")
    throw new Error("cannot read a waiting notification: it is of another version of Goldspan");
  return stored as StoredDelivery;
}
