/**
 * What the server says of itself: status/*, features, targets; rules and alerts where no alerting runs (else rule-routes.ts). What
 * Prometheus has and Goldspan hasn't (garbage collector, head chunks) is left out or empty, never invented. https://prometheus.io/docs/prometheus/latest/querying/api/#status
 */
import { availableParallelism, hostname } from "node:os";
import { Hono } from "hono";
import { AGGREGATE_OPERATORS } from "../../../query/metrics/parse/ast.ts";
import { formatPromDuration } from "../../../query/metrics/parse/format-expr.ts";
import { FUNCTIONS } from "../../../query/metrics/parse/function-signatures.ts";
import type { CountedName } from "../../../store/store.ts";
import type { ApiContext, ApiEnv } from "../../context.ts";
import { success } from "./envelope.ts";
import * as parameters from "./parameters.ts";

/** Whose API this is: clients decide by it what they may ask for. */
const PROMETHEUS_VERSION = "3.5.0";
const MOST_NAMES = 10_000;
const BINARY_OPERATORS = "+ - * / % ^ == != < <= > >= and or unless atan2".split(" ");

export function statusRoutes({ reader, info, limits }: ApiContext): Hono<ApiEnv> {
  return new Hono<ApiEnv>()
    .get("/status/buildinfo", () => {
      const application = { application: "goldspan", applicationVersion: info().version };
      const built = { revision: "", branch: "", buildUser: "", buildDate: "", goVersion: "" };
      return success({ version: PROMETHEUS_VERSION, ...built, ...application });
    })
    .get("/status/config", () => success({ yaml: info().configYaml ?? "" }))
    .get("/status/flags", async () => {
      const { retentionMillis, maxDiskBytes } = (await reader.reportStorage({ limit: 1 })).budgets;
      const timeout = limits?.timeoutMillis ?? 0;
      return success({
        "query.lookback-delta": "5m",
        "query.timeout": formatPromDuration(timeout),
        "storage.tsdb.retention.size": `${maxDiskBytes}B`,
        "storage.tsdb.retention.time": formatPromDuration(retentionMillis),
        "web.enable-admin-api": "false",
        "web.enable-otlp-receiver": "true",
        "web.enable-remote-write-receiver": "true",
      });
    })
    .get("/status/runtimeinfo", async () => {
      const startTime = new Date(info().startedAtMillis).toISOString();
      const { retentionMillis } = (await reader.reportStorage({ limit: 1 })).budgets;
      return success({
        startTime,
        CWD: process.cwd(),
        hostname: hostname(),
        serverTime: new Date().toISOString(),
        reloadConfigSuccess: true,
        lastConfigTime: startTime,
        corruptionCount: 0,
        goroutineCount: 0,
        GOMAXPROCS: availableParallelism(),
        GOMEMLIMIT: 0,
        GOGC: "",
        GODEBUG: "",
        storageRetention: retentionMillis === 0 ? "" : formatPromDuration(retentionMillis),
      });
    })
    .get("/status/tsdb", async (c) => {
      const form = await parameters.formOf(c);
      const limit = parameters.text(form, "limit") === "" ? 10 : parameters.limit(form);
      if (limit < 1) throw new parameters.ParameterError("limit must be a positive number");
      if (limit > MOST_NAMES) throw new parameters.ParameterError(`limit must not exceed ${MOST_NAMES}`);
      const report = await reader.metrics.reportCardinality(MOST_NAMES, c.req.raw.signal);
      const top = (names: readonly CountedName[]) =>
        names.slice(0, limit).map(({ name, count }) => ({ name, value: count }));
      return success({
        headStats: {
          numSeries: report.series,
          numLabelPairs: report.labelNames.reduce((sum, { count }) => sum + count, 0),
          chunkCount: 0,
          minTime: 0,
          maxTime: 0,
        },
        seriesCountByMetricName: top(report.metrics),
        labelValueCountByLabelName: top(report.labelNames),
        memoryInBytesByLabelName: [],
        seriesCountByLabelValuePair: top(report.labelPairs),
      });
    })
    .get("/features", () => success(features()))
    .get("/rules", () => success({ groups: [] }))
    .get("/alerts", () => success({ alerts: [] }))
    .get("/alertmanagers", () => success({ activeAlertmanagers: [], droppedAlertmanagers: [] }));
}

function features(): Record<string, Record<string, boolean>> {
  const enabled = (names: Iterable<string>) => Object.fromEntries(Array.from(names, (name) => [name, true] as const));
  return {
    api: {
      admin: false,
      exclude_alerts: false,
      label_values_match: true,
      lifecycle: false,
      otlp_write_receiver: true,
      query_stats: true,
      query_warnings: true,
      remote_write_receiver: true,
      search: false,
      time_range_labels: true,
      time_range_series: true,
    },
    promql: enabled(
      "at_modifier bool by group_left group_right ignoring negative_offset offset on per_query_lookback_delta subqueries without".split(
        " ",
      ),
    ),
    promql_functions: enabled(FUNCTIONS.keys()),
    promql_operators: enabled([...BINARY_OPERATORS, ...AGGREGATE_OPERATORS]),
  };
}
