/**
 * What became of deliveries: sent ones leave the queue, those that are given up become dead letters, and whoever asks is told of each.
 * A disk that refuses makes nothing be sent twice: what was sent is deleted again until it is.
 */
import { messageOf } from "../../base/errors.ts";
import type { StoreLog } from "../../store/store.ts";
import type { DeadLetters } from "./dead-letters.ts";
import type { DeliveryQueue } from "./delivery-queue.ts";
import { deliveryIdOf, type Told } from "./sending.ts";
import type { SendingMetrics } from "./sending-metrics.ts";
import type { WaitingDelivery } from "./stored-delivery.ts";

const MOST_TOLD = 500;

export interface OutcomeParts {
  readonly queue: DeliveryQueue;
  readonly letters: DeadLetters;
  readonly metrics: SendingMetrics;
  readonly log: StoreLog;
  readonly onTold: (told: Told) => void;
}

export class DeliveryOutcomes {
  readonly #parts: OutcomeParts;
  /** Sent, and still on disk as the disk refused to delete it. */
  readonly #unsettled = new Set<string>();
  /** Newest first. */
  readonly #told: Told[] = [];

  constructor(parts: OutcomeParts) {
    this.#parts = parts;
  }

  /** What waits and the newest of what came of others, newest first. */
  told(): readonly Told[] {
    const waiting = this.#parts.queue.list().map((each) => toldOf(each, each.createdAt, "waiting", ""));
    return [...waiting, ...this.#told].sort((a, b) => b.at - a.at).slice(0, MOST_TOLD);
  }

  /** It is in the queue now. */
  queued(waiting: WaitingDelivery, now: number): void {
    this.#parts.onTold(toldOf(waiting, now, "waiting", ""));
  }

  async sent(delivery: WaitingDelivery, now: number): Promise<void> {
    const { id, kind, receiver } = delivery;
    this.#parts.metrics.notifications.add(1, { integration: kind, receiver_name: receiver });
    await this.#forget(id);
    this.#tell(toldOf(delivery, now, "sent", ""));
  }

  isUnsettled(id: string): boolean {
    return this.#unsettled.has(id);
  }

  /** Once more for what the disk refused. */
  async forgetUnsettled(): Promise<void> {
    for (const id of this.#unsettled) await this.#forget(id);
  }

  /** Into the dead letters first, then out of the queue; false = the disk refused. */
  async givenUp(
    delivery: WaitingDelivery,
    attempts: number,
    message: string,
    reason: string,
    now: number,
  ): Promise<boolean> {
    const { queue, letters, metrics, log } = this.#parts;
    const { id, kind, receiver, channelId } = delivery;
    try {
      const stored = await queue.load(id);
      if (stored) await letters.add(id, stored, attempts, message, now);
      await queue.remove(id);
    } catch (error) {
      log.error("a notification cannot be given up", { id, channel: channelId, error: messageOf(error) });
      return false;
    }
    const labels = { integration: kind, receiver_name: receiver };
    metrics.notifications.add(1, labels);
    metrics.failed.add(1, { ...labels, reason });
    log.error("a notification was given up", { channel: channelId, attempts, error: message });
    this.#tell(toldOf(delivery, now, "failed", message));
    return true;
  }

  /** What was sent must not be sent again: as long as the disk refuses, it is tried again. */
  async #forget(id: string): Promise<void> {
    try {
      await this.#parts.queue.remove(id);
      this.#unsettled.delete(id);
    } catch (error) {
      if (!this.#unsettled.has(id))
        this.#parts.log.error("a notification was sent and cannot be deleted from the queue", {
          id,
          error: messageOf(error),
        });
      this.#unsettled.add(id);
    }
  }

  #tell(told: Told): void {
    this.#told.unshift(told);
    if (this.#told.length > MOST_TOLD) this.#told.length = MOST_TOLD;
    this.#parts.onTold(told);
  }
}

function toldOf(
  { key, at: dueAt, channelId, receiver, kind, reason, tells }: WaitingDelivery,
  at: number,
  outcome: Told["outcome"],
  message: string,
): Told {
  const alerts = tells.map(({ fingerprint }) => fingerprint);
  return { id: deliveryIdOf({ key, at: dueAt }), at, channelId, receiver, kind, reason, alerts, outcome, message };
}
