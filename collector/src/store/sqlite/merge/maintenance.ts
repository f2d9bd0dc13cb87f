/**
 * Keeps the partitions that are written to in order, one task at a time: moves what was committed from the write-ahead log into the file,
 * merges small blocks and runs of the trace index, and forgets replaced blocks once no reader can be at them. Plans and commits on the
 * writer's thread; the work between runs elsewhere, so that ingest does not wait for it.
 */
import type { StoreLog } from "../../store.ts";
import { isDamage } from "../damage.ts";
import type { JournalSignal } from "../journal/journal-record.ts";
import type { Partitions, Writable } from "../partitions.ts";
import type { PartitionWriter } from "../partition/partition-writer.ts";
import type { MergeResult, MergeTask, RunMergeTask } from "./merge-task.ts";
import { planMerge } from "./plan-merge.ts";
import { planRuns } from "./plan-runs.ts";

/** A reader may be at a replaced block for as long as a query may take; this is several times that. */
const GRACE_MILLIS = 60_000;
/** Of a merged block of metrics; its bytes are bounded, too. */
const MOST_SAMPLES = 16_000_000;
/** 2 minutes -> 16 minutes -> 2 hours -> most of a day: three rewrites, and two dozen blocks to read at most. */
const METRIC_GROWTH = 8;
/** After a failure that is no damage, such as a full disk. */
const PAUSE_MILLIS = 30_000;

const SIGNALS = ["traces", "logs"] as const;

/** @param signal none of a checkpoint, which is of all of them */
export type OnMerge = (kind: MergeTask["kind"], signal: JournalSignal | undefined, millis: number) => void;

export interface MaintenanceParts {
  readonly partitions: Partitions;
  readonly fullRecords: (signal: "traces" | "logs") => number;
  readonly now: () => number;
  readonly log: StoreLog;
  readonly onDamage?: () => void;
  readonly onMerge?: OnMerge;
}

export class Maintenance {
  readonly #parts: MaintenanceParts;
  #underWay: Promise<boolean> | undefined;
  #stopped = false;
  /** What is damaged is not tried again before the next start: blocks, runs, whole partitions. What can be read of them stays. */
  readonly #damaged = new Set<string>();
  /** By partition. */
  readonly #pausedUntil = new Map<string, number>();
  run: RunMergeTask;

  constructor(parts: MaintenanceParts, run: RunMergeTask) {
    this.#parts = parts;
    this.run = run;
  }

