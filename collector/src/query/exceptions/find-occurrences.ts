/**
 * Exceptions as they lie in the store, newest first: those of the newest traces and log records that may hold what is looked for. Bounded:
 * what is beyond is left out, and said.
 */
import { formatHex } from "../../base/hex.ts";
import { nanosToBigInt } from "../../base/nanos.ts";
import { decodeText } from "../../base/protobuf.ts";
import { identifyException } from "../../model/exceptions/fingerprint.ts";
import { LineMask } from "../../model/line-mask.ts";
import type { LogBatch } from "../../model/log-batch.ts";
import type { LogCondition, TextTest } from "../../model/log-condition.ts";
import { attributeField, LEVEL_NUMBERS, type LogField } from "../../model/log-field.ts";
import { NONE } from "../../model/record-batch.ts";
import type { SpanBatch } from "../../model/span-batch.ts";
import { tokensOf } from "../../model/tokens.ts";
import type { SpanFilter, StoreReader, TimeRange } from "../../store/store.ts";
import type { FoundException } from "../../wire/exceptions/found-exception.ts";
import { decodeExceptionLog, eachExceptionLog } from "../../wire/exceptions/log-exceptions.ts";
import { decodeExceptionEvent, eachExceptionEvent } from "../../wire/exceptions/span-exceptions.ts";
import { resourceNames } from "../../wire/otlp/resource-names.ts";
import { patternQuery } from "../patterns/pattern-query.ts";

export interface Occurrence {
  readonly fingerprint: string;
  readonly culprit: string;
  readonly service: string;
  readonly version: string | undefined;
  readonly type: string;
  readonly message: string;
  readonly stacktrace: string;
  readonly timeUnixNano: bigint;
  readonly source: "span" | "log";
  readonly traceId: string | undefined;
  readonly spanId: string | undefined;
  /** Name of the span that it happened in. */
  readonly operation: string | undefined;
}

/** What is known of the exceptions looked for; absent = any. */
export interface OccurrenceSearch {
  readonly range: TimeRange;
  readonly service?: string;
  readonly like?: { readonly fingerprint: string; readonly type: string; readonly message: string };
}

export interface Occurrences {
  readonly occurrences: readonly Occurrence[];
  readonly truncated: boolean;
}

const MOST_TRACES = 200;
const MOST_LOGS = 5000;
/** Log records that are looked at for one fingerprint. */
const MOST_LOOKED_AT = 20_000;

export async function findOccurrences(
  reader: StoreReader,
  search: OccurrenceSearch,
  signal?: AbortSignal,
): Promise<Occurrences> {
  const spans = await inSpans(reader, search, signal);
  const logs = await inLogs(reader, search, signal);
  const occurrences = [...spans.occurrences, ...logs.occurrences].sort((a, b) =>
    a.timeUnixNano === b.timeUnixNano ? 0 : a.timeUnixNano > b.timeUnixNano ? -1 : 1,
  );
  return { occurrences, truncated: spans.truncated || logs.truncated };
}

async function inSpans(reader: StoreReader, search: OccurrenceSearch, signal?: AbortSignal): Promise<Occurrences> {
  const { range, service, like } = search;
  // A type is found by the index of attributes, also in spans that did not fail.
  const known: Partial<SpanFilter> = like?.type
    ? { attributes: [{ key: "exception.type", value: like.type }] }
    : { errorsOnly: true };
  const found = await reader.findTraces({ range, service, ...known }, MOST_TRACES + 1, signal);
  const ids = found.slice(0, MOST_TRACES).map(({ traceId }) => traceId);
  const occurrences: Occurrence[] = [];
  for (const batch of await reader.readTraces(ids, "full", signal)) {
    eachExceptionEvent(batch, (index, start, end) => {
      const one = occurrenceOf(batch, decodeExceptionEvent(batch, index, start, end));
      const at = nanosToBigInt(batch.startLow[index], batch.startHigh[index]);
      if (!isWanted(one, search) || at < range.start || at > range.end) return;
      const name = batch.nameOffset[index];
      occurrences.push({ ...one, operation: decodeText(batch.bytes, name, name + batch.nameLength[index]) });
    });
  }
  return { occurrences, truncated: found.length > MOST_TRACES };
}

