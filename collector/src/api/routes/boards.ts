/** Boards: saved ones, those made for each service, and files of ours or of Grafana. */
import { Hono } from "hono";
import { NotFoundError } from "../../base/errors.ts";
import { METRIC_NAME } from "../../model/labels.ts";
import { jobPattern } from "../../query/golden/service-of-series.ts";
import { serviceQueries, statusLabelOf } from "../../query/golden/service-queries.ts";
import { listSaturationSources } from "../../query/golden/stored-sources.ts";
import { timeBuckets } from "../../query/golden/time-buckets.ts";
import { TRAFFIC_METRICS } from "../../query/golden/traffic-metrics.ts";
import { trafficOfMetric } from "../../query/golden/traffic-of-metrics.ts";
import { listServiceNames } from "../../query/golden/list-services.ts";
import { BOARD_SCHEMA } from "../boards/board-schema.ts";
import { addBoard, deleteBoard, getBoard, GOLDEN_PREFIX, listBoards, putBoard } from "../boards/board-store.ts";
import { checkBoard } from "../boards/check-board.ts";
import { goldenBoard, goldenBoardTitle, RATE_WINDOW, type GoldenBoardParts } from "../boards/golden-board.ts";
import { boardOfGrafana, isGrafanaDashboard } from "../boards/grafana-import.ts";
import type { ApiContext, ApiEnv } from "../context.ts";
import type { WireBoard, WireBoardEntry, WireBoardImport, WireBoards } from "../contract.ts";
import { jsonBody } from "../json-body.ts";

/** A service that sent nothing for so long has no board of its own. */
const RECENT_MILLIS = 3_600_000;
/** Saturation, traces and logs are always there. */
const GOLDEN_PANELS = 6;

export function boardRoutes({ reader, documents }: ApiContext): Hono<ApiEnv> {
  return new Hono<ApiEnv>()
    .get("/boards", async (c) => {
      const services = await listServiceNames(reader, recent(), c.req.raw.signal);
      const golden = services.map((service) => goldenEntry(service, GOLDEN_PANELS));
      return c.json<WireBoards>({ boards: [...(await listBoards(documents)), ...golden] });
    })
    .post("/boards", async (c) =>
      c.json<WireBoard>(await addBoard(documents, checkBoard(await jsonBody(c.req.raw))), 201),
    )
    .get("/boards/schema.json", (c) => c.json(BOARD_SCHEMA))
    .post("/boards/import", async (c) => {
      const document = await jsonBody(c.req.raw);
      const { board, notUnderstood } = isGrafanaDashboard(document)
        ? boardOfGrafana(document)
        : { board: document, notUnderstood: [] };
      const saved = await addBoard(documents, checkBoard(board));
      return c.json<WireBoardImport>({ ...saved, notUnderstood: [...notUnderstood] }, 201);
    })
    .get("/boards/:id", async (c) => c.json<WireBoard>(await read(c.req.param("id"), c.req.raw.signal)))
    .get("/boards/:id/file", async (c) => {
      const { board, id } = await read(c.req.param("id"), c.req.raw.signal);
      const name = id.replace(/[^A-Za-z0-9._-]+/g, "-");
      return c.body(`${JSON.stringify(board, null, 2)}\n`, 200, {
        "content-type": "application/json; charset=utf-8",
        "content-disposition": `attachment; filename="${name}.json"`,
      });
    })
    .put("/boards/:id", async (c) =>
      c.json<WireBoard>(await putBoard(documents, c.req.param("id"), checkBoard(await jsonBody(c.req.raw)))),
    )
    .delete("/boards/:id", async (c) => {
      await deleteBoard(documents, c.req.param("id"));
      return c.body(null, 204);
    });

  async function read(id: string, signal: AbortSignal): Promise<WireBoard> {
    if (!id.startsWith(GOLDEN_PREFIX)) return getBoard(documents, id);
    const service = id.slice(GOLDEN_PREFIX.length);
    const services = await listServiceNames(reader, recent(), signal);
    if (!services.includes(service))
      throw new NotFoundError(`cannot find the board ${id}: the service sent nothing in the last hour`);
    const board = goldenBoard(await partsOf(service, signal));
    return { ...goldenEntry(service, board.panels.length), board };
  }

  async function partsOf(service: string, signal: AbortSignal): Promise<GoldenBoardParts> {
    const range = recent();
    const job = { name: "job", operator: "=~", value: jobPattern(service) } as const;
    const names = await reader.metrics.labelValues(METRIC_NAME, { selections: [[job]], range, limit: 0 }, signal);
    const sources = (await listSaturationSources(documents)).filter(({ metric }) => names.includes(metric));
    for (const metric of TRAFFIC_METRICS) {
      const buckets = timeBuckets(range.start, range.end, 1);
      const traffic = (await trafficOfMetric(reader.metrics, metric, buckets, service, signal)).services.get(service);
      if (!traffic) continue;
      const statusLabel = await statusLabelOf(reader.metrics, metric, service, range, signal);
      const queries = serviceQueries(metric, statusLabel, service, traffic.countedBy, RATE_WINDOW);
      return { service, traffic: { metric, queries }, sources };
    }
    return { service, traffic: undefined, sources };
  }
}

function recent(): { start: number; end: number } {
  const now = Date.now();
  return { start: now - RECENT_MILLIS, end: now };
}

function goldenEntry(service: string, panelCount: number): WireBoardEntry {
  const id = `${GOLDEN_PREFIX}${service}`;
  return { id, title: goldenBoardTitle(service), description: "", panelCount, readOnly: true, updatedAtMillis: null };
}
