/** How the engine asks for an alert's evidence, and keeps what was found. */
import type { StoreLog, StoreReader } from "../../store/store.ts";
import type { Evidence } from "../channels/notification.ts";
import type { AlertDetails } from "../evaluate/active-alert.ts";
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
  /** Of the episode, as its page's address has it; absent = there is no link to it. */
  readonly id?: string;
  /** What its rule said of it beside the value. */
  readonly details?: AlertDetails;
  /** A stretch that somebody looks at, in place of an alert's: it is held against the time before it, and nothing is pinned. */
  readonly stretch?: StretchSubject;
  /** What was found for the same episode before: its traces stay, unless better ones have come. */
  readonly previous?: Evidence;
}

export interface StretchSubject {
  readonly startMillis: number;
  readonly endMillis: number;
  /** What seems wrong in it; "any" = whatever deviates most. */
  readonly about: "errors" | "latency" | "traffic" | "any";
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
  /** Default: {@link DEFAULT_EVIDENCE_LIMITS}. */
  readonly limits?: Partial<EvidenceLimits>;
}

/** Parts that come when they are used up are left out; what was found until then stands. */
export interface EvidenceLimits {
  /** Of the thread that gathers. */
  readonly cpuMillis: number;
  readonly wallMillis: number;
  readonly maxBytes: number;
  /** Traces that alerts may keep pinned. */
  readonly pinnedTraces: number;
}

export const DEFAULT_EVIDENCE_LIMITS: EvidenceLimits = {
  cpuMillis: 2000,
  wallMillis: 8000,
  maxBytes: 256 * 1024 * 1024,
  pinnedTraces: 300,
};

/** Undefined when nothing was found that says more than the labels. Parts that fail are absent; rejects when the signal aborts before. */
export type GatherEvidence = (subject: EvidenceSubject, tools: EvidenceTools) => Promise<Evidence | undefined>;
