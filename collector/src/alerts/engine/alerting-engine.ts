/**
 * Alerting as a whole, on a clock that whoever drives it moves: rule files -> evaluations -> notification -> evidence -> queue, with
 * everything kept in documents. What a crash must not lose or double is written in one piece: a group's state with what notification
 * made of it, and notification's state with the deliveries it decided on.
 *
 *   tick ─> files changed? ─> groups that are due ─> alerts to notification ─> state written
 *        └> groups of alerts that are due ─> evidence once more ─> queue and state written ─> sending begins
 */
import { messageOf } from "../../base/errors.ts";
import { openScope } from "../../base/work-scope.ts";
import type { DocumentChange, DocumentStore, StoreLog, StoreReader } from "../../store/store.ts";
import { describeEvidence } from "../channels/describe-evidence.ts";
import type { FindSamples } from "../evaluate/alerting-rule.ts";
import { queryVectorOf, type QueryVector } from "../evaluate/query-vector.ts";
import type { RuleSample } from "../evaluate/rule-sample.ts";
import type { GatherEvidence } from "../evidence/gather.ts";
import type { Group } from "../notify/alert-groups.ts";
import { AlertError, isResolved, type Alert, type PostedAlert } from "../notify/alert.ts";
import type { Labels } from "../notify/labels.ts";
import type { Delivery, Suppression } from "../notify/notifier.ts";
import { matchRoutes } from "../notify/route-tree.ts";
import { silenceState, type NewSilence, type Silence } from "../notify/silences.ts";
import { parseRules } from "../rules/parse-rules.ts";
import type { Sending, Told } from "../send/sending.ts";
import type { YamlIssue } from "../yaml/yaml-node.ts";
import { AlertHistory } from "./alert-history.ts";
import { summaryOf } from "./alert-subject.ts";
import {
  RuleFileError,
  type AlertingService,
  type Episode,
  type EpisodeQuery,
  type KnownAlert,
  type NotificationStatus,
  type RuleFileStatus,
  type RuleGroupStatus,
  type StoredEvidence,
} from "./alerting-service.ts";
import type { AlertingSettings } from "./alerting-settings.ts";
import { EngineMetrics } from "./engine-metrics.ts";
import { EVIDENCE_COLLECTION, EvidenceBook, type EvidenceRequest } from "./evidence-book.ts";
import { Forwarding } from "./forwarding.ts";
import type { GroupRunner, GroupState } from "./group-runner.ts";
import { endedAlerts, evidenceSubject, fromOutside, ruleAlerts } from "./known-alerts.ts";
import { NotificationDesk } from "./notification-desk.ts";
import { listProblems } from "./problems.ts";
import { RuleBook, type Ended } from "./rule-book.ts";
import { RULE_FILE_COLLECTION, RuleSources, type SourceChange } from "./rule-sources.ts";
import { SampleBuffer } from "./sample-buffer.ts";
import type { SelfMetrics } from "./self-metrics.ts";
import { Serial } from "./serial.ts";

const STATE_COLLECTION = "alert-state";
/** A notification waits so long for evidence at most, over all its alerts. */
const EVIDENCE_BUDGET_MILLIS = 10_000;
const MOST_EXPLAINED = 20;
/** After a write that failed. */
const RETRY_MILLIS = 5_000;
const PRUNE_MILLIS = 3_600_000;
const RULE_FILE_NAME = /^[\w][\w .-]{0,99}$/;

export interface EngineParts {
  readonly reader: StoreReader;
  readonly documents: DocumentStore;
  /** Samples of rules, ALERTS and ALERTS_FOR_STATE. */
  readonly write: (samples: readonly RuleSample[]) => Promise<void>;
  readonly settings: AlertingSettings;
  /** Made with what the engine offers it. */
  readonly createSending: (offered: EngineOffers) => Sending;
  /** Text of the default rules. */
  readonly defaultRules?: () => Promise<string>;
  /** Goldspan's kinds of rules; absent: those fail. */
  readonly find?: (query: QueryVector) => FindSamples;
  /** Absent: alerts go without evidence. */
  readonly gather?: GatherEvidence;
  readonly log: StoreLog;
  readonly metrics: SelfMetrics;
  /** Of what comes between ticks: silences, alerts from outside. Unix milliseconds. */
  readonly clock: () => number;
}

