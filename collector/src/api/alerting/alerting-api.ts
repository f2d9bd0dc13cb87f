/**
 * What running alerting answers, as one function from requests to responses: /api/v1/alerting, Alertmanager's API, and the rules and
 * alerts of Prometheus' API. It lives where alerting runs; the other APIs live on reader threads.
 */
import { Hono } from "hono";
import { NotFoundError } from "../../base/errors.ts";
import { alertmanagerRoutes } from "../compat/alertmanager/routes.ts";
import { prometheusRuleRoutes } from "../compat/prometheus/rule-routes.ts";
import type { ApiEnv } from "../context.ts";
import type { WireError } from "../contract.ts";
import { failureOf } from "../errors.ts";
import { alertRoutes } from "./alert-routes.ts";
import type { AlertingContext } from "./alerting-context.ts";
import { ALERTING_PREFIX, ALERTMANAGER_PREFIX, PROMETHEUS_PREFIX } from "./alerting-paths.ts";
import { channelRoutes } from "./channel-routes.ts";
import { explainRoutes } from "./explain-routes.ts";
import { routingRoutes } from "./routing-routes.ts";
import { ruleRoutes } from "./rule-routes.ts";
import { silenceRoutes } from "./silence-routes.ts";
import { sloRoutes } from "./slo-routes.ts";

export function createAlertingApi(context: AlertingContext): Hono<ApiEnv> {
  const v1 = new Hono<ApiEnv>();
  for (const routes of [alertRoutes, ruleRoutes, silenceRoutes, channelRoutes, routingRoutes, explainRoutes, sloRoutes])
    v1.route("/", routes(context));
  const api = new Hono<ApiEnv>();
  api.route(ALERTMANAGER_PREFIX, alertmanagerRoutes(context));
  api.route(PROMETHEUS_PREFIX, prometheusRuleRoutes(context));
  api.route(ALERTING_PREFIX, v1);
  api.notFound((c) => fail(new NotFoundError(`cannot find ${c.req.method} ${new URL(c.req.url).pathname}`)));
  api.onError((error) => fail(error));

  function fail(error: unknown): Response {
    const failure = failureOf(error, context.reportError);
    return Response.json({ error: failure.error } satisfies WireError, { status: failure.status });
  }
  return api;
}
