/**
 * Keeps the partitions that are written to in order, one task at a time: moves what was committed from the write-ahead log into the file,
 * merges small blocks and runs of the trace index, and forgets replaced blocks once no reader can be at them. Plans and commits on the
 * writer's thread; the work between runs elsewhere, so that ingest does not wait for it.
 */
import type { StoreLog } from "../../store.ts";
import { isDamage } from "../damage.ts";
import type { JournalSignal } from "../journal/journal-record.ts";
import type { Partitions } from "../partitions.ts";
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
  #pausedUntil = 0;
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
    const moved = new Set<string>();
    for (let done = 0; ; done++) {
      const task = await this.#doNext(moved);
      if (task?.kind === "checkpoint") moved.add(task.path);
      if (task?.kind !== "checkpoint" && task?.kind !== "runs") return task !== undefined || done > 0;
    }
  }

  /** @param moved partitions that had their checkpoint in this turn: a reader may keep pages from being moved */
  async #doNext(moved: ReadonlySet<string>): Promise<MergeTask | undefined> {
    const { partitions, now, log, onMerge } = this.#parts;
    if (this.#stopped || performance.now() < this.#pausedUntil) return undefined;
    let task: MergeTask | undefined;
    try {
      partitions.forgetReplaced(now() - GRACE_MILLIS);
      task = this.#plan(moved);
      if (!task) return undefined;
      const started = performance.now();
      const result = await this.run(task);
      const partition = this.#writable(task.path);
      if (this.#stopped || !partition) return undefined;
      this.#commit(partition, task, result);
      onMerge?.(task.kind, task.kind === "checkpoint" ? undefined : task.signal, performance.now() - started);
      return task;
    } catch (error) {
      if (this.#stopped) return undefined;
      const file = task?.path ?? partitions.current?.path ?? "";
      const about = { file, kind: task?.kind, error };
      if (isDamage(error)) {
        this.#damaged.add(task ? keyOf(task) : file);
        this.#parts.onDamage?.();
        log.error("cannot merge parts of the store; they stay as they are", about);
      } else {
        this.#pausedUntil = performance.now() + PAUSE_MILLIS;
        log.warn("cannot merge parts of the store now; it is tried again", about);
      }
      return undefined;
    }
  }

  /** Nothing is begun or committed any more when it resolves. */
  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#underWay;
  }

  #plan(moved: ReadonlySet<string>): MergeTask | undefined {
    for (const { partition, isComplete } of this.#parts.partitions.writable) {
      if (this.#damaged.has(partition.path)) continue;
      if (partition.wal.isCheckpointDue && !moved.has(partition.path))
        return { kind: "checkpoint", path: partition.path };
      const tasks = [...runTasks(partition, isComplete), ...(isComplete ? [] : this.#blockTasks(partition))];
      const task = tasks.find((each) => !this.#damaged.has(keyOf(each)));
      if (task) return task;
    }
    return undefined;
  }

  #blockTasks(partition: PartitionWriter): MergeTask[] {
    const { path } = partition;
    const isWhole = ({ id }: { id: number }) => !this.#damaged.has(`blocks ${path} ${id}`);
    const tasks: MergeTask[] = [];
    for (const signal of SIGNALS) {
      const fullRecords = this.#parts.fullRecords(signal);
      const blocks = planMerge(partition.smallBlocks(signal, fullRecords / 2).filter(isWhole), fullRecords);
      if (blocks) tasks.push({ kind: "blocks", path, signal, blocks });
    }
    const small = partition.metrics.smallBlocks(MOST_SAMPLES / 2).filter(isWhole);
    const blocks = planMerge(small, MOST_SAMPLES, METRIC_GROWTH);
    if (blocks) tasks.push({ kind: "metrics", path, signal: "metrics", blocks });
    return tasks;
  }

  #writable(path: string): PartitionWriter | undefined {
    return this.#parts.partitions.writable.find(({ partition }) => partition.path === path)?.partition;
  }

  #commit(partition: PartitionWriter, task: MergeTask, result: MergeResult): void {
    const { partitions, now } = this.#parts;
    if (task.kind === "runs" && result.kind === "runs") {
      const ids = task.runs.map(({ id }) => id);
      partition.runs.replace(task.signal, result.run, ids);
    }
    // A merged block is numbered after all others: of a partition that gets no more blocks they stay as they are.
    if (partition !== partitions.current) return;
    if (task.kind === "blocks" && result.kind === "blocks")
      partitions.replace({ signal: task.signal, sealed: result.sealed, replaces: task.blocks, nowMillis: now() });
    if (task.kind === "metrics" && result.kind === "metrics")
      partitions.replaceMetrics({ block: result.block, replaces: task.blocks, nowMillis: now() });
  }
}

function runTasks({ path, runs }: PartitionWriter, isComplete: boolean): MergeTask[] {
  return SIGNALS.flatMap((signal) => {
    const plan = planRuns(runs.list(signal), isComplete);
    return plan ? [{ kind: "runs", path, signal, ...plan } as const] : [];
  });
}

function keyOf(task: MergeTask): string {
  if (task.kind === "checkpoint") return task.path;
  if (task.kind === "runs") return `runs ${task.path} ${task.runs[0].id}`;
  return `blocks ${task.path} ${task.blocks[0]}`;
}
