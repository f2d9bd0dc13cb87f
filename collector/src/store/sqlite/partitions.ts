/** The partition files of a data directory, seen by the writer: opening at start, setting damaged ones aside, beginning new ones. */
import { rmSync, statSync } from "node:fs";
import { basename, join } from "node:path";
import { messageOf } from "../../base/errors.ts";
import type { StoreLog } from "../store.ts";
import type { DataDirectory } from "./data-directory.ts";
import { DataDirectoryError } from "./data-directory-error.ts";
import { isDamage } from "./damage.ts";
import type { CatalogueState } from "./head.ts";
import { HeadBulletin } from "./head-bulletin.ts";
import { reach } from "./fault-points.ts";
import { type JournalFiles, syncDirectory } from "./journal/journal-files.ts";
import type { JournalSignal } from "./journal/journal-record.ts";
import { glanceAt, readRecentDigests } from "./partition/glance.ts";
import {
  type BlockToWrite,
  type MergedBlock,
  type MergedMetricBlock,
  type MetricBlockToWrite,
  PartitionWriter,
  RESEND_MEMORY_MILLIS,
} from "./partition/partition-writer.ts";
import type { ResendWindow } from "./resend-window.ts";
import { DIGEST_BYTES } from "./resend-window.ts";

const DAY_MILLIS = 86_400_000;
const PARTITION_BYTES = 512 * 1024 * 1024;
/** A partition that gets no more blocks is open for so long at least: it ends with one run of the trace index. */
const RETIRED_MILLIS = 5 * 60_000;
/** Of the end: what is left free then is used after the next start. */
const SHRINK_MILLIS = 2000;
/** A small disk budget is divided at least this often, so that dropping one partition drops a fifth at most. */
const BUDGET_SHARE = 5;

export interface Writable {
  readonly partition: PartitionWriter;
  /** It gets no more blocks. */
  readonly isComplete: boolean;
}

export class Partitions {
  readonly #directory: DataDirectory;
  readonly #now: () => number;
  readonly #onDamage: (() => void) | undefined;
  readonly #maxPartitionBytes: number;
  readonly #files: JournalFiles | undefined;
  /** Never changed, but replaced: see {@link #setPaths}. */
  #paths: readonly string[] = [];
  /** When the last block of each partition came, by path. */
  readonly #lastArrival = new Map<string, number>();
  #current: PartitionWriter | undefined;
  /** They get no more blocks, but are brought in order: what was replaced goes, and the runs of their trace indexes become one. */
  #retired: { readonly partition: PartitionWriter; readonly atMillis: number }[] = [];
  #log: StoreLog | undefined;
  #lastBlockId = 0;
  /** Told of every change before anybody can ask for it. */
  readonly bulletin = new HeadBulletin();
  readonly covered = { traces: 0, logs: 0, metrics: 0 };

  /** @param maxBytes the disk budget; 0 = none */
  constructor(
    directory: DataDirectory,
    now: () => number,
    maxBytes: number,
    onDamage?: () => void,
    files?: JournalFiles,
  ) {
    this.#directory = directory;
    this.#onDamage = onDamage;
    this.#maxPartitionBytes = maxBytes > 0 ? Math.min(PARTITION_BYTES, maxBytes / BUDGET_SHARE) : PARTITION_BYTES;
    this.#now = now;
    this.#files = files;
  }

  get lastBlockId(): number {
    return this.#lastBlockId;
  }

  set lastBlockId(id: number) {
    this.#lastBlockId = id;
    this.bulletin.lastBlockId = id;
  }

  get state(): CatalogueState {
    return {
      lastBlockId: this.#lastBlockId,
      partitions: this.#paths,
      partitionsVersion: this.bulletin.partitionsVersion,
    };
  }

