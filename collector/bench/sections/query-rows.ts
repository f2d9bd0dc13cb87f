/** The query rows over a loaded store: quiet, then while spans come in at half the maximum; and how soon an acknowledged span is found. */
import { Random } from "../../test/kit/random.ts";
import { startSender } from "../load/run-sender.ts";
import { measureFreshness, type Freshness } from "../queries/freshness.ts";
import { measureQueries, type QueryFigure } from "../queries/measure-queries.ts";
import { queryCases } from "../queries/query-cases.ts";
import { jaegerApi } from "../queries/jaeger-api.ts";
import { queryTables } from "../queries/query-table.ts";
import { millis, shortNumber, type ResultTable } from "../report/result-table.ts";
import { cpuSecondsOf } from "../subject/processes.ts";
import type { Server } from "../subject/server.ts";
import type { Subject } from "../subject/subject.ts";
import { refusals } from "./ingest-run.ts";
import type { LoadedStore } from "./load-store.ts";
import { senderDefaults, type Bench } from "./section.ts";

/** Longest run of the load beside the queries. */
const BUSY_SECONDS = 1800;
/** Of questions of each kind before those that count. */
const WARM_SECONDS = 4;

export async function queryRows(bench: Bench, subject: Subject, { run, rounds }: LoadedStore): Promise<ResultTable[]> {
  const { api } = subject;
  if (!api) return [];
  const { queries, querySeconds, connections } = bench.options;
  const bounds = { count: queries, seconds: querySeconds };
  const fresh = Math.min(50, queries);
  const random = new Random(11);

  // As a process that has served for a while: readers started, code compiled. What is asked for here is asked no more.
  bench.say("queries, not counted");
  await measureQueries(api, queryCases(api, rounds[3], new Random(13)), { count: queries, seconds: WARM_SECONDS });
  bench.say("queries, quiet");
  const quiet = await measureQueries(api, queryCases(api, rounds[0], random), bounds);
  const quietFresh = await measureFreshness(subject.otlpHttp, api, fresh);

  bench.say("queries, while ingesting at half the maximum");
  const rate = run.records / run.seconds / 2;
  const options = {
    ...senderDefaults(bench),
    ...subject.otlpHttp,
    rate,
    seconds: BUSY_SECONDS,
    seed: 23,
    clockRate: rate,
  };
  const sender = await startSender({ ...options, connections: connections * 4 });
  let busy: QueryFigure[];
  let busyFresh: Freshness;
  const cpu = cpuSecondsOf(subject.pids);
  try {
    busy = await measureQueries(api, queryCases(api, rounds[1], random), bounds);
    busyFresh = await measureFreshness(subject.otlpHttp, api, fresh);
  } finally {
    sender.stop();
  }
  const load = await sender.result;
  const share = (cpuSecondsOf(subject.pids) - cpu) / load.seconds;
  const note = `Over ${shortNumber(run.records)} spans of 24 h, ${api.name} over HTTP on one connection, timed to the last byte; ${WARM_SECONDS} s of other questions of each kind were asked before, so code is compiled and pages are cached; every question asks for something else, but for those of the giant traces.`;
  const [quietTable, busyTable] = queryTables(`${subject.name}: queries`, note, quiet, busy);
  return [
    quietTable,
    {
      ...busyTable,
      note: `${busyTable.note} Meanwhile ${shortNumber(load.records / load.seconds)} spans/s came in (open loop, HTTP protobuf, 512 a request, p95 to the ack ${millis(load.latency.p95)} ms, refused ${refusals(load)}); the server took ${Math.round(share * 100)} % of a core.`,
    },
    freshnessTable(subject, quietFresh, busyFresh),
  ];
}

/** The quiet questions once more over Jaeger's API, whose answers hold whole traces: what a peer's figures compare with. */
export async function jaegerRows(bench: Bench, server: Server, { run, rounds }: LoadedStore): Promise<ResultTable[]> {
  bench.say("queries over Jaeger's API");
  const api = jaegerApi({ ...server.api, path: "/jaeger" });
  const { queries, querySeconds } = bench.options;
  const cases = queryCases(api, rounds[2], new Random(12));
  const figures = await measureQueries(api, cases, { count: queries, seconds: querySeconds });
  const note = `The same store of ${shortNumber(run.records)} spans, asked as a peer is asked: a search answers with whole traces.`;
  return queryTables(`${server.name}: queries over Jaeger's API`, note, figures, []);
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
