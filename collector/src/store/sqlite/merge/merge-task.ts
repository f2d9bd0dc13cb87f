/**
 * Merging, as plain data in and out, so that it may run on any thread: reads what is to be merged over a read-only connection and
 * gives what the store's one writer then commits. Takes 4 µs a record; changes nothing itself. A checkpoint is done here as well.
 */
import { randomInt } from "node:crypto";
import { release } from "../../../base/release.ts";
import type { TraceRunRow } from "../partition/schema.ts";
import { checkpoint } from "../partition/checkpoint.ts";
import { PartitionReader } from "../partition/partition-reader.ts";
import { encodeRun, MOST_BLOCKS_A_RUN, type TraceRun } from "../partition/trace-run.ts";
import { SpanIdentities } from "../../../model/span-identity.ts";
import { logBatchOf, spanBatchOf } from "../block/batch-of-records.ts";
import { OpenLogBlock } from "../block/open-log-block.ts";
import { OpenSpanBlock } from "../block/open-span-block.ts";
import { SealedLogBlock } from "../block/sealed-log-block.ts";
import { SealedSpanBlock } from "../block/sealed-span-block.ts";
import { sealLogs } from "../block/seal-logs.ts";
import { sealSpans } from "../block/seal-spans.ts";
import type { SealedBlock } from "../block/seal-records.ts";
import type { SealedMetricBlock } from "../metrics/block/metric-block.ts";
import { mergeMetricBlocks } from "../metrics/merge-metrics.ts";
import { isFirstOfItsIdentity } from "../head.ts";

export type MergeTask =
  /** Moves pages from the write-ahead log into the file. */
  | { readonly kind: "checkpoint"; readonly path: string }
  | {
      readonly kind: "metrics";
      readonly path: string;
      readonly signal: "metrics";
      readonly blocks: readonly number[];
    }
  | {
      readonly kind: "blocks";
      readonly path: string;
      readonly signal: "traces" | "logs";
      readonly blocks: readonly number[];
    }
  | {
      readonly kind: "runs";
      readonly path: string;
      readonly signal: "traces" | "logs";
      /** Of the run that they become. */
      readonly level: number;
      readonly runs: readonly TraceRunRow[];
    };

type RunMerge = Extract<MergeTask, { kind: "runs" }>;

export type MergeResult =
  | { readonly kind: "checkpoint" }
  | { readonly kind: "metrics"; readonly block: SealedMetricBlock }
  | { readonly kind: "blocks"; readonly sealed: SealedBlock }
  | { readonly kind: "runs"; readonly run: TraceRun };

/** Somebody who does a task, here or elsewhere. */
export type RunMergeTask = (task: MergeTask) => Promise<MergeResult>;

/** @throws CorruptionError when something cannot be read: then nothing is merged and everything stays */
export function runMergeTask(task: MergeTask): MergeResult {
  if (task.kind === "checkpoint") {
    checkpoint(task.path);
    return task;
  }
  const partition = new PartitionReader(task.path);
  try {
    if (task.kind === "metrics") return { kind: "metrics", block: mergeMetricBlocks(partition, task.blocks) };
    if (task.kind === "runs") return { kind: "runs", run: mergeRuns(partition, task) };
    const sealed = task.signal === "traces" ? mergeSpans(partition, task.blocks) : mergeLogs(partition, task.blocks);
    return { kind: "blocks", sealed };
  } finally {
    partition.close();
  }
}

/** Spans that were sent twice are kept once. */
function mergeSpans(partition: PartitionReader, blocks: readonly number[]): SealedBlock {
  const merged = new OpenSpanBlock(randomInt(2 ** 31));
  const seen = new SpanIdentities();
  for (const id of blocks) {
    const block = new SealedSpanBlock(partition.sections(id), partition.chunks(id));
    const records: number[] = [];
    for (let i = 0; i < block.count; i++) if (isFirstOfItsIdentity(block, i, seen)) records.push(i);
    merged.appendSpans(spanBatchOf(block, records, "full"));
  }
  return sealSpans(merged, partition.hashSeed);
}

function mergeLogs(partition: PartitionReader, blocks: readonly number[]): SealedBlock {
  const merged = new OpenLogBlock(randomInt(2 ** 31));
  for (const id of blocks) {
    const block = new SealedLogBlock(partition.sections(id));
    merged.appendLogs(
      logBatchOf(
        block,
        Uint32Array.from({ length: block.count }, (_, i) => i),
      ),
    );
  }
  return sealLogs(merged, partition.hashSeed);
}

/** Entries of blocks that are no more are left out. */
function mergeRuns(partition: PartitionReader, { level, runs }: RunMerge): TraceRun {
  const alive = partition.blockIds();
  const firstBlock = Math.min(...runs.map((run) => run.first_block));
  const lastBlock = Math.max(...runs.map((run) => run.last_block));
  // Outside of the JavaScript heap, which a merge thread has little of.
  const entries = new Float64Array(runs.reduce((sum, run) => sum + run.entry_count, 0));
  let count = 0;
  partition.eachTraceEntry(runs, (hash, block) => {
    if (alive.has(block)) entries[count++] = hash * MOST_BLOCKS_A_RUN + block - firstBlock;
  });
  const run = encodeRun(level, firstBlock, lastBlock, entries.subarray(0, count));
  release(entries);
  return run;
}
