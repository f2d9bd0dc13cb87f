/**
 * Files of a newer version of Goldspan. They are in order, so they are not set aside as damaged ones are: the collector does not start,
 * and leaves everything as it is for the version that wrote it.
 */
import { basename, dirname } from "node:path";
import { DataDirectoryError } from "../data-directory-error.ts";
import { PARTITION_FORMAT } from "./schema.ts";

/** What is far beyond is no version but a broken byte. */
const MOST_AHEAD = 100;

export function isNewerFormat(format: unknown): format is number {
  return (
    typeof format === "number" &&
    Number.isInteger(format) &&
    format > PARTITION_FORMAT &&
    format <= PARTITION_FORMAT + MOST_AHEAD
  );
}

/** @param path of the partition */
export function newerFormat(path: string, format: number): DataDirectoryError {
  return new DataDirectoryError(
    `cannot use the data directory ${dirname(dirname(path))}: partitions/${basename(path)} is of format ${format}, and this version of Goldspan knows formats up to ${PARTITION_FORMAT}; run the newer version that wrote it, or restore a backup from before the upgrade (docs/upgrading.md)`,
  );
}
