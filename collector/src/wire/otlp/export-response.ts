/**
 * What an OTLP server answers: Export*ServiceResponse and google.rpc.Status, in protobuf and JSON
 * (https://opentelemetry.io/docs/specs/otlp/#otlphttp-response, https://github.com/googleapis/googleapis/blob/master/google/rpc/status.proto).
 */
import { ProtoWriter, VARINT } from "../../base/protobuf.ts";
import type { Signal } from "../../model/signal.ts";

/** google.rpc.Code */
export const CODE = {
  OK: 0,
  CANCELLED: 1,
  UNKNOWN: 2,
  INVALID_ARGUMENT: 3,
  DEADLINE_EXCEEDED: 4,
  NOT_FOUND: 5,
  PERMISSION_DENIED: 7,
  RESOURCE_EXHAUSTED: 8,
  UNIMPLEMENTED: 12,
  INTERNAL: 13,
  UNAVAILABLE: 14,
  UNAUTHENTICATED: 16,
} as const;

export interface RpcStatus {
  readonly code: number;
  readonly message: string;
  /** Adds a RetryInfo detail. */
  readonly retryAfterMillis?: number;
  /** Adds a BadRequest detail that names what is wrong. */
  readonly badRequest?: boolean;
}

export interface PartialResult {
  readonly rejected: number;
  readonly message: string;
}

const REJECTED_FIELD = { traces: "rejectedSpans", logs: "rejectedLogRecords", metrics: "rejectedDataPoints" } as const;

/** Full success = an empty message. Field numbers: partial_success 1 { rejected 1, error_message 2 }. */
export function encodeExportResponse(partial: PartialResult | undefined): Uint8Array {
  const writer = new ProtoWriter(64);
  if (partial) {
    const start = writer.begin(1);
    if (partial.rejected > 0) writer.tag(1, VARINT).varint(partial.rejected);
    if (partial.message !== "") writer.stringField(2, partial.message);
    writer.end(start);
  }
  return writer.finish();
}

/** Full success = `{"partialSuccess":{}}`, as the Collector writes it. */
export function formatExportResponse(signal: Signal, partial: PartialResult | undefined): string {
  if (!partial) return '{"partialSuccess":{}}';
  const rejected = partial.rejected > 0 ? { [REJECTED_FIELD[signal]]: String(partial.rejected) } : {};
  return JSON.stringify({ partialSuccess: { ...rejected, errorMessage: partial.message } });
}

/** Status { code 1, message 2, details 3 (Any { type_url 1, value 2 }) }. */
export function encodeStatus(status: RpcStatus): Uint8Array {
  const writer = new ProtoWriter(256);
  if (status.code !== 0) writer.tag(1, VARINT).varint(status.code);
  if (status.message !== "") writer.stringField(2, status.message);
  if (status.retryAfterMillis !== undefined) {
    const detail = any(writer, "google.rpc.RetryInfo");
    const delay = writer.begin(1);
    const seconds = Math.floor(status.retryAfterMillis / 1000);
    const nanos = Math.round((status.retryAfterMillis % 1000) * 1e6);
    if (seconds > 0) writer.tag(1, VARINT).varint(seconds);
    if (nanos > 0) writer.tag(2, VARINT).varint(nanos);
    writer.end(delay).end(detail.value).end(detail.start);
  }
  if (status.badRequest) {
    const detail = any(writer, "google.rpc.BadRequest");
    const violation = writer.begin(1);
    writer.stringField(1, "body").stringField(2, status.message).end(violation).end(detail.value).end(detail.start);
  }
  return writer.finish();
}

export function formatStatus(status: RpcStatus): string {
  const details: object[] = [];
  if (status.retryAfterMillis !== undefined) {
    details.push({
      "@type": "type.googleapis.com/google.rpc.RetryInfo",
      retryDelay: `${status.retryAfterMillis / 1000}s`,
    });
  }
  if (status.badRequest) {
    details.push({
      "@type": "type.googleapis.com/google.rpc.BadRequest",
      fieldViolations: [{ field: "body", description: status.message }],
    });
  }
  return JSON.stringify({ code: status.code, message: status.message, details });
}

function any(writer: ProtoWriter, type: string): { start: number; value: number } {
  const start = writer.begin(3);
  writer.stringField(1, `type.googleapis.com/${type}`);
  return { start, value: writer.begin(2) };
}
