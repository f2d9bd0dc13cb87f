/** `npm run bench`: see README.md. Prints tables and writes results.md. */
import { spawn, spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { cpus, release, totalmem } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { parseArgs } from "node:util";
import { measureQueries, type QueryRow } from "./queries.ts";
import type { SenderOptions, SenderResult } from "./sender.ts";
import { canPin, Server } from "./server.ts";

const ROOT = join(import.meta.dirname, "../..");
const { values: flags } = parseArgs({
  options: {
    seconds: { type: "string", default: "15" },
    connections: { type: "string", default: "16" },
    only: { type: "string" },
    "no-write": { type: "boolean", default: false },
    "cpu-prof": { type: "string" },
  },
});
const seconds = Number(flags.seconds);
const connections = Number(flags.connections);

interface Row {
  readonly name: string;
  readonly options: Partial<SenderOptions>;
  /** Spans in all: bounds what is rendered in advance. */
  readonly spans: number;
}

const BASE: Omit<SenderOptions, "port"> = {
  protocol: "http",
  encoding: "protobuf",
  gzip: false,
  seconds,
  connections,
  rate: 0,
  uniqueAttributes: false,
  requests: 0,
  giants: true,
  seed: 1,
};

const ROWS: readonly Row[] = [
  { name: "HTTP protobuf, gzip", options: { gzip: true }, spans: 3_000_000 },
  { name: "HTTP protobuf", options: {}, spans: 3_000_000 },
  { name: "gRPC", options: { protocol: "grpc" }, spans: 3_000_000 },
  { name: "HTTP JSON", options: { encoding: "json" }, spans: 1_000_000 },
  { name: "HTTP protobuf, 2 unique attributes a span", options: { uniqueAttributes: true }, spans: 2_000_000 },
  { name: "HTTP protobuf, gzip, at 50,000 spans/s", options: { gzip: true, rate: 50_000 }, spans: 3_000_000 },
];

interface Measured extends SenderResult {
  readonly name: string;
  readonly spansPerCpuSecond: number;
  readonly bytesPerSpan: number;
  readonly nowMb: number;
  readonly peakMb: number;
}

async function measure(row: Row): Promise<{ measured: Measured; queries: QueryRow[] }> {
  const server = await Server.start(
    canPin ? 0 : undefined,
    flags["cpu-prof"] === undefined ? [] : ["--cpu-prof", `--cpu-prof-dir=${flags["cpu-prof"]}`],
  );
  try {
    const spansPerRequest = 512;
    const options: SenderOptions = {
      ...BASE,
      ...row.options,
      requests: Math.ceil(row.spans / spansPerRequest),
      port: server.ports[row.options.protocol === "grpc" ? "otlp_grpc" : "otlp_http"],
    };
    const { result, cpu } = await send(options, server);
    const { nowMb, peakMb } = server.memory();
    const wantsQueries = row === ROWS[0];
    const queries = wantsQueries ? await measureQueries(server.web, result.traceIds) : [];
    await server.stop();
    const all = result.spans + (options.giants ? 111_000 : 0);
    const measured = {
      ...result,
      name: row.name,
      spansPerCpuSecond: all / cpu,
      bytesPerSpan: server.diskBytes() / all,
      nowMb,
      peakMb,
    };
    return { measured, queries };
  } finally {
    server.remove();
  }
}

/** Runs a sender on the other core; CPU is the server's, from the first request to the last answer. */
async function send(options: SenderOptions, server: Server): Promise<{ result: SenderResult; cpu: number }> {
  const command = [
    process.execPath,
    "--max-old-space-size=8000",
    join(import.meta.dirname, "sender.ts"),
    JSON.stringify(options),
  ];
  const [program, ...args] =
    canPin && cpus().length > 1 ? ["taskset", "-c", `1-${cpus().length - 1}`, ...command] : command;
  const child = spawn(program, args, { stdio: ["pipe", "pipe", "inherit"] });
  let before = 0;
  for await (const line of createInterface({ input: child.stdout })) {
    if (line === "prepared") {
      before = server.cpuSeconds();
      child.stdin.end("go\n");
      continue;
    }
    return { result: JSON.parse(line) as SenderResult, cpu: server.cpuSeconds() - before };
  }
  throw new Error("the sender ended without a result");
}

const chosen = ROWS.filter(({ name }) => flags.only === undefined || name.includes(flags.only));
const results: Measured[] = [];
let queryRows: QueryRow[] = [];
for (const row of chosen) {
  process.stderr.write(`${row.name} …\n`);
  const { measured, queries } = await measure(row);
  results.push(measured);
  if (queries.length > 0) queryRows = queries;
}
const idle = await Server.start(canPin ? 0 : undefined);
const idleMemory = idle.memory();
const startMillis = idle.startMillis;
await idle.stop();
idle.remove();

const report = format();
process.stdout.write(report);
if (!flags["no-write"] && flags.only === undefined) writeFileSync(join(import.meta.dirname, "results.md"), report);

function format(): string {
  const commit = spawnSync("git", ["rev-parse", "--short", "HEAD"], { cwd: ROOT, encoding: "utf8" }).stdout.trim();
  const table = (head: readonly string[], rows: readonly (readonly string[])[]) =>
    [
      `| ${head.join(" | ")} |`,
      `|${head.map(() => "---").join("|")}|`,
      ...rows.map((row) => `| ${row.join(" | ")} |`),
    ].join("\n");
  const thousands = (value: number) => `${(value / 1000).toFixed(0)} k`;
  return `# Results

Written by \`npm run bench\` at commit ${commit || "(none)"}, ${new Date().toISOString().slice(0, 10)}. ${cpus()[0].model}, ${cpus().length} cores, ${Math.round(totalmem() / 2 ** 30)} GiB, ${process.platform} ${release()}, Node ${process.versions.node}.
Server ${canPin ? "pinned to one core, the generator on the others" : "not pinned"}; ${connections} connections, 512 spans a request, ${seconds} s a row at most; every request synced to disk before its answer.
The first requests of each row hold traces of 1,000, 10,000 and 100,000 spans.

## Ingest

${table(
  [
    "row",
    "spans",
    "spans/s",
    "spans per CPU-second",
    "ack p50 / p95 / p99 ms",
    "bytes/span on disk",
    "RSS MB at the end / peak",
    "refused",
  ],
  results.map((r) => [
    r.name,
    thousands(r.spans),
    thousands(r.spans / r.seconds),
    `**${thousands(r.spansPerCpuSecond)}**`,
    `${r.p50.toFixed(1)} / ${r.p95.toFixed(1)} / ${r.p99.toFixed(1)}`,
    r.bytesPerSpan.toFixed(1),
    `${r.nowMb} / ${r.peakMb}`,
    String(r.refused),
  ]),
)}

## Queries over the first row's data, over HTTP, warm

${table(
  ["query", "p50 ms", "p95 ms"],
  queryRows.map((q) => [q.name, q.p50.toFixed(1), q.p95.toFixed(1)]),
)}

## Start

Built program on an empty directory: ready after ${startMillis.toFixed(0)} ms, ${idleMemory.nowMb} MB resident.
`;
}
