/**
 * Sending as a whole: the queue on disk, a worker for each integration, what came of it. Deliveries go in with the evidence that is known
 * then; the picture is asked for when a message is about to go. It reads no clock: `work` says what time it is.
 */
import { messageOf } from "../../base/errors.ts";
import type { DocumentChange } from "../../store/store.ts";
import type { Outcome } from "../channels/channel.ts";
import { hasChannel, sendableKinds } from "../channels/configured-channel.ts";
import { createNotification } from "../channels/create-notification.ts";
import type { NotifiedAlert } from "../channels/notification.ts";
import type { NotifyConfig } from "../notify/config/load-config.ts";
import type { Delivery } from "../notify/notifier.ts";
import type { YamlIssue } from "../yaml/yaml-node.ts";
import { ChannelLine, type LineParts } from "./channel-line.ts";
import { ChannelWorker } from "./channel-worker.ts";
import { checkIntegrations } from "./check-integrations.ts";
import { DeadLetters } from "./dead-letters.ts";
import { DeliveryQueue } from "./delivery-queue.ts";
import { findPicture, withinMillis } from "./find-picture.ts";
import { MessageMemories } from "./message-memory.ts";
import { rateLimitOf, type RateLimit } from "./rate-limit.ts";
import { sendAfterwards, sendMessage, type Attempt } from "./send-message.ts";
import {
  channelIdOf,
  deliveryIdOf,
  UnknownChannelError,
  type ChannelStatus,
  type ConfigSource,
  type DeadLetter,
  type Preview,
  type Sending,
  type SendingParts,
  type TestOutcome,
  type Told,
} from "./sending.ts";
import { createSendingMetrics, type SendingMetrics } from "./sending-metrics.ts";
import type { StoredDelivery, WaitingDelivery } from "./stored-delivery.ts";
import { TemplateSet } from "./templates/template-set.ts";

export interface AlertSendingParts extends SendingParts {
  readonly settings?: SendingSettings;
  /** 0 to 1, 1 excluded; for tests. */
  readonly random?: () => number;
}

export interface SendingSettings {
  /** By kind; what is absent is the vendor's own limit. */
  readonly rateLimits?: Readonly<Record<string, Partial<RateLimit>>>;
  /** So long after it was made a notification that fails is given up. */
  readonly giveUpMillis?: number;
  /** For an answer, where the integration names no other. */
  readonly timeoutMillis?: number;
  /** Waiting for one integration; the oldest give way. */
  readonly mostWaiting?: number;
  /** Of all that waits. */
  readonly mostBytes?: number;
}

const GIVE_UP_MILLIS = 3_600_000;
const TIMEOUT_MILLIS = 10_000;
const MOST_WAITING = 1000;
const MOST_WAITING_IN_ALL = 10_000;
const MOST_BYTES = 64 * 1024 * 1024;
/** Of one notification; channels show fewer. */
const MOST_ALERTS = 1000;
const MOST_TOLD = 500;
export class AlertSending implements Sending {
  readonly #parts: AlertSendingParts;
  readonly #queue: DeliveryQueue;
  readonly #letters: DeadLetters;
  readonly #memories: MessageMemories;
  readonly #metrics: SendingMetrics;
  #lines = new Map<string, ChannelLine>();
  /** By channel; they outlive configurations, and know what is on its way. */
  readonly #workers = new Map<string, ChannelWorker>();
  #now = 0;
  #isOpen = false;
  #hasConfig = false;
  /** Sent, and still on disk as the disk refused to delete it. */
  readonly #unsettled = new Set<string>();
  /** On their way for an integration that is gone since. */
  readonly #leaving = new Set<string>();
  readonly #told: Told[] = [];
  readonly #background = new Set<Promise<unknown>>();

