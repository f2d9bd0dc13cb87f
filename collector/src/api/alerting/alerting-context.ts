/** What the alert routes work with: running alerting, and what it is asked beside that. Without alerting they answer that it is off. */
import type { AlertingService } from "../../alerts/engine/alerting-service.ts";
import type { Evidence, EvidenceChart } from "../../alerts/channels/notification.ts";
import type { ChartedAlert } from "../../alerts/evidence/chart-of-alert.ts";
import type { StretchSubject } from "../../alerts/evidence/gather.ts";
import type { BandOverTime, BandRange } from "../../alerts/kinds/baseline-band.ts";
import type { BaselineSource } from "../../alerts/rules/rule-source.ts";
import type { WireRuleReplay, WireSlo } from "../contract.ts";
import type { ReplayRequest } from "./replay-text.ts";

export interface AlertingContext {
  readonly service: AlertingService;
  readonly version: string;
  readonly startedAtMillis: number;
  /** The picture of an episode as PNG; undefined where there is nothing to draw. */
  readonly pictureOf: (episodeId: string, signal: AbortSignal) => Promise<Uint8Array | undefined>;
  /** What a rule file would have done over a range. @throws RuleFileError when it cannot run, QueryError */
  readonly replay: (
    request: ReplayRequest,
    signal: AbortSignal,
    onProgress?: (share: number) => void,
  ) => Promise<WireRuleReplay>;
  /** Objectives of the rules that run, and how their budgets stand. */
  readonly slos: (signal: AbortSignal) => Promise<readonly WireSlo[]>;
  /** What is normal for whatever the labels name. */
  readonly band: (
    source: BaselineSource,
    labels: Readonly<Record<string, string>>,
    range: BandRange,
    signal: AbortSignal,
  ) => Promise<BandOverTime>;
  /** The chart of an alert over all its time; undefined where there is none. */
  readonly chart: (alert: ChartedAlert, signal: AbortSignal) => Promise<EvidenceChart | undefined>;
  /** The evidence of a stretch of time, as of an alert; undefined where nothing was found. */
  readonly explain: (
    subject: { readonly service: string; readonly operation: string } & StretchSubject,
    signal: AbortSignal,
  ) => Promise<Evidence | undefined>;
  /** Reports an error that is ours, once, with its id. */
  readonly reportError: (id: string, error: unknown) => void;
}
