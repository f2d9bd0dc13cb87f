/**
 * Finds a trace id in whatever someone pastes: the id itself, in capitals or with dashes as a UUID, a `traceparent` header, an
 * address of this UI, a log line with `trace_id=…`. Out: ids in lower-case hex as the API wants them.
 */
export interface FoundTrace {
  readonly traceId: string;
  /** Present when the text named a span too (traceparent, or an address with ?span=). */
  readonly spanId?: string;
}

const TRACEPARENT = /(?:^|[^0-9a-f])[0-9a-f]{2}-([0-9a-f]{32})-([0-9a-f]{16})-[0-9a-f]{2}(?![0-9a-f])/;
const ADDRESS = /\/traces?\/([0-9a-f]{32})(?:\?(?:[^\s#]*&)?span=([0-9a-f]{16}))?/;
const LABELLED = /trace_?-?id"?\s*[=:]\s*"?([0-9a-f]{32})(?![0-9a-f])/;
const UUID = /^([0-9a-f]{8})-([0-9a-f]{4})-([0-9a-f]{4})-([0-9a-f]{4})-([0-9a-f]{12})$/;
const BARE = /^[0-9a-f]{32}$/;

/** undefined when there is none, or when the id is all zero (which W3C declares invalid). */
export function findTraceId(text: string): FoundTrace | undefined {
  const body = text.trim().toLowerCase();
  if (body.length > 2000) return undefined;
  const parent = TRACEPARENT.exec(body) ?? ADDRESS.exec(body) ?? LABELLED.exec(body);
  if (parent) return valid(parent[1], parent[2]);
  const uuid = UUID.exec(body);
  if (uuid) return valid(uuid.slice(1).join(""));
  return BARE.test(body) ? valid(body) : undefined;
}

function valid(traceId: string, spanId?: string): FoundTrace | undefined {
  if (/^0+$/.test(traceId)) return undefined;
  return spanId ? { traceId, spanId } : { traceId };
}
