/** Services, their operations and colours, and the collector itself. A part of ../contract.ts. */

export interface WireInfo {
  version: string;
  startedAtMillis: number;
  /** Ports by component id, as in the ready line: otlp_grpc, otlp_http, web, … */
  ports: Record<string, number>;
  /** True once anything was stored but the collector's own metrics. */
  hasData: boolean;
}

export interface WireServices {
  startMillis: number;
  endMillis: number;
  bucketMillis: number;
  services: WireService[];
}

/**
 * RED figures from entry spans (kind server or consumer); a service that has none is counted by all its spans, and says so.
 */
export interface WireService extends WireRed {
  name: string;
  /** Index of the service's hue, 0 to 13. */
  color: number;
  /** Newest first, at most five. */
  versions: string[];
  /** All spans, whatever their kind. */
  spanCount: number;
  countedBy: "entry" | "all";
}

export interface WireRed {
  requestCount: number;
  errorCount: number;
  ratePerSecond: number;
  /** 0 to 1. */
  errorRatio: number;
  /** null when there was no request. */
  p50Millis: number | null;
  p90Millis: number | null;
  p95Millis: number | null;
  p99Millis: number | null;
  /** One value per time bucket. */
  series: { requests: number[]; errors: number[]; p95Millis: (number | null)[] };
}

export interface WireOperations {
  startMillis: number;
  endMillis: number;
  bucketMillis: number;
  operations: WireOperation[];
}

export interface WireOperation extends WireRed {
  name: string;
  kind: WireSpanKind;
  /** Of the time that all spans of the service took together, 0 to 1. */
  timeShare: number;
}

export type WireSpanKind = "unspecified" | "internal" | "server" | "client" | "producer" | "consumer";

export interface WireServiceColors {
  /** Service name -> hue index, 0 to 13; given when a service is first seen and kept for ever. */
  colors: Record<string, number>;
}
