/** What the system grants this process, against what the configuration wants: memory, open files, processors; and the program's own parts. */
import { readFileSync } from "node:fs";
import { availableParallelism, totalmem } from "node:os";
import { messageOf } from "../../base/errors.ts";
import { memoryLimitBytes } from "../../component/memory-limit.ts";
import { loadNativeModule } from "../../store/sqlite/native-module.ts";
import { formatBytes, formatCount } from "../format-table.ts";
import { fail, ok, warn, type Finding } from "./finding.ts";

/** Node's heaps and code, one for each thread in use: some 100 MB without load. */
const OWN_BYTES = 100 * 2 ** 20;
/** Buffers of senders and what waits to be collected under load. */
const LOAD_BYTES = 64 * 2 ** 20;
/** A connection of a sender or a browser is one; the store's are some hundred. */
const LEAST_FILES = 1024;
const GOOD_FILES = 4096;
const LEAST_NODE = 24;

/** The smaller of the machine's memory and what a container or a unit may have. */
export function checkMemory(maxMemoryBytes: number): Finding {
  const bytes = memoryLimitBytes();
  return judgeMemory(bytes, bytes < totalmem(), maxMemoryBytes);
}

export function judgeMemory(bytes: number, isLimited: boolean, maxMemoryBytes: number): Finding {
  const text = `${formatBytes(bytes)} ${isLimited ? "may be used (a limit of the container or the unit)" : "in this machine"}, max_memory is ${formatBytes(maxMemoryBytes)}`;
  const fix = `allow ${formatBytes(maxMemoryBytes + OWN_BYTES + LOAD_BYTES)}, or lower extensions.storage.max_memory`;
  if (bytes < maxMemoryBytes + OWN_BYTES)
    return fail("memory", `${text}, and the program needs ${formatBytes(OWN_BYTES)} beside it`, fix);
  if (bytes < maxMemoryBytes + OWN_BYTES + LOAD_BYTES)
    return warn("memory", `${text}: it may be killed at full load`, fix);
  return ok("memory", text);
}

/** Nothing where the system doesn't tell. */
export function checkOpenFiles(): Finding[] {
  try {
    return judgeOpenFiles(readFileSync("/proc/self/limits", "utf8"));
  } catch {
    return [];
  }
}

/** @param limits as in /proc/self/limits */
export function judgeOpenFiles(limits: string): Finding[] {
  const [, soft] = /^Max open files\s+(\d+|unlimited)/m.exec(limits) ?? [];
  if (soft === undefined) return [];
  const most = soft === "unlimited" ? Infinity : Number(soft);
  const text = most === Infinity ? "no limit" : `${formatCount(most)} at a time`;
  const fix = "raise it: ulimit -n, LimitNOFILE= of the unit, or docker run --ulimit nofile=65536";
  if (most < LEAST_FILES) return [fail("open files", text, fix)];
  if (most < GOOD_FILES) return [warn("open files", `${text}: each sender and each browser holds some`, fix)];
  return [ok("open files", text)];
}

export function checkProcessors(): Finding {
  let quota: string | undefined;
  try {
    quota = readFileSync("/sys/fs/cgroup/cpu.max", "utf8");
  } catch {
    // No container, or another system.
  }
  return judgeProcessors(availableParallelism(), quota);
}

/** @param quota as in cpu.max of a cgroup: how many microseconds of how many */
export function judgeProcessors(count: number, quota: string | undefined): Finding {
  const [used, period] = (quota ?? "").trim().split(" ").map(Number);
  const share = Number.isFinite(used) && period > 0 ? Math.min(count, used / period) : count;
  const text = `${share === count ? count : share.toFixed(1)} processor${share === 1 ? "" : "s"}`;
  if (share < 1) return warn("processors", `${text} (a limit of the container)`, "allow at least one whole processor");
  if (share < 2)
    return warn(
      "processors",
      `${text}: what comes in and who looks at it take turns`,
      "two or more keep queries quick under load",
    );
  return ok("processors", text);
}

export function checkProgram(version: string): Finding[] {
  const { versions, platform, arch } = process;
  const node = `Node ${versions.node}, ${platform} ${arch}`;
  const findings = [
    Number(versions.node.split(".")[0]) < LEAST_NODE
      ? fail("program", `Goldspan ${version} on ${node}`, `use Node ${LEAST_NODE} or newer`)
      : ok("program", `Goldspan ${version} on ${node}`),
  ];
  try {
    findings.push(ok("SQLite", `${loadNativeModule()}, native code for ${platform} ${arch}`));
  } catch (error) {
    findings.push(
      fail("SQLite", messageOf(error), "install the package again on this machine, or use the image for its processor"),
    );
  }
  return findings;
}
