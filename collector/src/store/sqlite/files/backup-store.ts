/**
 * Copies a store, also while a collector runs on it, so that the copy holds everything acknowledged before the copying began, once.
 *
 * Journals come first: what is in no sealed block at the beginning is in them. What is sealed afterwards is in the partitions as
 * well, which say up to where they cover the journals, so that a start on the copy skips it. A segment that goes meanwhile is covered
 * by partitions that are copied later. Each SQLite file is copied in one step and so of one moment.
 */
import Database from "better-sqlite3";
import {
  closeSync,
  fdatasyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  renameSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { basename, dirname, join, resolve, sep } from "node:path";
import { messageOf } from "../../../base/errors.ts";
import { DataDirectoryError } from "../data-directory-error.ts";
import { syncDirectory } from "../journal/journal-files.ts";
import { openReadOnly } from "../partition/open-read-only.ts";
import { isGone, JOURNALS, readIfThere, sizeOf, type StoreFiles } from "./store-files.ts";

export interface Backup {
  readonly path: string;
  readonly partitions: number;
  readonly segments: number;
  readonly bytes: number;
}

/** All pages at once: copied in several steps, a file that is written to would be begun anew again and again. */
const ALL_PAGES = 0x7fffffff;

/**
 * @param target must not exist, or be empty; it appears under its name when the copy is whole
 * @param progress called before each file, with how much is done (0 to 1)
 * @throws DataDirectoryError
 */
export async function backupStore(
  files: StoreFiles,
  target: string,
  progress: (part: string, done: number) => void,
): Promise<Backup> {
  const path = resolve(target);
  const partial = `${path}.partial`;
  checkTarget(files, path, partial);
  try {
    for (const folder of ["partitions", ...JOURNALS.map((signal) => `journal/${signal}`)])
      mkdirSync(join(partial, folder), { recursive: true });
  } catch (error) {
    throw new DataDirectoryError(`cannot write to ${partial}: ${messageOf(error)}`);
  }
  let segments = 0;
  let bytes = 0;
  for (const signal of JOURNALS) {
    for (const from of files.segments(signal)) {
      const copy = readIfThere(from);
      if (!copy) continue;
      writeFileSync(join(partial, "journal", signal, basename(from)), copy, { flush: true });
      segments++;
      bytes += copy.length;
    }
  }
  // Listed after the journals: what was sealed into a new file by then is in it.
  // Pins last: a copy of a trace that was pinned meanwhile is in them, or its blocks are in the partitions.
  const sources = [...files.partitions(), files.documents, files.pins];
  const total = sources.reduce((sum, from) => sum + sizeOf(from), 0);
  let copied = 0;
  let partitions = 0;
  for (const from of sources) {
    progress(files.nameOf(from), total === 0 ? 0 : copied / total);
    const size = sizeOf(from);
    const isPartition = from !== files.documents && from !== files.pins;
    const to = join(partial, isPartition ? "partitions" : ".", basename(from));
    if (size > 0 && (await copyDatabase(from, to))) {
      bytes += sizeOf(to);
      if (isPartition) partitions++;
    }
    copied += size;
  }
  for (const folder of ["partitions", ...JOURNALS.map((signal) => `journal/${signal}`), "journal", "."])
    syncDirectory(join(partial, folder));
  renameSync(partial, path);
  syncDirectory(dirname(path));
  return { path, partitions, segments, bytes };
}

function checkTarget(files: StoreFiles, path: string, partial: string): void {
  if (path === files.path || path.startsWith(files.path + sep))
    throw new DataDirectoryError(`cannot back up ${files.path} into itself: name a directory outside of it`);
  const there = statSync(path, { throwIfNoEntry: false });
  if (there && (!there.isDirectory() || readdirSync(path).length > 0))
    throw new DataDirectoryError(`cannot back up to ${path}: it exists and is not empty; name a new directory`);
  if (statSync(partial, { throwIfNoEntry: false }))
    throw new DataDirectoryError(`cannot back up to ${path}: an unfinished copy is in the way; delete ${partial}`);
}

/** False when the file was dropped meanwhile. */
async function copyDatabase(from: string, to: string): Promise<boolean> {
  let source: Database.Database;
  try {
    source = openReadOnly(from);
  } catch (error) {
    if (isGone(error) || statSync(from, { throwIfNoEntry: false }) === undefined) return false;
    throw new DataDirectoryError(`cannot copy ${from}: ${messageOf(error)}`);
  }
  try {
    await source.backup(to, { progress: () => ALL_PAGES });
  } catch (error) {
    throw new DataDirectoryError(`cannot copy ${from}: ${messageOf(error)}`);
  } finally {
    source.close();
  }
  const fd = openSync(to, "r+");
  try {
    fdatasyncSync(fd);
  } finally {
    closeSync(fd);
  }
  return true;
}
