/** The mock's logs: pages, histogram, tables, facets, context, files and saved searches, from the corpus. In: parameters; out: the contract's types. */
import type {
  WireLog,
  WireLogContext,
  WireLogFacets,
  WireLogFields,
  WireLogLine,
  WireLogSummary,
  WireLogTable,
  WireSavedSearch,
  WireSavedSearchDocument,
} from "goldspan/contract";
import { decodeJsonText, formatAnyValue, type PlainJson } from "../../src/model/any-value.ts";
import { fieldOf } from "../../src/model/log-columns.ts";
import { severityLevel } from "../../src/model/severity.ts";
import type { Answer } from "./answer.ts";
import { mockPatterns } from "./mock-patterns.ts";
import { parseMockLogQuery, type MockLogQuery } from "./mock-log-query.ts";
import { shopResource } from "./shop-services.ts";
import type { ShopLog } from "./trace-generator.ts";

const LONGEST_BODY = 64 << 10;
const FACETS = ["level", "service", "oddity", "logger.name", "enduser.id", "service.version", "exception.type"];

export class MockLogs {
  private readonly searches = new Map<string, WireSavedSearch>();
  private made = new WeakMap<ShopLog, WireLog>();

  /** `path` below /api/v1/logs. */
  answer(
    path: string | undefined,
    params: URLSearchParams,
    sources: readonly ShopLog[],
    now: number,
  ): Answer | undefined {
    const query = parseMockLogQuery(params.get("query") ?? "");
    const all = sources.map((source) => this.wire(source));
    if (path === "context") return contextOf(sources, all, params);
    const [start, end] = [nanosOf(params.get("start"), 0), nanosOf(params.get("end"), now)];
    const found = all
      .filter((log) => BigInt(log.timeUnixNano) >= start && BigInt(log.timeUnixNano) <= end && query.test(log))
      .sort((a, b) => (BigInt(a.timeUnixNano) < BigInt(b.timeUnixNano) ? 1 : -1));
    const bounds = { start: Number(start / 1_000_000n), end: Number(end / 1_000_000n) };
    const buckets = Number(params.get("buckets") ?? 60);
    switch (path) {
      case undefined:
        return pageOf(found, query, params);
      case "summary":
        return partly(summaryOf(found, bounds, buckets), summaryOf(found.slice(0, found.length / 2), bounds, buckets));
      case "table":
        return partly(tableOf(found, query, bounds));
      case "facets":
        return { status: 200, body: facetsOf(found, params) };
      case "fields":
        return { status: 200, body: fieldsOf(found) };
      case "patterns":
        return partly(mockPatterns(found, bounds, Number(params.get("limit") ?? 50)));
      case "export":
        return { status: 200, body: undefined, text: fileOf(found, params) };
      default:
        return undefined;
    }
  }

  listSearches(): { searches: WireSavedSearch[] } {
    return { searches: [...this.searches.values()] };
  }

  changeSearch(method: string, id: string | undefined, sent: unknown, now: number): Answer {
    if (method === "DELETE") {
      const known = this.searches.delete(id ?? "");
      return known
        ? { status: 204, body: {} }
        : { status: 404, body: { error: { code: 404, message: `cannot find the search ${id}` } } };
    }
    const key = id ?? `s${this.searches.size + 1}-${now}`;
    const search = { ...(sent as WireSavedSearchDocument), id: key, savedAtMillis: now };
    this.searches.set(key, search);
    return { status: method === "POST" ? 201 : 200, body: search };
  }

  private wire(source: ShopLog): WireLog {
    let log = this.made.get(source);
    if (!log) {
      log = wireLog(source);
      this.made.set(source, log);
    }
    return log;
  }
}

function wireLog({ service, version, record }: ShopLog): WireLog {
  const whole = formatAnyValue(record.body);
  const cut = whole.length > LONGEST_BODY;
  const { attributes = [] } = shopResource(service, version);
  return {
    id: `${record.timeUnixNano}-${record.spanId ?? "0"}-${whole.length}`,
    timeUnixNano: record.timeUnixNano ?? "0",
    observedTimeUnixNano: record.observedTimeUnixNano,
    severityNumber: record.severityNumber ?? 0,
    severityText: record.severityText ?? "",
    service,
    body: cut ? whole.slice(0, LONGEST_BODY) : whole,
    ...(cut ? { bodyBytes: whole.length } : {}),
    traceId: record.traceId,
    spanId: record.spanId,
    scope: "shop.logger",
    attributes: record.attributes ?? [],
    resource: attributes,
    ...membersOf(whole),
  };
}

