/** Where things lead to. Components get this from their page, so that they know neither the address nor the time range it keeps. */
import type { Interval } from "../base/interval.ts";

export interface Links {
  /** Traces that meet a query, in the present time range. */
  traces(query: string): string;
  /** A trace, optionally at one of its spans, or at one of that span's log lines (by its time in decimal nanoseconds). */
  trace(traceId: string, spanId?: string, logTime?: string): string;
  /** Log lines that meet a query; "" = all. */
  logs(query: string): string;
  /** Groups of exceptions of one service or ("") of all, whose type or message holds a text. */
  exceptions(service: string, text?: string): string;
  exception(fingerprint: string): string;
  /** A service's own page. */
  service(name: string): string;
  /** What was different in a stretch of a service's time; about: "errors", "latency", "traffic" or "" (anything). */
  difference(service: string, stretch: Interval, about: string): string;
  /** Alerts, by the parameters of their page: tab, service, q, … */
  alerts(params?: Readonly<Record<string, string>>): string;
  alert(id: string): string;
  /** The service map with one node in focus; "" = none. */
  map(focus: string): string;
  /** Queries in the metrics explorer. */
  metrics(...queries: string[]): string;
  board(id: string): string;
  /** The same links into another stretch of time, milliseconds since 1970. */
  within(stretch: Interval): Links;
}
