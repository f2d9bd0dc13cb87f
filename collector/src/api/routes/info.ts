/** What this collector is: version, ports, whether it holds anything yet; and the OpenAPI document. */
import { Hono } from "hono";
import type { ApiContext, ApiEnv } from "../context.ts";
import type { WireInfo } from "../contract.ts";
import { openApiDocument } from "../openapi.ts";

export function infoRoutes({ reader, info }: ApiContext): Hono<ApiEnv> {
  return new Hono<ApiEnv>()
    .get("/info", async (c) => {
      const [traces, logs] = await Promise.all([reader.dataRange("traces"), reader.dataRange("logs")]);
      return c.json<WireInfo>({ ...info(), hasData: traces !== undefined || logs !== undefined });
    })
    .get("/openapi.json", (c) => c.json(openApiDocument(info().version)));
}
