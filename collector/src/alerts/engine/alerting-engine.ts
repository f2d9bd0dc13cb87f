/**
 * Alerting as a whole, on a clock that whoever drives it moves: rule files -> evaluations -> notification -> evidence -> queue, with
 * everything kept in documents. What a crash must not lose or double is written in one piece: a group's state with what notification
 * made of it, and notification's state with the deliveries it decided on.
 *
 *   tick ─> files changed? ─> groups that are due ─> alerts to notification ─> state written
 *        └> groups of alerts that are due ─> evidence once more ─> queue and state written ─> sending begins
 */
import { openScope } from "../../base/work-scope.ts";
import type { DocumentStore, StoreLog, StoreReader } from "../../store/store.ts";
import type { FindSamples } from "../evaluate/alerting-rule.ts";
import { queryVectorOf, type QueryVector } from "../evaluate/query-vector.ts";
import type { RuleSample } from "../evaluate/rule-sample.ts";
import type { GatherEvidence } from "../evidence/gather.ts";
import { isResolved } from "../notify/alert.ts";
import { silenceState } from "../notify/silences.ts";
import type { Sending, Told } from "../send/sending.ts";
import { AlertHistory } from "./alert-history.ts";
import { AlertRoll } from "./alert-roll.ts";
import type { AlertingService } from "./alerting-service.ts";
import type { AlertingSettings } from "./alerting-settings.ts";
import { EngineMetrics } from "./engine-metrics.ts";
import type { EngineRoom } from "./engine-room.ts";
import { EngineService } from "./engine-service.ts";
import { Evaluation } from "./evaluation.ts";
import { EVIDENCE_COLLECTION, EvidenceBook } from "./evidence-book.ts";
import { Forwarding } from "./forwarding.ts";
import { NotificationDesk } from "./notification-desk.ts";
import { NotificationRounds } from "./notification-rounds.ts";
import { RuleFiles } from "./rule-files.ts";
import type { SelfMetrics } from "./self-metrics.ts";
import { Serial } from "./serial.ts";
import { StateLedger } from "./state-ledger.ts";

const FIRST_PRUNE_MILLIS = 5_000;
const PRUNE_MILLIS = 3_600_000;

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

/** What sending needs of the engine. */
export interface EngineOffers {
  readonly evidenceOf: EvidenceBook["evidenceOf"];
  readonly onTold: (told: Told) => void;
}

export class AlertingEngine {
  /** What the API reads and does. */
  readonly service: AlertingService;
  readonly #sending: Sending;
  readonly #room: EngineRoom;
  readonly #files: RuleFiles;
  readonly #evaluation: Evaluation;
  readonly #rounds: NotificationRounds;
  readonly #stop = new AbortController();
  #reloadAt = 0;
  #pruneAt = 0;
  /** Of the tick that began last. */
  #now = 0;
  #wake: () => void = () => undefined;

