/** What this collector is: version, ports, receivers, whether it holds anything yet; and the OpenAPI document. */
import { Hono } from "hono";
import { NotFoundError } from "../../base/errors.ts";
import { METRIC_NAME } from "../../model/labels.ts";
import { SERVICE_LABEL } from "../../query/golden/service-of-series.ts";
import type { StoreReader } from "../../store/store.ts";
import type { ApiContext, ApiEnv } from "../context.ts";
import type { WireInfo, WireVersion } from "../contract.ts";
import { openApiDocument } from "../openapi.ts";

/** Only a collector has this metric: what scrapes it is no news to whoever waits for first data. */
const OWN_METRIC = "goldspan_store_open_records";
/** What a scrape says of itself, also where nobody answers. */
const OF_SCRAPES = "up|scrape_.*";

export function infoRoutes({ reader, info }: ApiContext): Hono<ApiEnv> {
  return (
    new Hono<ApiEnv>()
      .get("/info", async (c) => {
        const [traces, logs] = await Promise.all([reader.dataRange("traces"), reader.dataRange("logs")]);
        const hasData =
          traces !== undefined || logs !== undefined || (await hasOthersMetrics(reader, c.req.raw.signal));
        const { version, startedAtMillis, ports, receivers = [] } = info();
        return c.json<WireInfo>({ version, startedAtMillis, ports, receivers: [...receivers], hasData });
      })
      .get("/version", (c) => {
        const { version, commit = null, storeFormat = null } = info();
        return c.json<WireVersion>({ name: "goldspan", version, commit, node: process.versions.node, storeFormat });
      })
      // The web port hands this on to the first otlp receiver that has a pipeline of traces; here it comes when there is none.
      .post("/test-trace", () => {
        throw new NotFoundError("cannot make a test trace: no otlp receiver is in a pipeline of traces");
      })
      .get("/openapi.json", (c) => c.json(openApiDocument(info().version)))
  );
}

async function hasOthersMetrics({ metrics }: StoreReader, signal: AbortSignal): Promise<boolean> {
  const range = { start: 0, end: Date.now() };
  const own = [[{ name: METRIC_NAME, operator: "=", value: OWN_METRIC } as const]];
  const others = [[{ name: METRIC_NAME, operator: "!~", value: OF_SCRAPES } as const]];
  const [jobs, ownJobs, services] = await Promise.all([
    metrics.labelValues("job", { selections: others, range, limit: 0 }, signal),
    metrics.labelValues("job", { selections: own, range, limit: 0 }, signal),
    metrics.labelValues(SERVICE_LABEL, { selections: [], range, limit: 1 }, signal),
  ]);
  return services.length > 0 || jobs.some((job) => !ownJobs.includes(job));
}
