/** What was different in a stretch of time: the evidence that an alert would carry, for whatever a person has selected in a chart. */
import { Hono } from "hono";
import { QueryError } from "../../base/errors.ts";
import type { ApiEnv } from "../context.ts";
import type { WireDifference } from "../contract.ts";
import * as parameters from "../parameters.ts";
import type { AlertingContext } from "./alerting-context.ts";
import { wireEvidence } from "./wire-evidence.ts";

const MOST_MILLIS = 24 * 3_600_000;
const LEAST_MILLIS = 1000;

export function explainRoutes({ service, explain }: AlertingContext): Hono<ApiEnv> {
  return new Hono<ApiEnv>().get("/difference", async (c) => {
    const { searchParams } = new URL(c.req.url);
    const name = parameters.required(searchParams, "service", "write the service.name, exactly");
    const { start, end } = parameters.millisRange(searchParams, service.now());
    if (end - start < LEAST_MILLIS || end - start > MOST_MILLIS)
      throw new QueryError("cannot compare this range", undefined, "choose one second at least, and a day at most");
    const evidence = await explain(
      {
        service: name,
        operation: parameters.text(searchParams, "operation") ?? "",
        startMillis: start,
        endMillis: end,
        about: parameters.choice(searchParams, "about", ["any", "errors", "latency", "traffic"]),
      },
      c.req.raw.signal,
    );
    const gatheredAtMillis = service.now();
    return c.json<WireDifference>({ evidence: evidence ? wireEvidence({ evidence, gatheredAtMillis }) : null });
  });
}