  constructor(parts: AlertSendingParts) {
    this.#parts = parts;
    const { documents, log, settings, metrics } = parts;
    const mostOfChannel = settings?.mostWaiting ?? MOST_WAITING;
    this.#queue = new DeliveryQueue(
      documents,
      { mostOfChannel, mostInAll: MOST_WAITING_IN_ALL, mostBytes: settings?.mostBytes ?? MOST_BYTES },
      log,
    );
    this.#letters = new DeadLetters(documents, log);
    this.#memories = new MessageMemories(documents);
    this.#metrics = createSendingMetrics(metrics, {
      waiting: () => this.#queue.size,
      oldestSeconds: () => {
        const oldest = this.#queue.list().reduce((first, { createdAt }) => Math.min(first, createdAt), Infinity);
        return Number.isFinite(oldest) ? Math.max(this.#now - oldest, 0) / 1000 : 0;
      },
      deadLetters: () => this.#letters.size,
    });
  }

  async configure(config: NotifyConfig | undefined, { folder }: ConfigSource, now: number): Promise<YamlIssue[]> {
    const templates = config ? TemplateSet.load(config.templates, folder) : new TemplateSet(new Map());
    const issues = config ? checkIntegrations(config, templates) : [];
    this.#now = now;
    this.#hasConfig = config !== undefined;
    const before = [...this.#lines.values()];
    const lineParts = this.#lineParts(templates, folder);
    this.#lines = new Map(
      (config?.receivers ?? []).flatMap(({ name, integrations }) =>
        integrations.map((integration) => {
          const id = channelIdOf(name, integration.kind, integration.index);
          if (!this.#workers.has(id)) this.#createWorker(id, integration.kind);
          return [id, new ChannelLine(id, name, integration, lineParts)] as const;
        }),
      ),
    );
    // Their connections end with what is on its way.
    for (const line of before)
      this.#inBackground((this.#workers.get(line.id)?.settled() ?? Promise.resolve()).then(() => line.close()));
    await this.#giveUpOrphans(now);
    return issues.map((message) => ({ at: undefined, message }));
  }

  async open(now: number): Promise<void> {
    this.#now = now;
    await this.#letters.open();
    await this.#queue.open(now);
    this.#isOpen = true;
    for (const { id } of this.#letters.list()) if (this.#queue.has(id)) await this.#letters.remove(id);
    for (const waiting of this.#queue.list()) this.#workers.get(waiting.channelId)?.add(waiting);
    await this.#giveUpOrphans(now);
  }

  async enqueue(deliveries: readonly Delivery[], together: readonly DocumentChange[], now: number): Promise<void> {
    this.#now = now;
    const { externalUrl, evidenceOf } = this.#parts;
    const context = { externalURL: externalUrl, evidenceOf, mostAlerts: MOST_ALERTS };
    // A kind that nobody can send is told of when the configuration is read; a letter for each alert would only hide others.
    const sendable = deliveries.filter(({ integration }) => hasChannel(integration.kind));
    const stored = sendable.map((delivery): StoredDelivery => {
      const { key, reason, receiver, at, integration } = delivery;
      const { kind, index } = integration;
      const channelId = channelIdOf(receiver, kind, index);
      const notification = createNotification(delivery, context);
      return { version: 1, key, channelId, receiver, kind, index, reason, createdAt: now, at, notification };
    });
    const isTouched = ({ id, channelId }: WaitingDelivery) => this.#workers.get(channelId)?.isTouched(id) ?? false;
    const { added, superseded, displaced, repeated } = await this.#queue.add(stored, together, now, isTouched);
    for (const { id, channelId } of superseded) this.#workers.get(channelId)?.remove(id);
    for (const waiting of added) {
      this.#workers.get(waiting.channelId)?.add(waiting);
      this.#parts.onTold(toldOf(waiting, now, "waiting", ""));
    }
    this.#metrics.suppressed.add(superseded.length, { reason: "superseded" });
    this.#metrics.suppressed.add(repeated, { reason: "repeated" });
    for (const waiting of displaced) {
      this.#workers.get(waiting.channelId)?.remove(waiting.id);
      await this.#giveUp(
        waiting,
        0,
        "the queue of this channel is full: newer notifications took its place",
        "other",
        now,
      );
    }
    await this.#giveUpOrphans(now);
  }

  async work(now: number): Promise<void> {
    this.#now = now;
    for (const id of this.#unsettled) await this.#forget(id);
    for (const id of this.#lines.keys()) this.#workers.get(id)?.begin(now);
  }

  nextAt(): number | undefined {
    let next: number | undefined;
    for (const id of this.#lines.keys()) {
      const at = this.#workers.get(id)?.nextAt(this.#now);
      if (at !== undefined && (next === undefined || at < next)) next = at;
    }
    return next;
  }

  async settled(): Promise<void> {
    await Promise.all([...this.#workers.values()].map((worker) => worker.settled()));
    await Promise.all(this.#background);
  }

  /** Attempts under way may end until then: epoch milliseconds of the machine's clock. */
  async close(deadlineMillis: number): Promise<void> {
    await withinMillis(Math.max(0, deadlineMillis - Date.now()), this.settled());
    await Promise.all([...this.#lines.values()].map((line) => line.close()));
  }

  status(): ChannelStatus[] {
    return [...this.#lines.values()].flatMap(({ id, receiver, integration, target }) => {
      const worker = this.#workers.get(id);
      if (!worker) return [];
      const { kind, index, sendResolved } = integration;
      const retryAt = worker.waiting > 0 ? worker.retryAt(this.#now) : undefined;
      return { id, receiver, kind, index, target, sendResolved, ...worker.state, waiting: worker.waiting, retryAt };
    });
  }

  told(): readonly Told[] {
    const waiting = this.#queue.list().map((each) => toldOf(each, each.createdAt, "waiting", ""));
    return [...waiting, ...this.#told].sort((a, b) => b.at - a.at).slice(0, MOST_TOLD);
  }

  deadLetters(): readonly DeadLetter[] {
    return this.#letters.list();
  }

  async retry(id: string, now: number): Promise<boolean> {
    const stored = await this.#letters.load(id);
    if (!stored) return false;
    this.#now = now;
    const worker = this.#lines.has(stored.channelId) ? this.#workers.get(stored.channelId) : undefined;
    if (!worker)
      throw new UnknownChannelError(`cannot try again: there is no ${stored.channelId} in the configuration any more`);
    // It begins anew: it is not given up for its age at the first failure.
    const waiting = await this.#queue.restore(id, { ...stored, createdAt: now });
    await this.#letters.remove(id);
    worker.add(waiting);
    return true;
  }

  drop(id: string): Promise<boolean> {
    return this.#letters.remove(id);
  }

  async test(channelId: string, now: number): Promise<TestOutcome> {
    return this.#line(channelId).test(now);
  }

  async preview(channelId: string, alerts: readonly NotifiedAlert[] | undefined, now: number): Promise<Preview> {
    return this.#line(channelId).preview(alerts ?? [], now);
  }

  #line(channelId: string): ChannelLine {
    const line = this.#lines.get(channelId);
    if (!line) {
      const known = [...this.#lines.keys()].slice(0, 20).join(", ");
      throw new UnknownChannelError(
        `there is no channel ${JSON.stringify(channelId)}; the channels: ${known || "none"}`,
      );
    }
    if (!hasChannel(line.integration.kind))
      throw new UnknownChannelError(
        `cannot send to ${line.integration.kind}_configs: there is no channel for it; the channels: ${sendableKinds().join(", ")}`,
      );
    return line;
  }

  #lineParts(templates: TemplateSet, folder: string): LineParts {
    const { environment, externalUrl, version, pictureOf, log, settings } = this.#parts;
    const timeoutMillis = settings?.timeoutMillis ?? TIMEOUT_MILLIS;
    const onTemplateError = (kind: string, receiver: string) =>
      this.#metrics.templateErrors.add(1, { integration: kind, receiver_name: receiver });
    return { templates, folder, environment, externalUrl, version, timeoutMillis, pictureOf, log, onTemplateError };
  }

  #createWorker(id: string, kind: string): void {
    const { settings, random = Math.random } = this.#parts;
    const limit = rateLimitOf(kind, settings?.rateLimits);
    const worker = new ChannelWorker(
      { limit, giveUpMillis: settings?.giveUpMillis ?? GIVE_UP_MILLIS, random },
      {
        send: (delivery, now) => this.#send(delivery, now),
        sent: (delivery, now) => this.#settle(delivery, now),
        givenUp: (delivery, attempts, message, now, reason) => this.#giveUp(delivery, attempts, message, reason, now),
      },
    );
    for (const waiting of this.#queue.list()) if (waiting.channelId === id) worker.add(waiting);
    this.#workers.set(id, worker);
  }

  async #send(delivery: WaitingDelivery, now: number): Promise<Outcome> {
    const { id, channelId, receiver, kind } = delivery;
    const labels = { integration: kind, receiver_name: receiver };
    const begin = performance.now();
    const current = () => now + Math.round(performance.now() - begin);
    try {
      const line = this.#lines.get(channelId);
      if (!line) return { kind: "permanent", message: GONE };
      const stored = await this.#queue.load(id);
      if (!stored) return { kind: "sent" };
      const { notification } = stored;
      const { groupKey } = notification;
      const previous = await this.#memories.get(channelId, groupKey);
      const picture = await findPicture(notification, this.#parts.pictureOf, this.#parts.log);
      const attempt = line.attempt(notification, { previous, picture, now: current });
      const end = await sendMessage(attempt);
      const { outcome, remember } = end;
      this.#metrics.requests.add(1, labels);
      if (outcome.kind === "sent") {
        if (remember !== undefined && (remember !== null || previous))
          await this.#remember(channelId, groupKey, remember, now);
        if (end.afterwards) this.#inBackground(this.#follow(end, attempt, channelId));
      } else this.#metrics.requestsFailed.add(1, labels);
      return outcome;
    } catch (error) {
      // Of the disk: nothing was sent.
      return { kind: "retry", afterMillis: undefined, message: messageOf(error) };
    } finally {
      this.#metrics.latency.record((performance.now() - begin) / 1000, labels);
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
      await this.#memories.set(channelId, groupKey, memory, now);
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

  async #settle(delivery: WaitingDelivery, now: number): Promise<void> {
    const { id, kind, receiver } = delivery;
    this.#metrics.notifications.add(1, { integration: kind, receiver_name: receiver });
    await this.#forget(id);
    this.#tell(toldOf(delivery, now, "sent", ""));
  }

  /** What was sent must not be sent again: as long as the disk refuses, it is tried again. */
  async #forget(id: string): Promise<void> {
    try {
      await this.#queue.remove(id);
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

  /** Into the dead letters first, then out of the queue. */
  async #giveUp(
    delivery: WaitingDelivery,
    attempts: number,
    message: string,
    reason: string,
    now: number,
  ): Promise<boolean> {
    const { id, kind, receiver, channelId } = delivery;
    try {
      const stored = await this.#queue.load(id);
      if (stored) await this.#letters.add(id, stored, attempts, message, now);
      await this.#queue.remove(id);
    } catch (error) {
      this.#parts.log.error("a notification cannot be given up", { id, channel: channelId, error: messageOf(error) });
      return false;
    }
    const labels = { integration: kind, receiver_name: receiver };
    this.#metrics.notifications.add(1, labels);
    this.#metrics.failed.add(1, { ...labels, reason });
    this.#parts.log.error("a notification was given up", { channel: channelId, attempts, error: message });
    this.#tell(toldOf(delivery, now, "failed", message));
    return true;
  }

  /** Without a configuration everything waits for one. */
  async #giveUpOrphans(now: number): Promise<void> {
    if (!this.#hasConfig || !this.#isOpen) return;
    for (const [id, worker] of this.#workers) {
      if (this.#lines.has(id)) continue;
      this.#workers.delete(id);
      const { busyWith } = worker;
      if (busyWith !== undefined) {
        this.#leaving.add(busyWith);
        this.#inBackground(worker.settled().then(() => this.#leaving.delete(busyWith)));
      }
      await worker.abandon(GONE, now);
    }
    const isBusy = ({ channelId, id }: WaitingDelivery) =>
      this.#lines.has(channelId) || this.#unsettled.has(id) || this.#leaving.has(id);
    for (const waiting of this.#queue.list()) if (!isBusy(waiting)) await this.#giveUp(waiting, 0, GONE, "other", now);
  }

  #tell(told: Told): void {
    this.#told.unshift(told);
    if (this.#told.length > MOST_TOLD) this.#told.length = MOST_TOLD;
    this.#parts.onTold(told);
  }

  #inBackground(work: Promise<unknown>): void {
    const held = work.catch((error: unknown) => this.#parts.log.warn("after sending", { error: messageOf(error) }));
    this.#background.add(held);
    void held.finally(() => this.#background.delete(held));
  }
}

const GONE = "the integration is no longer in the configuration";

function toldOf(
  { key, at: dueAt, channelId, receiver, kind, reason, tells }: WaitingDelivery,
  at: number,
  outcome: Told["outcome"],
  message: string,
): Told {
  const alerts = tells.map(({ fingerprint }) => fingerprint);
  return { id: deliveryIdOf({ key, at: dueAt }), at, channelId, receiver, kind, reason, alerts, outcome, message };
}
