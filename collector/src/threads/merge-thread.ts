/** A merge thread: does what the ingest thread's store asks for, one task at a time, over read-only connections. */
import { parentPort, type MessagePort } from "node:worker_threads";
import { runMergeTask, type MergeTask } from "../store/sqlite/merge/merge-task.ts";
import { lowerPriority, MERGE_NICE } from "./priority.ts";
import { Rpc } from "./rpc.ts";

lowerPriority(MERGE_NICE);
void new Rpc(parentPort as MessagePort, { merge: (task: MergeTask) => runMergeTask(task) });
