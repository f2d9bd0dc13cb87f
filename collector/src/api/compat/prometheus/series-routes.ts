/** What series there are: series, labels, values of a label, metadata. https://prometheus.io/docs/prometheus/latest/querying/api/#querying-metadata */
import { Hono } from "hono";
import type { SeriesRequest } from "../../../store/store.ts";
import type { ApiContext, ApiEnv } from "../../context.ts";
import { pieceResponse, success, TRUNCATED } from "./envelope.ts";
import { unescapeLabelName } from "./label-name.ts";
import * as parameters from "./parameters.ts";
import { seriesListPieces } from "./result-pieces.ts";
import { matchSelections } from "./selectors.ts";

const MOST_METADATA = 100_000;

export function seriesRoutes({ reader }: ApiContext): Hono<ApiEnv> {
  return new Hono<ApiEnv>()
    .on(["GET", "POST"], "/series", async (c) => {
      const form = await parameters.formOf(c);
      if (!form.has("match[]")) throw new parameters.ParameterError("no match[] parameter provided");
      const { limit, request } = requestOf(form);
      const found = await reader.metrics.findSeries(request, c.req.raw.signal);
      const { items, notes } = cut(found, limit);
      return pieceResponse(seriesListPieces(items), notes);
    })
    .on(["GET", "POST"], "/labels", async (c) => {
      const { limit, request } = requestOf(await parameters.formOf(c));
      const { items, notes } = cut(await reader.metrics.labelNames(request, c.req.raw.signal), limit);
      return success(items, notes);
    })
    .get("/label/:name/values", async (c) => {
      const name = unescapeLabelName(c.req.param("name"));
      if (name === "" || !name.isWellFormed())
        throw new parameters.ParameterError(`invalid label name: ${JSON.stringify(name)}`);
      const { limit, request } = requestOf(await parameters.formOf(c));
      const { items, notes } = cut(await reader.metrics.labelValues(name, request, c.req.raw.signal), limit);
      return success(items, notes);
    })
    .get("/metadata", async (c) => {
      const form = await parameters.formOf(c);
      const [most, mostEach] = [whole(form, "limit"), whole(form, "limit_per_metric")];
      const metric = parameters.text(form, "metric") || undefined;
      const found = most === 0 ? [] : await reader.metrics.metricMetadata({ metric, limit: MOST_METADATA });
      const byName = Object.entries(Object.groupBy(found, (entry) => entry.metric)).slice(0, most);
      const data = byName.map(([name, entries = []]) => {
        const kept = mostEach !== undefined && mostEach > 0 ? entries.slice(0, mostEach) : entries;
        return [name, kept.map(({ type, help, unit }) => ({ type, help, unit }))];
      });
      return success(Object.fromEntries(data));
    });
}

/** One more than the limit is asked for, to know whether there are more. */
function requestOf(form: URLSearchParams): { limit: number; request: SeriesRequest } {
  const limit = parameters.limit(form);
  const range = parameters.range(form);
  return { limit, request: { selections: matchSelections(form), range, limit: limit > 0 ? limit + 1 : 0 } };
}

function cut<T>(found: readonly T[], limit: number): { items: readonly T[]; notes: { warnings?: string[] } } {
  if (limit === 0 || found.length <= limit) return { items: found, notes: {} };
  return { items: found.slice(0, limit), notes: { warnings: [TRUNCATED] } };
}

/** Negative = no limit, as if it were absent. */
function whole(form: URLSearchParams, name: string): number | undefined {
  const value = parameters.text(form, name);
  if (value === "") return undefined;
  if (!/^[+-]?\d{1,15}$/.test(value)) throw new parameters.ParameterError(`${name} must be a number`);
  return Number(value) < 0 ? undefined : Number(value);
}
