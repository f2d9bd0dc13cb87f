/**
 * What goes wrong in a service: the failed spans of its newest failed traces, grouped by operation, kind of error and message. Numbers,
 * ids and quoted values in messages don't tell groups apart. Exceptions by fingerprint, whether a span failed or not: ../exceptions.
 */
import { LineMask } from "../../model/line-mask.ts";
import { selectRecords } from "../../model/edit-select.ts";
import { STATUS_ERROR, type SpanBatch } from "../../model/span-batch.ts";
import type { StoreReader, TimeRange } from "../../store/store.ts";
import { encodeTraces } from "../../wire/otlp/encode-batch.ts";
import { decodeToObject } from "../../wire/otlp/protobuf-to-json.ts";
import { resourceNames } from "../../wire/otlp/resource-names.ts";
import { TRACES_REQUEST } from "../../wire/otlp/schema.ts";

export interface ErrorGroup {
  readonly operation: string;
  /** OTLP SpanKind. */
  readonly kind: number;
  /** exception.type, error.type, or the protocol's status code; "" where none is known. */
  readonly type: string;
  /** Of the newest. */
  readonly message: string;
  readonly count: number;
  readonly lastSeenUnixNano: bigint;
  /** Newest first. */
  readonly traceIds: readonly string[];
}

export interface ErrorGroups {
  /** Most frequent first. */
  readonly groups: readonly ErrorGroup[];
  readonly tracesRead: number;
  /** There are more failed traces than were read. */
  readonly truncated: boolean;
}

const mask = new LineMask();
const MOST_TRACES = 200;
const MOST_EXAMPLES = 3;
const LONGEST_MESSAGE = 500;
const STATUS_KEYS = [
  "http.response.status_code",
  "http.status_code",
  "rpc.response.status_code",
  "rpc.grpc.status_code",
];

export async function errorGroups(
  reader: StoreReader,
  service: string,
  range: TimeRange,
  limit: number,
  signal?: AbortSignal,
): Promise<ErrorGroups> {
  const found = await reader.findTraces({ range, service, errorsOnly: true }, MOST_TRACES + 1, signal);
  const ids = found.slice(0, MOST_TRACES).map(({ traceId }) => traceId);
  const batches = await reader.readTraces(ids, "full", signal);
  const groups = new Map<string, ErrorGroup>();
  for (const span of batches.flatMap((batch) => failedSpans(batch, service))) {
    const at = BigInt(span.startTimeUnixNano ?? 0);
    if (at < range.start || at > range.end) continue;
    const one = groupOf(span, at);
    const key = `${one.operation}\0${one.kind}\0${one.type}\0${masked(one.message)}`;
    groups.set(key, merged(groups.get(key), one));
  }
  const sorted = [...groups.values()].sort(
    (a, b) => b.count - a.count || (a.lastSeenUnixNano > b.lastSeenUnixNano ? -1 : 1),
  );
  return { groups: sorted.slice(0, limit), tracesRead: ids.length, truncated: found.length > MOST_TRACES };
}

interface Attribute {
  readonly key: string;
  readonly value?: Readonly<Record<string, unknown>>;
}

/** As OTLP's JSON has it. */
interface FailedSpan {
  readonly traceId: string;
  readonly name?: string;
  readonly kind?: number;
  readonly startTimeUnixNano?: string;
  readonly attributes?: readonly Attribute[];
  readonly events?: readonly { readonly name?: string; readonly attributes?: readonly Attribute[] }[];
  readonly status?: { readonly message?: string };
}

function failedSpans(batch: SpanBatch, service: string): FailedSpan[] {
  const own = batch.groups.map(({ resource }) => resourceNames(resource).service === service);
  const chosen: number[] = [];
  for (let i = 0; i < batch.count; i++) if (own[batch.group[i]] && batch.statusCode[i] === STATUS_ERROR) chosen.push(i);
  if (chosen.length === 0) return [];
  const request = decodeToObject(encodeTraces([selectRecords(batch, Uint32Array.from(chosen))]), TRACES_REQUEST) as {
    resourceSpans?: { scopeSpans?: { spans?: FailedSpan[] }[] }[];
  };
  return (request.resourceSpans ?? []).flatMap(({ scopeSpans = [] }) => scopeSpans.flatMap(({ spans = [] }) => spans));
}

function groupOf(span: FailedSpan, at: bigint): ErrorGroup {
  const exception = span.events?.findLast(({ name }) => name === "exception");
  const type =
    textOf(exception?.attributes, "exception.type") ||
    textOf(span.attributes, "error.type") ||
    STATUS_KEYS.map((key) => textOf(span.attributes, key)).find((text) => text !== "") ||
    "";
  const message = textOf(exception?.attributes, "exception.message") || (span.status?.message ?? "");
  return {
    operation: span.name ?? "",
    kind: span.kind ?? 0,
    type,
    message: message.slice(0, LONGEST_MESSAGE),
    count: 1,
    lastSeenUnixNano: at,
    traceIds: [span.traceId],
  };
}

function merged(known: ErrorGroup | undefined, one: ErrorGroup): ErrorGroup {
  if (!known) return one;
  const newest = one.lastSeenUnixNano > known.lastSeenUnixNano ? one : known;
  const ids = newest === one ? [...one.traceIds, ...known.traceIds] : [...known.traceIds, ...one.traceIds];
  return { ...newest, count: known.count + one.count, traceIds: [...new Set(ids)].slice(0, MOST_EXAMPLES) };
}

function textOf(attributes: readonly Attribute[] = [], key: string): string {
  const value = attributes.find((attribute) => attribute.key === key)?.value;
  const [text] = Object.values(value ?? {});
  return typeof text === "string" || typeof text === "number" || typeof text === "boolean" ? String(text) : "";
}

function masked(message: string): string {
  mask.mask(message);
  return mask.text();
}
