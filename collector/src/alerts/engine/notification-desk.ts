/**
 * Notification with its state kept: alerts in, deliveries into the queue, silences, and the configuration as it changes. What it decides
 * becomes durable together with the queue's documents, so that nothing is told twice or never. Sends nothing itself.
 */
import { randomUUID } from "node:crypto";
import { messageOf } from "../../base/errors.ts";
import type { DocumentChange, DocumentStore, StoreLog } from "../../store/store.ts";
import type { Group } from "../notify/alert-groups.ts";
import type { Alert, PostedAlert } from "../notify/alert.ts";
import type { NotifyConfig } from "../notify/config/load-config.ts";
import { Notifier, type Delivery, type NotifierState } from "../notify/notifier.ts";
import { Silences, type NewSilence, type Silence } from "../notify/silences.ts";
import type { Sending } from "../send/sending.ts";
import type { YamlIssue } from "../yaml/yaml-node.ts";
import type { NotificationStatus } from "./alerting-service.ts";
import { NotificationFile, nobodyIsTold } from "./notification-file.ts";

const STATE_COLLECTION = "alert-notifier";
const STATE_KEY = "state";
const SILENCE_COLLECTION = "alert-silences";

export interface DeskParts {
  readonly documents: DocumentStore;
  readonly send: Sending;
  readonly log: StoreLog;
  /** Undefined = nobody is told. */
  readonly configFile: string | undefined;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Told of every attempt to load the file. */
  readonly onLoad: (isGood: boolean, now: number) => void;
}

export class NotificationDesk {
  readonly #parts: DeskParts;
  readonly #file: NotificationFile | undefined;
  #config: NotifyConfig = nobodyIsTold();
  #status: Pick<NotificationStatus, "configText" | "issues" | "warnings" | "loadedAtMillis"> = {
    configText: "",
    issues: [],
    warnings: [],
    loadedAtMillis: 0,
  };
  #silences = new Silences(randomUUID);
  #notifier = new Notifier(this.#config, this.#silences);
  #isDirty = false;

  constructor(parts: DeskParts) {
    this.#parts = parts;
    this.#file = parts.configFile === undefined ? undefined : new NotificationFile(parts.configFile, parts.environment);
  }

  get notifier(): Notifier {
    return this.#notifier;
  }

  get silences(): Silences {
    return this.#silences;
  }

  status(): NotificationStatus {
    const { root } = this.#notifier;
    return { ...this.#status, configFile: this.#file?.path ?? "", config: this.#config, root };
  }

  /** With what was before the restart, by the configuration as it is now. */
  async open(now: number): Promise<void> {
    const { documents, send } = this.#parts;
    const silences = (await documents.list(SILENCE_COLLECTION)).map(({ value }) => value as Silence);
    this.#silences = new Silences(randomUUID, silences);
    const state = (await documents.get(STATE_COLLECTION, STATE_KEY)) as NotifierState | undefined;
    await send.open(now);
    // Routes decide which groups there are, so the file comes first.
    if (!(await this.#reload(now))) await send.configure(undefined, { folder: process.cwd() }, now);
    this.#notifier = new Notifier(this.#config, this.#silences, state, now);
    // While nothing ran, too, the clock may have been set back.
    this.#notifier.follow(now);
  }

  /** Looks whether the file has changed. */
  async scan(now: number): Promise<void> {
    if (await this.#reload(now)) this.#rebuild(this.#notifier.toState(), now);
  }

  /** @throws AlertError */
  receive(posted: PostedAlert, now: number): Alert {
    return this.#notifier.receive(posted, now);
  }

  /** The state has changed in a way that a restart must know. */
  touch(): void {
    this.#isDirty = true;
  }

  /** Groups that are due. */
  due(now: number): Group[] {
    return this.#notifier.groups().filter(({ dueAt }) => dueAt <= now);
  }

  /**
   * Hands what is due to the queue. @param decorate a delivery as it is to be sent
   * @param others changes that are to be durable with it @throws what the queue throws; then everything is due again
   */
  async flush(
    now: number,
    decorate: (delivery: Delivery) => Delivery,
    others: () => readonly DocumentChange[],
  ): Promise<number> {
    const before = this.#notifier.toState();
    const deliveries = this.#notifier.due(now);
    const decorated = deliveries.map(decorate);
    for (const delivery of deliveries) this.#notifier.delivered(delivery);
    this.#isDirty = true;
    try {
      await this.#parts.send.enqueue(decorated, [...others(), ...this.takeChanges()], now);
    } catch (error) {
      this.#rebuild(before, now);
      throw error;
    }
    return deliveries.length;
  }

  takeChanges(): DocumentChange[] {
    if (!this.#isDirty) return [];
    this.#isDirty = false;
    return [{ collection: STATE_COLLECTION, key: STATE_KEY, value: this.#notifier.toState() }];
  }

  /** @throws SilenceError */
  setSilence(silence: NewSilence, now: number): Promise<string> {
    return this.#changeSilences(() => this.#silences.set(silence, now), now);
  }

  /** @throws SilenceError */
  expireSilence(id: string, now: number): Promise<void> {
    return this.#changeSilences(() => this.#silences.expire(id, now), now);
  }

  /** Forgets silences that ended long ago. */
  async pruneSilences(now: number): Promise<void> {
    await this.#changeSilences(() => this.#silences.prune(now), now);
  }

  async #changeSilences<T>(change: () => T, now: number): Promise<T> {
    const before = this.#silences.toState();
    const result = change();
    const after = new Map(this.#silences.toState().map((silence) => [silence.id, silence]));
    const known = new Map(before.map((silence) => [silence.id, silence]));
    const changes: DocumentChange[] = [
      ...[...after.values()].filter((silence) => known.get(silence.id) !== silence),
      ...before.filter(({ id }) => !after.has(id)),
    ].map(({ id }) => ({ collection: SILENCE_COLLECTION, key: id, value: after.get(id) }));
    if (changes.length === 0) return result;
    try {
      await this.#parts.documents.write(changes);
    } catch (error) {
      this.#silences = new Silences(randomUUID, before);
      this.#rebuild(this.#notifier.toState(), now);
      throw error;
    }
    return result;
  }

  /** True when another configuration counts from now on. */
  async #reload(now: number): Promise<boolean> {
    const { send, log, onLoad } = this.#parts;
    const file = this.#file;
    const load = await file?.scan();
    if (!file || !load) return false;
    try {
      if (load.kind === "broken") throw new BrokenFile(load.issues);
      const warnings = await send.configure(load.config, { folder: file.folder }, now);
      this.#config = load.config;
      this.#status = { configText: load.text, issues: [], warnings, loadedAtMillis: now };
      onLoad(true, now);
      log.info("loaded the notification configuration", { file: file.path });
      for (const { at, message } of warnings) log.warn(message, { file: file.path, line: at?.line });
      return true;
    } catch (error) {
      const issues = error instanceof BrokenFile ? error.issues : [{ at: undefined, message: messageOf(error) }];
      this.#status = { ...this.#status, configText: load.text, issues };
      onLoad(false, now);
      for (const { at, message } of issues)
        log.error("cannot load the notification configuration; what was before it counts on", {
          file: file.path,
          line: at?.line,
          error: message,
        });
      return false;
    }
  }

  #rebuild(state: NotifierState, now: number): void {
    this.#notifier = new Notifier(this.#config, this.#silences, state, now);
    this.#isDirty = true;
  }
}

class BrokenFile extends Error {
  readonly issues: readonly YamlIssue[];

  constructor(issues: readonly YamlIssue[]) {
    super("broken");
    this.issues = issues;
  }
}
