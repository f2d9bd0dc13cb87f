/** The addresses of things, each with the present time range. The pages hand this to their components. */
import { linkTo } from "./time-range.ts";

export const links = {
  traces: (query: string): string => linkTo("/traces", { q: query }),
  trace: (traceId: string, spanId?: string, logTime?: string): string =>
    linkTo(`/traces/${traceId}`, { span: spanId, log: logTime }),
  logs: (service: string): string => linkTo("/logs", { service }),
  service: (name: string): string => linkTo("/services", { service: name }),
};
