/** The query rows over a loaded store: quiet, while spans come in at half the maximum, quiet again; and how soon an acknowledged span is found. */
import { Random } from "../../test/kit/random.ts";
import { startSender } from "../load/run-sender.ts";
import { measureFreshness, type Freshness } from "../queries/freshness.ts";
import { ALL_CORES, repin, SERVER_CORES } from "../machine.ts";
import { measureQueries, poolLatencies, type QueryFigure } from "../queries/measure-queries.ts";
import type { QueryApi } from "../queries/query-api.ts";
import { queryCases, type StoredData } from "../queries/query-cases.ts";
import { jaegerApi } from "../queries/jaeger-api.ts";
import { busyTable, quietTable } from "../queries/query-table.ts";
import { millis, shortNumber, type ResultTable } from "../report/result-table.ts";
import { cpuSecondsOf, settle } from "../subject/processes.ts";
import type { Server } from "../subject/server.ts";
import type { Subject } from "../subject/subject.ts";
import { refusals } from "./ingest-run.ts";
import type { LoadedStore } from "./load-store.ts";
import { senderDefaults, type Bench } from "./section.ts";

/** Longest run of the load beside the queries. */
const BUSY_SECONDS = 1800;
/** Of questions of each kind before those that count. */
const WARM_SECONDS = 4;
/** Of the load before the questions: a process that has served for a while has compiled what takes spans in, too. */
const WARM_LOAD_SECONDS = 5;

export async function queryRows(bench: Bench, subject: Subject, loaded: LoadedStore): Promise<ResultTable[]> {
  const { api } = subject;
  if (!api) return [];
  const { run, rounds } = loaded;
  const title = `${subject.name}: queries`;
  // As a process that has served for a while: readers started, code compiled. What is asked for here is asked no more.
  bench.say("queries, not counted");
  const { queries } = bench.options;
  await measureQueries(api, queryCases(api, rounds[0], new Random(13)), { count: queries, seconds: WARM_SECONDS });
  const measured = await measureBeside(bench, subject, loaded, rounds.slice(1, 4), 23);
  const note = `Over ${shortNumber(run.records)} spans of 24 h, ${api.name} over HTTP on one connection, timed to the last byte; ${WARM_SECONDS} s of other questions of each kind were asked before, so code is compiled and pages are cached; every question asks for something else, but for those of the giant traces.`;
  return [
    quietTable(title, note, measured.before),
    busyTable(title, measured.note, measured.busy, measured.quiet),
    freshnessTable(subject, measured.quietFresh, measured.busyFresh),
  ];
}

/** The same where the server may use all cores, the one of the generator and the questions included. */
export async function allCoresRows(bench: Bench, server: Server, loaded: LoadedStore): Promise<ResultTable[]> {
  if (ALL_CORES === undefined) return [];
  bench.say(`the server on cores ${ALL_CORES}`);
  repin(ALL_CORES, server.pids);
  try {
    const { busy, quiet, note } = await measureBeside(bench, server, loaded, loaded.rounds.slice(4, 7), 33);
    const where = `The server may use cores ${ALL_CORES}, the generator and the questions have the last of them, too.`;
    return [busyTable(`${server.name}: queries on all cores`, `${where} ${note}`, busy, quiet)];
  } finally {
    repin(SERVER_CORES, server.pids);
  }
}

interface Beside {
  readonly before: readonly QueryFigure[];
  readonly busy: readonly QueryFigure[];
  /** Before and after together. */
  readonly quiet: readonly QueryFigure[];
  readonly quietFresh: Freshness;
  readonly busyFresh: Freshness;
  readonly note: string;
}

/** Quiet, while spans come in, and quiet again: the store grows meanwhile, and what looks at all of it takes longer. */
async function measureBeside(
  bench: Bench,
  subject: Subject,
  { run }: LoadedStore,
  [first, second, third]: readonly StoredData[],
  seed: number,
): Promise<Beside> {
  const api = subject.api as QueryApi;
  const { queries, querySeconds, connections } = bench.options;
  const bounds = { count: queries, seconds: querySeconds };
  const fresh = Math.min(50, queries);
  const random = new Random(seed);
  bench.say("queries, quiet");
  const before = await measureQueries(api, queryCases(api, first, random), bounds);
  const quietFresh = await measureFreshness(subject.otlpHttp, api, fresh);

  bench.say("queries, while ingesting at half the maximum");
  const rate = run.records / run.seconds / 2;
  const options = {
    ...senderDefaults(bench),
    ...subject.otlpHttp,
    rate,
    connections: connections * 4,
    clockRate: rate,
  };
  const warm = await startSender({ ...options, seconds: WARM_LOAD_SECONDS, seed: seed + 1 });
  await warm.result;
  const sender = await startSender({ ...options, seconds: BUSY_SECONDS, seed });
  let busy: QueryFigure[];
  let busyFresh: Freshness;
  const cpu = cpuSecondsOf(subject.pids);
  try {
    busy = await measureQueries(api, queryCases(api, second, random), bounds);
    busyFresh = await measureFreshness(subject.otlpHttp, api, fresh);
  } finally {
    sender.stop();
  }
  const load = await sender.result;
  const share = (cpuSecondsOf(subject.pids) - cpu) / load.seconds;
  await settle(subject.pids);
  bench.say("queries, quiet again");
  const after = await measureQueries(api, queryCases(api, third, random), bounds);
  const note = `Quiet ones were asked before and after, as the store grew by ${shortNumber(load.records)} spans: ${shortNumber(load.records / load.seconds)} spans/s came in (open loop, HTTP protobuf, 512 a request, ack p50 / p95 ${millis(load.latency.p50, load.latency.p95)} ms, refused ${refusals(load)}); the server took ${Math.round(share * 100)} % of a core.`;
  const quiet = before.map((figure, i) => poolLatencies(figure, after[i]));
  return { before, busy, quiet, quietFresh, busyFresh, note };
}

/** The quiet questions once more over Jaeger's API, whose answers hold whole traces: what a peer's figures compare with. */
export async function jaegerRows(bench: Bench, server: Server, { run, rounds }: LoadedStore): Promise<ResultTable[]> {
  bench.say("queries over Jaeger's API");
  const api = jaegerApi({ ...server.api, path: "/jaeger" });
  const { queries, querySeconds } = bench.options;
  const cases = queryCases(api, rounds[7], new Random(12));
  const figures = await measureQueries(api, cases, { count: queries, seconds: querySeconds });
  const note = `The same store of ${shortNumber(run.records)} spans, asked as a peer is asked: a search answers with whole traces.`;
  return [quietTable(`${server.name}: queries over Jaeger's API`, note, figures)];
}

function freshnessTable(subject: Subject, quiet: Freshness, busy: Freshness): ResultTable {
  const row = (name: string, { p50, p95, count }: Freshness) => ({
    cells: [name, `${millis(p50, p95)} ms`, String(count)],
    target: "ackToQueryable" as const,
    measured: [p95],
  });
  return {
    title: `${subject.name}: from acknowledged to found`,
    note: "A request of a single span; its trace is asked for from the acknowledgement on, until the answer holds it.",
    head: ["row", "p50 / p95", "asked"],
    rows: [row("quiet", quiet), row("while ingesting at half the maximum", busy)],
  };
}
