/** The command line of the bench. */
import { tmpdir } from "node:os";
import { parseArgs } from "node:util";

export interface BenchOptions {
  /** Length of each ingest run. */
  readonly seconds: number;
  readonly connections: number;
  /** Spans of the store that is queried. */
  readonly spans: number;
  /** Spans of the store whose oldest part is dropped. */
  readonly retentionSpans: number;
  /** Lines of the store of logs that is searched. */
  readonly lines: number;
  /** Questions of each kind. */
  readonly queries: number;
  /** Longest time for the questions of one kind. */
  readonly querySeconds: number;
  /** Of scrapes at 15 s, for the metrics section. */
  readonly metricHours: number;
  readonly overloadSeconds: number;
  readonly kills: number;
  readonly poolRecords: number;
  readonly windowBytes: number;
  readonly only: string | undefined;
  readonly write: boolean;
  /** Only the tables that were measured are replaced. */
  readonly update: boolean;
  readonly build: boolean;
  /** Where stores are made. */
  readonly data: string;
  readonly cpuProf: string | undefined;
  readonly peer: PeerOptions | undefined;
  readonly command: string;
}

export interface PeerOptions {
  readonly name: string;
  readonly target: string;
  readonly jaegerApi: string | undefined;
  readonly pids: readonly number[];
  readonly disk: readonly string[];
  readonly durability: string;
}

const MEGABYTE = 1024 * 1024;

const NORMAL = {
  seconds: 15,
  spans: 10_000_000,
  lines: 10_000_000,
  retention: 3_000_000,
  queries: 200,
  metricHours: 6,
  overload: 60,
  kills: 5,
  pool: 100_000,
};
/** Sizes of a smoke test: a minute or two in all, and no figure worth keeping. */
const QUICK = {
  seconds: 2,
  spans: 100_000,
  lines: 200_000,
  retention: 60_000,
  queries: 15,
  metricHours: 1,
  overload: 4,
  kills: 1,
  pool: 20_000,
};

/** @throws Error that says which option is wrong */
export function parseOptions(args: readonly string[]): BenchOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      seconds: { type: "string" },
      connections: { type: "string", default: "16" },
      spans: { type: "string" },
      lines: { type: "string" },
      queries: { type: "string" },
      "overload-seconds": { type: "string" },
      "metric-hours": { type: "string" },
      only: { type: "string" },
      quick: { type: "boolean", default: false },
      update: { type: "boolean", default: false },
      "no-write": { type: "boolean", default: false },
      "no-build": { type: "boolean", default: false },
      data: { type: "string", default: tmpdir() },
      "cpu-prof": { type: "string" },
      target: { type: "string" },
      "target-name": { type: "string", default: "peer" },
      "target-durability": { type: "string", default: "not stated" },
      "jaeger-api": { type: "string" },
      pid: { type: "string", multiple: true, default: [] },
      disk: { type: "string", multiple: true, default: [] },
    },
  });
  const size = values.quick ? QUICK : NORMAL;
  const number = (name: string, value: string | undefined, fallback: number) => {
    const read = value === undefined ? fallback : Number(value.replaceAll("_", ""));
    if (!Number.isInteger(read) || read <= 0 || read > 1e9)
      throw new Error(`cannot read --${name} ${value}: write a whole number above 0`);
    return read;
  };
  return {
    seconds: number("seconds", values.seconds, size.seconds),
    connections: number("connections", values.connections, 16),
    spans: number("spans", values.spans, size.spans),
    lines: number("lines", values.lines, size.lines),
    retentionSpans: size.retention,
    queries: number("queries", values.queries, size.queries),
    querySeconds: 30,
    metricHours: number("metric-hours", values["metric-hours"], size.metricHours),
    overloadSeconds: number("overload-seconds", values["overload-seconds"], size.overload),
    kills: size.kills,
    poolRecords: size.pool,
    windowBytes: (values.quick ? 16 : 128) * MEGABYTE,
    only: values.only,
    // What is only a part, or too small to mean anything, must not replace the whole.
    write: !values["no-write"] && (values.only === undefined || values.update) && !values.quick,
    update: values.update,
    build: !values["no-build"],
    data: values.data,
    cpuProf: values["cpu-prof"],
    peer:
      values.target === undefined
        ? undefined
        : {
            name: values["target-name"],
            target: values.target,
            jaegerApi: values["jaeger-api"],
            pids: values.pid.map((pid) => number("pid", pid, 0)),
            disk: values.disk,
            durability: values["target-durability"],
          },
    command: ["npm run bench", ...(args.length > 0 ? ["--", ...args] : [])].join(" "),
  };
}
