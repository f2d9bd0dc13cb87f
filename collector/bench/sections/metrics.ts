/**
 * Metrics: ingest over OTLP and remote write, bytes a sample, memory, and the PromQL row; and the same remote-write stream and questions
 * to a real Prometheus beside it, where one is installed.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { hasPrometheus, startPrometheus } from "../../test/kit/prometheus-process.ts";
import type { Address } from "../load/http-connection.ts";
import type { MetricSenderResult } from "../load/metric-sender-options.ts";
import { startMetricSender } from "../load/run-sender.ts";
import { pinned, SERVER_CORES } from "../machine.ts";
import { measurePromql, type PromqlFigure } from "../queries/promql-queries.ts";
import { millis, shortNumber, type ResultRow, type ResultTable } from "../report/result-table.ts";
import type { TargetId } from "../report/targets.ts";
import { bytesBelow, cpuSecondsOf, MemorySampler, peakMb, residentMb, settle } from "../subject/processes.ts";
import { DURABILITY } from "../subject/server.ts";
import { loopbackAddress } from "../subject/subject.ts";
import { QUERIED_SERIES, SCRAPE_MILLIS, SERIES_A_TARGET, type MetricForm } from "../workload/metric-workload.ts";
import { withServer, type Bench, type Section } from "./section.ts";

/** So many have 1,000 series of the metric that is asked for. */
const TARGETS = 1000 / QUERIED_SERIES;
const CONNECTIONS = 4;
const LONGEST_SECONDS = 900;

interface Tables {
  readonly ingest: ResultRow[];
  readonly sizes: ResultRow[];
  readonly queries: ResultRow[];
}

interface MetricRun extends MetricSenderResult {
  readonly startMillis: number;
  readonly perCpuSecond: number;
  /** Megabytes. */
  readonly median: number;
  readonly peak: number;
  /** When all upkeep is done. */
  readonly settled: number;
}

export const metrics: Section = {
  name: "metrics",
  async run(bench) {
    const tables: Tables = { ingest: [], sizes: [], queries: [] };
    const rounds = Math.ceil((bench.options.metricHours * 3_600_000) / SCRAPE_MILLIS);
    await goldspan(bench, rounds, "otlp", tables);
    await goldspan(bench, rounds, "remote_write", tables);
    if (hasPrometheus) await prometheus(bench, rounds, tables);
    return resultTables(rounds, tables);
  },
};

async function goldspan(bench: Bench, rounds: number, form: MetricForm, tables: Tables): Promise<void> {
  const name = `Goldspan, ${form === "otlp" ? "OTLP" : "remote write"}`;
  bench.say(`metrics: ${name}`);
  await withServer(bench, {}, async (server) => {
    const [address, path] =
      form === "otlp" ? [server.otlpHttp, "/v1/metrics"] : [server.web, "/prometheus/api/v1/write"];
    const run = await ingestMetrics(address, path, server.pids, form, rounds);
    tables.ingest.push(ingestRow(name, run, DURABILITY, "metricSamples"));
    const subject = { address: server.web, prefix: "/prometheus", form, ...run };
    tables.queries.push(...queryRows(name, await measurePromql(subject, bench.options.queries), "promqlSumRate"));
    await server.stop();
    const bytes = bytesBelow(server.disk);
    tables.sizes.push({
      cells: [name, shortNumber(run.samples), shortNumber(bytes / run.samples), "everything"],
      target: "bytesPerSample",
      measured: [bytes / run.samples],
    });
  });
}

async function prometheus(bench: Bench, rounds: number, tables: Tables): Promise<void> {
  const name = "Prometheus 2, remote write";
  bench.say(`metrics: ${name}`);
  const running = await startPrometheus((argv) => pinned(SERVER_CORES, argv));
  try {
    const address = loopbackAddress(running.url);
    const run = await ingestMetrics(address, "/api/v1/write", [running.pid], "remote_write", rounds);
    tables.ingest.push(ingestRow(name, run, "written, not synced"));
    const subject = { address, prefix: "", form: "remote_write" as const, ...run };
    tables.queries.push(...queryRows(name, await measurePromql(subject, bench.options.queries)));
    const bytes = bytesBelow([running.directory]);
    tables.sizes.push({
      cells: [name, shortNumber(run.samples), shortNumber(bytes / run.samples), "everything, WAL included"],
    });
    const blocks = blocksOf(running.directory);
    const samples = blocks.reduce((sum, block) => sum + block.samples, 0);
    const size = bytesBelow(blocks.map(({ path }) => path));
    tables.sizes.push({ cells: [name, shortNumber(samples), shortNumber(size / samples), "compacted blocks only"] });
  } finally {
    await running.end();
  }
}

