/** An alerting engine over a store in memory, on a clock that the test moves; a restart keeps the store and nothing else. */
import { AlertingEngine, type EngineOffers, type EngineParts } from "../../src/alerts/engine/alerting-engine.ts";
import { DEFAULT_SETTINGS, type AlertingSettings } from "../../src/alerts/engine/alerting-settings.ts";
import { NO_METRICS } from "../../src/alerts/engine/self-metrics.ts";
import type { RuleSample } from "../../src/alerts/evaluate/rule-sample.ts";
import type { Delivery } from "../../src/alerts/notify/notifier.ts";
import { deliveryIdOf, type Sending, type Told } from "../../src/alerts/send/sending.ts";
import { labelsOf } from "../../src/model/labels.ts";
import { MemoryStore } from "../../src/store/memory/memory-store.ts";
import type { DocumentChange, DocumentStore } from "../../src/store/store.ts";
import { CollectedLog } from "./stores.ts";

/** Sends at once, by its list; keeps its queue in documents as the real one does. */
export class FakeSending implements Sending {
  readonly sent: Delivery[] = [];
  /** Attempts fail while it is set. */
  isDown = false;
  readonly #documents: DocumentStore;
  readonly #offers: EngineOffers;
  readonly #queue = new Map<string, Delivery>();

  constructor(documents: DocumentStore, offers: EngineOffers) {
    this.#documents = documents;
    this.#offers = offers;
  }

  configure = async () => [];
  async open() {
    for (const { key, value } of await this.#documents.list("alert-queue")) this.#queue.set(key, value as Delivery);
  }
  async enqueue(deliveries: readonly Delivery[], together: readonly DocumentChange[], now: number) {
    const own = deliveries.map((value) => ({ collection: "alert-queue", key: deliveryIdOf(value), value }));
    await this.#documents.write([...together, ...own]);
    for (const { key, value } of own) {
      this.#queue.set(key, value);
      this.#tell(value, "waiting", now);
    }
  }
  async work(now: number) {
    if (this.isDown) return;
    for (const [key, delivery] of this.#queue) {
      this.sent.push(delivery);
      this.#queue.delete(key);
      this.#tell(delivery, "sent", now);
      await this.#documents.delete("alert-queue", key);
    }
  }
  nextAt = () => undefined;
  settled = async () => undefined;
  close = async () => undefined;
  status = () => [];
  told = () => [];
  deadLetters = () => [];
  retry = async () => false;
  drop = async () => false;
  test = () => Promise.reject(new Error("not here"));
  preview = () => Promise.reject(new Error("not here"));

  #tell(delivery: Delivery, outcome: Told["outcome"], at: number): void {
    const { receiver, reason, integration, alerts } = delivery;
    const { kind } = integration;
    const fingerprints = alerts.map(({ alert }) => alert.fingerprint);
    const id = deliveryIdOf(delivery);
    this.#offers.onTold({
      id,
      at,
      channelId: receiver,
      receiver,
      kind,
      reason,
      alerts: fingerprints,
      outcome,
      message: "",
    });
  }
}

export class AlertingRun {
  now: number;
  readonly store = new MemoryStore();
  readonly log = new CollectedLog();
  readonly written: RuleSample[] = [];
  readonly sent: string[] = [];
  engine!: AlertingEngine;
  sending!: FakeSending;
  readonly #settings: AlertingSettings;
  readonly #parts: Partial<EngineParts>;

  constructor(settings: Partial<AlertingSettings>, parts: Partial<EngineParts> = {}, now = Date.UTC(2026, 0, 1)) {
    this.#settings = { ...DEFAULT_SETTINGS, ...settings };
    this.#parts = parts;
    this.now = now;
  }

  /** As a new process would: what the engine before held in memory is gone. */
  async start(): Promise<this> {
    this.engine = new AlertingEngine({
      reader: this.store,
      documents: this.store.documents,
      write: async (samples) => {
        this.written.push(...samples);
        for (const { labels, timestampMillis, value } of samples)
          this.store.metrics.add(labels, timestampMillis, value);
      },
      settings: this.#settings,
      createSending: (offers) => (this.sending = new FakeSending(this.store.documents, offers)),
      log: this.log,
      metrics: NO_METRICS,
      clock: () => this.now,
      ...this.#parts,
    });
    await this.engine.start(this.now);
    return this;
  }

  sample(labels: Readonly<Record<string, string>>, value: number): void {
    this.store.metrics.add(labelsOf(labels), this.now, value);
  }

  /** Moves the clock, doing what comes due on the way; `each` is called every 5 s of it. */
  async advance(millis: number, each: () => void = () => undefined): Promise<void> {
    const end = this.now + millis;
    while (this.now < end) {
      this.now = Math.min(end, this.now + 5_000);
      each();
      await this.engine.tick(this.now);
      await this.engine.settled();
    }
  }

  /** What was sent since the last call: `receiver reason: alert firing|resolved, …`. */
  takeSent(): string[] {
    return this.sending.sent.splice(0).map(({ receiver, reason, alerts }) => {
      const names = alerts.map(
        ({ alert, isResolved }) => `${alert.labels.alertname} ${isResolved ? "resolved" : "firing"}`,
      );
      return `${receiver} ${reason}: ${names.join(", ")}`;
    });
  }
}
