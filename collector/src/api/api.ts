/**
 * Everything under /api/v1 and the compatible APIs, as one function from requests to responses: no socket, no thread, so that it can
 * run on a query thread and in tests alike.
 */
import { Hono } from "hono";
import { NotFoundError } from "../base/errors.ts";
import { alertingOffRoutes } from "./alerting/alerting-paths.ts";
import { jaegerRoutes } from "./compat/jaeger/routes.ts";
import { lokiRoutes } from "./compat/loki/routes.ts";
import { prometheusRoutes } from "./compat/prometheus/routes.ts";
import type { ApiContext, ApiEnv } from "./context.ts";
import type { WireError } from "./contract.ts";
import { failureOf } from "./errors.ts";
import { limited } from "./limits.ts";
import { attributeRoutes } from "./routes/attributes.ts";
import { boardRoutes } from "./routes/boards.ts";
import { exceptionRoutes } from "./routes/exceptions.ts";
import { goldenRoutes } from "./routes/golden.ts";
import { infoRoutes } from "./routes/info.ts";
import { logDetailRoutes } from "./routes/log-details.ts";
import { logSearchRoutes } from "./routes/log-searches.ts";
import { logRoutes } from "./routes/logs.ts";
import { pinRoutes } from "./routes/pins.ts";
import { servicePageRoutes } from "./routes/service-page.ts";
import { serviceRoutes } from "./routes/services.ts";
import { storageRoutes } from "./routes/storage.ts";
import { traceRoutes } from "./routes/traces.ts";

const API_PREFIX = "/api/v1";
const JAEGER_PREFIX = "/jaeger/api";
const PROMETHEUS_PREFIX = "/prometheus/api/v1";
const LOKI_PREFIX = "/loki/api/v1";

export function createApi(context: ApiContext): Hono<ApiEnv> {
  const v1 = new Hono<ApiEnv>();
  for (const routes of [
    infoRoutes,
    traceRoutes,
    serviceRoutes,
    logRoutes,
    logDetailRoutes,
    logSearchRoutes,
    attributeRoutes,
    storageRoutes,
    pinRoutes,
    exceptionRoutes,
    goldenRoutes,
    servicePageRoutes,
    boardRoutes,
  ])
    v1.route("/", routes(context));
  const api = new Hono<ApiEnv>();
  api.use(limited(context.limits));
  api.route(JAEGER_PREFIX, jaegerRoutes(context));
  api.route(PROMETHEUS_PREFIX, prometheusRoutes(context));
  api.route(LOKI_PREFIX, lokiRoutes(context));
  api.route(API_PREFIX, v1);
  // Where alerting runs, its own API is asked before this one.
  api.route("/", alertingOffRoutes());
  api.notFound((c) =>
    fail(
      new NotFoundError(
        `cannot find ${c.req.method} ${new URL(c.req.url).pathname}; ${API_PREFIX}/openapi.json lists what there is`,
      ),
    ),
  );
  api.onError((error) => fail(error));

  function fail(error: unknown): Response {
    const failure = failureOf(error, context.reportError);
    return Response.json({ error: failure.error } satisfies WireError, { status: failure.status });
  }
  return api;
}
