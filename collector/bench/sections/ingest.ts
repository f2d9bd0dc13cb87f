/** Ingest as fast as answers come, row by row on a fresh store each: protocols, encodings, batch sizes, the second shape, logs. */
import type { SenderOptions } from "../load/sender-options.ts";
import { millis, shortNumber, type ResultRow, type ResultTable } from "../report/result-table.ts";
import type { TargetId } from "../report/targets.ts";
import { bytesBelow } from "../subject/processes.ts";
import { DURABILITY } from "../subject/server.ts";
import type { Subject } from "../subject/subject.ts";
import { limitNote, refusals, runIngest, type IngestRun } from "./ingest-run.ts";
import { senderDefaults, withServer, type Bench, type Section } from "./section.ts";

export interface IngestRow {
  readonly name: string;
  readonly options: Partial<SenderOptions>;
  /** Size of the pool in usual ones. */
  readonly poolShare?: number;
  readonly target?: TargetId;
  /** Target of the bytes a record takes on disk. */
  readonly sizeTarget?: TargetId;
}

/** Small batches draw from a small pool: rendering one costs the same, making the pool does not. */
const SMALL_POOL = { poolShare: 0.2 };
/** Each of 30 service instances needs whole batches of 4096. */
const LARGE_POOL = { poolShare: 2.5 };

export const INGEST_ROWS: readonly IngestRow[] = [
  { name: "HTTP protobuf", options: { once: true } },
  { name: "HTTP protobuf, gzip", options: { once: true, gzip: true }, target: "httpSpans", sizeTarget: "bytesPerSpan" },
  { name: "gRPC", options: { once: true, protocol: "grpc" }, target: "grpcSpans" },
  { name: "gRPC, gzip", options: { once: true, protocol: "grpc", gzip: true }, target: "grpcSpans" },
  { name: "HTTP JSON", options: { encoding: "json" }, target: "jsonSpans" },
  { name: "HTTP JSON, gzip", options: { encoding: "json", gzip: true }, target: "jsonSpans" },
  { name: "HTTP protobuf, 1 span a request", ...SMALL_POOL, options: { perRequest: 1 } },
  { name: "HTTP protobuf, 50 spans a request", ...SMALL_POOL, options: { perRequest: 50 } },
  { name: "HTTP protobuf, 4096 spans a request", ...LARGE_POOL, options: { perRequest: 4096 } },
  {
    name: "HTTP protobuf, gzip, 2 unique attributes a span",
    options: { once: true, gzip: true, uniqueAttributes: true },
  },
  {
    name: "logs, HTTP protobuf",
    options: { once: true, signal: "logs" },
    target: "logLines",
    sizeTarget: "bytesPerLine",
  },
  { name: "logs, HTTP protobuf, gzip", options: { once: true, signal: "logs", gzip: true }, target: "logLines" },
];

const INGEST_HEAD = [
  "row",
  "records/s",
  "records per CPU-second of the server",
  "ack p50 / p95 / p99 ms",
  "batch",
  "durability at the ack",
  "sent B/record",
  "RSS MB end / peak",
  "refused",
  "generator's core",
];

export const ingest: Section = {
  name: "ingest",
  rows: INGEST_ROWS.map(({ name }) => name),
  async run(bench) {
    const rows: ResultRow[] = [];
    const sizes: ResultRow[] = [];
    for (const row of INGEST_ROWS) {
      if (!bench.wants(`ingest ${row.name}`)) continue;
      bench.say(row.name);
      const { run, bytes } = await withServer(bench, {}, async (server) => {
        const poolRecords = Math.ceil(bench.options.poolRecords * (row.poolShare ?? 1));
        const run = await runIngest(server, { ...senderDefaults(bench), poolRecords, ...row.options });
        await server.stop();
        return { run, bytes: bytesBelow(server.disk) / run.records };
      });
      if (row.name === INGEST_ROWS[0].name) bench.sustainable = run.records / run.seconds;
      rows.push(ingestRow(row, run, DURABILITY));
      sizes.push({
        cells: [row.name, shortNumber(run.records), batchOf(run), shortNumber(bytes)],
        target: row.sizeTarget,
        measured: [bytes],
      });
    }
    return [ingestTable("Ingest", rows), ...(sizes.length > 0 ? [sizeTable(sizes)] : [])];
  },
};

export function ingestTable(title: string, rows: readonly ResultRow[]): ResultTable {
  return {
    title,
    note: `Closed loop. Records are spans, or log lines in the rows of logs. The server's CPU is user and system time of all its threads until it has nothing left to do.`,
    head: INGEST_HEAD,
    rows,
  };
}

export function ingestRow(row: IngestRow, run: IngestRun, durability: string): ResultRow {
  const { latency, records, seconds, perCpuSecond, bytesSent } = run;
  return {
    cells: [
      row.name,
      shortNumber(records / seconds),
      `**${shortNumber(perCpuSecond)}**`,
      millis(latency.p50, latency.p95, latency.p99),
      batchOf(run),
      durability,
      shortNumber(bytesSent / records),
      `${run.residentMb} / ${run.peakMb}`,
      refusals(run),
      limitNote(run),
    ],
    target: row.target,
    measured: [perCpuSecond],
  };
}

export function batchOf({ records, requests }: IngestRun): string {
  return shortNumber(records / requests);
}

function sizeTable(rows: readonly ResultRow[]): ResultTable {
  return {
    title: "Size after an ingest run",
    note: "Bytes of the data directory after a clean stop, when everything is sealed, divided by the records acknowledged.",
    head: ["row", "records", "batch", "B/record on disk"],
    rows,
  };
}

/** What the machine takes in a closed loop, measured for a few seconds when no row has done so. */
export async function sustainableRate(bench: Bench, subject: Subject): Promise<number> {
  if (bench.sustainable === undefined) {
    const seconds = Math.min(5, bench.options.seconds);
    const run = await runIngest(subject, { ...senderDefaults(bench), seconds, seed: 99 });
    bench.sustainable = run.records / run.seconds;
  }
  return bench.sustainable;
}