interface SaveSettings {
  /** Whose evaluation may have changed their state. */
  readonly runners?: readonly GroupRunner[];
  readonly mustSucceed?: boolean;
}

/** What sending needs of the engine. */
export interface EngineOffers {
  readonly evidenceOf: EvidenceBook["evidenceOf"];
  readonly onTold: (told: Told) => void;
}

export class AlertingEngine implements AlertingService {
  readonly sending: Sending;
  readonly query: QueryVector;
  readonly #parts: EngineParts;
  readonly #settings: AlertingSettings;
  readonly #metrics: EngineMetrics;
  readonly #sources: RuleSources;
  readonly #desk: NotificationDesk;
  readonly #history: AlertHistory;
  readonly #evidence: EvidenceBook;
  readonly #forwarding: Forwarding;
  readonly #find: FindSamples | undefined;
  readonly #serial = new Serial();
  readonly #stop = new AbortController();
  readonly #unsaved = new Map<string, DocumentChange>();
  /** Alerts of rules that are gone, until notification forgets them; by fingerprint. */
  readonly #ended = new Map<string, KnownAlert>();
  #book: RuleBook;
  #scanFailed = false;
  #reloadAt = 0;
  #pruneAt = 0;
  #retryAt = 0;
  #notifying: Promise<void> | undefined;
  #sendingWork = new Set<Promise<void>>();
  #wake: () => void = () => undefined;

