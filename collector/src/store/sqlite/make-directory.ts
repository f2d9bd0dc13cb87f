/** Directories that are there after a crash, too. */
import { mkdirSync, statSync } from "node:fs";
import { dirname } from "node:path";
import { syncDirectory } from "./journal/journal-files.ts";

/**
 * With all its parents. Not Node's `recursive`: where a file system answers ENOENT to every mkdir, as /proc does, that one never returns.
 */
export function makeDirectory(path: string): void {
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory()) return;
  if (dirname(path) !== path) makeDirectory(dirname(path));
  mkdirSync(path);
  // Names of directories are as durable as names of files: not before their parent is synced.
  syncDirectory(dirname(path));
}
