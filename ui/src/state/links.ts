/** The addresses of things, each with the time range to see them in. The pages hand this to their components. */
import type { Interval } from "../base/interval.ts";
import { rangeAround, zoomedRange, type TimeRange } from "../base/time-range.ts";
import { linkTo, timeRange } from "./time-range.ts";

/** Structurally the Links of the model, which this folder may not import. */
function linksIn(range: () => TimeRange) {
  return {
    traces: (query: string): string => linkTo("/traces", { q: query }, range()),
    trace: (traceId: string, spanId?: string, logTime?: string): string =>
      linkTo(`/traces/${traceId}`, { span: spanId, log: logTime }, range()),
    logs: (query: string, within?: Interval): string =>
      linkTo("/logs", { q: query }, within ? zoomedRange(within.from, within.to) : range()),
    exceptions: (service: string): string => linkTo("/exceptions", { service }, range()),
    exception: (fingerprint: string): string => linkTo(`/exceptions/${encodeURIComponent(fingerprint)}`, {}, range()),
    service: (name: string): string => linkTo(`/services/${encodeURIComponent(name)}`, {}, range()),
    map: (focus: string): string => linkTo("/map", { focus }, range()),
    metrics: (...queries: string[]): string => {
      const named = Object.fromEntries(queries.map((query, index) => [index === 0 ? "q" : `q${index + 1}`, query]));
      return linkTo("/metrics", named, range());
    },
    board: (id: string): string => linkTo(`/boards/${encodeURIComponent(id)}`, {}, range()),
  };
}

export const links = linksIn(() => timeRange.value);

/** From something old: the present range would not show it, so its own time is shown instead. */
export function linksAt(millis: number): typeof links {
  return linksIn(() => rangeAround(timeRange.value, millis, Date.now()));
}
