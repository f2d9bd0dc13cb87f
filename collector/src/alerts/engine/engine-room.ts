/** What the parts of the engine share: rule files, evaluation, notification and what the API reads. One of each for an engine. */
import type { StoreLog } from "../../store/store.ts";
import type { AlertHistory } from "./alert-history.ts";
import type { AlertRoll } from "./alert-roll.ts";
import type { AlertingSettings } from "./alerting-settings.ts";
import type { EngineMetrics } from "./engine-metrics.ts";
import type { EvidenceBook } from "./evidence-book.ts";
import type { Forwarding } from "./forwarding.ts";
import type { NotificationDesk } from "./notification-desk.ts";
import type { Serial } from "./serial.ts";
import type { StateLedger } from "./state-ledger.ts";

export interface EngineRoom {
  readonly settings: AlertingSettings;
  readonly log: StoreLog;
  readonly metrics: EngineMetrics;
  readonly desk: NotificationDesk;
  readonly history: AlertHistory;
  readonly evidence: EvidenceBook;
  readonly forwarding: Forwarding;
  readonly roll: AlertRoll;
  readonly ledger: StateLedger;
  /** For what changes more than one of them, and what is kept of it. */
  readonly serial: Serial;
  /** Unix milliseconds. */
  readonly clock: () => number;
}
