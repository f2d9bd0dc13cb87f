/** The files of a store, seen from outside: what inspect, verify, backup and export go through. Takes no lock and changes nothing. */
import { readdirSync, readFileSync, statSync } from "node:fs";
import { basename, join } from "node:path";
import { DataDirectory } from "../data-directory.ts";
import { DataDirectoryError } from "../data-directory-error.ts";

export const JOURNALS = ["traces", "logs", "metrics"] as const;

export class StoreFiles {
  readonly path: string;
  readonly documents: string;
  readonly pins: string;
  readonly #directory: DataDirectory;

  /** @throws DataDirectoryError when there is no store */
  constructor(path: string) {
    this.#directory = new DataDirectory(path);
    this.path = this.#directory.path;
    this.documents = this.#directory.documents;
    this.pins = this.#directory.pins;
    if (statSync(this.#directory.partitions, { throwIfNoEntry: false })?.isDirectory()) return;
    throw new DataDirectoryError(
      `cannot find a store in ${this.path}: it has no folder "partitions"; name the directory of extensions.storage.directory`,
    );
  }

  /** Oldest first. */
  partitions(): string[] {
    return this.#directory.listPartitions();
  }

  /** Journal segments in order. */
  segments(signal: (typeof JOURNALS)[number]): string[] {
    return namesIn(this.#directory.journal(signal))
      .filter((name) => name.endsWith(".journal"))
      .map((name) => join(this.#directory.journal(signal), name));
  }

  /** Names of files that a collector set aside. */
  quarantined(): string[] {
    return namesIn(join(this.path, "quarantine"));
  }

  /** The path as people know it: below the data directory. */
  nameOf(path: string): string {
    return path.startsWith(`${this.path}/`) ? path.slice(this.path.length + 1) : basename(path);
  }
}

function namesIn(directory: string): string[] {
  return statSync(directory, { throwIfNoEntry: false })?.isDirectory() ? readdirSync(directory).sort() : [];
}

/** Undefined when the file is gone: a running collector deletes what it needs no more. */
export function readIfThere(path: string): Buffer | undefined {
  try {
    return readFileSync(path);
  } catch (error) {
    if (isGone(error)) return undefined;
    throw error;
  }
}

export function isGone(error: unknown): boolean {
  return (error as { code?: string }).code === "ENOENT";
}

export function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}
