/** Search parameters of Jaeger's two APIs -> a span filter. v3: https://github.com/jaegertracing/jaeger-idl, camelCase with snake_case aliases. */
import { parseDurationNanos } from "../../../base/duration.ts";
import { QueryError } from "../../../base/errors.ts";
import type { AttributeCondition, SpanFilter } from "../../../store/store.ts";
import { parseRfc3339, text } from "../../parameters.ts";

export interface JaegerSearch {
  /** A span is found that meets one of them. */
  readonly filters: readonly SpanFilter[];
  readonly limit: number;
}

const MOST_TRACES = 1500;
const DEFAULT_TRACES = 100;
const KINDS: readonly string[] = ["unspecified", "internal", "server", "client", "producer", "consumer"];

/** `service operation tags tag minDuration maxDuration limit start end lookback`; times in microseconds. All optional. */
export function legacySearch(query: URLSearchParams): JaegerSearch {
  const start = micros(query, "start");
  const end = micros(query, "end");
  const tags = [...mapOf(query, "tags"), ...query.getAll("tag").filter(Boolean).map(pairOf)];
  return {
    limit: limitOf(text(query, "limit"), "limit"),
    filters: withTags(tags, {
      range: { start: start ?? 0n, end: end ?? 2n ** 64n - 1n },
      service: text(query, "service"),
      operation: operationOf(text(query, "operation")),
      minDurationNanos: duration(query, "minDuration"),
      maxDurationNanos: duration(query, "maxDuration"),
    }),
  };
}

/** `query.serviceName`, `query.operationName`, `query.startTimeMin` and `query.startTimeMax` (required), … */
export function v3Search(query: URLSearchParams): JaegerSearch {
  const get = (camel: string, snake: string) => text(query, `query.${camel}`) ?? text(query, `query.${snake}`);
  const [min, max] = [get("startTimeMin", "start_time_min"), get("startTimeMax", "start_time_max")];
  if (min === undefined || max === undefined)
    throw new QueryError("query.startTimeMin and query.startTimeMax are required");
  const [start, end] = [rfc3339("query.startTimeMin", min), rfc3339("query.startTimeMax", max)];
  if (start >= end) throw new QueryError("query.startTimeMin must be before query.startTimeMax");
  if (text(query, "query.filter") !== undefined) {
    throw new QueryError(
      "cannot use query.filter: expressions are not supported",
      undefined,
      "use query.attributes, query.serviceName and the like",
    );
  }
  const depth = get("searchDepth", "search_depth") ?? text(query, "query.num_traces");
  return {
    limit: limitOf(depth, "query.searchDepth"),
    filters: withTags(mapOf(query, "query.attributes"), {
      range: { start, end },
      service: get("serviceName", "service_name"),
      operation: operationOf(get("operationName", "operation_name")),
      minDurationNanos: durationOf(get("durationMin", "duration_min"), "query.durationMin"),
      maxDurationNanos: durationOf(get("durationMax", "duration_max"), "query.durationMax"),
    }),
  };
}

/**
 * Jaeger shows as tags what OTLP keeps in fields of its own. A search for such a tag ("error", "span.kind") finds the field, and also
 * the attribute of that name: one filter for each combination.
 */
function withTags(tags: readonly AttributeCondition[], filter: SpanFilter): SpanFilter[] {
  return tags.reduce<SpanFilter[]>(
    (filters, tag) => {
      const byAttribute = filters.map((each) => ({ ...each, attributes: [...(each.attributes ?? []), tag] }));
      const field = fieldOf(tag);
      return field ? [...filters.map((each) => ({ ...each, ...field })), ...byAttribute] : byAttribute;
    },
    [filter],
  );
}

function fieldOf({ key, value }: AttributeCondition): Pick<SpanFilter, "errorsOnly" | "kind"> | undefined {
  if ((key === "error" && value === "true") || (key === "otel.status_code" && value === "ERROR"))
    return { errorsOnly: true };
  return key === "span.kind" && KINDS.includes(value) ? { kind: KINDS.indexOf(value) } : undefined;
}

function mapOf(query: URLSearchParams, name: string): AttributeCondition[] {
  const json = text(query, name);
  if (json === undefined) return [];
  let map: unknown;
  try {
    map = JSON.parse(json);
  } catch (error) {
    throw new QueryError(
      `malformed parameter ${name}: ${(error as Error).message}`,
      undefined,
      'write a JSON map of strings: {"http.status_code":"500"}',
    );
  }
  if (map === null || typeof map !== "object" || Array.isArray(map))
    throw new QueryError(`malformed parameter ${name}: it must be a JSON map of strings`);
  return Object.entries(map).map(([key, value]) => ({
    key,
    value: typeof value === "string" ? value : JSON.stringify(value),
  }));
}

function pairOf(tag: string): AttributeCondition {
  const colon = tag.indexOf(":");
  if (colon < 1) throw new QueryError(`malformed 'tag' parameter, expecting key:value, received: ${tag}`);
  return { key: tag.slice(0, colon), value: tag.slice(colon + 1) };
}

/** Grafana and jaeger-ui send "all" for no operation. */
function operationOf(operation: string | undefined): string | undefined {
  return operation === "all" ? undefined : operation;
}

function micros(query: URLSearchParams, name: string): bigint | undefined {
  const value = text(query, name);
  if (value === undefined) return undefined;
  if (!/^-?\d{1,19}$/.test(value))
    throw new QueryError(`unable to parse param '${name}': it must be microseconds since 1970, got ${value}`);
  // The end is inclusive to its last nanosecond.
  return BigInt(value) * 1000n + (name === "end" ? 999n : 0n);
}

function duration(query: URLSearchParams, name: string): bigint | undefined {
  return durationOf(text(query, name), name);
}

function durationOf(value: string | undefined, name: string): bigint | undefined {
  if (value === undefined) return undefined;
  const nanos = parseDurationNanos(value);
  if (nanos === undefined)
    throw new QueryError(
      `malformed parameter ${name}: "${value}" is no duration`,
      undefined,
      "write 1.2ms, 100us or 3s",
    );
  return BigInt(Math.round(nanos));
}

function rfc3339(name: string, value: string): bigint {
  const nanos = parseRfc3339(value);
  if (nanos === undefined)
    throw new QueryError(`malformed parameter ${name}: "${value}" is no time as 2026-01-31T12:00:00Z`);
  return nanos;
}

function limitOf(value: string | undefined, name: string): number {
  if (value === undefined) return DEFAULT_TRACES;
  const limit = Number(value);
  if (!/^\d+$/.test(value)) throw new QueryError(`malformed parameter ${name}: "${value}" is no whole number`);
  return Math.min(MOST_TRACES, limit === 0 ? DEFAULT_TRACES : limit);
}
