/** Which requests are for running alerting, and what is answered where none runs; light, for every thread. */
import { Hono } from "hono";
import { NotFoundError } from "../../base/errors.ts";
import type { ApiEnv } from "../context.ts";
import type { WireAlertingSummary } from "../contract.ts";

export const ALERTING_PREFIX = "/api/v1/alerting";
export const ALERTMANAGER_PREFIX = "/alertmanager";
export const PROMETHEUS_PREFIX = "/prometheus/api/v1";

/** True where the request is for {@link createAlertingApi}. */
export function isAlertingPath(path: string): boolean {
  return (
    path.startsWith(`${ALERTING_PREFIX}/`) ||
    path.startsWith(`${ALERTMANAGER_PREFIX}/`) ||
    path === `${PROMETHEUS_PREFIX}/rules` ||
    path === `${PROMETHEUS_PREFIX}/alerts`
  );
}

/** Where no alerting runs: the badge is told so, everything else how to switch it on. */
export function alertingOffRoutes(): Hono<ApiEnv> {
  return new Hono<ApiEnv>()
    .get(`${ALERTING_PREFIX}/summary`, (c) =>
      c.json<WireAlertingSummary>({ isOn: false, firing: 0, pending: 0, silenced: 0, problems: [] }),
    )
    .all(`${ALERTING_PREFIX}/*`, off)
    .all(`${ALERTMANAGER_PREFIX}/*`, off);
}

function off(): never {
  throw new NotFoundError(
    "alerting does not run here: configure the extension alerting and list it under service.extensions",
  );
}
