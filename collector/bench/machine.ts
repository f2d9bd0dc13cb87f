/** The machine and the commit that figures belong to, and where processes are pinned: the server to core 0, everything else to the others. */
import { spawnSync } from "node:child_process";
import { cpus, loadavg, release, totalmem } from "node:os";
import { join } from "node:path";

const ROOT = join(import.meta.dirname, "../..");

const canPin = process.platform === "linux" && cpus().length > 1 && spawnSync("taskset", ["--version"]).status === 0;

export const SERVER_CORES = "0";
export const GENERATOR_CORES = `1-${cpus().length - 1}`;

/** The command as it is started on these cores. */
export function pinned(cores: string, command: readonly string[]): [program: string, args: string[]] {
  const [program, ...args] = canPin ? ["taskset", "-c", cores, ...command] : command;
  return [program, args];
}

/** All there are; undefined where nothing can be pinned. */
export const ALL_CORES = canPin ? `0-${cpus().length - 1}` : undefined;

/** Where the threads of running processes may run from now on. */
export function repin(cores: string, pids: readonly number[]): void {
  if (canPin) for (const pid of pids) spawnSync("taskset", ["-a", "-pc", cores, String(pid)]);
}

/** The bench itself asks the queries: it stays off the server's core. */
export function pinSelf(): void {
  if (canPin) spawnSync("taskset", ["-a", "-pc", GENERATOR_CORES, String(process.pid)]);
}

/** Read when the bench begins, as the program is built then: commits made while it runs are not what is measured. */
const commitAtStart = readCommit();

export function describeCommit(): string {
  return commitAtStart;
}

function readCommit(): string {
  const git = (...args: string[]) => spawnSync("git", args, { cwd: ROOT, encoding: "utf8" }).stdout.trim();
  const changed = git("status", "--porcelain", "--untracked-files=no", "--", "collector/src") !== "";
  return `${git("rev-parse", "--short", "HEAD") || "(none)"}${changed ? " with changes" : ""}`;
}

const loadAtStart = loadavg()[0];

/** @param directory where the store lies: its file system is named */
export function describeMachine(directory: string): string {
  const fileSystem = spawnSync("stat", ["-f", "-c", "%T", directory], { encoding: "utf8" }).stdout?.trim();
  return [
    cpus()[0].model.replace(/\s+/g, " "),
    `${cpus().length} cores`,
    `${Math.round(totalmem() / 2 ** 30)} GiB`,
    ...(fileSystem ? [fileSystem] : []),
    `${process.platform} ${release()}`,
    `Node ${process.versions.node}`,
    `load average ${loadAtStart.toFixed(1)} before the start`,
    canPin ? "server pinned to core 0, generator and queries on the others" : "nothing pinned",
  ].join(", ");
}
