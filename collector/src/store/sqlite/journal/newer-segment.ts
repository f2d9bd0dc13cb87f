/**
 * Journal segments of a newer version of Goldspan, which the collector does not start on: what they hold was acknowledged, and only that
 * version can read it. Looked for in all journals before anything is replayed, cut or set aside. Reads 16 bytes a segment.
 */
import { closeSync, existsSync, openSync, readSync } from "node:fs";
import type { DataDirectory } from "../data-directory.ts";
import { isNewerFormat, newerFile } from "../partition/newer-format.ts";
import { FORMAT_VERSION, SEGMENT_HEADER_BYTES, segmentFormat, type JournalSignal } from "./journal-record.ts";
import { listSegments } from "./journal.ts";

const SIGNALS: readonly JournalSignal[] = ["traces", "logs", "metrics"];

export interface NewerSegment {
  readonly path: string;
  readonly format: number;
}

/** The first one; undefined = there is none. @throws Error where a journal cannot be read */
export function newerSegment(directory: DataDirectory): NewerSegment | undefined {
  for (const signal of SIGNALS) {
    const journal = directory.journal(signal);
    for (const path of existsSync(journal) ? listSegments(journal) : []) {
      const format = segmentFormat(readHeader(path), signal);
      if (isNewerFormat(format, FORMAT_VERSION)) return { path, format };
    }
  }
  return undefined;
}

/** @throws DataDirectoryError that names the first one */
export function refuseNewerSegments(directory: DataDirectory): void {
  const found = newerSegment(directory);
  if (found) throw newerFile(directory.path, found.path, found.format, FORMAT_VERSION);
}

/** Empty where a running collector needs the segment no more. */
function readHeader(path: string): Buffer {
  const header = Buffer.alloc(SEGMENT_HEADER_BYTES);
  let file: number | undefined;
  try {
    file = openSync(path, "r");
    return header.subarray(0, readSync(file, header, 0, header.length, 0));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return header.subarray(0, 0);
    throw error;
  } finally {
    if (file !== undefined) closeSync(file);
  }
}
