/** What the API reads of the engine and does with it, put together from its parts. */
import type { QueryVector } from "../evaluate/query-vector.ts";
import type { Group } from "../notify/alert-groups.ts";
import { AlertError, isResolved, type Alert, type PostedAlert } from "../notify/alert.ts";
import type { Labels } from "../notify/labels.ts";
import type { Suppression } from "../notify/notifier.ts";
import { matchRoutes } from "../notify/route-tree.ts";
import type { NewSilence, Silence } from "../notify/silences.ts";
import type { Sending } from "../send/sending.ts";
import type {
  AlertingService,
  Episode,
  EpisodeQuery,
  KnownAlert,
  NotificationStatus,
  RuleFileStatus,
  RuleGroupStatus,
  StoredEvidence,
} from "./alerting-service.ts";
import type { EngineRoom } from "./engine-room.ts";
import { fromOutside } from "./known-alerts.ts";
import { listProblems } from "./problems.ts";
import type { RuleFiles } from "./rule-files.ts";

export interface EngineServiceParts {
  readonly sending: Sending;
  readonly query: QueryVector;
  readonly files: RuleFiles;
  /** Something may be due earlier than it was. */
  readonly wake: () => void;
}

export class EngineService implements AlertingService {
  readonly sending: Sending;
  readonly query: QueryVector;
  readonly #files: RuleFiles;
  readonly #room: EngineRoom;
  readonly #wake: () => void;

  constructor({ sending, query, files, wake }: EngineServiceParts, room: EngineRoom) {
    this.sending = sending;
    this.query = query;
    this.#files = files;
    this.#room = room;
    this.#wake = wake;
  }

  get externalUrl(): string {
    return this.#room.settings.externalUrl;
  }

  now(): number {
    return this.#room.clock();
  }

  alerts(): readonly KnownAlert[] {
    return this.#room.roll.list();
  }

  suppressions(): (alert: Pick<Alert, "labels">) => Suppression {
    return this.#room.desk.notifier.suppressions(this.now());
  }

  receiversOf(labels: Labels): readonly string[] {
    return [...new Set(matchRoutes(this.#room.desk.notifier.root, labels).map(({ receiver }) => receiver))];
  }

  receive(alerts: readonly PostedAlert[]): Promise<void> {
    const { serial, desk, roll, metrics, ledger } = this.#room;
    return serial.run(async () => {
      const now = this.now();
      let refused: AlertError | undefined;
      for (const posted of alerts) {
        try {
          const alert = desk.receive(posted, now);
          metrics.received(isResolved(alert, now) ? "resolved" : "firing");
          if (!isResolved(alert, now)) roll.begin(fromOutside(alert, now));
        } catch (error) {
          if (!(error instanceof AlertError)) throw error;
          metrics.invalid();
          refused ??= error;
        }
      }
      desk.touch();
      await ledger.save({ mustSucceed: true });
      this.#wake();
      if (refused) throw refused;
    });
  }

  ruleFiles(): readonly RuleFileStatus[] {
    return this.#files.book.files();
  }

  groups(): readonly RuleGroupStatus[] {
    return this.#files.book.runners().map((runner) => runner.status());
  }

  async ruleFileText(name: string): Promise<string | undefined> {
    return this.#files.book.file(name)?.found;
  }

  putRuleFile(name: string, text: string): Promise<void> {
    return this.#room.serial.run(async () => {
      await this.#files.put(name, text, this.now());
      await this.#room.ledger.save({ mustSucceed: true });
      this.#wake();
    });
  }

  deleteRuleFile(name: string): Promise<boolean> {
    return this.#room.serial.run(async () => {
      if (!(await this.#files.delete(name, this.now()))) return false;
      await this.#room.ledger.save({ mustSucceed: true });
      return true;
    });
  }

  notification(): NotificationStatus {
    return this.#room.desk.status();
  }

  alertGroups(): readonly Group[] {
    return this.#room.desk.notifier.groups();
  }

  silences(): readonly Silence[] {
    return this.#room.desk.silences.list();
  }

  setSilence(silence: NewSilence): Promise<string> {
    const { serial, desk } = this.#room;
    return serial.run(() => desk.setSilence(silence, this.now()));
  }

  expireSilence(id: string): Promise<void> {
    const { serial, desk } = this.#room;
    return serial.run(() => desk.expireSilence(id, this.now()));
  }

  episodes(query: EpisodeQuery): Promise<readonly Episode[]> {
    return this.#room.history.list(query);
  }

  episode(id: string): Promise<Episode | undefined> {
    return this.#room.history.get(id);
  }

  evidence(id: string): Promise<StoredEvidence | undefined> {
    return this.#room.evidence.get(id);
  }

  problems(): readonly string[] {
    return listProblems(this);
  }
}
