/** Edges as metrics: the requests between two nodes, the failed ones, their times as either side saw them, and spans that met nobody. */
import type { MetricBatch } from "../../model/metric-batch.ts";
import { MetricRequest } from "../series/metric-request.ts";
import { DROPPED, REQUEST, UNPAIRED, type EdgeSeries, type Side } from "./edge-series.ts";

const SCOPE = "traces_service_graph";
const SERIES_PER_REQUEST = 2000;

const HEADS = {
  total: { name: "traces_service_graph_request_total", description: "Requests between two nodes.", unit: "" },
  failed: {
    name: "traces_service_graph_request_failed_total",
    description: "Failed requests between two nodes.",
    unit: "",
  },
  server: {
    name: "traces_service_graph_request_server",
    description: "Time of a request between two nodes as the server saw it.",
    unit: "s",
  },
  client: {
    name: "traces_service_graph_request_client",
    description: "Time of a request between two nodes as the client saw it.",
    unit: "s",
  },
  unpaired: {
    name: "traces_service_graph_unpaired_spans_total",
    description: "Spans whose other half did not come in time, and for which no virtual node stands in.",
    unit: "",
  },
  dropped: {
    name: "traces_service_graph_dropped_spans_total",
    description: "Spans that found no room to wait for their other half.",
    unit: "",
  },
} as const;

/** @param offsetMillis subtracted from every time @param isEnd these series end with this point */
export function encodeEdges(
  all: readonly EdgeSeries[],
  timeMillis: number,
  offsetMillis: number,
  isEnd: boolean,
): MetricBatch[] {
  const batches: MetricBatch[] = [];
  for (let from = 0; from < all.length; from += SERIES_PER_REQUEST) {
    const request = new MetricRequest(SCOPE, "cumulative");
    request.resource([], () =>
      write(request, all.slice(from, from + SERIES_PER_REQUEST), timeMillis, offsetMillis, isEnd),
    );
    batches.push(request.finish());
  }
  return batches;
}

function write(request: MetricRequest, all: readonly EdgeSeries[], time: number, offset: number, isEnd: boolean): void {
  const point = ({ attributes, startMillis }: EdgeSeries) => {
    return { attributes, startMillis: startMillis - offset, timeMillis: time - offset, exemplars: [], isEnd };
  };
  const requests = all.filter(({ family }) => family === REQUEST);
  request.sums(
    HEADS.total,
    requests.map((series) => ({ ...point(series), value: series.total })),
  );
  request.sums(
    HEADS.failed,
    requests.map((series) => ({ ...point(series), value: series.failed })),
  );
  for (const side of ["server", "client"] as const) {
    const points = requests.flatMap((series) => {
      const known: Side | undefined = series[side];
      return known ? [{ ...point(series), histogram: known.histogram, exemplars: known.exemplars.list }] : [];
    });
    if (points.length > 0) request.histograms(HEADS[side], points[0].histogram.kind, points);
  }
  for (const [family, head] of [
    [UNPAIRED, HEADS.unpaired],
    [DROPPED, HEADS.dropped],
  ] as const) {
    const alone = all.filter((series) => series.family === family);
    request.sums(
      head,
      alone.map((series) => ({ ...point(series), value: series.total })),
    );
  }
}
