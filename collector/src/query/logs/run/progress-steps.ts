/** A scan that calls back -> steps to iterate over. Ending the iteration early ends the scan at its next callback. */
import { AbortedError } from "../../../base/errors.ts";

/** @param run calls `tell` with each step; the last ones may come after it resolved @param keeps "latest": a step replaces one nobody took yet */
export async function* progressSteps<T>(
  run: (tell: (step: T) => void) => Promise<void>,
  keeps: "all" | "latest",
): AsyncGenerator<T> {
  const waiting: T[] = [];
  let isWanted = true;
  let isDone = false;
  let failure: unknown;
  let wake = () => {};
  const tell = (step: T): void => {
    if (!isWanted) throw new AbortedError("nobody reads the results any more");
    if (keeps === "latest") waiting.length = 0;
    waiting.push(step);
    wake();
  };
  const running = run(tell)
    .catch((error: unknown) => (failure = error))
    .finally(() => {
      isDone = true;
      wake();
    });
  try {
    while (true) {
      while (waiting.length > 0) yield waiting.shift() as T;
      if (isDone) break;
      await new Promise<void>((resolve) => (wake = resolve));
    }
    if (failure !== undefined) throw failure;
  } finally {
    isWanted = false;
    await running;
  }
}

/** Says when it is time for another step: at most four a second, and a fifth of the time for making them. */
export class StepClock {
  #next = 0;

  /** True when a step is due. `made` is to be called when it was made. */
  isDue(): boolean {
    return performance.now() >= this.#next;
  }

  /** @param started when making it began */
  made(started: number): void {
    const now = performance.now();
    this.#next = now + Math.max(250, (now - started) * 5);
  }
}