  /** Begins the next task unless one is under way. */
  tick(): void {
    if (!this.#underWay) void this.step();
  }

  /** Merges blocks once, after the task under way, and does what is short besides; resolves with false when there was nothing to do. */
  step(): Promise<boolean> {
    const step = (this.#underWay ?? Promise.resolve(false)).then(() => this.#step());
    this.#underWay = step;
    return step.finally(() => {
      if (this.#underWay === step) this.#underWay = undefined;
    });
  }

  /** Under load a second has more than one short task: runs of the trace index would pile up, and each look-up goes through all of them. */
  async #step(): Promise<boolean> {
    const { partitions, now } = this.#parts;
    const current = partitions.current?.path;
    if (this.#stopped || current === undefined) return false;
    if (this.#isUsable(current)) await this.#attempt(current, () => partitions.forgetReplaced(now() - GRACE_MILLIS));
    // Partitions that had their checkpoint: a reader may keep pages from being moved.
    const moved = new Set<string>();
    for (let done = 0; ; done++) {
      const task = await this.#plan(moved);
      if (this.#stopped || !task || !(await this.#do(task))) return done > 0;
      if (task.kind === "checkpoint") moved.add(task.path);
      else if (task.kind === "runs") moved.delete(task.path);
      else return true;
    }
  }

  /** False = it was not done, for a reason that is told. */
  #do(task: MergeTask): Promise<boolean> {
    const { partitions, onMerge } = this.#parts;
    const work = async () => {
      const started = performance.now();
      // What the log could not be synced for must not be moved: see isCheckpointDue.
      if (task.kind === "checkpoint") await this.#writable(task.path)?.wal.sync();
      const result = await this.run(task);
      const partition = this.#writable(task.path);
      const isOfBlocks = task.kind === "blocks" || task.kind === "metrics";
      // A merged block is numbered after all others: those of a partition that gets no more blocks stay as they are.
      if (this.#stopped || !partition || (isOfBlocks && partition !== partitions.current)) return;
      this.#commit(partition, task, result);
      onMerge?.(task.kind, task.kind === "checkpoint" ? undefined : task.signal, performance.now() - started);
    };
    return this.#attempt(task.path, work, task);
  }

  /**
   * Does something about a partition; false when it failed. That is told, and tried again after a while, or not at all where damage is the
   * reason: of the parts that the task is about, or of the whole partition.
   */
  async #attempt(path: string, act: () => void | Promise<void>, task?: MergeTask): Promise<boolean> {
    try {
      await act();
      return true;
    } catch (error) {
      // Retention may have dropped it meanwhile.
      if (this.#stopped || !this.#writable(path)) return false;
      const { log, onDamage } = this.#parts;
      const about = { file: path, kind: task?.kind, error };
      if (isDamage(error)) {
        for (const key of task ? keysOf(task) : [path]) this.#damaged.add(key);
        onDamage?.();
        log.error("cannot merge parts of the store; they stay as they are", about);
      } else {
        this.#pausedUntil.set(path, performance.now() + PAUSE_MILLIS);
        log.warn("cannot merge parts of the store now; it is tried again", about);
      }
      return false;
    }
  }

  #isUsable(path: string): boolean {
    return !this.#damaged.has(path) && performance.now() >= (this.#pausedUntil.get(path) ?? 0);
  }

  /** Nothing is begun or committed any more when it resolves. */
  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#underWay;
  }

  /** What is short comes first, of all partitions: those that get no more blocks are closed after a while. */
  async #plan(moved: ReadonlySet<string>): Promise<MergeTask | undefined> {
    const { writable } = this.#parts.partitions;
    const short = (of: Writable) => this.#shortTask(of, moved);
    const long = ({ partition, isComplete }: Writable) => (isComplete ? undefined : this.#blockTask(partition));
    for (const plan of [short, long]) {
      for (const of of writable) {
        const { path } = of.partition;
        let task: MergeTask | undefined;
        if (this.#isUsable(path)) await this.#attempt(path, () => void (task = plan(of)));
        if (task) return task;
      }
    }
    return undefined;
  }

  #shortTask({ partition, isComplete }: Writable, moved: ReadonlySet<string>): MergeTask | undefined {
    const { path, wal, runs } = partition;
    if (!moved.has(path) && wal.isCheckpointDue) return { kind: "checkpoint", path };
    for (const signal of SIGNALS) {
      const whole = runs.list(signal).filter(({ id }) => !this.#damaged.has(runKey(path, id)));
      const plan = planRuns(whole, isComplete);
      if (plan) return { kind: "runs", path, signal, ...plan };
    }
    return undefined;
  }

  #blockTask(partition: PartitionWriter): MergeTask | undefined {
    const { path } = partition;
    const isWhole = ({ id }: { id: number }) => !this.#damaged.has(blockKey(path, id));
    for (const signal of SIGNALS) {
      const fullRecords = this.#parts.fullRecords(signal);
      const blocks = planMerge(partition.smallBlocks(signal, fullRecords / 2).filter(isWhole), fullRecords);
      if (blocks) return { kind: "blocks", path, signal, blocks };
    }
    const small = partition.metrics.smallBlocks(MOST_SAMPLES / 2).filter(isWhole);
    const blocks = planMerge(small, MOST_SAMPLES, METRIC_GROWTH);
    return blocks && { kind: "metrics", path, signal: "metrics", blocks };
  }

  #writable(path: string): PartitionWriter | undefined {
    return this.#parts.partitions.writable.find(({ partition }) => partition.path === path)?.partition;
  }

  #commit(partition: PartitionWriter, task: MergeTask, result: MergeResult): void {
    const { partitions, now } = this.#parts;
    if (task.kind === "blocks" && result.kind === "blocks")
      partitions.replace({ signal: task.signal, sealed: result.sealed, replaces: task.blocks, nowMillis: now() });
    if (task.kind === "metrics" && result.kind === "metrics")
      partitions.replaceMetrics({ block: result.block, replaces: task.blocks, nowMillis: now() });
    if (task.kind === "runs" && result.kind === "runs") {
      const ids = task.runs.map(({ id }) => id);
      partition.runs.replace(task.signal, result.run, ids);
    }
  }
}

/** What is not looked at again when a task finds damage: a merge does not say which of its runs it was, and blocks are tried with others. */
function keysOf(task: MergeTask): string[] {
  if (task.kind === "checkpoint") return [task.path];
  if (task.kind === "runs") return task.runs.map(({ id }) => runKey(task.path, id));
  return [blockKey(task.path, task.blocks[0])];
}

function runKey(path: string, id: number): string {
  return `run ${path} ${id}`;
}

function blockKey(path: string, id: number): string {
  return `block ${path} ${id}`;
}
