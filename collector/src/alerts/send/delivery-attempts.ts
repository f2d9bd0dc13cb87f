/** One attempt to send a delivery: from the document on disk over the picture to the vendor's answer, and what is to be remembered of it. */
import { messageOf } from "../../base/errors.ts";
import type { StoreLog } from "../../store/store.ts";
import type { Outcome } from "../channels/channel.ts";
import type { ChannelLine } from "./channel-line.ts";
import type { DeliveryQueue } from "./delivery-queue.ts";
import { findPicture } from "./find-picture.ts";
import type { MessageMemories } from "./message-memory.ts";
import { sendAfterwards, sendMessage, type Attempt } from "./send-message.ts";
import type { PictureOf } from "./sending.ts";
import type { SendingMetrics } from "./sending-metrics.ts";
import type { WaitingDelivery } from "./stored-delivery.ts";

export interface AttemptParts {
  readonly queue: DeliveryQueue;
  readonly memories: MessageMemories;
  readonly metrics: SendingMetrics;
  readonly pictureOf: PictureOf;
  readonly log: StoreLog;
  /** Holds what goes on after the answer. */
  readonly inBackground: (work: Promise<unknown>) => void;
}

export class DeliveryAttempts {
  readonly #parts: AttemptParts;

  constructor(parts: AttemptParts) {
    this.#parts = parts;
  }

  /** Never rejects: what the disk refuses is tried again. */
  async run(delivery: WaitingDelivery, line: ChannelLine, now: number): Promise<Outcome> {
    const { queue, memories, metrics, pictureOf, log, inBackground } = this.#parts;
    const { id, channelId, receiver, kind } = delivery;
    const labels = { integration: kind, receiver_name: receiver };
    const begin = performance.now();
    const current = () => now + Math.round(performance.now() - begin);
    try {
      const stored = await queue.load(id);
      if (!stored) return { kind: "sent" };
      const { notification } = stored;
      const { groupKey } = notification;
      const previous = await memories.get(channelId, groupKey);
      const picture = await findPicture(notification, pictureOf, log);
      const attempt = line.attempt(notification, { previous, picture, now: current });
      const end = await sendMessage(attempt);
      const { outcome, remember } = end;
      metrics.requests.add(1, labels);
      if (outcome.kind === "sent") {
        if (remember !== undefined && (remember !== null || previous))
          await this.#remember(channelId, groupKey, remember, now);
        if (end.afterwards) inBackground(this.#follow(end, attempt, channelId));
      } else metrics.requestsFailed.add(1, labels);
      return outcome;
    } catch (error) {
      // Of the disk: nothing was sent.
      return { kind: "retry", afterMillis: undefined, message: messageOf(error) };
    } finally {
      metrics.latency.record((performance.now() - begin) / 1000, labels);
    }
  }

  /** Its loss costs a thread or an update, not a message. */
  async #remember(
    channelId: string,
    groupKey: string,
    memory: Parameters<MessageMemories["set"]>[2],
    now: number,
  ): Promise<void> {
    try {
      await this.#parts.memories.set(channelId, groupKey, memory, now);
    } catch (error) {
      this.#parts.log.warn("what a channel calls its message could not be kept", {
        channel: channelId,
        error: messageOf(error),
      });
    }
  }

  async #follow(end: Parameters<typeof sendAfterwards>[0], attempt: Attempt, channelId: string): Promise<void> {
    const outcome = await sendAfterwards(end, attempt);
    if (outcome.kind !== "sent")
      this.#parts.log.warn("the picture of a notification was not sent", {
        channel: channelId,
        error: outcome.message,
      });
  }
}
