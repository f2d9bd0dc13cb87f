/**
 * What evidence is gathered about, and with what. An alert and its rule in, what shows and explains it out: see gather-evidence.ts.
 * Times are unix milliseconds.
 */
import type { StoreLog, StoreReader } from "../../store/store.ts";
import type { Evidence } from "../channels/notification.ts";
import type { AlertingRule } from "../rules/rule-file.ts";

export interface EvidenceSubject {
  /** Of this episode of the alert, as its page's address has it. */
  readonly id: string;
  /** The alert's, with `alertname`. */
  readonly labels: Readonly<Record<string, string>>;
  /** Undefined for an alert from outside. */
  readonly rule: AlertingRule | undefined;
  readonly activeAtMillis: number;
  readonly nowMillis: number;
  /** What was found for the same episode before: its traces stay, unless better ones have come. */
  readonly previous?: Evidence;
}

export interface EvidenceTools {
  readonly reader: StoreReader;
  /** Where people reach Goldspan, without a slash at the end; "" = unknown, then there are no links. */
  readonly externalUrl: string;
  readonly log?: StoreLog;
  readonly signal?: AbortSignal;
  /** Default: {@link DEFAULT_EVIDENCE_LIMITS}. */
  readonly limits?: Partial<EvidenceLimits>;
}

/** Parts that come when it is used up are left out; what was found until then stands. */
export interface EvidenceLimits {
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

/** Never rejects: parts that fail or take too long are absent. */
export type GatherEvidence = (subject: EvidenceSubject, tools: EvidenceTools) => Promise<Evidence>;
