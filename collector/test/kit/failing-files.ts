/** The files that make data durable, on a disk that can be made to fail: full, read-only, or broken at a sync. */
import { DISK, type JournalFiles } from "../../src/store/sqlite/journal/journal-files.ts";

/** Syncs of files that somebody else writes to fail apart from those of the journal. */
type Operation = keyof JournalFiles | "syncOpened";

export class FailingFiles implements JournalFiles {
  /** Operation -> the error code it ends with. */
  readonly failing = new Map<Operation, string>();
  /** Bytes that still fit before a write ends with ENOSPC. */
  freeBytes = Infinity;
  /** What a sync of a file that somebody else writes to waits for. */
  beforeSyncOpened: Promise<void> | undefined;
  readonly #opened = new Set<number>();

  createDirectory(path: string): void {
    this.#check("createDirectory");
    DISK.createDirectory(path);
  }

  create(path: string): number {
    this.#check("create");
    return DISK.create(path);
  }

  open(path: string): number {
    this.#check("open");
    const fd = DISK.open(path);
    this.#opened.add(fd);
    return fd;
  }

  /** As the kernel does it: what fits is written, the next write fails. */
  write(fd: number, buffers: readonly Uint8Array[], position: number): number {
    this.#check("write");
    if (this.freeBytes <= 0) throw failure("ENOSPC", "write");
    const bytes = Buffer.concat(buffers);
    const written = DISK.write(fd, [bytes.subarray(0, Math.min(bytes.length, this.freeBytes))], position);
    this.freeBytes -= written;
    return written;
  }

  async sync(fd: number): Promise<void> {
    this.#check(this.#opened.has(fd) ? "syncOpened" : "sync");
    if (this.#opened.has(fd)) await this.beforeSyncOpened;
    await DISK.sync(fd);
  }

  syncNow(fd: number): void {
    this.#check("syncNow");
    DISK.syncNow(fd);
  }

  truncate(fd: number, size: number): void {
    this.#check("truncate");
    DISK.truncate(fd, size);
  }

  close(fd: number): void {
    this.#opened.delete(fd);
    DISK.close(fd);
  }

  remove(path: string): void {
    this.#check("remove");
    DISK.remove(path);
  }

  async removeBeside(path: string): Promise<void> {
    this.#check("removeBeside");
    await DISK.removeBeside(path);
  }

  syncDirectory(path: string): void {
    this.#check("syncDirectory");
    DISK.syncDirectory(path);
  }

  #check(operation: Operation): void {
    const code = this.failing.get(operation);
    if (code !== undefined) throw failure(code, operation);
  }
}

export function failure(code: string, operation: string): Error {
  return Object.assign(new Error(`${code}: made up for a test, ${operation}`), { code });
}