/** https://github.com/prometheus/prometheus/blob/main/tsdb/docs/format/README.md */
function blocksOf(directory: string): { path: string; samples: number }[] {
  return readdirSync(directory, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && /^[0-9A-Z]{26}$/.test(entry.name))
    .map(({ name }) => {
      const path = join(directory, name);
      const meta = JSON.parse(readFileSync(join(path, "meta.json"), "utf8")) as { stats: { numSamples: number } };
      return { path, samples: meta.stats.numSamples };
    });
}

async function ingestMetrics(
  { host, port }: Address,
  path: string,
  pids: readonly number[],
  form: MetricForm,
  rounds: number,
): Promise<MetricRun> {
  const startMillis = Math.floor(Date.now() / SCRAPE_MILLIS - rounds) * SCRAPE_MILLIS;
  const cpu = cpuSecondsOf(pids);
  const load = { targets: TARGETS, connections: CONNECTIONS, rounds, seconds: LONGEST_SECONDS, startMillis, seed: 5 };
  const sender = await startMetricSender({ host, port, path, form, ...load });
  const memory = new MemorySampler(pids);
  let result: MetricSenderResult;
  try {
    result = await sender.result;
  } finally {
    memory.stop();
  }
  if (result.failed !== undefined) throw new Error(`metrics over ${form} were refused: ${result.failed}`);
  await settle(pids);
  const perCpuSecond = result.samples / (cpuSecondsOf(pids) - cpu);
  const sizes = { median: memory.median, peak: peakMb(pids), settled: residentMb(pids) };
  return { ...result, ...sizes, startMillis, perCpuSecond };
}

function ingestRow(name: string, run: MetricRun, durability: string, target?: TargetId): ResultRow {
  return {
    cells: [
      name,
      shortNumber(run.samples / run.seconds),
      `**${shortNumber(run.perCpuSecond)}**`,
      millis(run.p50, run.p95),
      durability,
      shortNumber(run.bytesSent / run.samples),
      `${run.median} / ${run.peak} / ${run.settled}`,
      String(run.refused),
      `${Math.round(run.generatorShare * 100)} %`,
    ],
    target,
    measured: [run.perCpuSecond],
  };
}

function queryRows(name: string, figures: readonly PromqlFigure[], target?: TargetId): ResultRow[] {
  return figures.map((figure, i) => ({
    cells: [name, figure.name, millis(figure.p50, figure.p95), String(figure.count), figure.wrong ?? "0"],
    // The target is about the first: 6 hours.
    target: i === 0 && figure.name.includes(" 6 h") ? target : undefined,
    measured: [figure.wrong === undefined ? figure.p50 : NaN],
  }));
}

function resultTables(rounds: number, { ingest, sizes, queries }: Tables): ResultTable[] {
  const what = `${TARGETS} targets of ${SERIES_A_TARGET} series, ${rounds} scrapes of each, ${SCRAPE_MILLIS / 1000} s apart with jitter`;
  return [
    {
      title: "Metrics: ingest",
      note: `${what}, one scrape a request, closed loop over ${CONNECTIONS} connections, not compressed (remote write: snappy blocks of literals). A histogram over OTLP counts as the series it becomes.`,
      head: [
        "row",
        "samples/s",
        "samples per CPU-second of the server",
        "ack p50 / p95 ms",
        "durability at the ack",
        "sent B/sample",
        "RSS MB median / peak / settled",
        "refused",
        "generator's core",
      ],
      rows: ingest,
    },
    {
      title: "Metrics: size",
      note: "Bytes of the data directory divided by samples; Goldspan's after a clean stop.",
      head: ["row", "samples", "B/sample on disk", "of"],
      rows: sizes,
    },
    {
      title: "Metrics: PromQL",
      note: "`sum by (label) (rate(x[5m]))` over HTTP on one connection, timed to the last byte, quiet; four labels by turns, each question with an end of its own.",
      head: ["row", "question", "p50 / p95 ms", "asked", "wrong answers"],
      rows: queries,
    },
  ];
}