  /** Looks into every partition; one that cannot be read is named, set aside, and the rest served. The newest one is written to. */
  open(window: ResendWindow, log: StoreLog): void {
    this.#log = log;
    this.#directory.removeOrphans();
    const paths = this.#directory.listPartitions();
    for (const path of paths) this.#tryTo(path, log, () => this.#look(path, path === paths.at(-1)));
    // The newest may have been set aside; the next one was only looked at.
    for (let last = this.#paths.at(-1); last !== undefined && !this.#current; last = this.#paths.at(-1)) {
      this.#setPaths(this.#paths.slice(0, -1));
      this.#tryTo(last, log, () => this.#look(last, true));
    }
    // What the process before has committed may be in memory only, and the journal forgets next what it covers.
    for (const path of this.#paths.slice(-1)) this.#tryTo(path, log, () => this.syncNow());
    this.#remember(window, log);
  }

  /** @throws when it cannot be read */
  #look(path: string, isNewest: boolean): void {
    const glance = isNewest ? undefined : glanceAt(path);
    const partition = glance ? undefined : new PartitionWriter(path, this.#now(), this.#files);
    try {
      const { lastBlockId, lastSealedAtMillis, ...covered } = glance ?? (partition as PartitionWriter).coverage();
      // No reader can be at them: none has begun.
      partition?.forgetReplaced(Number.MAX_SAFE_INTEGER);
      const { createdAtMillis } = glance ?? (partition as PartitionWriter);
      this.#lastArrival.set(path, lastSealedAtMillis || createdAtMillis);
      this.lastBlockId = Math.max(this.lastBlockId, lastBlockId);
      for (const signal of ["traces", "logs", "metrics"] as const)
        this.covered[signal] = Math.max(this.covered[signal], covered[signal]);
      this.#setPaths([...this.#paths, path]);
      if (isNewest) this.#current = partition;
      else partition?.close();
    } catch (error) {
      partition?.close();
      throw error;
    }
  }

  /** Digests of the last quarter of an hour before the newest block: of that partition, and of those before it that reach into it. */
  #remember(window: ResendWindow, log: StoreLog): void {
    const since = (this.#lastArrival.get(this.#paths.at(-1) ?? "") ?? 0) - RESEND_MEMORY_MILLIS;
    const first = this.#paths.findLastIndex((path) => (this.#lastArrival.get(path) ?? 0) < since) + 1;
    for (const path of this.#paths.slice(first))
      this.#tryTo(path, log, () => {
        for (const digests of readRecentDigests(path))
          for (let at = 0; at + DIGEST_BYTES <= digests.length; at += DIGEST_BYTES)
            window.add(digests.subarray(at, at + DIGEST_BYTES));
      });
  }

