/**
 * The data directory: where its parts lie, that only one collector uses it, and that it can be written.
 *
 *   DIR/lock  DIR/documents.db  DIR/pins.db  DIR/partitions/000001.db …  DIR/journal/{traces,logs,metrics}/…  DIR/quarantine/…
 */
import Database from "better-sqlite3";
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import type { Signal } from "../../model/signal.ts";
import type { DiskUsage } from "../store.ts";
import { DataDirectoryError, unwritable } from "./data-directory-error.ts";
import { loadNativeModule } from "./native-module.ts";
import { requireSpace } from "./disk-space.ts";
import { syncDirectory } from "./journal/journal-files.ts";
import { makeDirectory } from "./make-directory.ts";

/** Each has a journal of its own. */
const SIGNALS: readonly Signal[] = ["traces", "logs", "metrics"];

export class DataDirectory {
  readonly path: string;
  #lock: Database.Database | undefined;

  constructor(path: string) {
    this.path = resolve(path);
  }

  get documents(): string {
    return join(this.path, "documents.db");
  }

  get pins(): string {
    return join(this.path, "pins.db");
  }

  get partitions(): string {
    return join(this.path, "partitions");
  }

  journal(signal: string): string {
    return join(this.path, "journal", signal);
  }

  /** Creates what is missing and locks the directory for this process. @throws DataDirectoryError */
  open(): void {
    // Before anything is created.
    loadNativeModule();
    requireSpace(this.path);
    try {
      for (const directory of [this.partitions, ...SIGNALS.map((signal) => this.journal(signal))])
        makeDirectory(directory);
      const probe = join(this.path, ".write-test");
      writeFileSync(probe, "");
      rmSync(probe);
    } catch (error) {
      throw unwritable(this.path, error);
    }
    this.#lock = this.#takeLock();
  }

  close(): void {
    this.#lock?.close();
    this.#lock = undefined;
  }

  /** Partition files in order of age. */
  listPartitions(): string[] {
    return readdirSync(this.partitions)
      .filter((name) => /^\d+\.db$/.test(name))
      .sort((a, b) => parseInt(a, 10) - parseInt(b, 10))
      .map((name) => join(this.partitions, name));
  }

  /** What SQLite kept beside partitions that a crash left half deleted. */
  removeOrphans(): void {
    const names = new Set(readdirSync(this.partitions));
    for (const name of names) {
      const [, owner] = /^(\d+\.db)-(?:wal|shm)$/.exec(name) ?? [];
      if (owner !== undefined && !names.has(owner)) rmSync(join(this.partitions, name));
    }
  }

  /** Bytes of partitions, their write-ahead logs, and journals: what the budget is held against. */
  sizeBytes(): number {
    const { partitionBytes, journalBytes, documentBytes } = this.usage();
    return partitionBytes + journalBytes + documentBytes;
  }

  /** Bytes by kind of file. */
  usage(): Omit<DiskUsage, "pinnedBytes" | "pinnedTraces"> {
    return {
      partitions: this.listPartitions().length,
      partitionBytes: sizeOfAll(this.partitions),
      journalBytes: SIGNALS.reduce((sum, signal) => sum + sizeOfAll(this.journal(signal)), 0),
      documentBytes: sizeOf(this.documents),
      quarantineBytes: sizeOfAll(join(this.path, "quarantine")),
    };
  }

  /** Moves a file (and what SQLite keeps beside it) out of the way; returns its new path. Nothing is deleted. */
  quarantine(path: string): string {
    const directory = join(this.path, "quarantine");
    mkdirSync(directory, { recursive: true });
    const target = join(directory, `${new Date().toISOString().replaceAll(":", "-")}-${basename(path)}`);
    for (const suffix of ["", "-wal", "-shm"]) {
      try {
        renameSync(path + suffix, target + suffix);
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
      }
    }
    syncDirectory(directory);
    return target;
  }

  /** SQLite's lock of an otherwise empty file: the kernel gives it back when the process dies, however it dies. */
  #takeLock(): Database.Database {
    const path = join(this.path, "lock");
    const lock = new Database(path, { timeout: 0 });
    try {
      lock.pragma("locking_mode = EXCLUSIVE");
      lock.exec("BEGIN EXCLUSIVE");
    } catch (error) {
      lock.close();
      if (!String((error as { code?: string }).code).startsWith("SQLITE_BUSY")) throw error;
      throw new DataDirectoryError(
        `cannot use the data directory ${this.path}: another collector${this.#holder()} uses it; stop that one, or name another directory in extensions.storage.directory`,
      );
    }
    writeFileSync(join(this.path, "lock.pid"), String(process.pid));
    return lock;
  }

  #holder(): string {
    try {
      return ` (process ${readFileSync(join(this.path, "lock.pid"), "utf8")})`;
    } catch {
      return "";
    }
  }
}

/** 0 when it is gone: SQLite removes its logs at times of its own. */
function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}

/** 0 when there is no such directory. */
function sizeOfAll(directory: string): number {
  if (!existsSync(directory)) return 0;
  return readdirSync(directory).reduce((sum, name) => sum + sizeOf(join(directory, name)), 0);
}
