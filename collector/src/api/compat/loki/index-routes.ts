/** How much there is of streams: index/stats, index/volume, index/volume_range. https://grafana.com/docs/loki/latest/reference/loki-http-api/#query-log-statistics */
import { Hono, type Context } from "hono";
import type { Labels } from "../../../model/labels.ts";
import { newCounts, runInstantMetric, runRangeMetric } from "../../../query/logql/engine.ts";
import { STREAM_LABELS } from "../../../query/logql/label-names.ts";
import { volumeQuery } from "../../../query/logql/plan/volume-query.ts";
import { listStreams } from "../../../query/logql/run/list-streams.ts";
import type { MatrixSeries } from "../../../query/metrics/result.ts";
import type { ApiContext, ApiEnv } from "../../context.ts";
import { jsonResponse } from "../../json-response.ts";
import { statsOf } from "./envelope.ts";
import * as parameters from "./parameters.ts";
import { metricPieces } from "./result-pieces.ts";

const MOST_VOLUMES = 1000;

export function indexRoutes({ reader }: ApiContext): Hono<ApiEnv> {
  const both = ["GET", "POST"];

  async function volumeOf(form: parameters.Form, signal: AbortSignal, stepMillis?: number) {
    const logs = parameters.selector(parameters.text(form, "query"));
    const { start: startNanos, end: endNanos } = parameters.bounds(form);
    const targets = parameters
      .text(form, "targetLabels")
      .split(",")
      .filter((name) => name !== "");
    const asked = logs.matchers.map(({ name }) => name);
    const labels = targets.length > 0 ? targets : asked.length > 0 ? asked : STREAM_LABELS;
    const counts = newCounts();
    const started = performance.now();
    const spanMillis = Math.max(1, Number(endNanos - startNanos) / 1e6);
    const query = volumeQuery(logs, [...new Set(labels)], stepMillis ?? spanMillis);
    const value =
      stepMillis === undefined
        ? await runInstantMetric({ reader, query, startNanos: endNanos, signal }, counts)
        : await runRangeMetric({ reader, query, startNanos, endNanos, stepMillis, signal }, counts);
    return { value, stats: statsOf(counts, (performance.now() - started) / 1000) };
  }

  const volume = async (c: Context<ApiEnv>, isRange: boolean) => {
    const form = await parameters.formOf(c);
    const limit = parameters.whole(form, ["limit"], 100, MOST_VOLUMES);
    const stepMillis = isRange ? parameters.stepMillis(form, parameters.bounds(form)) : undefined;
    const { value, stats } = await volumeOf(form, c.req.raw.signal, stepMillis);
    const byName = parameters.text(form, "aggregateBy") === "labels";
    if (value.type === "vector") {
      const samples = byName ? sumByName(value.samples, (a, b) => ({ ...a, value: a.value + b.value })) : value.samples;
      const largest = samples.toSorted((a, b) => b.value - a.value).slice(0, limit);
      return jsonResponse(metricPieces({ type: "vector", samples: largest }, false, stats));
    }
    const series = value.type === "matrix" ? value.series : [];
    const summed = byName ? sumByName(series, addSeries) : series;
    const total = ({ values }: MatrixSeries) => values.reduce((sum, one) => sum + one, 0);
    const largest = summed.toSorted((a, b) => total(b) - total(a)).slice(0, limit);
    return jsonResponse(metricPieces({ type: "matrix", series: largest }, false, stats));
  };

  return new Hono<ApiEnv>()
    .on(both, "/index/stats", async (c) => {
      const form = await parameters.formOf(c);
      const logs = parameters.selector(parameters.text(form, "query"));
      const found = await listStreams(reader, { ...logs, stages: [] }, parameters.range(form), c.req.raw.signal);
      // Bytes are an estimate, by what a record takes on average: nothing is read to count them.
      const usage = (await reader.reportStorage({ limit: 1 })).signals.find(({ signal }) => signal === "logs");
      const bytesEach = usage && usage.records > 0 ? usage.rawBytes / usage.records : 0;
      const { entries, pieces: chunks } = found;
      return Response.json({ streams: found.streams.length, chunks, entries, bytes: Math.round(entries * bytesEach) });
    })
    .on(both, "/index/volume", (c) => volume(c, false))
    .on(both, "/index/volume_range", (c) => volume(c, true));
}

/** Volumes of each label's name, whatever its value. */
function sumByName<T extends { readonly labels: Labels }>(items: readonly T[], add: (a: T, b: T) => T): T[] {
  const sums = new Map<string, T>();
  for (const item of items)
    for (let i = 0; i < item.labels.length; i += 2) {
      const name = item.labels[i];
      const named = { ...item, labels: [name, ""] };
      const sum = sums.get(name);
      sums.set(name, sum ? add(sum, named) : named);
    }
  return [...sums.values()];
}

function addSeries(a: MatrixSeries, b: MatrixSeries): MatrixSeries {
  const sums = new Map<number, number>();
  for (const { timestamps, values } of [a, b])
    for (const [i, time] of timestamps.entries()) sums.set(time, (sums.get(time) ?? 0) + values[i]);
  const times = Float64Array.from(sums.keys()).sort();
  return { labels: a.labels, timestamps: times, values: Float64Array.from(times, (time) => sums.get(time) ?? 0) };
}
