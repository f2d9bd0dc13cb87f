/**
 * What a channel is given to say: one group of alerts, with the evidence that was found for each. Neutral: no channel's words are in it.
 * Times in milliseconds since 1970.
 */
import type { Labels } from "../notify/labels.ts";

export interface Notification {
  readonly receiver: string;
  readonly groupKey: string;
  readonly groupLabels: Labels;
  readonly commonLabels: Labels;
  readonly commonAnnotations: Labels;
  /** Goldspan's own address: where the alerts are shown. */
  readonly externalURL: string;
  /** Why it is sent: `first`, `new_alerts`, `repeat`, … */
  readonly reason: string;
  /** Firing ones first. */
  readonly alerts: readonly NotifiedAlert[];
  /** So many more are in the group, and too many to be told of. */
  readonly leftOut?: number;
}

export interface NotifiedAlert {
  readonly labels: Labels;
  readonly annotations: Labels;
  readonly isResolved: boolean;
  readonly startsAt: number;
  /** Only of a resolved one. */
  readonly endsAt: number | undefined;
  readonly generatorURL: string;
  readonly fingerprint: string;
  readonly evidence?: Evidence;
}

/** The contract of the webhook's key `evidence`: the first members. Beyond them stands what was found; what was not is absent. */
export interface Evidence {
  readonly service: string;
  readonly operation: string;
  readonly traces: readonly EvidenceTrace[];
  readonly logs: readonly EvidenceLog[];
  /** The release since which it is so; "" when none changed. */
  readonly release: string;
  /** Title -> address. */
  readonly links: Readonly<Record<string, string>>;
  readonly gatheredAt?: number;
  /** When the condition began to hold, which is before it fires. */
  readonly activeAt?: number;
  /** Where the trouble began: the candidate for the cause. */
  readonly brokeFirst?: EvidenceBrokeFirst;
  /** That contribute most to the deviation, the largest share first. */
  readonly operations?: readonly EvidenceOperation[];
  /** Values that are over-represented among bad requests, the most telling first. */
  readonly attributes?: readonly EvidenceAttribute[];
  /** What `release` names. */
  readonly releaseChange?: EvidenceRelease;
  /** Unhealthy ones first. */
  readonly neighbours?: readonly EvidenceNeighbour[];
  readonly chart?: EvidenceChart;
  /** Of the first trace. */
  readonly waterfall?: EvidenceWaterfall;
}

export interface EvidenceTrace {
  readonly traceId: string;
  /** The span that shows the fault. */
  readonly spanId: string;
  readonly service: string;
  readonly operation: string;
  readonly durationMs: number;
  readonly error: boolean;
  /** What failed or where the time went, in a few words. */
  readonly text?: string;
  /** `service operation` of the span that takes most of the critical path. */
  readonly criticalSpan?: string;
}

export interface EvidenceLog {
  readonly time: number;
  readonly severity: string;
  readonly service: string;
  readonly body: string;
  readonly traceId: string;
  readonly spanId?: string;
  /** Lines alike that were found, this one included. */
  readonly count?: number;
}

export interface EvidenceBrokeFirst {
  readonly kind: "span" | "log";
  readonly service: string;
  /** The span's name or the line. */
  readonly text: string;
  /** What it says of itself: a message, or what it called. "" = nothing. */
  readonly detail: string;
  readonly time: number;
  readonly traceId: string;
  readonly spanId: string;
  /** Of the bad traces that were looked at, those where it is so; 0 to 1. */
  readonly share: number;
}

export interface EvidenceOperation {
  readonly service: string;
  readonly operation: string;
  /** Of the deviation, 0 to 1. */
  readonly share: number;
  /** `38 % of requests fail, before 0.2 %` */
  readonly text: string;
}

export interface EvidenceAttribute {
  readonly key: string;
  readonly value: string;
  /** Whose spans have it. */
  readonly service: string;
  /** Of the bad and of the good requests that have it; 0 to 1. */
  readonly badShare: number;
  readonly goodShare: number;
}

export interface EvidenceRelease {
  readonly service: string;
  readonly version: string;
  readonly before: string;
  readonly firstSeen: number;
}

export interface EvidenceNeighbour {
  readonly service: string;
  /** Upstream calls the service, downstream is called by it. */
  readonly direction: "upstream" | "downstream";
  readonly ratePerSecond: number;
  /** 0 to 1. */
  readonly errorShare: number;
  readonly isUnhealthy: boolean;
}

/** The alert's signal around its begin. */
export interface EvidenceChart {
  readonly title: string;
  /** As UCUM has it: `s`, `1` (a ratio), `1/s`, `By`; "" = unknown. */
  readonly unit: string;
  readonly times: readonly number[];
  /** As long; null = no data. */
  readonly values: readonly (number | null)[];
  /** What the value is held against, where that is one number. */
  readonly threshold?: number;
  /** The normal range, where it is learnt; as long as the times. */
  readonly band?: { readonly lower: readonly (number | null)[]; readonly upper: readonly (number | null)[] };
}

/** A trace in few rows: the way to the fault, and what takes most time. */
export interface EvidenceWaterfall {
  readonly traceId: string;
  readonly durationMs: number;
  readonly spanCount: number;
  /** By start, parents before children. */
  readonly rows: readonly EvidenceBar[];
}

export interface EvidenceBar {
  readonly service: string;
  readonly operation: string;
  /** Among the rows that are shown. */
  readonly depth: number;
  /** Shares of the trace's duration. */
  readonly offset: number;
  readonly width: number;
  readonly durationMs: number;
  readonly error: boolean;
  /** Where the trouble began. */
  readonly isCause: boolean;
  /** Spans alike that are called from the same operation, this one included. */
  readonly count: number;
  /** Where some of those others lie. */
  readonly others: readonly { readonly offset: number; readonly width: number }[];
}

export function isAllResolved({ alerts }: Notification): boolean {
  return alerts.every(({ isResolved }) => isResolved);
}
