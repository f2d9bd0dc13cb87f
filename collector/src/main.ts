#!/usr/bin/env node
/** argv, signals, exit codes; nothing else. */
import { existsSync, readFileSync } from "node:fs";
import { runCommandLine } from "./cli/command-line.ts";
import { run } from "./cli/run.ts";
import { factories } from "./components.ts";
import { processSurroundings } from "./config/source.ts";

const { version } = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8")) as {
  version: string;
};
const commit = readCommit();
const factoriesUrl = new URL(import.meta.url.endsWith(".ts") ? "./components.ts" : "./components.js", import.meta.url)
  .href;
const surroundings = processSurroundings();
const streams = { stdout: process.stdout, stderr: process.stderr };

/** Written by the build where the sources' commit is known. */
function readCommit(): string | undefined {
  const file = new URL("./build.json", import.meta.url);
  return existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as { commit?: string }).commit : undefined;
}

function onStopSignal(stop: (signal: string) => void): void {
  let asked = false;
  for (const signal of ["SIGTERM", "SIGINT"] as const) {
    process.on(signal, () => {
      if (asked) process.exit(1);
      asked = true;
      stop(signal);
    });
  }
}

try {
  process.exitCode = await runCommandLine({
    argv: process.argv.slice(2),
    factories,
    surroundings,
    streams,
    version,
    run: (sources) =>
      run(sources, {
        factories,
        factoriesUrl,
        surroundings,
        streams,
        version,
        commit,
        onStopSignal,
      }),
  });
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
  process.exitCode = 1;
}
// Everything was closed: what still keeps the process alive (a browser's idle connection) may be cut.
process.exit();
