/**
 * What the engine and the API see of sending: deliveries in, messages out, what waits and what was given up. Times are milliseconds since
 * 1970 and come from outside; how long an answer takes is measured by the machine.
 */
import type { DocumentChange, DocumentStore, StoreLog } from "../../store/store.ts";
import type { Evidence, NotifiedAlert, Notification } from "../channels/notification.ts";
import type { SelfMetrics } from "../engine/self-metrics.ts";
import type { NotifyConfig } from "../notify/config/load-config.ts";
import type { Delivery } from "../notify/notifier.ts";
import type { YamlIssue } from "../yaml/yaml-node.ts";
import type { ShownMessage } from "./shown/shown-message.ts";

export interface Sending {
  /**
   * The configuration counts from now on, also for what waits: a delivery whose integration is gone becomes a dead letter. undefined:
   * nobody is told, and what waits stays until there is one. Reads the template files. Returns what will have no effect or cannot be sent, for warnings.
   * @throws Error when a template file cannot be read or parsed; what was before goes on counting
   */
  configure(config: NotifyConfig | undefined, source: ConfigSource, now: number): Promise<readonly YamlIssue[]>;
  /** Reads what waits from the run before; once, before anything else. */
  open(now: number): Promise<void>;
  /**
   * Resolves when all of them, and `together` in the same write, are on disk: only then they are the notifier's no more. Rejects when
   * nothing is. The same delivery given again after a crash is dropped.
   */
  enqueue(deliveries: readonly Delivery[], together: readonly DocumentChange[], now: number): Promise<void>;
  /** Begins to send what is due and resolves without waiting for answers; a slow channel holds nobody back. */
  work(now: number): Promise<void>;
  /** When `work` has something to begin; undefined: nothing waits, or all that does is on its way. */
  nextAt(): number | undefined;
  /** Resolves when nothing is on its way. */
  settled(): Promise<void>;
  /** Lets what is on its way end, until the deadline. What waits stays on disk. */
  close(deadlineMillis: number): Promise<void>;

  status(): ChannelStatus[];
  /** What became of the latest notifications, newest first; waiting ones too. Bounded. */
  told(): readonly Told[];
  /** Newest first. */
  deadLetters(): readonly DeadLetter[];
  /** Back into the queue, at once due. False: there is none of that id. @throws UnknownChannelError when its integration is gone */
  retry(id: string, now: number): Promise<boolean>;
  drop(id: string): Promise<boolean>;
  /** Sends a message that says it is a test, past the queue. @throws UnknownChannelError */
  test(channelId: string, now: number): Promise<TestOutcome>;
  /** What would be sent; secrets are hidden. @throws UnknownChannelError */
  preview(channelId: string, of: PreviewRequest, now: number): Promise<Preview>;
}

export interface ConfigSource {
  /** Of the configuration file: templates and other paths are relative to it. */
  readonly folder: string;
}

/** There is no integration of that id. */
export class UnknownChannelError extends Error {
  override name = "UnknownChannelError";
}

export interface ChannelStatus {
  /** `receiver/kind/index`, each part escaped as in a URL. */
  readonly id: string;
  readonly receiver: string;
  readonly kind: string;
  readonly index: number;
  /** Where it goes, without secrets. */
  readonly target: string;
  readonly sendResolved: boolean;
  /** Since the start. */
  readonly sent: number;
  /** Attempts that failed, since the start. */
  readonly failed: number;
  readonly waiting: number;
  readonly lastSentAt: number | undefined;
  /** "" when the last attempt went well. */
  readonly lastError: string;
  readonly lastErrorAt: number | undefined;
  /** Not tried before; undefined: may be tried now. */
  readonly retryAt: number | undefined;
}

export interface Told {
  /** Of the delivery: its key and when its group was due. */
  readonly id: string;
  /** When it was sent or given up; of a waiting one when it was enqueued. */
  readonly at: number;
  readonly channelId: string;
  readonly receiver: string;
  readonly kind: string;
  readonly reason: string;
  /** Fingerprints. */
  readonly alerts: readonly string[];
  readonly outcome: "waiting" | "sent" | "failed";
  readonly message: string;
}

/** A notification that was given up. */
export interface DeadLetter {
  readonly id: string;
  readonly channelId: string;
  readonly receiver: string;
  readonly kind: string;
  /** Titles of its alerts, the first of them. */
  readonly alerts: readonly string[];
  readonly createdAt: number;
  readonly failedAt: number;
  readonly attempts: number;
  readonly message: string;
}

export interface TestOutcome {
  readonly outcome: "sent" | "failed";
  readonly message: string;
  readonly durationMillis: number;
}

export interface PreviewRequest {
  /** Undefined: made-up ones. */
  readonly alerts: readonly NotifiedAlert[] | undefined;
  /** Of made-up ones: they are over. */
  readonly isResolved: boolean;
}

export interface Preview {
  readonly requests: readonly {
    readonly method: string;
    readonly url: string;
    readonly headers: Readonly<Record<string, string>>;
    readonly body: string;
  }[];
  readonly text: string;
  readonly hasPicture: boolean;
  readonly shown: ShownMessage;
}

/** Names a delivery: of one integration and group no two are due at the same moment. */
export function deliveryIdOf({ key, at }: Pick<Delivery, "key" | "at">): string {
  return `${key}@${at}`;
}

/** What sending is made of. */
export interface SendingParts {
  readonly documents: DocumentStore;
  /** Where Goldspan's pages are; "" = not known. */
  readonly externalUrl: string;
  /** What was found for the alert's newest episode; asked when a message is made. */
  readonly evidenceOf: (fingerprint: string) => Evidence | undefined;
  readonly pictureOf: PictureOf;
  /** Every change of what became of a delivery: waiting (enqueued), sent, failed. Must not throw. */
  readonly onTold: (told: Told) => void;
  /** For `${env:…}` of secrets. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly metrics: SelfMetrics;
  readonly log: StoreLog;
  readonly version: string;
}

/** The picture of an alert, as PNG; undefined where there is nothing to draw. */
export type PictureOf = (fingerprint: string, notification: Notification) => Promise<Uint8Array | undefined>;

/** `receiver/kind/index`, with each part escaped for a URL. */
export function channelIdOf(receiver: string, kind: string, index: number): string {
  return [receiver, kind, String(index)].map(encodeURIComponent).join("/");
}
