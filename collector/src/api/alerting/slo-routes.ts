/** Service level objectives and how their error budgets stand. */
import { Hono } from "hono";
import type { ApiEnv } from "../context.ts";
import type { WireSlos } from "../contract.ts";
import type { AlertingContext } from "./alerting-context.ts";

export function sloRoutes({ slos }: AlertingContext): Hono<ApiEnv> {
  return new Hono<ApiEnv>().get("/slos", async (c) => c.json<WireSlos>({ slos: [...(await slos(c.req.raw.signal))] }));
}
