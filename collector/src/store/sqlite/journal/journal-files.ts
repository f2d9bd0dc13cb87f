/** The file operations that make data durable, as an object: tests put a disk that is full, fails or loses power in its place. */
import {
  closeSync,
  fdatasync,
  fdatasyncSync,
  fsyncSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  unlink,
  unlinkSync,
  writevSync,
} from "node:fs";
import { promisify } from "node:util";

export interface JournalFiles {
  createDirectory(path: string): void;
  /** A new file for writing; throws when there is one. */
  create(path: string): number;
  /** A file that somebody else writes to, to be synced. */
  open(path: string): number;
  /** As many bytes as could be written at `position`, at least one. */
  write(fd: number, buffers: readonly Uint8Array[], position: number): number;
  /** Resolves when all that was written before the call is durable. */
  sync(fd: number): Promise<void>;
  /** The same, on this thread. */
  syncNow(fd: number): void;
  truncate(fd: number, size: number): void;
  close(fd: number): void;
  remove(path: string): void;
  /** The same, not on this thread: the kernel takes 10 ms to free what a segment held. */
  removeBeside(path: string): Promise<void>;
  /** Makes the names of created files durable. */
  syncDirectory(path: string): void;
}

export const DISK: JournalFiles = {
  createDirectory: (path) => void mkdirSync(path, { recursive: true }),
  create: (path) => openSync(path, "wx"),
  open: (path) => openSync(path, "r"),
  write: (fd, buffers, position) => writevSync(fd, buffers, position),
  sync: promisify(fdatasync),
  syncNow: fdatasyncSync,
  truncate: ftruncateSync,
  close: closeSync,
  remove: unlinkSync,
  removeBeside: promisify(unlink),
  syncDirectory,
};

/** Makes a created or renamed file's name durable. */
export function syncDirectory(path: string): void {
  const fd = openSync(path, "r");
  try {
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}
