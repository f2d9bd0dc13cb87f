/** `npm run bench`: see README.md. Runs the sections that are asked for, prints their tables, and writes results.md after a whole run. */
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { describeCommit, describeMachine, pinSelf } from "./machine.ts";
import { parseOptions } from "./options.ts";
import type { ResultTable } from "./report/result-table.ts";
import { formatResults, updateResults, writeResults } from "./report/write-results.ts";
import { connectors } from "./sections/connectors.ts";
import { ingest } from "./sections/ingest.ts";
import { kill } from "./sections/kill.ts";
import { logs } from "./sections/logs.ts";
import { metrics } from "./sections/metrics.ts";
import { overload } from "./sections/overload.ts";
import { peer } from "./sections/peer.ts";
import { rate } from "./sections/rate.ts";
import { retention } from "./sections/retention.ts";
import { rules } from "./sections/rules.ts";
import type { Bench, Section } from "./sections/section.ts";
import { removeServers } from "./subject/server.ts";
import { start } from "./sections/start.ts";
import { store } from "./sections/store.ts";

const SECTIONS: readonly Section[] = [
  start,
  ingest,
  connectors,
  rate,
  overload,
  kill,
  retention,
  logs,
  metrics,
  rules,
  store,
  peer,
];
const ROOT = join(import.meta.dirname, "../..");

const options = parseOptions(process.argv.slice(2));
const bench: Bench = {
  options,
  wants: (name) => {
    const { only } = options;
    if (only === undefined) return true;
    // The name of a section means that one, and no rows of others.
    return SECTIONS.some((section) => section.name === only) ? name.split(" ", 1)[0] === only : name.includes(only);
  },
  say: (text) => void process.stderr.write(`${new Date().toISOString().slice(11, 19)} ${text}\n`),
  sustainable: undefined,
};
if (options.build) build();
pinSelf();
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const)
  process.once(signal, () => {
    removeServers();
    process.exit(130);
  });

const tables: ResultTable[] = [];
const failures: string[] = [];
for (const section of SECTIONS.filter(isWanted)) {
  bench.say(`== ${section.name}`);
  try {
    tables.push(...(await section.run(bench)));
  } catch (error) {
    const reason = error instanceof Error ? (error.stack ?? error.message) : String(error);
    process.stderr.write(`${section.name} failed: ${reason}\n`);
    failures.push(`${section.name}: ${reason.split("\n", 1)[0]}`);
  }
}
const context = {
  machine: describeMachine(options.data),
  commit: describeCommit(),
  command: options.command,
  failures,
};
process.stdout.write(formatResults(tables, context));
if (options.write) writeResults((options.update ? updateResults : formatResults)(tables, context));
process.exitCode = failures.length > 0 ? 1 : 0;

/** `--only gRPC` asks for rows of a section, `--only store` for a whole one, `--only ingest` for all of its rows. */
function isWanted({ name, rows = [] }: Section): boolean {
  if (name === "peer" && options.peer === undefined) return false;
  return bench.wants(name) || rows.some((row) => bench.wants(`${name} ${row}`));
}

function build(): void {
  const { status } = spawnSync(process.execPath, [join(ROOT, ".ci/build.ts")], { stdio: ["ignore", 2, 2] });
  if (status !== 0) throw new Error("cannot measure what cannot be built");
}
