/**
 * Records of a query as a file, streamed: page by page as the client takes them, so that a file of any length takes the memory of a page. Nothing is cut.
 * Each page is a query under the limits of its own. In: a plan, a format; out: pieces of text.
 */
import { openScope, type WorkLimits } from "../../base/work-scope.ts";
import { levelOf } from "../../model/log-field.ts";
import { canonicalKey } from "../../model/semconv.ts";
import type { LogPlan } from "../../query/logs/plan/log-plan.ts";
import type { ResolvedField } from "../../query/logs/plan/fields.ts";
import type { StoreReader, TimeRange } from "../../store/store.ts";
import type { WireAnyValue, WireKeyValue, WireLog } from "../contract.ts";
import { csvRow } from "./csv.ts";
import { countOf, firstOf } from "./search-logs.ts";
import { placeAfter, type SearchPlace } from "./search-cursor.ts";
import { wholeLog } from "./wire-log.ts";

/** Records of a page: as many as come to this many characters, as far as the page before tells. */
const PAGE_CHARACTERS = 8_000_000;
const MOST_PAGE = 10_000;
/** The first one is small, and each at most so many times as long as the one before: lines may be of megabytes each. */
const [FIRST_PAGE, GROWTH] = [16, 8];
/** About as many become text at a time; a record is whole in any case. */
const CHUNK_CHARACTERS = 200_000;

export interface ExportRequest {
  readonly plan: LogPlan;
  readonly range: TimeRange;
  readonly order: "newest" | "oldest";
  readonly format: "csv" | "ndjson";
  /** Undefined = the usual columns of a CSV, everything in NDJSON. */
  readonly fields: readonly ResolvedField[] | undefined;
}

export async function* exportLogs(
  reader: Pick<StoreReader, "findLogs">,
  { plan, range, order, format, fields }: ExportRequest,
  limits: WorkLimits,
  signal: AbortSignal,
): AsyncGenerator<string> {
  const columns =
    fields?.map((field) => ({ name: field.name, textOf: (log: WireLog) => fieldText(log, field) })) ?? USUAL;
  if (format === "csv") yield csvRow(columns.map(({ name }) => name));
  const line = (log: WireLog): string => {
    if (format === "csv") return csvRow(columns.map(({ textOf }) => textOf(log) ?? ""));
    const value = fields ? Object.fromEntries(columns.map(({ name, textOf }) => [name, textOf(log) ?? null])) : log;
    return `${JSON.stringify(value)}\n`;
  };
  let place: SearchPlace = { given: 0 };
  let page = FIRST_PAGE;
  while (true) {
    const limit = Math.min(page, (plan.limit ?? Infinity) - place.given);
    if (limit <= 0) return;
    const scope = openScope(signal, limits);
    try {
      const after = place.after && { after: place.after };
      const search = { range, condition: plan.condition, order: plan.order ?? order, limit, ...after };
      const found = firstOf(await reader.findLogs(search, scope.signal), limit);
      let characters = 0;
      for (const batch of found) {
        let text = "";
        for (let i = 0; i < batch.count; i++) {
          text += line(wholeLog(batch, i));
          if (text.length < CHUNK_CHARACTERS && i < batch.count - 1) continue;
          characters += text.length;
          yield text;
          text = "";
        }
      }
      place = placeAfter(place, found);
      if (countOf(found) < limit) return;
      page = Math.max(1, Math.min(MOST_PAGE, limit * GROWTH, Math.floor((PAGE_CHARACTERS * limit) / characters)));
    } finally {
      scope.close();
    }
  }
}

interface Column {
  readonly name: string;
  readonly textOf: (log: WireLog) => string | undefined;
}

const USUAL: readonly Column[] = [
  { name: "time", textOf: timeText },
  { name: "level", textOf: ({ severityNumber, severityText }) => levelOf(severityNumber) || severityText },
  { name: "service", textOf: ({ service }) => service },
  { name: "body", textOf: ({ body }) => body },
  { name: "trace_id", textOf: ({ traceId }) => traceId },
  { name: "span_id", textOf: ({ spanId }) => spanId },
  { name: "attributes", textOf: ({ attributes }) => objectText(attributes) },
  { name: "resource", textOf: ({ resource }) => resourceText(resource) },
];

/** RFC 3339 with nanoseconds. */
function timeText({ timeUnixNano }: WireLog): string {
  const nanos = BigInt(timeUnixNano);
  const millis = Number(nanos / 1_000_000n);
  // Beyond the year 9999 there is no such text.
  if (millis > 253_402_300_799_999) return timeUnixNano;
  return new Date(millis).toISOString().replace(/\.\d+Z$/, `.${String(nanos % 1_000_000_000n).padStart(9, "0")}Z`);
}

/** Records of one resource share the list of its attributes. */
const resourceTexts = new WeakMap<readonly WireKeyValue[], string>();

function resourceText(list: readonly WireKeyValue[]): string {
  let text = resourceTexts.get(list);
  if (text === undefined) resourceTexts.set(list, (text = objectText(list)));
  return text;
}

function objectText(list: readonly WireKeyValue[]): string {
  return list.length === 0
    ? ""
    : JSON.stringify(Object.fromEntries(list.map(({ key, value }) => [key, plainOf(value)])));
}

function fieldText(log: WireLog, { name, fields }: ResolvedField): string | undefined {
  if (/^@?(?:time|timestamp)$/.test(name)) return timeText(log);
  for (const field of fields) {
    const text = field.kind === "attribute" ? attributeText(log, field.key) : builtInText(log, field.kind);
    if (text !== undefined) return text;
  }
  return undefined;
}

function builtInText(
  log: WireLog,
  kind: Exclude<ResolvedField["fields"][number]["kind"], "attribute">,
): string | undefined {
  switch (kind) {
    case "service":
      return log.service;
    case "body":
      return log.body;
    case "level":
      return levelOf(log.severityNumber) || undefined;
    case "severity_text":
      return log.severityText || undefined;
    case "event_name":
      return log.eventName;
    case "scope":
      return log.scope;
    case "trace_id":
      return log.traceId;
    case "span_id":
      return log.spanId;
  }
}

/** Old and new names of a convention are one key. */
function attributeText({ attributes, resource, bodyFields }: WireLog, key: string): string | undefined {
  const wanted = canonicalKey(key);
  const found = [...attributes, ...resource].find((each) => canonicalKey(each.key) === wanted);
  if (found) return textOf(found.value);
  return bodyFields && Object.hasOwn(bodyFields, key) ? bodyFields[key] : undefined;
}

function textOf(value: WireAnyValue | undefined): string {
  const plain = plainOf(value);
  return plain === null ? "" : typeof plain === "string" ? plain : JSON.stringify(plain);
}

function plainOf(value: WireAnyValue | undefined): unknown {
  if (value?.arrayValue) return (value.arrayValue.values ?? []).map(plainOf);
  if (value?.kvlistValue)
    return Object.fromEntries((value.kvlistValue.values ?? []).map((each) => [each.key, plainOf(each.value)]));
  const { stringValue, intValue, boolValue, doubleValue, bytesValue } = value ?? {};
  // Integers that a number doesn't hold keep their digits as text.
  if (intValue !== undefined) return Number.isSafeInteger(Number(intValue)) ? Number(intValue) : intValue;
  return stringValue ?? boolValue ?? doubleValue ?? bytesValue ?? null;
}
