/** How the engine asks for an alert's evidence, and keeps what was found. */
import type { StoreLog, StoreReader } from "../../store/store.ts";
import type { Evidence } from "../channels/notification.ts";
import type { QueryVector } from "../evaluate/query-vector.ts";
import type { Labels } from "../notify/labels.ts";
import type { AlertingRule } from "../rules/rule-file.ts";

/** An alert to be explained. Times are milliseconds since 1970. */
export interface EvidenceSubject {
  /** As channels get them, with the configuration's external labels. */
  readonly labels: Labels;
  readonly annotations: Labels;
  /** Undefined for an alert that came from outside. */
  readonly rule: AlertingRule | undefined;
  /** Of the rule's expression at its last evaluation. */
  readonly value: number | undefined;
  /** When the condition began to hold. */
  readonly activeAtMillis: number;
  /** Where to begin to look: the rule's own range (or 5 minutes) before activeAt. */
  readonly startMillis: number;
  readonly nowMillis: number;
}

export interface EvidenceTools {
  readonly reader: StoreReader;
  /** PromQL, with the engine's limits. */
  readonly query: QueryVector;
  /** Where Goldspan's pages are; "" = not known. */
  readonly externalUrl: string;
  /** Aborted when it takes too long (10 s) or the collector stops; carries the limits of base/work-scope.ts. */
  readonly signal: AbortSignal;
  readonly log: StoreLog;
}

/** Undefined when nothing was found that says more than the labels. Rejects when it cannot look; the alert goes out without. */
export type GatherEvidence = (subject: EvidenceSubject, tools: EvidenceTools) => Promise<Evidence | undefined>;
