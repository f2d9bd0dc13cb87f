/** The partition files of a data directory, seen by the writer: opening at start, setting damaged ones aside, beginning new ones. */
import { rmSync, statSync } from "node:fs";
import { basename, join } from "node:path";
import type { StoreLog } from "../store.ts";
import type { DataDirectory } from "./data-directory.ts";
import { syncDirectory } from "./journal/journal.ts";
import { type BlockToWrite, type MergedBlock, PartitionWriter } from "./partition/partition-writer.ts";
import type { ResendWindow } from "./resend-window.ts";
import { DIGEST_BYTES } from "./resend-window.ts";

const DAY_MILLIS = 86_400_000;
const PARTITION_BYTES = 512 * 1024 * 1024;
/** A small disk budget is divided at least this often, so that dropping one partition drops a fifth at most. */
const BUDGET_SHARE = 5;

export class Partitions {
  readonly #directory: DataDirectory;
  readonly #now: () => number;
  readonly #maxPartitionBytes: number;
  #paths: string[] = [];
  /** When the last block of each partition came, by path. */
  readonly #lastArrival = new Map<string, number>();
  #current: PartitionWriter | undefined;
  #log: StoreLog | undefined;
  lastBlockId = 0;
  readonly covered = { traces: 0, logs: 0 };

  /** @param maxBytes the disk budget; 0 = none */
  constructor(directory: DataDirectory, now: () => number, maxBytes: number) {
    this.#directory = directory;
    this.#maxPartitionBytes = maxBytes > 0 ? Math.min(PARTITION_BYTES, maxBytes / BUDGET_SHARE) : PARTITION_BYTES;
    this.#now = now;
  }

  get paths(): readonly string[] {
    return this.#paths;
  }

  /** Looks into every partition; one that cannot be read is named, set aside, and the rest served. */
  open(window: ResendWindow, log: StoreLog): void {
    this.#log = log;
    for (const path of this.#directory.listPartitions()) {
      try {
        const partition = new PartitionWriter(path, this.#now());
        const { lastBlockId, lastSealedAtMillis, traces, logs } = partition.coverage();
        this.#lastArrival.set(path, lastSealedAtMillis);
        this.lastBlockId = Math.max(this.lastBlockId, lastBlockId);
        this.covered.traces = Math.max(this.covered.traces, traces);
        this.covered.logs = Math.max(this.covered.logs, logs);
        for (const digests of partition.recentDigests()) {
          for (let at = 0; at + DIGEST_BYTES <= digests.length; at += DIGEST_BYTES)
            window.add(digests.subarray(at, at + DIGEST_BYTES));
        }
        this.#current?.close();
        this.#current = partition;
        this.#paths.push(path);
      } catch (error) {
        const movedTo = this.#directory.quarantine(path);
        log.error("cannot read a store file: it was set aside and the rest is served", {
          file: path,
          moved_to: movedTo,
          error,
        });
      }
    }
  }

  /**
   * Commits a block to the current partition, or to a new one when it is a day old or full. False = the current one turned out to be
   * damaged: it is read from as far as that goes, a new one was begun, and the block must be sealed again with that one's hash seed.
   */
  insert(block: Omit<BlockToWrite, "id">): boolean {
    const partition = this.#partitionFor(block.sealedAtMillis);
    try {
      partition.insert({ ...block, id: this.lastBlockId + 1 });
    } catch (error) {
      if (!isDamage(error)) throw error;
      this.#log?.error("cannot write to a store file: it is left as it is and a new one begun", {
        file: partition.path,
        error,
      });
      this.#begin(block.sealedAtMillis);
      return false;
    }
    this.lastBlockId++;
    this.#lastArrival.set(partition.path, block.sealedAtMillis);
    this.covered[block.signal] = block.journalSequence;
    return true;
  }

  /** Where new blocks go; undefined before the first. */
  get current(): PartitionWriter | undefined {
    return this.#current;
  }

  /** Commits a merged block to the current partition. */
  replace(block: Omit<MergedBlock, "id">): void {
    this.#current?.replace({ ...block, id: this.lastBlockId + 1 });
    this.lastBlockId++;
  }

  /** Hash seed for signatures of the next block; the partition's own. */
  hashSeed(nowMillis: number): number {
    return this.#partitionFor(nowMillis).hashSeed;
  }

  /** Deletes partitions from the oldest on while they are over their time, or all files together over the budget. Never the current one. */
  dropExpired(
    { maxAgeMillis, maxBytes }: { maxAgeMillis: number; maxBytes: number },
    diskBytes: number,
  ): { path: string; reason: string }[] {
    const dropped: { path: string; reason: string }[] = [];
    for (const path of this.#paths.slice(0, -1)) {
      const age = this.#now() - (this.#lastArrival.get(path) ?? 0);
      const tooOld = maxAgeMillis > 0 && age > maxAgeMillis;
      const tooMuch = maxBytes > 0 && diskBytes > maxBytes;
      if (!tooOld && !tooMuch) break;
      diskBytes -= statSync(path).size;
      for (const suffix of ["", "-wal", "-shm"]) rmSync(path + suffix, { force: true });
      this.#paths = this.#paths.filter((each) => each !== path);
      this.#lastArrival.delete(path);
      dropped.push({ path, reason: tooOld ? "retention" : "max_disk" });
    }
    return dropped;
  }

  close(): void {
    this.#current?.close();
    this.#current = undefined;
  }

  #partitionFor(nowMillis: number): PartitionWriter {
    const current = this.#current;
    if (current && nowMillis - current.createdAtMillis < DAY_MILLIS && current.sizeBytes < this.#maxPartitionBytes)
      return current;
    return this.#begin(nowMillis);
  }

  #begin(nowMillis: number): PartitionWriter {
    const last = this.#paths.at(-1);
    const number = last === undefined ? 1 : parseInt(basename(last), 10) + 1;
    const path = join(this.#directory.partitions, `${String(number).padStart(6, "0")}.db`);
    const next = new PartitionWriter(path, nowMillis);
    syncDirectory(this.#directory.partitions);
    this.#current?.close();
    this.#paths.push(path);
    return (this.#current = next);
  }
}

/** The file holds something else than SQLite wrote. */
function isDamage(error: unknown): boolean {
  return /^SQLITE_(CORRUPT|NOTADB)/.test(String((error as { code?: unknown }).code));
}
