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

/** The contract of the webhook's key `evidence`. */
export interface Evidence {
  readonly service: string;
  readonly operation: string;
  readonly traces: readonly EvidenceTrace[];
  readonly logs: readonly EvidenceLog[];
  /** The release since which it is so; "" when none changed. */
  readonly release: string;
  /** Title -> address. */
  readonly links: Readonly<Record<string, string>>;
}

export interface EvidenceTrace {
  readonly traceId: string;
  readonly spanId: string;
  readonly service: string;
  readonly operation: string;
  readonly durationMs: number;
  readonly error: boolean;
}

export interface EvidenceLog {
  readonly time: number;
  readonly severity: string;
  readonly service: string;
  readonly body: string;
  readonly traceId: string;
}

export function isAllResolved({ alerts }: Notification): boolean {
  return alerts.every(({ isResolved }) => isResolved);
}
