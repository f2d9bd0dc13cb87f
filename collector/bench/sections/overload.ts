/**
 * Twice what the server can take, in open loop: what it refuses, what its memory does, and whether exactly what it acknowledged is
 * stored, also after it is killed at the end.
 */
import { shortNumber, type ResultRow } from "../report/result-table.ts";
import { DURABILITY } from "../subject/server.ts";
import { storedSpans } from "../subject/stored-spans.ts";
import { limitNote, runIngest, type IngestRun } from "./ingest-run.ts";
import { sustainableRate } from "./ingest.ts";
import { senderDefaults, withServer, type Section } from "./section.ts";

/** Enough that the server meets more requests than it will hold: 1,000 of 260 KB are 260 MB. */
const CONNECTIONS = 1000;
/** Points of the memory curve that are printed. */
const POINTS = 12;

export const overload: Section = {
  name: "overload",
  async run(bench) {
    const sustainable = await withServer(bench, {}, (server) => sustainableRate(bench, server));
    const { overloadSeconds: seconds } = bench.options;
    const load = { rate: sustainable * 2, seconds, connections: CONNECTIONS, clockRate: sustainable };
    const options = { ...senderDefaults(bench), ...load };
    const { run, before, after } = await withServer(bench, {}, async (server) => {
      const run = await runIngest(server, options);
      const before = await storedSpans(server);
      await server.kill();
      await server.restart();
      return { run, before, after: await storedSpans(server) };
    });
    const { samples } = run.memory;
    const curve = samples.filter((_, i) => i % Math.ceil(samples.length / POINTS) === 0 || i === samples.length - 1);
    const offered = run.requests + run.refused + run.unknown + run.missed;
    return [
      {
        title: "Overload",
        note: `Open loop at twice the sustainable ${shortNumber(sustainable)} spans/s for ${seconds} s; HTTP protobuf, 512 spans a request, ${CONNECTIONS} connections, ${DURABILITY}; generator's core ${limitNote(run)}.`,
        head: ["row", "figure"],
        rows: [
          { cells: ["offered", `${shortNumber((offered * options.perRequest) / seconds)} spans/s`] },
          { cells: ["acknowledged", `${shortNumber(run.records / run.seconds)} spans/s`] },
          {
            cells: [
              "refused with 429 or 503",
              `${shortNumber(run.refused)} requests, ${shortNumber(run.refusedWithTime)} of them with Retry-After`,
            ],
          },
          { cells: ["unanswered / not sent for want of a connection", `${run.unknown} / ${run.missed} requests`] },
          ...Object.entries(run.failed).map(([status, count]) => ({ cells: [`answered ${status}`, String(count)] })),
          {
            cells: ["resident memory, most", `${run.peakMb} MB`],
            target: "memoryOverload" as const,
            measured: [run.peakMb],
          },
          { cells: ["resident memory over time", `${curve.join(", ")} MB`] },
          proofRow("acknowledged = stored", run, before),
          proofRow("the same after kill -9 and a restart", run, after),
        ],
      },
    ];
  },
};

/** Unanswered requests may be stored or not: the count must lie between. */
function proofRow(name: string, { records, unknownRecords }: IngestRun, stored: number): ResultRow {
  const bounds = unknownRecords > 0 ? ` (and ${unknownRecords} whose answer was lost)` : "";
  const lost = Math.max(0, records - stored);
  const extra = Math.max(0, stored - records - unknownRecords);
  return {
    cells: [name, `${records} acknowledged${bounds}, ${stored} stored: ${lost} lost, ${extra} too many`],
    target: "lostByKill",
    measured: [lost + extra],
  };
}
