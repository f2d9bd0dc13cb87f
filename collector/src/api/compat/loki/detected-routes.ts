/** Fields that entries have, found in a sample of the newest. https://grafana.com/docs/loki/latest/reference/loki-http-api/ */
import { Hono } from "hono";
import { newCounts, runLogQuery } from "../../../query/logql/engine.ts";
import { detectFields } from "../../../query/logql/run/detect-fields.ts";
import type { ApiContext, ApiEnv } from "../../context.ts";
import * as parameters from "./parameters.ts";

const DEFAULT_FIELDS = 1000;
const DEFAULT_LINES = 1000;

export function detectedRoutes({ reader }: ApiContext): Hono<ApiEnv> {
  const both = ["GET", "POST"];
  const detect = async (form: parameters.Form, signal: AbortSignal) => {
    const logs = parameters.selector(parameters.text(form, "query"));
    const limit = parameters.whole(form, ["line_limit"], DEFAULT_LINES, parameters.MOST_ENTRIES);
    const range = parameters.range(form);
    return detectFields(await runLogQuery({ reader, logs, range, direction: "backward", limit, signal }, newCounts()));
  };
  const fieldLimit = (form: parameters.Form) =>
    parameters.whole(form, ["field_limit", "limit"], DEFAULT_FIELDS, DEFAULT_FIELDS);

  return new Hono<ApiEnv>()
    .on(both, "/detected_fields", async (c) => {
      const form = await parameters.formOf(c);
      const limit = fieldLimit(form);
      const fields = (await detect(form, c.req.raw.signal)).slice(0, limit).map(({ label, type, parsers, values }) => ({
        label,
        type,
        cardinality: values.size,
        parsers: parsers.length > 0 ? parsers : null,
      }));
      return Response.json({ fields, limit });
    })
    .on(both, "/detected_field/:name/values", async (c) => {
      const form = await parameters.formOf(c);
      const limit = fieldLimit(form);
      const found = (await detect(form, c.req.raw.signal)).find(({ label }) => label === c.req.param("name"));
      return Response.json({ values: [...(found?.values ?? [])].slice(0, limit), limit });
    });
}
