/**
 * The files of journals and the logs of SQLite on a disk that loses power: knows what a sync has made durable, and writes down at any moment
 * what could be found afterwards. What was not synced may be there, in part, or not; names count once their directory is synced.
 */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { setImmediate as nextTurn } from "node:timers/promises";
import { DISK, type JournalFiles } from "../../src/store/sqlite/journal/journal-files.ts";
import type { Random } from "./random.ts";

const SECTOR = 512;
const NOTHING = Buffer.alloc(0);

interface LossyFile {
  readonly path: string;
  durable: Buffer;
  isNamed: boolean;
  isRemoved: boolean;
}

export class LossyFiles implements JournalFiles {
  readonly #open = new Map<number, LossyFile>();
  readonly #files: LossyFile[] = [];

  createDirectory(path: string): void {
    DISK.createDirectory(path);
  }

  write(fd: number, buffers: readonly Uint8Array[], position: number): number {
    return DISK.write(fd, buffers, position);
  }

  truncate(fd: number, size: number): void {
    DISK.truncate(fd, size);
  }

  create(path: string): number {
    const fd = DISK.create(path);
    const file = { path, durable: NOTHING, isNamed: false, isRemoved: false };
    this.#open.set(fd, file);
    this.#files.push(file);
    return fd;
  }

  open(path: string): number {
    const fd = DISK.open(path);
    this.#open.set(fd, this.#written(path));
    return fd;
  }

  syncNow(fd: number): void {
    const file = this.#open.get(fd) as LossyFile;
    file.durable = readFileSync(file.path);
  }

  async sync(fd: number): Promise<void> {
    const file = this.#open.get(fd) as LossyFile;
    const written = readFileSync(file.path);
    // What is written from here on is not covered, and the power may go while the sync is under way.
    await nextTurn();
    file.durable = written;
  }

  close(fd: number): void {
    this.#open.delete(fd);
    DISK.close(fd);
  }

  remove(path: string): void {
    for (const file of this.#files) if (file.path === path) file.isRemoved = true;
    DISK.remove(path);
  }

  async removeBeside(path: string): Promise<void> {
    await nextTurn();
    this.remove(path);
  }

  syncDirectory(path: string): void {
    for (const file of this.#files) if (dirname(file.path) === path) file.isNamed = true;
  }

  /** What may be found of the files of a directory if the power went now. */
  writeImage(directory: string, target: string, random: Random): void {
    mkdirSync(target, { recursive: true });
    for (const file of this.#files) {
      if (dirname(file.path) !== directory) continue;
      // A removal was never synced: the file may be back, or not. So may a name.
      if ((file.isRemoved || !file.isNamed) && random.chance(0.5)) continue;
      const now = file.isRemoved ? file.durable : readFileSync(file.path);
      writeFileSync(join(target, basename(file.path)), afterPowerLoss(file.durable, now, random));
    }
  }

  /** The same of one file that somebody else writes to, only ever at its end. */
  writeImageOf(path: string, target: string, random: Random): void {
    writeFileSync(target, afterPowerLoss(this.#written(path).durable, readFileSync(path), random));
  }

  /** A file that somebody else writes to. */
  #written(path: string): LossyFile {
    const known = this.#files.find((file) => file.path === path);
    if (known) return known;
    const file = { path, durable: NOTHING, isNamed: true, isRemoved: false };
    this.#files.push(file);
    return file;
  }
}

function afterPowerLoss(durable: Buffer, now: Buffer, random: Random): Buffer {
  const rest = Buffer.from(now.subarray(durable.length));
  switch (random.below(4)) {
    case 0:
      return durable;
    case 1:
      return Buffer.concat([durable, rest.subarray(0, random.below(rest.length + 1))]);
    case 2: {
      // The size reached the disk, and some sectors did not.
      const all = Buffer.concat([durable, rest]);
      for (let at = durable.length; at < all.length; at = (Math.floor(at / SECTOR) + 1) * SECTOR)
        if (random.chance(0.5)) all.fill(0, at, Math.min(all.length, (Math.floor(at / SECTOR) + 1) * SECTOR));
      return all;
    }
    default:
      return now;
  }
}
