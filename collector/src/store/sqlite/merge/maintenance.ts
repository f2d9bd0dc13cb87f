/**
 * Keeps the current partition in order, one task at a time: moves what was committed from the write-ahead log into the file, merges small
 * blocks and runs of the trace index, and forgets replaced blocks once no reader can be at them. Plans and commits on the writer's thread;
 * the work between runs elsewhere, so that ingest does not wait for it.
 */
import type { StoreLog } from "../../store.ts";
import { isDamage } from "../damage.ts";
import type { JournalSignal } from "../journal/journal-record.ts";
import type { Partitions } from "../partitions.ts";
import { MOST_BLOCKS_A_RUN } from "../partition/trace-run.ts";
import type { MergeResult, MergeTask, RunMergeTask } from "./merge-task.ts";
import { planMerge } from "./plan-merge.ts";

/** A reader may be at a replaced block for as long as a query may take; this is several times that. */
const GRACE_MILLIS = 60_000;
/** Of a merged block of metrics; its bytes are bounded, too. */
const MOST_SAMPLES = 16_000_000;
/** 2 minutes -> 16 minutes -> 2 hours -> most of a day: three rewrites, and two dozen blocks to read at most. */
const METRIC_GROWTH = 8;
/** After a failure that is no damage, such as a full disk. */
const PAUSE_MILLIS = 30_000;

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

  /** Does one task, after the one under way; resolves with false when there was none. */
  step(): Promise<boolean> {
    const step = (this.#underWay ?? Promise.resolve(false)).then(() => this.#step());
    this.#underWay = step;
    return step.finally(() => {
      if (this.#underWay === step) this.#underWay = undefined;
    });
  }

  async #step(mayCheckpoint = true): Promise<boolean> {
    const { partitions, now, log, onMerge } = this.#parts;
    const path = partitions.current?.path;
    if (this.#stopped || path === undefined || this.#damaged.has(path) || performance.now() < this.#pausedUntil)
      return false;
    let task: MergeTask | undefined;
    try {
      partitions.forgetReplaced(now() - GRACE_MILLIS);
      task = this.#plan(mayCheckpoint);
      if (!task) return false;
      const started = performance.now();
      const result = await this.run(task);
      if (this.#stopped || partitions.current?.path !== task.path) return false;
      this.#commit(task, result);
      onMerge?.(task.kind, task.kind === "checkpoint" ? undefined : task.signal, performance.now() - started);
      // It takes no merge's turn: runs of the trace index would pile up, and each look-up of a trace goes through all of them.
      if (task.kind === "checkpoint") await this.#step(false);
      return true;
    } catch (error) {
      if (this.#stopped) return false;
      const about = { file: path, kind: task?.kind, error };
      if (isDamage(error)) {
        this.#damaged.add(task ? keyOf(task) : path);
        this.#parts.onDamage?.();
        log.error("cannot merge parts of the store; they stay as they are", about);
      } else {
        this.#pausedUntil = performance.now() + PAUSE_MILLIS;
        log.warn("cannot merge parts of the store now; it is tried again", about);
      }
      return false;
    }
  }

  /** Nothing is begun or committed any more when it resolves. */
  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#underWay;
  }

  #plan(mayCheckpoint: boolean): MergeTask | undefined {
    const { current } = this.#parts.partitions;
    if (!current) return undefined;
    const { path } = current;
    if (mayCheckpoint && current.wal.isCheckpointDue) return { kind: "checkpoint", path };
    const tasks: MergeTask[] = [];
    for (const signal of ["traces", "logs"] as const) {
      const fullRecords = this.#parts.fullRecords(signal);
      const blocks = planMerge(
        current.smallBlocks(signal, fullRecords / 2).filter(({ id }) => !this.#damaged.has(`blocks ${path} ${id}`)),
        fullRecords,
      );
      if (blocks) tasks.push({ kind: "blocks", path, signal, blocks });
      const runs = current.runs.mergeable(signal);
      if (runs && Math.max(...runs.map((run) => run.last_block)) - runs[0].first_block < MOST_BLOCKS_A_RUN)
        tasks.push({ kind: "runs", path, signal, runs });
    }
    const metrics = planMerge(
      current.metrics.smallBlocks(MOST_SAMPLES / 2).filter(({ id }) => !this.#damaged.has(`blocks ${path} ${id}`)),
      MOST_SAMPLES,
      METRIC_GROWTH,
    );
    if (metrics) tasks.push({ kind: "metrics", path, signal: "metrics", blocks: metrics });
    return tasks.find((task) => !this.#damaged.has(keyOf(task)));
  }

  #commit(task: MergeTask, result: MergeResult): void {
    const { partitions, now } = this.#parts;
    if (task.kind === "blocks" && result.kind === "blocks")
      partitions.replace({ signal: task.signal, sealed: result.sealed, replaces: task.blocks, nowMillis: now() });
    if (task.kind === "metrics" && result.kind === "metrics")
      partitions.replaceMetrics({ block: result.block, replaces: task.blocks, nowMillis: now() });
    if (task.kind === "runs" && result.kind === "runs")
      partitions.current?.runs.replace(
        task.signal,
        result.run,
        task.runs.map(({ id }) => id),
      );
  }
}

function keyOf(task: MergeTask): string {
  if (task.kind === "checkpoint") return task.path;
  if (task.kind === "runs") return `runs ${task.path} ${task.runs[0].id}`;
  return `blocks ${task.path} ${task.blocks[0]}`;
}
