/** What streams there are: labels, values of a label, series. https://grafana.com/docs/loki/latest/reference/loki-http-api/#query-labels */
import { Hono } from "hono";
import { compareLabels } from "../../../query/metrics/run/labels.ts";
import { labelValue, recordOf, type Labels } from "../../../model/labels.ts";
import { listStreams } from "../../../query/logql/run/list-streams.ts";
import type { ApiContext, ApiEnv } from "../../context.ts";
import { success } from "./envelope.ts";
import * as parameters from "./parameters.ts";

export function labelRoutes({ reader }: ApiContext): Hono<ApiEnv> {
  const streams = async (form: parameters.Form, query: string, signal: AbortSignal): Promise<readonly Labels[]> =>
    (await listStreams(reader, parameters.selector(query), parameters.range(form), signal)).streams;
  const both = ["GET", "POST"];

  return new Hono<ApiEnv>()
    .on(both, "/labels", async (c) => {
      const form = await parameters.formOf(c);
      const found = await streams(form, parameters.text(form, "query"), c.req.raw.signal);
      const names = new Set(found.flatMap((labels) => labels.filter((_, i) => i % 2 === 0)));
      return success([...names].sort());
    })
    .on(both, "/label/:name/values", async (c) => {
      const form = await parameters.formOf(c);
      const found = await streams(form, parameters.text(form, "query"), c.req.raw.signal);
      const values = new Set(found.map((labels) => labelValue(labels, c.req.param("name"))));
      values.delete("");
      return success([...values].sort());
    })
    .on(both, "/series", async (c) => {
      const form = await parameters.formOf(c);
      const queries = [...form.getAll("match[]"), ...form.getAll("match")];
      const found = new Map<string, Labels>();
      for (const query of queries.length === 0 ? ["{}"] : queries)
        for (const labels of await streams(form, query, c.req.raw.signal)) found.set(labels.join("\0"), labels);
      return success([...found.values()].sort(compareLabels).map(recordOf));
    })
    .on(both, "/detected_labels", async (c) => {
      const form = await parameters.formOf(c);
      const found = await streams(form, parameters.text(form, "query"), c.req.raw.signal);
      const values = new Map<string, Set<string>>();
      for (const labels of found)
        for (let i = 0; i < labels.length; i += 2)
          values.set(labels[i], (values.get(labels[i]) ?? new Set()).add(labels[i + 1]));
      const detected = [...values].map(([label, { size: cardinality }]) => ({ label, cardinality }));
      return Response.json({ detectedLabels: detected.sort((a, b) => (a.label < b.label ? -1 : 1)) });
    });
}
