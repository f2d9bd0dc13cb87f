import { MessageChannel, Worker } from "node:worker_threads";
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

it("answers what waits within a piece of work, and leaves the rest its order", async () => {
  const { port1, port2 } = new MessageChannel();
  const heard: string[] = [];
  const hear = (name: string) => () => void heard.push(name);
  const near = new Rpc(port1, { first: hear("first"), ask: hear("ask"), second: hear("second") });
  const far = new Rpc(port2);
  try {
    const calls = ["first", "ask", "second"].map((name) => far.call(name, undefined));
    near.answerNow("ask");
    expect(heard).toEqual(["ask"]);
    await Promise.all(calls);
    expect(heard).toEqual(["ask", "first", "second"]);
    near.answerNow("ask");
    expect(heard.length).toBe(3);
  } finally {
    port1.close();
  }
});

it("fails a call whose handler throws, at once or later", async () => {
  const { port1, port2 } = new MessageChannel();
  const fail = () => {
    throw new RangeError("too much");
  };
  void new Rpc(port1, { now: fail, later: async () => fail() });
  const far = new Rpc(port2);
  try {
    for (const name of ["now", "later"])
      await expect(far.call(name, undefined)).rejects.toMatchObject({ name: "RangeError", message: "too much" });
    await expect(far.call("other", undefined)).rejects.toThrow('cannot call "other"');
  } finally {
    port1.close();
  }
});
