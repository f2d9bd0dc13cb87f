/** The addresses of things, each with the time range to see them in. The pages hand this to their components. */
import type { Interval } from "../base/interval.ts";
import { rangeAround, zoomedRange, type TimeRange } from "../base/time-range.ts";
import { linkTo, timeRange } from "./time-range.ts";

/** Structurally the Links of the model, which this folder may not import. */
interface AddressBook {
  readonly traces: (query: string) => string;
  readonly trace: (traceId: string, spanId?: string, logTime?: string) => string;
  readonly logs: (query: string) => string;
  readonly exceptions: (service: string, text?: string) => string;
  readonly exception: (fingerprint: string) => string;
  readonly service: (name: string) => string;
  readonly difference: (service: string, stretch: Interval, about: string) => string;
  readonly alerts: (params?: Readonly<Record<string, string>>) => string;
  readonly alert: (id: string) => string;
  readonly map: (focus: string) => string;
  readonly metrics: (...queries: string[]) => string;
  readonly board: (id: string) => string;
  readonly within: (stretch: Interval) => AddressBook;
}

const LEAST_AROUND_MILLIS = 5 * 60_000;

function linksIn(range: () => TimeRange): AddressBook {
  return {
    traces: (query) => linkTo("/traces", { q: query }, range()),
    trace: (traceId, spanId, logTime) => linkTo(`/traces/${traceId}`, { span: spanId, log: logTime }, range()),
    logs: (query) => linkTo("/logs", { q: query }, range()),
    exceptions: (service, text) => linkTo("/exceptions", { service, q: text }, range()),
    exception: (fingerprint) => linkTo(`/exceptions/${encodeURIComponent(fingerprint)}`, {}, range()),
    service: (name) => linkTo(`/services/${encodeURIComponent(name)}`, {}, range()),
    difference: (service, { from, to }, about) => {
      const differ = `${Math.floor(from)}-${Math.ceil(to)}`;
      // With the time before, so that the difference is seen, and a little of what came after.
      const length = Math.max(to - from, LEAST_AROUND_MILLIS);
      const around = zoomedRange(from - 2 * length, Math.min(to + length, Math.max(to, Date.now())));
      return linkTo(`/services/${encodeURIComponent(service)}`, { differ, about }, around);
    },
    alerts: (params = {}) => linkTo("/alerts", params, range()),
    alert: (id) => linkTo(`/alerts/${encodeURIComponent(id)}`, {}, range()),
    map: (focus) => linkTo("/map", { focus }, range()),
    metrics: (...queries) => {
      const named = Object.fromEntries(queries.map((query, index) => [index === 0 ? "q" : `q${index + 1}`, query]));
      return linkTo("/metrics", named, range());
    },
    board: (id) => linkTo(`/boards/${encodeURIComponent(id)}`, {}, range()),
    within: (stretch) => linksIn(() => zoomedRange(stretch.from, stretch.to)),
  };
}

export const links = linksIn(() => timeRange.value);

/** From something old: the present range would not show it, so its own time is shown instead. */
export function linksAt(millis: number): AddressBook {
  return linksIn(() => rangeAround(timeRange.value, millis, Date.now()));
}
