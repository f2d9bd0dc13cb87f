/** Jaeger's HTTP JSON API (https://www.jaegertracing.io/docs/1.76/architecture/apis/#internal-http-json): of Jaeger, or of anything that speaks it. */
import type { Address } from "../load/http-connection.ts";
import type { QueryApi } from "./query-api.ts";

/** Errors are a tag there. A search needs a service, as in Jaeger's own UI. */
export function jaegerApi({ host, port, path }: Address & { readonly path: string }): QueryApi {
  return {
    name: "Jaeger API",
    host,
    port,
    tracePath: (traceId) => `${path}/api/traces/${traceId}`,
    searchPath: (conditions) => {
      const { service, anyService, operation, attribute, minDurationMillis, errorsOnly } = conditions;
      const query = new URLSearchParams({
        service: service ?? anyService,
        start: String(Math.round(conditions.startMillis * 1000)),
        end: String(Math.round(conditions.endMillis * 1000)),
        limit: String(conditions.limit),
      });
      if (operation !== undefined) query.set("operation", operation);
      if (minDurationMillis !== undefined) query.set("minDuration", `${minDurationMillis}ms`);
      const tags = {
        ...(attribute ? { [attribute.key]: attribute.value } : {}),
        ...(errorsOnly ? { error: "true" } : {}),
      };
      if (Object.keys(tags).length > 0) query.set("tags", JSON.stringify(tags));
      return `${path}/api/traces?${query.toString()}`;
    },
    servicesPath: () => undefined,
    countSpans: (body) => tracesOf(body)[0]?.spans.length ?? 0,
    countTraces: (body) => tracesOf(body).length,
  };
}

function tracesOf(body: Buffer): { spans: unknown[] }[] {
  return (JSON.parse(body.toString()) as { data: { spans: unknown[] }[] | null }).data ?? [];
}
