/** Logs: a store of lines loaded over the OTLP port, its size, and searches in it. */
import { Random } from "../../test/kit/random.ts";
import { logCases, type LogCase, type StoredLogs } from "../queries/log-cases.ts";
import { measureQueries, type QueryFigure } from "../queries/measure-queries.ts";
import { millis, shortNumber, type ResultRow, type ResultTable } from "../report/result-table.ts";
import { bytesBelow } from "../subject/processes.ts";
import { DURABILITY } from "../subject/server.ts";
import { limitNote, refusals, runIngest, type IngestRun } from "./ingest-run.ts";
import { senderDefaults, withServer, type Section } from "./section.ts";

const DAY_MILLIS = 86_400_000;
const LONGEST_SECONDS = 3600;
/** What the targets are for. */
const TARGET_GIGABYTES = 10;

export const logs: Section = {
  name: "logs",
  run: (bench) =>
    withServer(bench, {}, async (server) => {
      const { lines, queries, querySeconds } = bench.options;
      bench.say(`loading ${shortNumber(lines)} lines`);
      const startMillis = Date.now() - DAY_MILLIS;
      const run = await runIngest(server, {
        ...senderDefaults(bench),
        signal: "logs",
        once: true,
        records: lines,
        seconds: LONGEST_SECONDS,
        seed: 7,
        startUnixNano: `${startMillis}000000`,
        clockRate: lines / (DAY_MILLIS / 1000),
      });
      if (run.records < lines) throw new Error(`only ${run.records} of ${lines} lines were taken in ${run.seconds} s`);
      await server.stop();
      const bytes = bytesBelow(server.disk);
      await server.restart();
      // More than was asked for: whole rounds of the pool.
      const endMillis = Math.ceil(startMillis + (DAY_MILLIS * run.records) / lines);
      const stored = { lines: run.records, gigabytes: run.bytesSent / 1e9, startMillis, endMillis };
      bench.say("searches");
      const cases = logCases(stored, new Random(5));
      // Starts what is started on demand.
      await measureQueries(server.api, cases.slice(0, 2), { count: 3, seconds: 20 });
      const figures = await measureQueries(server.api, cases, { count: queries, seconds: querySeconds });
      return [storeTable(run, bytes), searchTable(stored, cases, figures)];
    }),
};

function storeTable(run: IngestRun, bytes: number): ResultTable {
  return {
    title: "Logs: the store",
    note: `Loaded over HTTP protobuf in a closed loop, ${shortNumber(run.records / run.requests)} lines a request, ${DURABILITY}; timestamps spread over 24 h.`,
    head: ["row", "figure"],
    rows: [
      {
        cells: [
          "load",
          `${shortNumber(run.records)} lines at ${shortNumber(run.records / run.seconds)} lines/s, refused ${refusals(run)}, generator's core ${limitNote(run)}`,
        ],
      },
      {
        cells: ["lines per CPU-second of the server", shortNumber(run.perCpuSecond)],
        target: "logLines",
        measured: [run.perCpuSecond],
      },
      { cells: ["sent, OTLP protobuf", `${(run.bytesSent / 1e9).toFixed(2)} GB`] },
      {
        cells: [
          "bytes a line after a clean stop",
          `${shortNumber(bytes / run.records)} (${shortNumber(bytes / 1e6)} MB)`,
        ],
        target: "bytesPerLine",
        measured: [bytes / run.records],
      },
    ],
  };
}

function searchTable(
  { lines, gigabytes }: StoredLogs,
  cases: readonly LogCase[],
  figures: readonly QueryFigure[],
): ResultTable {
  const scale = TARGET_GIGABYTES / gigabytes;
  const rows = figures.map((figure, i): ResultRow => {
    const { name, p50, p95, p99, count, wrong, firstWrong } = figure;
    const { target } = cases[i];
    return {
      cells: [
        name,
        millis(p50, p95, p99),
        target ? shortNumber(p50 * scale) : "–",
        String(count),
        wrong === 0 ? "0" : `**${wrong}**: ${firstWrong?.replaceAll("|", "\\|").slice(0, 160)}`,
      ],
      target,
      measured: target ? [p50 * scale] : undefined,
    };
  });
  return {
    title: "Logs: searches",
    note: `Over ${shortNumber(lines)} lines of 24 h, ${gigabytes.toFixed(2)} GB as sent, /api/v1/logs over HTTP on one connection, timed to the last byte, warm page cache. The targets are for 10 GB: what looks at every block takes as many times longer as there is more, and the verdict is on that.`,
    head: ["query", "p50 / p95 / p99 ms", "p50 for 10 GB", "asked", "wrong answers"],
    rows,
  };
}
