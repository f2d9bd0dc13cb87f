/**
 * The disk under the data directory: how much room there is against max_disk, how long a synced write takes, and whether this user may
 * write. Leaves nothing behind.
 */
import {
  accessSync,
  closeSync,
  constants,
  fdatasyncSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";
import { messageOf } from "../../base/errors.ts";
import { DataDirectory } from "../../store/sqlite/data-directory.ts";
import { diskSpace, nearestExisting } from "../../store/sqlite/disk-space.ts";
import { formatBytes, formatCount } from "../format-table.ts";
import { judgeFileSystem, mountOf } from "./file-system.ts";
import { fail, ok, warn, type Finding } from "./finding.ts";

const KEY = "extensions.storage.directory";
const WRITES = 20;
const WRITE_BYTES = 4096;
/** A sender waits for a sync: beyond this it is slow, beyond that something is wrong. */
const SLOW_MILLIS = 20;
const BROKEN_MILLIS = 200;
const LEAST_BYTES = 256 * 2 ** 20;
/** A store has some hundred files; what is short here is short for the system, too. */
const LEAST_INODES = 1000;

export interface Space {
  readonly freeBytes: number;
  /** 0 = the file system doesn't count them. */
  readonly inodes: number;
  readonly freeInodes: number;
}

export function checkDisk(directory: string, maxDiskBytes: number): Finding[] {
  const existing = nearestExisting(directory);
  const findings = [...fileSystemOf(existing), ...permissionsOf(directory, existing)];
  const space = diskSpace(directory);
  if (space) {
    const { bavail, bsize, files, ffree } = space;
    const used = existing === new DataDirectory(directory).path ? usedBy(directory) : 0;
    findings.push(...judgeSpace({ freeBytes: bavail * bsize, inodes: files, freeInodes: ffree }, used, maxDiskBytes));
  }
  if (findings.every(({ state }) => state !== "fail")) findings.push(latencyIn(existing));
  return findings;
}

/** The process that uses the data directory, as it wrote there; undefined = nobody has written, or it has ended. */
export function ownerOf(directory: string): number | undefined {
  let pid: number;
  try {
    pid = Number(readFileSync(join(new DataDirectory(directory).path, "lock.pid"), "utf8"));
  } catch {
    return undefined;
  }
  try {
    process.kill(pid, 0);
    return pid;
  } catch (error) {
    // Another user's process lives, too.
    return (error as NodeJS.ErrnoException).code === "EPERM" ? pid : undefined;
  }
}

function fileSystemOf(existing: string): Finding[] {
  if (process.platform !== "linux") return [];
  const mount = mountOf(readFileSync("/proc/self/mountinfo", "utf8"), existing);
  return mount ? [judgeFileSystem(mount)] : [];
}

function permissionsOf(directory: string, existing: string): Finding[] {
  const check = "permissions";
  const fix = `make it writable for this user, or name another in ${KEY}`;
  const { path } = new DataDirectory(directory);
  try {
    if (!statSync(existing).isDirectory())
      return [fail(check, `${existing} is no directory`, `name another in ${KEY}`)];
    accessSync(existing, constants.R_OK | constants.W_OK | constants.X_OK);
    if (existing !== path) return [ok(check, `${path} is not there yet and can be made`)];
    const foreign = entriesOf(path).filter((name) => !isWritable(join(path, name)));
    if (foreign.length > 0)
      return [
        fail(
          check,
          `this user may not write ${join(path, foreign[0])}${foreign.length > 1 ? ` and ${foreign.length - 1} more` : ""}`,
          `give them to this user: chown -R ${process.getuid?.() ?? "USER"} ${path}`,
        ),
      ];
    return [ok(check, `${path} is writable`)];
  } catch (error) {
    return [fail(check, `this user may not write ${existing}: ${messageOf(error)}`, fix)];
  }
}

/** Two levels deep: where a store's files lie. */
function entriesOf(path: string): string[] {
  return readdirSync(path, { withFileTypes: true }).flatMap((entry) =>
    entry.isDirectory() && entry.name !== "quarantine"
      ? [entry.name, ...readdirSync(join(path, entry.name)).map((name) => join(entry.name, name))]
      : [entry.name],
  );
}

function isWritable(path: string): boolean {
  try {
    accessSync(path, constants.W_OK);
    return true;
  } catch (error) {
    // A running collector deletes files.
    return (error as NodeJS.ErrnoException).code === "ENOENT";
  }
}

function usedBy(directory: string): number {
  try {
    return new DataDirectory(directory).sizeBytes();
  } catch {
    // No store yet, or one that the check of permissions tells of.
    return 0;
  }
}

/** @param used by the store already. @param maxDiskBytes 0 = no limit */
export function judgeSpace({ freeBytes, inodes, freeInodes }: Space, used: number, maxDiskBytes: number): Finding[] {
  const free = `${formatBytes(freeBytes)} free`;
  const room = freeBytes + used;
  const findings: Finding[] = [];
  if (freeBytes < LEAST_BYTES)
    findings.push(
      fail("disk space", free, `make room: with less than ${formatBytes(LEAST_BYTES)} writes will soon be refused`),
    );
  else if (maxDiskBytes === 0)
    findings.push(
      warn("disk space", `${free}, and max_disk is 0: data may fill the disk`, "set extensions.storage.max_disk"),
    );
  else if (room < maxDiskBytes)
    findings.push(
      warn(
        "disk space",
        `${free}, and the store holds ${formatBytes(used)}: the disk is full before max_disk (${formatBytes(maxDiskBytes)}) is reached`,
        `set extensions.storage.max_disk to ${Math.max(1, Math.floor((room * 0.9) / 2 ** 30))}GiB or less, or take a larger disk`,
      ),
    );
  else findings.push(ok("disk space", `${free}; the store holds ${formatBytes(used)} of ${formatBytes(maxDiskBytes)}`));
  if (inodes > 0) {
    const text = `${formatCount(freeInodes)} files can be made`;
    findings.push(
      freeInodes < LEAST_INODES
        ? fail("inodes", text, "delete files: the file system has no room for more names")
        : ok("inodes", text),
    );
  }
  return findings;
}

function latencyIn(directory: string): Finding {
  const probe = join(directory, `.goldspan-doctor-${process.pid}`);
  const block = Buffer.alloc(WRITE_BYTES, 1);
  const times: number[] = [];
  try {
    const file = openSync(probe, "wx", 0o600);
    try {
      for (let n = 0; n < WRITES; n++) {
        const before = performance.now();
        writeSync(file, block);
        fdatasyncSync(file);
        times.push(performance.now() - before);
      }
    } finally {
      closeSync(file);
      rmSync(probe, { force: true });
    }
  } catch (error) {
    return fail(
      "synced writes",
      `cannot write and sync a file in ${directory}: ${messageOf(error)}`,
      "look at the disk and the system's log",
    );
  }
  return judgeLatency(times);
}

/** @param millis of single synced writes */
export function judgeLatency(millis: readonly number[]): Finding {
  const sorted = millis.toSorted((a, b) => a - b);
  const [median, most] = [sorted[Math.floor(sorted.length / 2)], sorted.at(-1) ?? 0];
  const text = `a write with fdatasync takes ${median.toFixed(1)} ms (${most.toFixed(1)} at most)`;
  if (median > BROKEN_MILLIS) return fail("synced writes", text, "look at the disk: it is failing or overloaded");
  if (median > SLOW_MILLIS)
    return warn("synced writes", `${text}: every sender waits for one`, "take a faster disk; a local SSD needs 1 ms");
  return ok("synced writes", text);
}
