/** Goldspan's API: collector/src/api/contract.ts. */
import type { Address } from "../load/http-connection.ts";
import type { QueryApi } from "./query-api.ts";

const SPAN = Buffer.from('"spanId":');

export function goldspanApi({ host, port }: Address): QueryApi {
  return {
    name: "/api/v1",
    host,
    port,
    tracePath: (traceId) => `/api/v1/traces/${traceId}`,
    searchPath: ({ service, operation, attribute, minDurationMillis, errorsOnly, startMillis, endMillis, limit }) => {
      const query = new URLSearchParams({ start: String(startMillis), end: String(endMillis), limit: String(limit) });
      if (service !== undefined) query.set("service", service);
      if (operation !== undefined) query.set("operation", operation);
      if (attribute) query.set("attribute", `${attribute.key}=${attribute.value}`);
      if (minDurationMillis !== undefined) query.set("minDuration", `${minDurationMillis}ms`);
      if (errorsOnly) query.set("errors", "true");
      return `/api/v1/traces?${query.toString()}`;
    },
    servicesPath: (start, end) => `/api/v1/services?start=${start}&end=${end}`,
    countSpans: (body) => {
      let count = 0;
      for (let at = body.indexOf(SPAN); at >= 0; at = body.indexOf(SPAN, at + SPAN.length)) count++;
      return count;
    },
    countTraces: (body) => (JSON.parse(body.toString()) as { traces: unknown[] }).traces.length,
  };
}

/** Spans of all services that the store holds, however old. */
export function countStoredSpans(body: Buffer): number {
  const { services } = JSON.parse(body.toString()) as { services: { spanCount: number }[] };
  return services.reduce((sum, { spanCount }) => sum + spanCount, 0);
}
