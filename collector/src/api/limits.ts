/**
 * Puts every request under the query limits: the request's signal, which routes hand to the store, is replaced by one that also ends
 * with the time and carries the counts. An answer that lacks something says so in a header.
 */
import type { MiddlewareHandler } from "hono";
import { NO_LIMITS, openScope, type WorkLimits } from "../base/work-scope.ts";
import type { ApiEnv } from "./context.ts";

/** What an answer lacks, as text; absent = it is complete. */
export const PARTIAL_HEADER = "goldspan-partial";

export function limited(limits: WorkLimits = NO_LIMITS): MiddlewareHandler<ApiEnv> {
  return async (c, next) => {
    const scope = openScope(c.req.raw.signal, limits, c.env?.isCancelled);
    Object.defineProperty(c.req.raw, "signal", { value: scope.signal, configurable: true });
    try {
      await next();
    } finally {
      scope.close();
    }
    if (scope.missing.length > 0)
      c.res.headers.set(PARTIAL_HEADER, scope.missing.join("; ").replace(/[^\x20-\x7e]/g, "?"));
  };
}