  constructor(parts: EngineParts) {
    const { settings, reader, documents, log } = parts;
    this.#parts = parts;
    this.#settings = settings;
    this.#metrics = new EngineMetrics(parts.metrics);
    this.query = this.#limitedQuery();
    this.#find = parts.find?.(this.query);
    this.#history = new AlertHistory(documents);
    this.#forwarding = new Forwarding({
      targets: settings.alertmanagers,
      resendDelayMillis: settings.resendDelayMillis,
      metrics: parts.metrics,
      log,
    });
    this.#evidence = new EvidenceBook({
      gather: parts.gather,
      tools: { reader, query: this.query, externalUrl: settings.externalUrl, log },
      documents,
      limits: settings.limits,
      stop: this.#stop.signal,
      onGathered: (id, evidence) => this.#history.explain(id, evidence),
      onTime: (millis, outcome) => this.#metrics.gathered(millis, outcome),
      log,
    });
    this.sending = parts.createSending({
      evidenceOf: (fingerprint) => this.#evidence.evidenceOf(fingerprint),
      onTold: (told) => this.#told(told),
    });
    this.#desk = new NotificationDesk({
      documents,
      send: this.sending,
      log,
      configFile: settings.configFile,
      environment: settings.environment,
      onLoad: (isGood, now) => this.#metrics.loadedNotification(isGood, now),
    });
    this.#sources = new RuleSources({
      patterns: settings.ruleFiles,
      folder: process.cwd(),
      defaultRules: settings.usesDefaultRules ? parts.defaultRules : undefined,
      documents,
    });
    this.#book = this.#createBook(new Map());
  }

  get externalUrl(): string {
    return this.#settings.externalUrl;
  }

  now(): number {
    return this.#parts.clock();
  }

  /** Called when `nextAt` may have come nearer than it was said last. */
  onWake(wake: () => void): void {
    this.#wake = wake;
  }

  /** Loads everything and goes on where the last run stood. Rejects when the store fails, not for broken files. */
  async start(now: number): Promise<void> {
    const states = await this.#parts.documents.list(STATE_COLLECTION);
    this.#book = this.#createBook(new Map(states.map(({ key, value }) => [key, value as GroupState])));
    await this.#history.open(now);
    await this.#evidence.load(this.#history.goingOn());
    await this.#desk.open(now);
    await this.#applyAll(await this.#sources.load(), now);
    await this.#scanRules(now);
    await this.#finish(this.#book.takeOrphans(!this.#scanFailed), now);
    // Before anything is due: what fires must not look as if it had ended while nobody told of it.
    for (const runner of this.#book.runners()) this.#hand(runner, now, true);
    await this.#save({ runners: this.#book.runners() });
    this.#reloadAt = now + this.#settings.reloadIntervalMillis;
    this.#pruneAt = now + RETRY_MILLIS;
  }

  /**
   * Does what is due: files, evaluations, notifications; begins to send without waiting for answers (`settled` does). Calls may overlap:
   * a group that is still at work is left alone. Never rejects.
   */
  async tick(now: number): Promise<void> {
    if (this.#stop.signal.aborted) return;
    // The clock was set back: what was due is due again from here.
    this.#reloadAt = Math.min(this.#reloadAt, now + this.#settings.reloadIntervalMillis);
    this.#pruneAt = Math.min(this.#pruneAt, now + PRUNE_MILLIS);
    this.#retryAt = Math.min(this.#retryAt, now + RETRY_MILLIS);
    try {
      if (now >= this.#reloadAt) await this.#reload(now);
      await Promise.all(this.#book.runners().map((runner) => this.#evaluateDue(runner, now)));
      await this.#notify(now);
      if (now >= this.#pruneAt) {
        this.#pruneAt = now + PRUNE_MILLIS;
        await this.#serial.run(() => this.#prune(now));
      }
      await this.#serial.run(() => this.#save());
      this.#show(now);
      this.#send(now);
    } catch (error) {
      if (!this.#stop.signal.aborted)
        this.#parts.log.error("alerting failed for a reason nobody foresaw", {
          error: error instanceof Error ? error.stack : String(error),
        });
    }
  }

  /** When tick has something to do. */
  nextAt(): number {
    const times = this.#book.runners().map(({ nextAt }) => nextAt);
    const due = this.#notifying ? undefined : this.#desk.notifier.nextDueAt();
    const send = this.sending.nextAt();
    return Math.min(
      this.#reloadAt,
      this.#pruneAt,
      ...times,
      due === undefined ? Infinity : Math.max(due, this.#retryAt),
      send ?? Infinity,
    );
  }

  /** Resolves when nothing is on its way: for drills and tests. */
  async settled(): Promise<void> {
    await this.#evidence.settled();
    await Promise.all(this.#sendingWork);
    await this.sending.settled();
    await this.#forwarding.settled();
    await this.#serial.run(() => this.#save());
  }

  /** Evaluations under way are broken off, attempts to send may end until the deadline. */
  async stop(deadlineMillis: number): Promise<void> {
    this.#stop.abort();
    await Promise.all(this.#book.runners().map((runner) => runner.retire()));
    await this.sending.close(deadlineMillis);
    await this.#serial.run(() => this.#save());
  }

  // What the API reads and does.

  alerts(): readonly KnownAlert[] {
    const { notifier } = this.#desk;
    const own = this.#book.runners().flatMap((runner) => ruleAlerts(runner, this.#settings.externalLabels));
    const seen = new Set(own.map(({ fingerprint }) => fingerprint));
    const outside = notifier.alerts().filter(({ fingerprint }) => !seen.has(fingerprint));
    return [
      ...own,
      ...outside.map(
        (alert) =>
          this.#ended.get(alert.fingerprint) ??
          fromOutside(alert, this.now(), this.#history.goingOnOf(alert.fingerprint)?.id),
      ),
    ];
  }

  suppressions(): (alert: Pick<Alert, "labels">) => Suppression {
    return this.#desk.notifier.suppressions(this.now());
  }

  receiversOf(labels: Labels): readonly string[] {
    return [...new Set(matchRoutes(this.#desk.notifier.root, labels).map(({ receiver }) => receiver))];
  }

  receive(alerts: readonly PostedAlert[]): Promise<void> {
    return this.#serial.run(async () => {
      const now = this.now();
      let refused: AlertError | undefined;
      for (const posted of alerts) {
        try {
          const alert = this.#desk.receive(posted, now);
          this.#metrics.received(isResolved(alert, now) ? "resolved" : "firing");
          if (!isResolved(alert, now)) this.#begin(fromOutside(alert, now));
        } catch (error) {
          if (!(error instanceof AlertError)) throw error;
          this.#metrics.invalid();
          refused ??= error;
        }
      }
      this.#desk.touch();
      await this.#save({ mustSucceed: true });
      this.#wake();
      if (refused) throw refused;
    });
  }

  ruleFiles(): readonly RuleFileStatus[] {
    return this.#book.files();
  }

  groups(): readonly RuleGroupStatus[] {
    return this.#book.runners().map((runner) => runner.status());
  }

  async ruleFileText(name: string): Promise<string | undefined> {
    return this.#book.file(name)?.text;
  }

  putRuleFile(name: string, text: string): Promise<void> {
    return this.#serial.run(async () => {
      if (!RULE_FILE_NAME.test(name))
        throw new RuleFileError(
          `cannot name a rule file ${JSON.stringify(name)}: letters, digits, "_", "-", "." and spaces, 100 at most`,
        );
      const known = this.#book.file(name);
      if (known && known.origin !== "ui")
        throw new RuleFileError(
          `cannot change ${name} here: it is ${known.origin === "file" ? "a file on disk" : "built in"}`,
        );
      const issues = this.checkRules(text);
      if (issues.length > 0) throw new RuleFileError(`cannot run the rule file: ${issues[0].message}`, issues);
      await this.#parts.documents.put(RULE_FILE_COLLECTION, name, { text });
      await this.#applyAll([{ name, origin: "ui", text }], this.now());
      await this.#save({ mustSucceed: true });
      this.#wake();
    });
  }

  deleteRuleFile(name: string): Promise<boolean> {
    return this.#serial.run(async () => {
      const known = this.#book.file(name);
      if (!known) return false;
      if (known.origin !== "ui") throw new RuleFileError(`cannot delete ${name} here: it was not made in the UI`);
      await this.#parts.documents.delete(RULE_FILE_COLLECTION, name);
      await this.#applyAll([{ name, origin: "ui", text: undefined }], this.now());
      await this.#save({ mustSucceed: true });
      return true;
    });
  }

  checkRules(text: string): readonly YamlIssue[] {
    return parseRules(text).issues;
  }

  notification(): NotificationStatus {
    return this.#desk.status();
  }

  alertGroups(): readonly Group[] {
    return this.#desk.notifier.groups();
  }

  silences(): readonly Silence[] {
    return this.#desk.silences.list();
  }

  setSilence(silence: NewSilence): Promise<string> {
    return this.#serial.run(() => this.#desk.setSilence(silence, this.now()));
  }

  expireSilence(id: string): Promise<void> {
    return this.#serial.run(() => this.#desk.expireSilence(id, this.now()));
  }

  episodes(query: EpisodeQuery): Promise<readonly Episode[]> {
    return this.#history.list(query);
  }

  episode(id: string): Promise<Episode | undefined> {
    return this.#history.get(id);
  }

  evidence(id: string): Promise<StoredEvidence | undefined> {
    return this.#evidence.get(id);
  }

  problems(): readonly string[] {
    return listProblems(this);
  }

  // Evaluation.

  async #evaluateDue(runner: GroupRunner, now: number): Promise<void> {
    const { missed } = runner.status();
    const slot = runner.takeSlot(now);
    this.#metrics.missed(runner.file, runner.group.name, runner.status().missed - missed);
    if (slot === undefined) return;
    await runner.evaluate(slot);
    this.#metrics.evaluated(runner.status());
    await this.#serial.run(async () => {
      if (!this.#book.isRunning(runner)) return;
      this.#hand(runner, now);
      await this.#save({ runners: [runner] });
    });
  }

  /**
   * A group's alerts to notification: at once when they begin or end to fire, and again every resend_delay, so that they don't time out.
   * Whether notification has heard is asked of notification, whose state survives a restart.
   */
  #hand(runner: GroupRunner, now: number, isStart = false): void {
    const { resendDelayMillis, externalLabels } = this.#settings;
    const { notifier } = this.#desk;
    const lastsMillis = 4 * Math.max(runner.intervalMillis, resendDelayMillis);
    const alerts = ruleAlerts(runner, externalLabels).filter(({ state }) => state !== "pending");
    this.#forwarding.take(
      alerts.map((alert) => {
        const { labels, annotations, ...posted } = this.#posted(alert, now + lastsMillis);
        const explained = this.#explained({ labels, annotations: annotations ?? {}, fingerprint: alert.fingerprint });
        return {
          fingerprint: alert.fingerprint,
          isFiring: alert.state === "firing",
          posted: { ...posted, labels, annotations: explained },
        };
      }),
      now,
    );
    for (const alert of alerts) {
      const known = notifier.alert(alert.fingerprint);
      const isFiring = alert.state === "firing";
      const isNews = isFiring
        ? !known || isResolved(known, now)
        : known !== undefined && known.endsAt > (alert.resolvedAtMillis ?? 0) && !isResolved(known, now);
      const isStale = isFiring && known !== undefined && now - known.updatedAt >= resendDelayMillis;
      if (!isNews && !isStale && !(isStart && isFiring)) continue;
      this.#desk.receive(this.#posted(alert, now + lastsMillis), now);
      this.#metrics.received(isFiring ? "firing" : "resolved");
      if (isNews) this.#desk.touch();
      this.#ended.delete(alert.fingerprint);
      if (isFiring) this.#begin(alert);
    }
  }

  #posted({ id, labels, annotations, firedAtMillis, resolvedAtMillis }: KnownAlert, until: number): PostedAlert {
    const { externalUrl } = this.#settings;
    return {
      labels,
      annotations,
      startsAt: firedAtMillis,
      endsAt: resolvedAtMillis ?? until,
      generatorURL: externalUrl === "" ? "" : `${externalUrl.replace(/\/$/, "")}/alerts/${id}`,
    };
  }

  /** Of a firing alert: its episode and the look for evidence, once. */
  #begin(alert: KnownAlert): void {
    if (this.#history.goingOnOf(alert.fingerprint)) return;
    this.#history.begin(alert, alert.firedAtMillis ?? alert.activeAtMillis);
    this.#evidence.request(this.#evidenceRequest(alert));
  }

  #evidenceRequest(alert: KnownAlert): EvidenceRequest {
    const { id, fingerprint } = alert;
    return { id, fingerprint, subject: evidenceSubject(alert, this.now()) };
  }

  // Notification.

  #notify(now: number): Promise<void> {
    this.#notifying ??= this.#notifyDue(now).finally(() => {
      this.#notifying = undefined;
      this.#wake();
    });
    return this.#notifying;
  }

  async #notifyDue(now: number): Promise<void> {
    const due = this.#desk.due(now);
    if (due.length > 0 && now >= this.#retryAt) {
      await this.#explain(due, now);
      await this.#serial.run(() => this.#flush(now));
    }
    this.#desk.notifier.prune(now);
    for (const { id, fingerprint } of this.#history.goingOn()) {
      const alert = this.#desk.notifier.alert(fingerprint);
      if (!alert || isResolved(alert, now)) this.#history.end(id, alert?.endsAt ?? now);
    }
  }

  /** Spans come late: evidence once more for what is told for the first time. */
  async #explain(due: readonly Group[], now: number): Promise<void> {
    const alerts = new Map(this.alerts().map((alert) => [alert.fingerprint, alert]));
    const requests = due
      .flatMap((group) => [...group.alerts.values()])
      .filter((alert) => !isResolved(alert, now) && this.#history.goingOnOf(alert.fingerprint)?.told.length === 0)
      .map(({ fingerprint }) => alerts.get(fingerprint))
      .filter((alert) => alert !== undefined)
      .slice(0, MOST_EXPLAINED);
    await this.#evidence.gatherAll(
      requests.map((alert) => this.#evidenceRequest(alert)),
      EVIDENCE_BUDGET_MILLIS,
    );
  }

  async #flush(now: number): Promise<void> {
    try {
      await this.#desk.flush(
        now,
        (delivery) => this.#decorate(delivery),
        () => this.#takeChanges(),
      );
      this.#unsaved.clear();
    } catch (error) {
      this.#retryAt = now + RETRY_MILLIS;
      this.#parts.log.error("cannot queue notifications; they are tried again", { error: messageOf(error) });
    }
  }

  #decorate(delivery: Delivery): Delivery {
    const alerts = delivery.alerts.map(({ alert, isResolved: hasEnded }) => {
      return { alert: { ...alert, annotations: this.#explained(alert) }, isResolved: hasEnded };
    });
    return { ...delivery, alerts };
  }

  /** Annotations as they are told: with a summary and the evidence as text. */
  #explained({ labels, annotations, fingerprint }: Pick<Alert, "labels" | "annotations" | "fingerprint">): Labels {
    const evidence = this.#evidence.evidenceOf(fingerprint);
    const text = evidence ? describeEvidence(evidence).join("\n") : "";
    return {
      ...annotations,
      summary: summaryOf(labels, annotations, evidence),
      ...(text !== "" && annotations.evidence === undefined && { evidence: text }),
    };
  }

  #told(told: Told): void {
    this.#history.tell(told);
    this.#wake();
  }

  #send(now: number): void {
    const work = this.sending.work(now).catch((error: unknown) => {
      this.#parts.log.error("cannot send notifications", { error: messageOf(error) });
    });
    this.#sendingWork.add(work);
    void work.finally(() => {
      this.#sendingWork.delete(work);
      this.#wake();
    });
  }

  // Files.

  async #reload(now: number): Promise<void> {
    this.#reloadAt = now + this.#settings.reloadIntervalMillis;
    await this.#serial.run(async () => {
      await this.#scanRules(now);
      await this.#desk.scan(now);
    });
  }

  async #scanRules(now: number): Promise<void> {
    let changes: SourceChange[] = [];
    try {
      changes = await this.#sources.scan();
      this.#scanFailed = false;
    } catch (error) {
      if (!this.#scanFailed) this.#parts.log.error("cannot look for rule files", { error: messageOf(error) });
      this.#scanFailed = true;
    }
    await this.#applyAll(changes, now);
  }

  async #applyAll(changes: readonly SourceChange[], now: number): Promise<void> {
    const { log } = this.#parts;
    for (const change of changes) {
      const { name } = change;
      const known = this.#book.file(name);
      // A name is one file; the first one has it.
      if (known && known.origin !== change.origin) {
        log.warn("another rule file has that name already", { file: name });
        continue;
      }
      await this.#finish(await this.#book.apply(change, now), now);
      const file = this.#book.file(name);
      for (const { at, message } of file?.issues ?? [])
        log.error(
          file?.text === undefined
            ? "cannot run a rule file"
            : "cannot run a rule file as it is now; the version before it runs on",
          { file: name, line: at?.line, error: message },
        );
      if (file?.issues.length === 0) log.info("loaded a rule file", { file: name });
    }
    if (changes.length > 0)
      this.#metrics.loadedRules(
        this.#book.files().every(({ issues }) => issues.length === 0),
        now,
      );
  }

  /** Rules that are gone: their alerts are over, their series end, their documents go. */
  async #finish({ rules, keys }: Ended, now: number): Promise<void> {
    for (const alert of endedAlerts(rules, this.#settings.externalLabels, now)) {
      const known = this.#desk.notifier.alert(alert.fingerprint);
      if (!known || isResolved(known, now)) continue;
      this.#desk.receive(this.#posted(alert, now), now);
      this.#desk.touch();
      this.#ended.set(alert.fingerprint, alert);
    }
    const stale = rules.flatMap(({ series }) =>
      series.map((labels): RuleSample => ({ labels, timestampMillis: now, value: "stale" })),
    );
    const buffer = new SampleBuffer(this.#parts.write, this.#parts.log);
    await buffer.add(stale);
    await buffer.flush();
    this.#note(keys.map((key) => ({ collection: STATE_COLLECTION, key, value: undefined })));
  }

  #createBook(saved: ReadonlyMap<string, GroupState>): RuleBook {
    const { evaluationIntervalMillis, queryOffsetMillis, externalUrl, externalLabels } = this.#settings;
    return new RuleBook(
      {
        outageToleranceMillis: this.#settings.forOutageToleranceMillis,
        runnerSettings: (file) => {
          const buffer = new SampleBuffer(this.#parts.write, this.#parts.log);
          return {
            file,
            intervalMillis: evaluationIntervalMillis,
            queryOffsetMillis,
            externalUrl,
            externalLabels,
            query: buffer.before(this.query),
            find: this.#find && buffer.beforeFind(this.#find),
            write: buffer.add,
            flush: () => buffer.flush(),
          };
        },
      },
      saved,
    );
  }

  #limitedQuery(): QueryVector {
    const { reader } = this.#parts;
    return async (text, timeMillis) => {
      const scope = openScope(this.#stop.signal, this.#settings.limits);
      try {
        return await queryVectorOf({ reader: reader.metrics, signal: scope.signal })(text, timeMillis);
      } finally {
        scope.close();
      }
    };
  }

  // What is kept.

  #note(changes: readonly DocumentChange[]): void {
    for (const change of changes) this.#unsaved.set(`${change.collection}\0${change.key}`, change);
  }

  #takeChanges(runners: readonly GroupRunner[] = []): DocumentChange[] {
    for (const runner of runners) {
      const state = runner.takeState();
      if (state) this.#note([{ collection: STATE_COLLECTION, key: runner.key, value: state }]);
    }
    this.#note(this.#history.takeChanges());
    this.#note(this.#evidence.takeChanges());
    return [...this.#unsaved.values()];
  }

  /** @param mustSucceed rejects when it cannot be written; otherwise it is tried again later */
  async #save({ runners, mustSucceed = false }: SaveSettings = {}): Promise<void> {
    this.#note(this.#desk.takeChanges());
    const changes = this.#takeChanges(runners);
    if (changes.length === 0) return;
    try {
      await this.#parts.documents.write(changes);
      for (const change of changes) {
        const key = `${change.collection}\0${change.key}`;
        if (this.#unsaved.get(key) === change) this.#unsaved.delete(key);
      }
    } catch (error) {
      if (mustSucceed) throw error;
      this.#parts.log.error("cannot keep the state of alerting; it is tried again", { error: messageOf(error) });
    }
  }

  async #prune(now: number): Promise<void> {
    await this.#desk.pruneSilences(now);
    this.#forwarding.prune(now);
    for (const [fingerprint] of this.#ended)
      if (!this.#desk.notifier.alert(fingerprint)) this.#ended.delete(fingerprint);
    const { ids, changes } = await this.#history.prune(now, this.#settings.historyMillis);
    this.#note(changes);
    for (const id of ids) this.#note([{ collection: EVIDENCE_COLLECTION, key: id, value: undefined }]);
  }

  #show(now: number): void {
    const suppressionOf = this.#desk.notifier.suppressions(now);
    const alerts = { active: 0, suppressed: 0 };
    for (const alert of this.#desk.notifier.alerts()) {
      if (isResolved(alert, now)) continue;
      const { silencedBy, inhibitedBy } = suppressionOf(alert);
      alerts[silencedBy.length + inhibitedBy.length > 0 ? "suppressed" : "active"]++;
    }
    const silences = { active: 0, pending: 0, expired: 0 };
    for (const silence of this.#desk.silences.list()) silences[silenceState(silence, now)]++;
    this.#metrics.show({ groups: this.#desk.notifier.groups().length, alerts, silences });
  }
}
