/**
 * Prometheus' HTTP API, the reading side, so that Grafana's Prometheus data source and promtool work against Goldspan.
 * https://prometheus.io/docs/prometheus/latest/querying/api/
 */
import { Hono } from "hono";
import { NotFoundError } from "../../../base/errors.ts";
import type { ApiContext, ApiEnv } from "../../context.ts";
import { failed } from "./envelope.ts";
import { queryRoutes } from "./query-routes.ts";
import { seriesRoutes } from "./series-routes.ts";
import { statusRoutes } from "./status-routes.ts";
import { targetRoutes } from "./target-routes.ts";

export function prometheusRoutes(context: ApiContext): Hono<ApiEnv> {
  const routes = new Hono<ApiEnv>();
  routes.onError((error) => failed(error, context.reportError));
  for (const part of [queryRoutes, seriesRoutes, statusRoutes, targetRoutes]) routes.route("/", part(context));
  routes.all("/*", (c) =>
    failed(new NotFoundError(`cannot find ${c.req.method} ${new URL(c.req.url).pathname}`), context.reportError),
  );
  return routes;
}
