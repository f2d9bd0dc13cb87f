/**
 * Loki's HTTP API, the reading side, so that Grafana's Loki data source and logcli work against Goldspan.
 * https://grafana.com/docs/loki/latest/reference/loki-http-api/
 */
import { Hono } from "hono";
import { NotFoundError } from "../../../base/errors.ts";
import type { ApiContext, ApiEnv } from "../../context.ts";
import { detectedRoutes } from "./detected-routes.ts";
import { failed } from "./envelope.ts";
import { indexRoutes } from "./index-routes.ts";
import { labelRoutes } from "./label-routes.ts";
import { patternRoutes } from "./pattern-routes.ts";
import { queryRoutes } from "./query-routes.ts";
import { statusRoutes } from "./status-routes.ts";
import { tailRoutes } from "./tail-routes.ts";

export function lokiRoutes(context: ApiContext): Hono<ApiEnv> {
  const routes = new Hono<ApiEnv>();
  routes.onError((error) => failed(error, context.reportError));
  for (const part of [queryRoutes, labelRoutes, indexRoutes, detectedRoutes, patternRoutes, tailRoutes, statusRoutes])
    routes.route("/", part(context));
  routes.all("/*", (c) =>
    failed(new NotFoundError(`cannot find ${c.req.method} ${new URL(c.req.url).pathname}`), context.reportError),
  );
  return routes;
}
