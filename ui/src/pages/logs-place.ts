/**
 * The logs page's address: ?q (query), tab, log (id of the chosen line), cols, wrap, at (the moment the list begins at), tail, order (of a
 * table, of patterns), old links' service and severity. In: parameters; out: what they mean. Pure.
 */
import { changeParams } from "../base/params.ts";
import { parseColumns } from "../model/log-columns.ts";
import { addCondition, addFilter } from "../model/log-query-edit.ts";
import { severityLevel } from "../model/severity.ts";

export type LogsTab = "lines" | "patterns";

export interface LogsPlace {
  readonly query: string;
  readonly tab: LogsTab;
  /** "" = none. */
  readonly chosen: string;
  readonly columns: readonly string[];
  readonly wrap: boolean;
  /** Milliseconds since 1970; undefined = from the newest line on. */
  readonly at?: number;
  readonly tail: boolean;
  /** Of a table's rows, see model/log-table.ts; of patterns, see model/log-patterns.ts. */
  readonly order: string;
}

export function readLogsPlace(params: URLSearchParams): LogsPlace {
  const at = Number(params.get("at") ?? Number.NaN);
  return {
    query: params.get("q") ?? "",
    tab: params.get("tab") === "patterns" ? "patterns" : "lines",
    chosen: params.get("log") ?? "",
    columns: parseColumns(params.get("cols")),
    wrap: params.get("wrap") === "1",
    ...(Number.isFinite(at) ? { at } : {}),
    tail: params.get("tail") === "1",
    order: params.get("order") ?? "",
  };
}

/** Another question: what belongs to the answer of the old one goes. */
export function writeQuery(params: URLSearchParams, query: string): URLSearchParams {
  return changeParams(params, { q: query, log: undefined, at: undefined, order: undefined });
}

/** Links that name a service and a least severity, as text of a query; undefined = there are none. */
export function translateOldParams(params: URLSearchParams): URLSearchParams | undefined {
  const service = params.get("service");
  const severity = Number(params.get("severity") ?? 0) || 0;
  if (service === null && !params.has("severity")) return undefined;
  let query = params.get("q") ?? "";
  if (service) query = addFilter(query, "service", service);
  if (severity > 0) query = addCondition(query, `level>=${severityLevel(severity).name}`);
  return changeParams(params, { q: query, service: undefined, severity: undefined });
}
