/** Services, their operations and colours, and the collector itself. A part of ../contract.ts. */

export interface WireInfo {
  version: string;
  startedAtMillis: number;
  /** Ports by component id, as in the ready line: otlp_grpc, otlp_http, web, … */
  ports: Record<string, number>;
  /** What programs may send to, as configured. */
  receivers: WireReceiver[];
  /** True once anything was stored but the collector's own metrics. */
  hasData: boolean;
}

/** An address that a receiver listens on. */
export interface WireReceiver {
  /** As in the configuration: otlp, otlp/2, … */
  id: string;
  type: string;
  /** Of several addresses of one receiver, such as grpc and http; else "". */
  name: string;
  /** As configured, without the port: localhost, 0.0.0.0, …; "" = every interface. Of a Unix socket its path. */
  host: string;
  /** That was had; 0 for a Unix socket. */
  port: number;
  transport: "tcp" | "udp" | "unix";
  tls: boolean;
  /** Whether senders have to say who they are: by a certificate of theirs, or as an authenticator wants it. */
  wantsAuth: boolean;
}

export interface WireVersion {
  /** Always "goldspan": tells it from what else may listen there. */
  name: "goldspan";
  /** Semantic. */
  version: string;
  /** Of the sources it was built from; null = not known. */
  commit: string | null;
  /** Of Node. */
  node: string;
  /** What stores have that it writes (docs/format.md); null = it has none. */
  storeFormat: number | null;
}

/** What a test trace was made of: POST /api/v1/test-trace. */
export interface WireTestTrace {
  traceId: string;
  /** In the order in which the request comes to them. */
  services: string[];
  /** Label of its metrics. */
  instance: string;
  /** What was taken; 0 where the receiver is in no pipeline of that signal. */
  sent: { spans: number; logs: number; points: number };
}

export interface WireSession {
  /** Whether the web port asks for a token; who gets this answer has shown it. */
  auth: "token" | "none";
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