async function inLogs(reader: StoreReader, search: OccurrenceSearch, signal?: AbortSignal): Promise<Occurrences> {
  const condition = logCondition(search);
  const occurrences: Occurrence[] = [];
  let [lookedAt, truncated] = [0, false];
  await reader.scanLogs(
    { range: search.range, condition, order: "newest" },
    (piece) => {
      if (!piece) return;
      const hits = Array.from({ length: Math.min(piece.count, MOST_LOOKED_AT - lookedAt) }, (_, i) => i);
      const batch = piece.batch(hits);
      lookedAt += batch.count;
      eachExceptionLog(batch, true, (index) => {
        const one = occurrenceOf(batch, decodeExceptionLog(batch, index));
        if (isWanted(one, search)) occurrences.push(one);
      });
      truncated = lookedAt >= MOST_LOOKED_AT || occurrences.length >= MOST_LOGS;
      return !truncated;
    },
    signal,
  );
  return { occurrences, truncated };
}

function isWanted({ fingerprint, service }: Occurrence, search: OccurrenceSearch): boolean {
  if (search.service !== undefined && service !== search.service) return false;
  return search.like === undefined || fingerprint === search.like.fingerprint;
}

function occurrenceOf(batch: SpanBatch | LogBatch, found: FoundException): Occurrence {
  const { index, source, type, message, stacktrace } = found;
  const { service, version } = resourceNames(batch.groups[batch.group[index]].resource);
  const [traceId, spanId] = [batch.traceId[index], batch.spanId[index]];
  return {
    ...identifyException({ service, type, message, stacktrace }),
    service,
    version,
    type,
    message,
    stacktrace,
    timeUnixNano: nanosToBigInt(found.timeLow, found.timeHigh),
    source,
    traceId: traceId === NONE ? undefined : formatHex(batch.bytes, traceId, 16),
    spanId: spanId === NONE ? undefined : formatHex(batch.bytes, spanId, 8),
    operation: undefined,
  };
}

/** Records that may tell of it: more of them than do. */
function logCondition({ service, like }: OccurrenceSearch): LogCondition {
  const of: LogCondition[] = [
    {
      kind: "or",
      of: [
        { kind: "severity", least: LEVEL_NUMBERS.error, most: 24 },
        ...EXCEPTION_KEYS.map((key) => test(attributeField(key), { kind: "exists" })),
        test({ kind: "event_name" }, { kind: "equals", text: "exception" }),
      ],
    },
  ];
  if (service !== undefined) of.push(test({ kind: "service" }, { kind: "equals", text: service }));
  if (like) of.push({ kind: "or", of: likeTests(like.type, like.message) });
  return { kind: "and", of };
}

const EXCEPTION_KEYS = ["exception.type", "exception.message", "exception.stacktrace"];
/** Where loggers put an error, see wire/exceptions/log-exceptions.ts. */
const ERROR_KEYS = ["err", "error", "exception"];

function likeTests(type: string, message: string): LogCondition[] {
  if (type !== "") {
    const words: TextTest = { kind: "words", words: tokensOf(type) };
    return [
      test(attributeField("exception.type"), { kind: "equals", text: type }),
      test({ kind: "body" }, words),
      ...ERROR_KEYS.map((key) => test(attributeField(key), words)),
    ];
  }
  const mask = new LineMask();
  mask.mask(message);
  const { condition } = patternQuery(mask.text().split(" "));
  return [condition, test(attributeField("exception.message"), { kind: "exists" })];
}

function test(field: LogField, of: TextTest): LogCondition {
  return { kind: "field", field, test: of };
}
