/** A thread whose one call is a loop that ends only when it is cancelled, for the tests of cancellation. */
import { parentPort, workerData, type MessagePort } from "node:worker_threads";
import { Rpc } from "../../src/threads/rpc.ts";

const turns = workerData as Int32Array;

void new Rpc(parentPort as MessagePort, {
  spin(_argument: unknown, signal, isCancelled) {
    while (!isCancelled()) {
      Atomics.add(turns, 0, 1);
      Atomics.notify(turns, 0);
    }
    // The event itself has not come: this turn of the event loop is still the one of the call.
    return signal.aborted;
  },
  echo: (text: string) => text,
});