  /** A partition that turns out to be damaged is set aside. @throws DataDirectoryError on anything else */
  #tryTo(path: string, log: StoreLog, act: () => void): void {
    try {
      act();
    } catch (error) {
      if (error instanceof DataDirectoryError) throw error;
      if (!isDamage(error)) throw new DataDirectoryError(`cannot open the partition ${path}: ${messageOf(error)}`);
      this.#forget(path);
      const movedTo = this.#directory.quarantine(path);
      this.#onDamage?.();
      log.error("cannot read a store file: it was set aside and the rest is served", {
        file: path,
        moved_to: movedTo,
        error,
      });
    }
  }

  #setPaths(paths: readonly string[]): void {
    this.#paths = paths;
    this.bulletin.partitionsChanged();
  }

  #forget(path: string): void {
    this.#setPaths(this.#paths.filter((each) => each !== path));
    this.#lastArrival.delete(path);
    if (this.#current?.path !== path) return;
    this.#current.close();
    this.#current = undefined;
  }

  /**
   * Commits a block to the current partition, or to a new one when it is a day old or full. False = the current one turned out to be
   * damaged: it is read from as far as that goes, a new one was begun, and the block must be sealed again with that one's hash seed.
   */
  insert(block: Omit<BlockToWrite, "id">): boolean {
    return this.#insert(block.signal, block, (partition, id) => partition.insert({ ...block, id }));
  }

  /** The same for metrics; where false is returned the additions must be those of the new partition. */
  insertMetrics(block: Omit<MetricBlockToWrite, "id">): boolean {
    return this.#insert("metrics", block, (partition, id) => partition.insertMetrics({ ...block, id }));
  }

  #insert(
    signal: JournalSignal,
    { sealedAtMillis, journalSequence }: { readonly sealedAtMillis: number; readonly journalSequence: number },
    insert: (partition: PartitionWriter, id: number) => void,
  ): boolean {
    reach("seal.before-write");
    const partition = this.partitionFor(sealedAtMillis);
    partition.wal.check();
    try {
      insert(partition, this.lastBlockId + 1);
    } catch (error) {
      if (!isDamage(error)) throw error;
      this.#onDamage?.();
      this.#log?.error("cannot write to a store file: it is left as it is and a new one begun", {
        file: partition.path,
        error,
      });
      this.#begin(sealedAtMillis, true);
      return false;
    }
    this.lastBlockId++;
    this.#lastArrival.set(partition.path, sealedAtMillis);
    this.covered[signal] = journalSequence;
    return true;
  }

  /** Resolves when every block committed before the call is durable. */
  async sync(): Promise<void> {
    await this.#current?.wal.sync();
  }

  /** The same, on this thread. */
  syncNow(): void {
    this.#current?.wal.syncNow();
  }

  /** Where new blocks go; undefined before the first. */
  get current(): PartitionWriter | undefined {
    return this.#current;
  }

  /** The current one, and those that were until lately: these get no more blocks. */
  get writable(): readonly Writable[] {
    const retired = this.#retired.filter(({ partition }) => this.#paths.includes(partition.path));
    return [
      ...(this.#current ? [{ partition: this.#current, isComplete: false }] : []),
      ...retired.map(({ partition }) => ({ partition, isComplete: true })),
    ];
  }

  /** Commits a merged block to the current partition. */
  replace(block: Omit<MergedBlock, "id">): void {
    reach("merge.before-write");
    this.#current?.replace({ ...block, id: this.lastBlockId + 1 });
    reach("merge.after-commit");
    this.lastBlockId++;
  }

  /** The same for metrics. */
  replaceMetrics(block: Omit<MergedMetricBlock, "id">): void {
    reach("merge.before-write");
    this.#current?.replaceMetrics({ ...block, id: this.lastBlockId + 1 });
    reach("merge.after-commit");
    this.lastBlockId++;
  }

  /** Hash seed for signatures of the next block; the partition's own. */
  hashSeed(nowMillis: number): number {
    return this.partitionFor(nowMillis).hashSeed;
  }

  /** Deletes partitions from the oldest on while they are over their time, or all files together over the budget. Never the current one. */
  dropExpired(
    { maxAgeMillis, maxBytes }: { maxAgeMillis: number; maxBytes: number },
    diskBytes: number,
  ): { path: string; reason: string }[] {
    const dropped: { path: string; reason: string }[] = [];
    const arrivals = this.#arrivals();
    for (const [i, path] of this.#paths.slice(0, -1).entries()) {
      const age = this.#now() - arrivals[i];
      const tooOld = maxAgeMillis > 0 && age > maxAgeMillis;
      const tooMuch = maxBytes > 0 && diskBytes > maxBytes;
      if (!tooOld && !tooMuch) break;
      reach("retention.before-unlink");
      diskBytes -= statSync(path, { throwIfNoEntry: false })?.size ?? 0;
      rmSync(path, { force: true });
      reach("retention.after-unlink");
      for (const suffix of ["-wal", "-shm"]) rmSync(path + suffix, { force: true });
      this.#setPaths(this.#paths.filter((each) => each !== path));
      this.#lastArrival.delete(path);
      dropped.push({ path, reason: tooOld ? "retention" : "max_disk" });
    }
    return dropped;
  }

  /**
   * When the last block of each partition came, whatever the clock said then: not in the future (else as the partition behind it),
   * and not before the partition ahead of it.
   */
  #arrivals(): number[] {
    const now = this.#now();
    const arrivals = this.#paths.map((path) => this.#lastArrival.get(path) ?? now);
    for (let i = arrivals.length - 1; i >= 0; i--) if (arrivals[i] > now) arrivals[i] = arrivals[i + 1] ?? now;
    for (let i = 1; i < arrivals.length; i++) arrivals[i] = Math.max(arrivals[i], arrivals[i - 1]);
    return arrivals;
  }

  /**
   * Deletes blocks that were replaced before a time, also of partitions that were current until lately; those are then cut to what they
   * hold, a step with each call, and closed after a while.
   * @throws when one cannot be written
   */
  forgetReplaced(beforeMillis: number): void {
    this.#current?.forgetReplaced(beforeMillis);
    for (const { partition, atMillis } of this.#retired) {
      const age = Math.abs(this.#now() - atMillis);
      if (age < this.#now() - beforeMillis) continue;
      const isThere = this.#paths.includes(partition.path);
      if (isThere && !(this.#isLookedAfter(partition) && age > RETIRED_MILLIS)) continue;
      this.#retired = this.#retired.filter((each) => each.partition !== partition);
      partition.close();
    }
  }

  /** Whether nothing is left to be done, or can be done: one that is damaged stays as it is, and the others are not held up. */
  #isLookedAfter(partition: PartitionWriter): boolean {
    try {
      partition.forgetReplaced(Number.MAX_SAFE_INTEGER);
      return partition.shrink();
    } catch (error) {
      if (!isDamage(error)) throw error;
      this.#onDamage?.();
      this.#log?.error("cannot write to a store file: it is left as it is", { file: partition.path, error });
      this.#retired = this.#retired.filter((each) => each.partition !== partition);
      partition.close();
      return false;
    }
  }

  /** No reader is left: what was replaced goes, and what is free is cut off, within a bounded time. */
  close(): void {
    const until = performance.now() + SHRINK_MILLIS;
    for (const { partition } of this.#retired) this.#end(partition, until);
    this.#retired = [];
    if (this.#current) this.#end(this.#current, until);
    this.#current = undefined;
  }

  #end(partition: PartitionWriter, until: number): void {
    try {
      if (this.#paths.includes(partition.path)) {
        partition.forgetReplaced(Number.MAX_SAFE_INTEGER);
        while (performance.now() < until && !partition.shrink());
      }
    } catch (error) {
      this.#log?.warn("cannot make a store file smaller; it stays as it is", { file: partition.path, error });
    } finally {
      partition.close();
    }
  }

  /** Where a block sealed now goes; begun when the current one is a day old or full. */
  partitionFor(nowMillis: number): PartitionWriter {
    const current = this.#current;
    // A clock that was put back must not make one partition of all the time until it is there again.
    const age = Math.abs(nowMillis - (current?.createdAtMillis ?? 0));
    if (current && age < DAY_MILLIS && current.sizeBytes < this.#maxPartitionBytes) return current;
    return this.#begin(nowMillis);
  }

  /** @param isDamaged what is the current one until now */
  #begin(nowMillis: number, isDamaged = false): PartitionWriter {
    // What a new partition covers says that everything before is safe.
    this.syncNow();
    const last = this.#paths.at(-1);
    const number = last === undefined ? 1 : parseInt(basename(last), 10) + 1;
    const path = join(this.#directory.partitions, `${String(number).padStart(6, "0")}.db`);
    const next = new PartitionWriter(path, nowMillis, this.#files);
    syncDirectory(this.#directory.partitions);
    reach("partition.begin");
    // Closed at once: it is written to no more, and its space must be free when retention drops it. Readers have connections of their own.
    if (isDamaged) this.#current?.close();
    else if (this.#current) this.#retired.push({ partition: this.#current, atMillis: nowMillis });
    this.#setPaths([...this.#paths, path]);
    this.#lastArrival.set(path, nowMillis);
    return (this.#current = next);
  }
}
