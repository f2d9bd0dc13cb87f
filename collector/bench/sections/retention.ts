/**
 * Dropping the oldest data, seen from outside: a store is filled, started again with a disk budget it exceeds, and sent one span after
 * the other meanwhile. What the drop costs is what the slowest of them waited longer than usual.
 */
import { existsSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { HttpConnection } from "../load/http-connection.ts";
import { quantile } from "../load/tally.ts";
import { postTraces } from "../queries/freshness.ts";
import { shortNumber } from "../report/result-table.ts";
import { bytesBelow, filesBelow } from "../subject/processes.ts";
import { DURABILITY, type Server } from "../subject/server.ts";
import { storedSpans } from "../subject/stored-spans.ts";
import { singleSpanRequest } from "../workload/single-span.ts";
import { loadStore } from "./load-store.ts";
import { withServer, type Section } from "./section.ts";

/** The load's budget: large enough to keep everything, small enough that the store is divided into several parts. */
const MOST_BYTES_PER_SPAN = 70;
const MOST_BYTES_BESIDES = 8 * 1024 * 1024;
const KEPT = 0.9;
const LONGEST_SECONDS = 45;
/** Acknowledgements this long before and after the store was seen to shrink are held to be slowed by the drop. */
const AROUND_MILLIS = 500;

interface Probe {
  readonly at: number;
  readonly millis: number;
}

export const retention: Section = {
  name: "retention",
  run: (bench) => {
    const spans = bench.options.retentionSpans;
    const maxDisk = spans * MOST_BYTES_PER_SPAN + MOST_BYTES_BESIDES;
    return withServer(bench, { maxDisk }, async (server) => {
      bench.say(`retention over ${shortNumber(spans)} spans`);
      const { run } = await loadStore(bench, server, spans, { giants: false });
      const stored = await storedSpans(server);
      await server.stop();
      const before = bytesBelow(server.disk);
      const kept = filesBelow(server.directory).filter((path) => path.endsWith(".db"));
      await server.restart(Math.floor(before * KEPT));
      const { probes, dropAt } = await probeUntilDropped(server, kept);
      const gone = 1 - (await storedSpans(server)) / stored;
      const usual = quantile(Float64Array.from(probes, ({ millis }) => millis).sort(), 0.5);
      const near = probes.filter(({ at }) => dropAt !== undefined && Math.abs(at - dropAt) < AROUND_MILLIS);
      const extra = near.length > 0 ? Math.max(...near.map(({ millis }) => millis)) - usual : NaN;
      return [
        {
          title: "Dropping the oldest data",
          note: `${shortNumber(run.records)} spans, ${shortNumber(before / 1e6)} MB; started again with max_disk at nine tenths of that. Meanwhile single spans were sent one after the other, ${DURABILITY}.`,
          head: ["row", "figure"],
          rows: [
            {
              cells: [
                "the slowest acknowledgement beyond the usual one",
                dropAt === undefined
                  ? "nothing was dropped"
                  : `${shortNumber(extra)} ms (usual ${shortNumber(usual)} ms, ${near.length} sent around the drop)`,
              ],
              target: "dropOldestTenth" as const,
              measured: [extra],
            },
            {
              cells: [
                "dropped",
                `${Math.round(gone * 100)} % of the spans, ${shortNumber((dropAt ?? NaN) / 1000)} s after the start`,
              ],
            },
          ],
        },
      ];
    });
  },
};

/** Ends a moment after one of the files is gone, or the store has become smaller. @param kept the stopped store's files */
async function probeUntilDropped(
  server: Server,
  kept: readonly string[],
): Promise<{ probes: Probe[]; dropAt: number | undefined }> {
  const connection = new HttpConnection(server.otlpHttp);
  const probes: Probe[] = [];
  const started = performance.now();
  const now = () => performance.now() - started;
  let dropAt: number | undefined;
  let most = 0;
  try {
    // The first ones wait for code to be compiled, not for the store.
    for (let i = 0; i < 20; i++) await postTraces(connection, singleSpanRequest().body);
    while (now() < LONGEST_SECONDS * 1000) {
      const at = now();
      probes.push({ at, millis: await postTraces(connection, singleSpanRequest().body) });
      await sleep(1);
      if (dropAt === undefined && probes.length % 10 === 0) {
        const bytes = bytesBelow(server.disk);
        most = Math.max(most, bytes);
        if (bytes < most * KEPT || kept.some((path) => !existsSync(path))) dropAt = now();
      }
      if (dropAt !== undefined && now() > dropAt + 2 * AROUND_MILLIS) break;
    }
  } finally {
    connection.close();
  }
  return { probes, dropAt };
}
