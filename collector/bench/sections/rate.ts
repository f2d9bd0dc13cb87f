/** An everyday load: 50,000 spans a second in open loop, gzip; time to acknowledgement from when a request was due, and memory. */
import { millis, shortNumber } from "../report/result-table.ts";
import { DURABILITY } from "../subject/server.ts";
import { limitNote, refusals, runIngest } from "./ingest-run.ts";
import { senderDefaults, withServer, type Section } from "./section.ts";

const RATE = 50_000;

export const rate: Section = {
  name: "rate",
  async run(bench) {
    const run = await withServer(bench, {}, (server) =>
      runIngest(server, {
        ...senderDefaults(bench),
        gzip: true,
        rate: RATE,
        connections: 64,
        seconds: bench.options.seconds * 2,
      }),
    );
    const { latency } = run;
    const share = 1 / (run.perCpuSecond / RATE);
    return [
      {
        title: "At 50,000 spans/s",
        note: `Open loop over HTTP protobuf with gzip, 512 spans a request, ${DURABILITY}; ${Math.round(run.seconds)} s, requests due at random moments; sent ${shortNumber(run.records / run.seconds)} spans/s, refused ${refusals(run)}; generator's core ${limitNote(run)}.`,
        head: ["row", "figure"],
        rows: [
          {
            cells: [
              "due to acknowledgement, p50 / p95 / p99 / longest",
              `${millis(latency.p50, latency.p95, latency.p99, latency.max)} ms`,
            ],
            target: "acknowledgement",
            measured: [latency.p50, latency.p95],
          },
          {
            cells: ["resident memory, median / most", `${run.memory.median} / ${run.peakMb} MB`],
            target: "memoryAtRate",
            measured: [run.peakMb],
          },
          { cells: ["server's CPU", `${Math.round(share * 100)} % of a core`] },
        ],
      },
    ];
  },
};
