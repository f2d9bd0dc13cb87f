/**
 * What a log line has, by name: for columns, filters and copies. In: a WireLog; out: text. Names are those of the query language: service,
 * level, body, event_name, scope, trace_id, span_id, else the key of an attribute, of the resource, or of a JSON body. Pure.
 */
import type { WireLog } from "goldspan/contract";
import { findAttribute } from "./any-value.ts";
import { severityLevel } from "./severity.ts";

/** Beyond that rows have no room. */
export const MOST_COLUMNS = 12;

const OWN: Readonly<Record<string, (log: WireLog) => string | undefined>> = {
  service: (log) => log.service,
  level: (log) => (log.severityNumber > 0 ? severityLevel(log.severityNumber).name : undefined),
  severity_text: (log) => log.severityText,
  body: (log) => log.body,
  event_name: (log) => log.eventName,
  scope: (log) => log.scope,
  trace_id: (log) => log.traceId,
  span_id: (log) => log.spanId,
};

export const OWN_FIELDS: readonly string[] = Object.keys(OWN);

/** undefined = it has none. */
export function fieldOf(log: WireLog, name: string): string | undefined {
  if (Object.hasOwn(OWN, name)) return OWN[name](log) || undefined;
  const key = keyOf(name);
  return findAttribute(log.attributes, key) ?? findAttribute(log.resource, key) ?? log.bodyFields?.[key];
}

/** `@message` and `@"a key"` name attributes. */
function keyOf(name: string): string {
  if (!name.startsWith("@")) return name;
  return name.startsWith('@"') ? name.slice(2, -1).replace(/\\(.)/g, "$1") : name.slice(1);
}

/** ?cols=user.id,http.route: keys that hold a comma are escaped. */
export function parseColumns(text: string | null): string[] {
  const names = (text ?? "").split(",").map((name) => name.replaceAll("%2C", ",").replaceAll("%25", "%").trim());
  return [...new Set(names.filter((name) => name !== ""))].slice(0, MOST_COLUMNS);
}

export function formatColumns(columns: readonly string[]): string {
  return columns.map((name) => name.replaceAll("%", "%25").replaceAll(",", "%2C")).join(",");
}

/** Taken in at the end, or taken out. */
export function toggleColumn(columns: readonly string[], name: string): string[] {
  if (columns.includes(name)) return columns.filter((other) => other !== name);
  return [...columns, name].slice(0, MOST_COLUMNS);
}

/** Moved by so many places, as far as there are any. */
export function moveColumn(columns: readonly string[], name: string, by: number): string[] {
  const from = columns.indexOf(name);
  if (from < 0) return [...columns];
  const rest = columns.filter((other) => other !== name);
  rest.splice(Math.max(0, Math.min(rest.length, from + by)), 0, name);
  return rest;
}
