import { Worker } from "node:worker_threads";
import { afterEach, expect, it } from "vitest";
import { Rpc } from "./rpc.ts";

const workers: Worker[] = [];
afterEach(async () => {
  for (const worker of workers.splice(0)) await worker.terminate();
});

it("cancels a call that never looks at its events", async () => {
  const turns = new Int32Array(new SharedArrayBuffer(4));
  const worker = new Worker(new URL("../../test/kit/spin-thread.ts", import.meta.url), { workerData: turns });
  workers.push(worker);
  const rpc = new Rpc(worker);
  const gone = new AbortController();
  const call = rpc.call("spin", undefined, gone.signal);
  const { value } = Atomics.waitAsync(turns, 0, 0);
  await value;
  gone.abort(new Error("the client went away"));
  await expect(call).rejects.toThrow("the client went away");
  // The thread is free again.
  expect(await rpc.call("echo", "here")).toBe("here");
});
