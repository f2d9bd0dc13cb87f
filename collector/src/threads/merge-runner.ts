/** Runs the store's merges on a thread of their own: started with the first task, ended when there was none for a while. */
import { Worker } from "node:worker_threads";
import type { MergeResult, RunMergeTask } from "../store/sqlite/merge/merge-task.ts";
import { threadUrl } from "./messages.ts";
import { Rpc } from "./rpc.ts";

/** An idle thread costs some 15 MB. */
const IDLE_MILLIS = 20_000;
/**
 * Its heap: a merge holds a full block, which is some 10 MB. What is young is bounded too: V8 lets it grow to 100 MB, and when all of that
 * has to move to the old part at once and finds no room, it ends the process instead of the thread.
 */
const HEAP = { maxOldGenerationSizeMb: 96, maxYoungGenerationSizeMb: 16 };

export class MergeRunner {
  #thread: { readonly worker: Worker; readonly rpc: Rpc } | undefined;
  #timer: NodeJS.Timeout | undefined;

  readonly run: RunMergeTask = async (task) => {
    clearTimeout(this.#timer);
    const thread = (this.#thread ??= this.#start());
    try {
      return await thread.rpc.call<MergeResult>("merge", task);
    } finally {
      this.#timer = setTimeout(() => this.close(), IDLE_MILLIS).unref();
    }
  };

  close(): void {
    clearTimeout(this.#timer);
    void this.#thread?.worker.terminate();
    this.#thread = undefined;
  }

  #start() {
    const worker = new Worker(threadUrl("merge-thread"), { resourceLimits: HEAP });
    worker.unref();
    const rpc = new Rpc(worker);
    // A thread that dies fails its task only; the next one starts another.
    worker.on("error", () => (this.#thread = undefined));
    worker.on("exit", () => rpc.close(new Error("the merge thread ended")));
    return { worker, rpc };
  }
}
