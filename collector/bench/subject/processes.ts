/** CPU, memory and size on disk of whatever is measured, from outside: /proc and the file system (Linux; elsewhere not a number). */
import { readFileSync, readdirSync, statSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { join } from "node:path";

/** Linux counts CPU time in hundredths of a second. */
const TICKS_PER_SECOND = 100;
const IDLE_SHARE = 0.05;
const SETTLE_SECONDS = 30;

/** User and system seconds of all threads of these processes so far. */
export function cpuSecondsOf(pids: readonly number[]): number {
  return sum(pids, (pid) => {
    const fields = read(`/proc/${pid}/stat`)
      ?.replace(/^.*\) /, "")
      .split(" ");
    return fields ? (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND : NaN;
  });
}

/** Resident megabytes now. */
export function residentMb(pids: readonly number[]): number {
  return Math.round(statusMb(pids, "VmRSS"));
}

/** Resident megabytes at most so far. */
export function peakMb(pids: readonly number[]): number {
  return Math.round(statusMb(pids, "VmHWM"));
}

/** Waits until the work that was put off is done too, a bounded time: CPU figures must not end before it. */
export async function settle(pids: readonly number[]): Promise<void> {
  for (let second = 0; second < SETTLE_SECONDS; second++) {
    const before = cpuSecondsOf(pids);
    await sleep(1000);
    if (!(cpuSecondsOf(pids) - before > IDLE_SHARE)) return;
  }
}

/** Bytes of all files below the directories; a file that goes away meanwhile counts 0. */
export function bytesBelow(directories: readonly string[]): number {
  return sum(directories, (path) => {
    const stats = statSync(path, { throwIfNoEntry: false });
    if (!stats?.isDirectory()) return stats?.size ?? 0;
    return bytesBelow(readdirSync(path).map((name) => join(path, name)));
  });
}

/** Paths of all files below a directory. */
export function filesBelow(path: string): string[] {
  return statSync(path).isDirectory() ? readdirSync(path).flatMap((name) => filesBelow(join(path, name))) : [path];
}

/** Looks at the resident memory once a second. */
export class MemorySampler {
  readonly samples: number[] = [];
  readonly #timer: NodeJS.Timeout;

  constructor(pids: readonly number[]) {
    this.#timer = setInterval(() => this.samples.push(residentMb(pids)), 1000);
  }

  /** Half of the samples are at most this. */
  get median(): number {
    return this.samples.toSorted((a, b) => a - b)[this.samples.length >> 1] ?? NaN;
  }

  stop(): void {
    clearInterval(this.#timer);
  }
}

function statusMb(pids: readonly number[], name: string): number {
  return sum(pids, (pid) => {
    const found = new RegExp(`${name}:\\s+(\\d+)`).exec(read(`/proc/${pid}/status`) ?? "");
    return found ? Number(found[1]) / 1024 : NaN;
  });
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}

function sum<T>(items: readonly T[], value: (item: T) => number): number {
  return items.reduce((total, item) => total + value(item), 0);
}
