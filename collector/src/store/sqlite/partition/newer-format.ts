/**
 * Files of a newer version of Goldspan. They are in order, so they are not set aside as damaged ones are: the collector does not start,
 * and leaves everything as it is for the version that wrote it.
 */
import { dirname, relative } from "node:path";
import { DataDirectoryError } from "../data-directory-error.ts";
import { PARTITION_FORMAT } from "./schema.ts";

/** What is far beyond is no version but a broken byte. */
const MOST_AHEAD = 100;

/** @param known the newest one that this version reads */
export function isNewerFormat(format: unknown, known = PARTITION_FORMAT): format is number {
  return typeof format === "number" && Number.isInteger(format) && format > known && format <= known + MOST_AHEAD;
}

/** @param path of the partition */
export function newerFormat(path: string, format: number): DataDirectoryError {
  return newerFile(dirname(dirname(path)), path, format, PARTITION_FORMAT);
}

/** @param directory the data directory that the file is in */
export function newerFile(directory: string, path: string, format: number, known: number): DataDirectoryError {
  return new DataDirectoryError(
    `cannot use the data directory ${directory}: ${relative(directory, path)} is of format ${format}, and this version of Goldspan knows formats up to ${known}; run the newer version that wrote it, or restore a backup from before the upgrade (docs/upgrading.md)`,
  );
}
