/** The questions that every tracing backend answers, and how one of them writes them down: Goldspan's own API, or Jaeger's. */

export interface SearchConditions {
  /** A service whose spans can match: backends that cannot search without one are given it. */
  readonly anyService: string;
  readonly service?: string;
  readonly operation?: string;
  readonly attribute?: { readonly key: string; readonly value: string };
  readonly minDurationMillis?: number;
  readonly errorsOnly?: boolean;
  /** Epoch milliseconds. */
  readonly startMillis: number;
  readonly endMillis: number;
  readonly limit: number;
}

export interface QueryApi {
  readonly name: string;
  readonly host: string;
  readonly port: number;
  tracePath(traceId: string): string;
  searchPath(conditions: SearchConditions): string;
  /** RED figures of all services; undefined where there is no such page. */
  servicesPath(startMillis: number, endMillis: number): string | undefined;
  /** Spans in the answer to `tracePath`. */
  countSpans(body: Buffer): number;
  /** Traces in the answer to `searchPath`. */
  countTraces(body: Buffer): number;
}
