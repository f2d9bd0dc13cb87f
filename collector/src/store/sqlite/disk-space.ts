/** Whether there is room for a store to begin, or to go on: looked at before anything is created. */
import { existsSync, statfsSync, type StatsFs } from "node:fs";
import { dirname, resolve } from "node:path";
import { DataDirectoryError } from "./data-directory-error.ts";

/** SQLite's files of an empty store with their logs, and a journal segment for each signal. */
const LEAST_BYTES = 4 * 1024 * 1024;

/** The directory, or the nearest one above it that is there. */
export function nearestExisting(directory: string): string {
  let path = resolve(directory);
  while (!existsSync(path) && dirname(path) !== path) path = dirname(path);
  return path;
}

/** Undefined where the file system does not say: those that are not on a disk have no blocks. */
export function diskSpace(directory: string): StatsFs | undefined {
  try {
    const space = statfsSync(nearestExisting(directory));
    return space.blocks > 0 ? space : undefined;
  } catch {
    return undefined;
  }
}

/** @throws DataDirectoryError */
export function requireSpace(directory: string): void {
  const space = diskSpace(directory);
  if (!space) return;
  const free = space.bavail * space.bsize;
  if (free >= LEAST_BYTES) return;
  throw new DataDirectoryError(
    `cannot use the data directory ${resolve(directory)}: the disk is full (${Math.floor(free / 1024)} KiB are free, ${LEAST_BYTES / 1024} are needed to start); make room, or name another in extensions.storage.directory`,
  );
}
