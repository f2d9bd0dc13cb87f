/** Fills a store over the OTLP port: all of the frozen workload with its giant traces, its timestamps spread over the day before now. */
import type { StoredData } from "../queries/query-cases.ts";
import type { Subject } from "../subject/subject.ts";
import { runIngest, type IngestRun } from "./ingest-run.ts";
import { senderDefaults, type Bench } from "./section.ts";

const DAY_MILLIS = 86_400_000;
/** The slowest peer worth measuring: 3 k spans/s. */
const LONGEST_SECONDS = 3600;

export interface LoadedStore {
  readonly run: IngestRun;
  /** What can be asked for, in as many parts as there are rounds of questions: none repeats another's. */
  readonly rounds: readonly StoredData[];
}

/** Not counted; quiet, while ingesting and quiet again, on one core and on all; over Jaeger's API. */
const ROUNDS = 8;

/** @throws Error when not everything was taken in time */
export async function loadStore(
  bench: Bench,
  subject: Subject,
  spans: number,
  { giants: once } = { giants: true },
): Promise<LoadedStore> {
  const startMillis = Date.now() - DAY_MILLIS;
  const { queries, poolRecords } = bench.options;
  const run = await runIngest(subject, {
    ...senderDefaults(bench),
    records: spans,
    seconds: LONGEST_SECONDS,
    poolRecords: Math.min(poolRecords, spans),
    once,
    seed: 7,
    startUnixNano: `${startMillis}000000`,
    clockRate: spans / (DAY_MILLIS / 1000),
    samples: queries * ROUNDS,
  });
  if (run.records < spans) throw new Error(`only ${run.records} of ${spans} spans were taken in ${run.seconds} s`);
  const { samples, giants } = run;
  const large = giants.filter((giant) => giant.spans >= 10_000);
  const rounds = Array.from({ length: ROUNDS }, (_, round) => ({
    facts: samples.slice(round * queries, (round + 1) * queries),
    giants: large,
    startMillis,
    endMillis: startMillis + DAY_MILLIS,
  }));
  return { run, rounds };
}
