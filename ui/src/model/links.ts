/** Where things lead to. Components get this from their page, so that they know neither the address nor the time range it keeps. */
export interface Links {
  /** Traces that meet a query, in the present time range. */
  traces(query: string): string;
  /** A trace, optionally at one of its spans, or at one of that span's log lines (by its time in decimal nanoseconds). */
  trace(traceId: string, spanId?: string, logTime?: string): string;
  /** Logs of a service in the present time range; "" = of all. */
  logs(service: string): string;
  /** A service's own page. */
  service(name: string): string;
  /** The service map with one node in focus; "" = none. */
  map(focus: string): string;
  /** Queries in the metrics explorer. */
  metrics(...queries: string[]): string;
  board(id: string): string;
}
