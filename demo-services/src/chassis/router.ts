/**
 * Finds the route of a request. In: method and path. Out: the route and the values of its `:parameters`.
 * Pure; knows nothing of sockets.
 */

import type { IncomingHttpHeaders } from "node:http";

export interface ServiceRequest {
  params: Record<string, string>;
  query: URLSearchParams;
  headers: IncomingHttpHeaders;
  /** Parsed JSON; undefined without a body. */
  body: unknown;
}

export interface ServiceResponse {
  status: number;
  body: unknown;
}

export type Handler = (request: ServiceRequest) => ServiceResponse | Promise<ServiceResponse>;

/** Keys are `METHOD /path/:parameter`. */
export type Routes = Record<string, Handler>;

export interface Match {
  /** The pattern, as the `http.route` attribute has it. */
  route: string;
  handler: Handler;
  params: Record<string, string>;
}

export function createRouter(routes: Routes): (method: string, path: string) => Match | undefined {
  const table = Object.entries(routes).map(([key, handler]) => {
    const [method, route] = key.split(" ");
    return { method, route, handler, segments: route.split("/") };
  });
  return (method, path) => {
    const given = path.split("/");
    for (const { method: wanted, route, handler, segments } of table) {
      if (wanted !== method || segments.length !== given.length) continue;
      const params = matchSegments(segments, given);
      if (params) return { route, handler, params };
    }
    return undefined;
  };
}

function matchSegments(segments: string[], given: string[]): Record<string, string> | undefined {
  const params: Record<string, string> = {};
  for (const [index, segment] of segments.entries()) {
    if (segment.startsWith(":") && given[index] !== "") params[segment.slice(1)] = given[index];
    else if (segment !== given[index]) return undefined;
  }
  return params;
}