/** Members of the text of a JSON object, by path. */
function membersOf(body: string): Pick<WireLog, "bodyFields"> {
  const json = body.startsWith("{") ? decodeJsonText(body) : undefined;
  if (json === undefined || json === null || typeof json !== "object") return {};
  const bodyFields: Record<string, string> = {};
  const add = (value: PlainJson, path: string): void => {
    if (value !== null && typeof value === "object" && !Array.isArray(value)) {
      for (const [key, member] of Object.entries(value)) add(member, path === "" ? key : `${path}.${key}`);
    } else bodyFields[path] = typeof value === "string" ? value : JSON.stringify(value);
  };
  add(json, "");
  return { bodyFields };
}

function pageOf(found: readonly WireLog[], { limit: most, fields }: MockLogQuery, params: URLSearchParams): Answer {
  const limit = Number(params.get("limit") ?? 100);
  const ordered = params.get("order") === "oldest" ? found.toReversed() : found.slice(0, most);
  const from = Number(params.get("cursor") ?? 0);
  const logs = ordered.slice(from, from + limit);
  const more = from + limit < ordered.length ? { cursor: String(from + limit) } : {};
  const last: WireLogLine = { progress: 1, ...more, ...(fields ? { fields: [...fields] } : {}) };
  return { status: 200, body: { logs, ...more, fields }, lines: [...logs.map((log) => ({ log })), last] };
}

function partly<T extends { progress: number }>(whole: T, part: T = whole): Answer {
  return { status: 200, body: whole, lines: [{ ...part, progress: 0.5 }, whole] };
}

interface Bounds {
  readonly start: number;
  readonly end: number;
}

function summaryOf(found: readonly WireLog[], { start, end }: Bounds, buckets: number): WireLogSummary {
  const stepMillis = Math.max(1, Math.ceil((end - start) / buckets));
  const levels: Record<string, number[]> = {};
  for (const log of found) {
    const level = log.severityNumber === 0 ? "unset" : severityLevel(log.severityNumber).name;
    const counts = (levels[level] ??= Array.from({ length: buckets }, () => 0));
    counts[Math.min(buckets - 1, Math.floor((millisOf(log) - start) / stepMillis))] += 1;
  }
  return { progress: 1, total: found.length, startMillis: start, stepMillis, levels };
}

function tableOf(found: readonly WireLog[], query: MockLogQuery, bounds: Bounds): WireLogTable {
  const groups = Map.groupBy(found, (log) => JSON.stringify(query.by.map((name) => fieldOf(log, name) ?? null)));
  const functions = query.functions.length > 0 ? query.functions : [{ name: "count", field: "" }];
  const counted = [...groups]
    .map(([key, logs]) => ({ texts: JSON.parse(key) as (string | null)[], logs }))
    .sort((a, b) => b.logs.length - a.logs.length);
  const kept = counted.slice(0, query.limit ?? 1000);
  const step = query.everyMillis;
  const count = step ? Math.ceil((bounds.end - bounds.start) / step) : 0;
  return {
    progress: 1,
    columns: [
      ...query.by.map((name) => ({ name, kind: "text" as const })),
      ...functions.map(({ name, field }) => ({
        name: field ? `${name}(${field})` : name,
        kind: "number" as const,
        ...(field.endsWith("_ms") ? { unit: "ms" as const } : {}),
      })),
    ],
    rows: kept.map(({ texts, logs }) => [...texts, ...functions.map((one) => calculate(one, logs))]),
    ...(step
      ? {
          series: {
            startMillis: bounds.start,
            stepMillis: step,
            values: kept.map(({ logs }) =>
              functions.map((one) =>
                Array.from({ length: count }, (_, index) => {
                  const from = bounds.start + index * step;
                  return calculate(
                    one,
                    logs.filter((log) => millisOf(log) >= from && millisOf(log) < from + step),
                  );
                }),
              ),
            ),
          },
        }
      : {}),
    matched: found.length,
    otherGroups: counted.length - kept.length,
  };
}

