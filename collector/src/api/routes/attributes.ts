/** Attribute keys and values, for suggestions. */
import { Hono } from "hono";
import { QueryError } from "../../base/errors.ts";
import type { ApiContext, ApiEnv } from "../context.ts";
import type { WireSuggestions } from "../contract.ts";
import * as parameters from "../parameters.ts";

export function attributeRoutes({ reader }: ApiContext): Hono<ApiEnv> {
  const suggest = async (url: string, key: string | undefined, signal: AbortSignal): Promise<WireSuggestions> => {
    const query = new URL(url).searchParams;
    const of = parameters.text(query, "signal") ?? "traces";
    if (of !== "traces" && of !== "logs")
      throw new QueryError(`cannot read the parameter signal="${of}"`, undefined, "write traces or logs");
    const request = {
      signal: of,
      key,
      prefix: parameters.text(query, "prefix"),
      limit: parameters.integer(query, "limit", 20, 1, 200),
    } as const;
    return { suggestions: await reader.suggestAttributes(request, signal) };
  };
  return new Hono<ApiEnv>()
    .get("/attributes", async (c) => c.json(await suggest(c.req.url, undefined, c.req.raw.signal)))
    .get("/attributes/:key/values", async (c) =>
      c.json(await suggest(c.req.url, c.req.param("key"), c.req.raw.signal)),
    );
}
