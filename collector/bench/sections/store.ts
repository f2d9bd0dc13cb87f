/** The large store: load, size, a cold start on it, memory, and the query rows. */
import { setTimeout as sleep } from "node:timers/promises";
import { HttpConnection } from "../load/http-connection.ts";
import { postTraces } from "../queries/freshness.ts";
import { millis, shortNumber, type ResultTable } from "../report/result-table.ts";
import { bytesBelow, residentMb } from "../subject/processes.ts";
import { DURABILITY, type Server } from "../subject/server.ts";
import { storedSpans } from "../subject/stored-spans.ts";
import { singleSpanRequest } from "../workload/single-span.ts";
import { limitNote, refusals } from "./ingest-run.ts";
import { loadStore, type LoadedStore } from "./load-store.ts";
import { allCoresRows, jaegerRows, queryRows } from "./query-rows.ts";
import { withServer, type Section } from "./section.ts";

export const store: Section = {
  name: "store",
  run: (bench) =>
    withServer(bench, {}, async (server) => {
      const { spans } = bench.options;
      bench.say(`loading ${shortNumber(spans)} spans`);
      const loaded = await loadStore(bench, server, spans);
      const stored = await storedSpans(server);
      const stopStarted = performance.now();
      await server.stop();
      const stopMillis = performance.now() - stopStarted;
      const bytes = bytesBelow(server.disk);
      const cold = await coldStart(server);
      await sleep(3000);
      const resident = residentMb(server.pids);
      const queries = await queryRows(bench, server, loaded);
      queries.push(...(await allCoresRows(bench, server, loaded)));
      if (bench.options.peer?.jaegerApi !== undefined) queries.push(...(await jaegerRows(bench, server, loaded)));
      return [storeTable(loaded, { stored, bytes, stopMillis, cold, resident }), ...queries];
    }),
};

/** From the start of the process, with the store's files out of the page cache, to the acknowledgement of a span. */
async function coldStart(server: Server): Promise<number> {
  server.evictCache();
  const started = performance.now();
  await server.restart();
  const connection = new HttpConnection(server.otlpHttp);
  try {
    await postTraces(connection, singleSpanRequest().body);
    return performance.now() - started;
  } finally {
    connection.close();
  }
}

function storeTable(
  { run }: LoadedStore,
  facts: { stored: number; bytes: number; stopMillis: number; cold: number; resident: number },
): ResultTable {
  const { stored, bytes, stopMillis, cold, resident } = facts;
  const perSpan = bytes / run.records;
  return {
    title: "The large store",
    note: `Loaded over HTTP protobuf in a closed loop, ${shortNumber(run.records / run.requests)} spans a request, ${DURABILITY}; giant traces included; timestamps spread over 24 h.`,
    head: ["row", "figure"],
    rows: [
      {
        cells: [
          "load",
          `${shortNumber(run.records)} spans at ${shortNumber(run.records / run.seconds)} spans/s, ${shortNumber(run.perCpuSecond)} per CPU-second, refused ${refusals(run)}, generator's core ${limitNote(run)}`,
        ],
      },
      {
        cells: [
          "time to acknowledgement, p50 / p95 / p99",
          `${millis(run.latency.p50, run.latency.p95, run.latency.p99)} ms`,
        ],
      },
      { cells: ["resident memory while loading, median / most", `${run.memory.median} / ${run.peakMb} MB`] },
      {
        cells: ["acknowledged and not stored", `${run.records - stored} of ${run.records}`],
        target: "lostByKill",
        measured: [Math.abs(run.records - stored)],
      },
      {
        cells: ["bytes a span after a clean stop", `${shortNumber(perSpan)} (${shortNumber(bytes / 1e6)} MB)`],
        target: "bytesPerSpan",
        measured: [perSpan],
      },
      { cells: ["clean stop", `${shortNumber(stopMillis)} ms`] },
      {
        cells: ["cold start to the first accepted span", `${shortNumber(cold)} ms`],
        target: "coldStart",
        measured: [cold],
      },
      { cells: ["resident memory 3 s after that", `${resident} MB`] },
    ],
  };
}
