/**
 * `npm start`: builds the UI, runs the collector with the default configuration, and the demo against it, which sends traces and logs and is
 * scraped for metrics. Prints the address. Ctrl-C stops both. Arguments go to the collector; GOLDSPAN_DEMO=off leaves the demo out.
 */
import { spawn, type ChildProcess } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { buildUi } from "./build-ui.ts";

const ROOT = join(import.meta.dirname, "..");

buildUi();
/** Where the demo writes what is to be scraped, unless the user scrapes something already. */
const folder = mkdtempSync(join(tmpdir(), "goldspan-targets-"));
const targets = join(folder, "targets.json");
process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
const collector = spawn(process.execPath, ["collector/src/main.ts", ...process.argv.slice(2)], {
  cwd: ROOT,
  env: { GOLDSPAN_TARGETS: targets, ...process.env },
  stdio: ["ignore", "pipe", "inherit"],
});
let demo: ChildProcess | undefined;
let stopping = false;

for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, stop);
collector.on("exit", (code) => {
  stop();
  process.exitCode = code ?? 1;
});

for await (const line of createInterface({ input: collector.stdout })) {
  // The ready line is JSON; a link to sign in is for people, who have it on stderr as well.
  if (!line.startsWith("{")) continue;
  const message = JSON.parse(line) as { msg?: string; ports?: Record<string, number> };
  if (message.msg !== "ready" || !message.ports) continue;
  const { otlp_http: otlp, web } = message.ports;
  if (otlp !== undefined && process.env.GOLDSPAN_DEMO !== "off") startDemo(`http://127.0.0.1:${otlp}`);
  if (web !== undefined)
    process.stderr.write(
      `\n  Goldspan: http://localhost:${web}   (${demo ? "the demo shop sends; " : ""}Ctrl-C stops)\n\n`,
    );
}

/** The demo has its own life: when it fails the collector goes on. */
function startDemo(otlp: string): void {
  demo = spawn(process.execPath, ["demo-services/src/main.ts", "--otlp", otlp, "--targets-file", targets], {
    cwd: ROOT,
    stdio: ["ignore", "ignore", "inherit"],
  });
  demo.on("exit", (code) => {
    if (!stopping) process.stderr.write(`the demo ended with code ${String(code)}; the collector goes on\n`);
  });
}

function stop(): void {
  if (stopping) return;
  stopping = true;
  demo?.kill("SIGTERM");
  collector.kill("SIGTERM");
}