  constructor(parts: EngineParts) {
    const { documents, write, defaultRules } = parts;
    const query = limitedQuery(parts, this.#stop.signal);
    const wake = () => this.#wake();
    const { room, sending } = this.#openRoom(parts, query);
    this.#room = room;
    this.#sending = sending;
    const stop = this.#stop.signal;
    this.#files = new RuleFiles({ documents, write, defaultRules, query, find: parts.find?.(query), stop, wake }, room);
    this.#evaluation = new Evaluation(this.#files, room);
    this.#rounds = new NotificationRounds(sending, room, wake);
    this.service = new EngineService({ sending, query, files: this.#files, wake }, room);
  }

  /** Called when `nextAt` may have come nearer than it was said last. */
  onWake(wake: () => void): void {
    this.#wake = wake;
  }

  /** Loads everything and goes on where the last run stood. Rejects when the store fails, not for broken files. */
  async start(now: number): Promise<void> {
    const { history, evidence, desk, settings } = this.#room;
    await history.open(now);
    await evidence.load(history.goingOn());
    await desk.open(now);
    await this.#files.open(now);
    await this.#evaluation.open(now);
    this.#reloadAt = now + settings.reloadIntervalMillis;
    this.#pruneAt = now + FIRST_PRUNE_MILLIS;
  }

  /**
   * Does what is due: files, evaluations, notifications; begins to send without waiting for answers (`settled` does). Calls may overlap:
   * a group that is still at work is left alone. Never rejects.
   */
  async tick(now: number): Promise<void> {
    if (this.#stop.signal.aborted) return;
    const { settings, serial, ledger, log } = this.#room;
    this.#now = now;
    // The clock was set back: what was due is due again from here.
    this.#reloadAt = Math.min(this.#reloadAt, now + settings.reloadIntervalMillis);
    this.#pruneAt = Math.min(this.#pruneAt, now + PRUNE_MILLIS);
    try {
      if (now >= this.#reloadAt) await this.#reload(now);
      await this.#evaluation.run(now);
      // Where a group was slow other ticks have begun since: to notification its own time would be a clock that was set back.
      const late = this.#now;
      await this.#rounds.run(late);
      if (late >= this.#pruneAt) {
        this.#pruneAt = late + PRUNE_MILLIS;
        await serial.run(() => this.#prune(late));
      }
      await serial.run(() => ledger.save());
      this.#show(late);
      this.#rounds.send(late);
    } catch (error) {
      if (!this.#stop.signal.aborted)
        log.error("alerting failed for a reason nobody foresaw", {
          error: error instanceof Error ? error.stack : String(error),
        });
    }
  }

  /** When tick has something to do. */
  nextAt(): number {
    return Math.min(this.#reloadAt, this.#pruneAt, this.#evaluation.nextAt(), this.#rounds.nextAt());
  }

  /** Resolves when nothing is on its way: for drills and tests. */
  async settled(): Promise<void> {
    const { evidence, forwarding, serial, ledger } = this.#room;
    await this.#files.settled();
    await evidence.settled();
    await this.#rounds.settled();
    await forwarding.settled();
    await serial.run(() => ledger.save());
  }

  /** Evaluations under way are broken off, attempts to send may end until the deadline. */
  async stop(deadlineMillis: number): Promise<void> {
    this.#stop.abort();
    await this.#evaluation.retire();
    await this.#files.settled();
    await this.#sending.close(deadlineMillis);
    await this.#room.serial.run(() => this.#room.ledger.save());
  }

  /** Everything that the engine's matters share. */
  #openRoom(parts: EngineParts, query: QueryVector): { room: EngineRoom; sending: Sending } {
    const { settings, reader, documents, log, clock } = parts;
    const { externalUrl, externalLabels } = settings;
    const metrics = new EngineMetrics(parts.metrics);
    const history = new AlertHistory(documents);
    const forwarding = new Forwarding({
      targets: settings.alertmanagers,
      resendDelayMillis: settings.resendDelayMillis,
      metrics: parts.metrics,
      log,
    });
    const evidence = new EvidenceBook({
      gather: parts.gather,
      tools: { reader, query, externalUrl, log },
      documents,
      limits: settings.limits,
      stop: this.#stop.signal,
      onGathered: (id, found) => history.explain(id, found),
      onTime: (millis, outcome) => metrics.gathered(millis, outcome),
      log,
    });
    const sending = parts.createSending({
      evidenceOf: (fingerprint) => evidence.evidenceOf(fingerprint),
      onTold: (told) => this.#rounds.told(told),
    });
    const desk = new NotificationDesk({
      documents,
      send: sending,
      log,
      configFile: settings.configFile,
      environment: settings.environment,
      onLoad: (isGood, now) => metrics.loadedNotification(isGood, now),
    });
    const runners = () => this.#files.book.runners();
    const roll = new AlertRoll({ desk, history, evidence, runners, externalUrl, externalLabels, clock });
    const ledger = new StateLedger({ documents, log, desk, others: [history, evidence] });
    const serial = new Serial();
    const room = { settings, log, metrics, desk, history, evidence, forwarding, roll, ledger, serial, clock };
    return { room, sending };
  }

  async #reload(now: number): Promise<void> {
    const { settings, serial, desk } = this.#room;
    this.#reloadAt = now + settings.reloadIntervalMillis;
    await serial.run(async () => {
      await this.#files.scan(now);
      await desk.scan(now);
    });
  }

  async #prune(now: number): Promise<void> {
    const { desk, forwarding, roll, history, ledger, settings } = this.#room;
    await desk.pruneSilences(now);
    forwarding.prune(now);
    roll.prune();
    const { ids, changes } = await history.prune(now, settings.historyMillis);
    ledger.note(changes);
    ledger.note(ids.map((key) => ({ collection: EVIDENCE_COLLECTION, key, value: undefined })));
  }

  #show(now: number): void {
    const { desk, metrics } = this.#room;
    const suppressionOf = desk.notifier.suppressions(now);
    const alerts = { active: 0, suppressed: 0 };
    for (const alert of desk.notifier.alerts()) {
      if (isResolved(alert, now)) continue;
      const { silencedBy, inhibitedBy } = suppressionOf(alert);
      alerts[silencedBy.length + inhibitedBy.length > 0 ? "suppressed" : "active"]++;
    }
    const silences = { active: 0, pending: 0, expired: 0 };
    for (const silence of desk.silences.list()) silences[silenceState(silence, now)]++;
    metrics.show({ groups: desk.notifier.groups().length, alerts, silences });
  }
}

/** PromQL, until alerting stops: within the limits that come with a signal, else within those of a query. */
function limitedQuery({ reader, settings }: EngineParts, stop: AbortSignal): QueryVector {
  const query = queryVectorOf({ reader: reader.metrics });
  return async (text, timeMillis, signal) => {
    if (signal) return query(text, timeMillis, signal);
    const scope = openScope(stop, settings.limits);
    try {
      return await query(text, timeMillis, scope.signal);
    } finally {
      scope.close();
    }
  };
}
