import { getEventListeners } from "node:events";
import { expect, test } from "vitest";
import { untilAborted } from "./until-aborted.ts";

const never = new Promise<string>(() => undefined);

test("gives what the work gives, and listens no longer", async () => {
  const { signal } = new AbortController();
  expect(await untilAborted(Promise.resolve("done"), signal)).toBe("done");
  await expect(untilAborted(Promise.reject(new Error("no")), signal)).rejects.toThrow("no");
  expect(getEventListeners(signal, "abort")).toEqual([]);
});

test("ends with the signal's reason while the work goes on", async () => {
  const stop = new AbortController();
  const waiting = untilAborted(never, stop.signal);
  stop.abort(new Error("time is over"));
  await expect(waiting).rejects.toThrow("time is over");
  await expect(untilAborted(never, stop.signal)).rejects.toThrow("time is over");
});

test("work that fails after the end is nobody's unhandled rejection", async () => {
  const stop = new AbortController();
  const { promise, reject } = Promise.withResolvers<string>();
  const waiting = untilAborted(promise, stop.signal);
  stop.abort(new Error("time is over"));
  await expect(waiting).rejects.toThrow("time is over");
  reject(new Error("late"));
  await new Promise((resolve) => setImmediate(resolve));
});