function calculate({ name, field }: MockLogQuery["functions"][number], logs: readonly WireLog[]): number | null {
  if (name === "count" || name === "rate") return logs.length;
  const texts = logs.map((log) => fieldOf(log, field)).filter((text) => text !== undefined);
  if (name === "count_unique") return new Set(texts).size;
  const numbers = texts
    .map(Number)
    .filter((number) => !Number.isNaN(number))
    .sort((a, b) => a - b);
  if (numbers.length === 0) return null;
  if (name === "min") return numbers[0];
  if (name === "max") return numbers[numbers.length - 1];
  const sum = numbers.reduce((total, number) => total + number, 0);
  if (name === "sum") return sum;
  return name === "avg"
    ? sum / numbers.length
    : numbers[Math.floor((numbers.length - 1) * (Number(name.slice(1)) / 100))];
}

function facetsOf(found: readonly WireLog[], params: URLSearchParams): WireLogFacets {
  const asked = params.getAll("field");
  const limit = Number(params.get("limit") ?? 10);
  const facets = (asked.length > 0 ? asked : FACETS).map((field) => {
    const counts = new Map<string, number>();
    let absent = 0;
    for (const log of found) {
      const text = fieldOf(log, field);
      if (text === undefined) absent += 1;
      else counts.set(text, (counts.get(text) ?? 0) + 1);
    }
    const values = [...counts].sort((a, b) => b[1] - a[1]).map(([text, count]) => ({ text, count }));
    const other = values.slice(limit).reduce((sum, { count }) => sum + count, 0);
    return { field, values: values.slice(0, limit), other, absent };
  });
  return {
    total: found.length,
    facets: asked.length > 0 ? facets : facets.filter(({ values }) => values.length > 0),
    sampled: 1,
  };
}

function fieldsOf(found: readonly WireLog[]): WireLogFields {
  const counts = new Map<string, number>();
  for (const { attributes, resource } of found)
    for (const { key } of [...attributes, ...resource]) counts.set(key, (counts.get(key) ?? 0) + 1);
  const own = ["service", "level", "body", "trace_id", "span_id", "scope", "event_name"].map((name) => ({
    name,
    kind: "field" as const,
    count: found.length,
  }));
  return { fields: [...own, ...[...counts].map(([name, count]) => ({ name, kind: "attribute" as const, count }))] };
}

function contextOf(sources: readonly ShopLog[], all: readonly WireLog[], params: URLSearchParams): Answer {
  const at = all.findIndex(({ id }) => id === params.get("id"));
  if (at < 0)
    return { status: 404, body: { error: { code: 404, message: "cannot find the log record: its time is over" } } };
  const log = all[at];
  const instance = (other: WireLog): string => fieldOf(other, "service.instance.id") ?? other.service;
  const near = all
    .filter((other) => instance(other) === instance(log))
    .sort((a, b) => (BigInt(a.timeUnixNano) < BigInt(b.timeUnixNano) ? -1 : 1));
  const place = near.indexOf(log);
  const count = (name: string): number => Number(params.get(name) ?? 10);
  const whole = params.get("whole")
    ? { ...log, body: formatAnyValue(sources[at].record.body), bodyBytes: undefined }
    : log;
  const body: WireLogContext = {
    before: near.slice(Math.max(0, place - count("before")), place),
    log: whole,
    after: near.slice(place + 1, place + 1 + count("after")),
  };
  return { status: 200, body };
}

function fileOf(found: readonly WireLog[], params: URLSearchParams): string {
  if (params.get("format") === "ndjson") return found.map((log) => `${JSON.stringify(log)}\n`).join("");
  const fields = ["service", "level", "body", ...params.getAll("field")];
  const quote = (text: string): string => `"${text.replaceAll('"', '""')}"`;
  return [fields, ...found.map((log) => fields.map((name) => quote(fieldOf(log, name) ?? "")))]
    .map((cells) => `${cells.join(",")}\r\n`)
    .join("");
}

function millisOf(log: WireLog): number {
  return Number(BigInt(log.timeUnixNano) / 1_000_000n);
}

function nanosOf(text: string | null, otherwise: number): bigint {
  if (text === null) return BigInt(otherwise) * 1_000_000n;
  return /^\d{17,}$/.test(text) ? BigInt(text) : BigInt(Math.round(Number(text) * 1000)) * 1000n;
}
