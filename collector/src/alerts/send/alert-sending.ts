/**
 * Sending as a whole: the queue on disk, a worker for each integration, what came of it. Deliveries go in with the evidence that is known
 * then; the picture is asked for when a message is about to go. It reads no clock: `work` says what time it is.
 */
import { messageOf } from "../../base/errors.ts";
import type { DocumentChange } from "../../store/store.ts";
import type { Outcome } from "../channels/channel.ts";
import { hasChannel, sendableKinds } from "../channels/configured-channel.ts";
import { createNotification } from "../channels/create-notification.ts";
import type { NotifyConfig } from "../notify/config/load-config.ts";
import type { Delivery } from "../notify/notifier.ts";
import type { YamlIssue } from "../yaml/yaml-node.ts";
import { ChannelLine, type LineParts } from "./channel-line.ts";
import { ChannelWorker } from "./channel-worker.ts";
import { checkIntegrations } from "./check-integrations.ts";
import { DeadLetters } from "./dead-letters.ts";
import { DeliveryAttempts } from "./delivery-attempts.ts";
import { DeliveryOutcomes } from "./delivery-outcomes.ts";
import { DeliveryQueue } from "./delivery-queue.ts";
import { withinMillis } from "./find-picture.ts";
import { MessageMemories } from "./message-memory.ts";
import { rateLimitOf, type RateLimit } from "./rate-limit.ts";
import {
  channelIdOf,
  UnknownChannelError,
  type ChannelStatus,
  type ConfigSource,
  type DeadLetter,
  type Preview,
  type PreviewRequest,
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

export class AlertSending implements Sending {
  readonly #parts: AlertSendingParts;
  readonly #queue: DeliveryQueue;
  readonly #letters: DeadLetters;
  readonly #attempts: DeliveryAttempts;
  readonly #outcomes: DeliveryOutcomes;
  readonly #metrics: SendingMetrics;
  #lines = new Map<string, ChannelLine>();
  /** By channel; they outlive configurations, and know what is on its way. */
  readonly #workers = new Map<string, ChannelWorker>();
  #now = 0;
  #isOpen = false;
  #hasConfig = false;
  /** On their way for an integration that is gone since. */
  readonly #leaving = new Set<string>();
  readonly #background = new Set<Promise<unknown>>();

  constructor(parts: AlertSendingParts) {
    this.#parts = parts;
    const { documents, log, settings, metrics, onTold, pictureOf } = parts;
    const mostOfChannel = settings?.mostWaiting ?? MOST_WAITING;
    this.#queue = new DeliveryQueue(
      documents,
      { mostOfChannel, mostInAll: MOST_WAITING_IN_ALL, mostBytes: settings?.mostBytes ?? MOST_BYTES },
      log,
    );
    this.#letters = new DeadLetters(documents, log);
    this.#metrics = createSendingMetrics(metrics, {
      waiting: () => this.#queue.size,
      oldestSeconds: () => {
        const oldest = this.#queue.list().reduce((first, { createdAt }) => Math.min(first, createdAt), Infinity);
        return Number.isFinite(oldest) ? Math.max(this.#now - oldest, 0) / 1000 : 0;
      },
      deadLetters: () => this.#letters.size,
    });
    const shared = { queue: this.#queue, metrics: this.#metrics, log };
    this.#outcomes = new DeliveryOutcomes({ ...shared, letters: this.#letters, onTold });
    this.#attempts = new DeliveryAttempts({
      ...shared,
      memories: new MessageMemories(documents),
      pictureOf,
      inBackground: (work) => this.#inBackground(work),
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
      this.#outcomes.queued(waiting, now);
    }
    this.#metrics.suppressed.add(superseded.length, { reason: "superseded" });
    this.#metrics.suppressed.add(repeated, { reason: "repeated" });
    for (const waiting of displaced) {
      this.#workers.get(waiting.channelId)?.remove(waiting.id);
      await this.#outcomes.givenUp(
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
    await this.#outcomes.forgetUnsettled();
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
    return this.#outcomes.told();
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

  async preview(channelId: string, of: PreviewRequest, now: number): Promise<Preview> {
    return this.#line(channelId).preview(of, now);
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
        sent: (delivery, now) => this.#outcomes.sent(delivery, now),
        givenUp: (delivery, attempts, message, now, reason) =>
          this.#outcomes.givenUp(delivery, attempts, message, reason, now),
      },
    );
    for (const waiting of this.#queue.list()) if (waiting.channelId === id) worker.add(waiting);
    this.#workers.set(id, worker);
  }

  async #send(delivery: WaitingDelivery, now: number): Promise<Outcome> {
    const line = this.#lines.get(delivery.channelId);
    return line ? this.#attempts.run(delivery, line, now) : { kind: "permanent", message: GONE };
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
      this.#lines.has(channelId) || this.#outcomes.isUnsettled(id) || this.#leaving.has(id);
    for (const waiting of this.#queue.list())
      if (!isBusy(waiting)) await this.#outcomes.givenUp(waiting, 0, GONE, "other", now);
  }

  #inBackground(work: Promise<unknown>): void {
    const held = work.catch((error: unknown) => this.#parts.log.warn("after sending", { error: messageOf(error) }));
    this.#background.add(held);
    void held.finally(() => this.#background.delete(held));
  }
}

const GONE = "the integration is no longer in the configuration";
