/** Saved log searches. */
import { Hono } from "hono";
import type { ApiContext, ApiEnv } from "../context.ts";
import type { WireSavedSearch, WireSavedSearches } from "../contract.ts";
import { jsonBody } from "../json-body.ts";
import { checkSearch, deleteSearch, listSearches, saveSearch } from "../logs/saved-searches.ts";

export function logSearchRoutes({ documents }: ApiContext): Hono<ApiEnv> {
  return new Hono<ApiEnv>()
    .get("/log-searches", async (c) => c.json<WireSavedSearches>({ searches: await listSearches(documents) }))
    .post("/log-searches", async (c) =>
      c.json<WireSavedSearch>(await saveSearch(documents, checkSearch(await jsonBody(c.req.raw))), 201),
    )
    .put("/log-searches/:id", async (c) =>
      c.json<WireSavedSearch>(await saveSearch(documents, checkSearch(await jsonBody(c.req.raw)), c.req.param("id"))),
    )
    .delete("/log-searches/:id", async (c) => {
      await deleteSearch(documents, c.req.param("id"));
      return c.body(null, 204);
    });
}
