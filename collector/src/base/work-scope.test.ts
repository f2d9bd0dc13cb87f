import { expect, it } from "vitest";
import { LimitError, NO_LIMITS, openScope, scopeOf } from "./work-scope.ts";

it("comes with the signal, and is without limits where there is none", () => {
  const scope = openScope(undefined, { ...NO_LIMITS, maxRows: 10 });
  expect(scopeOf(scope.signal)).toBe(scope);
  const free = scopeOf(new AbortController().signal);
  free.addBytes(1e15);
  free.addRows(1e15);
  free.check();
  scopeOf(undefined).check();
});

it("ends when its bytes, its rows or its time are over, and says which", () => {
  const scope = openScope(undefined, { timeoutMillis: 5, maxBytes: 1024, maxRows: 10 });
  scope.addBytes(1024);
  scope.addRows(10);
  const check = (act: () => void, limit: string, message: RegExp) => {
    expect(act).toThrow(message);
    expect(act).toThrow(expect.objectContaining({ limit }) as LimitError);
  };
  check(() => scope.addBytes(1), "bytes", /more than 1 KiB/);
  check(() => scope.addRows(1), "rows", /more than 10 rows/);
  // No timer can fire in this loop: the clock is asked.
  check(
    () => {
      for (;;) scope.check();
    },
    "time",
    /longer than 0.005 s; it read 1 KiB until then/,
  );
});

it("aborts its signal when the time is over, or the parent does", async () => {
  const { signal } = openScope(undefined, { ...NO_LIMITS, timeoutMillis: 1 });
  await new Promise((resolve) => signal.addEventListener("abort", resolve));
  expect(signal.reason).toBeInstanceOf(LimitError);
  const parent = new AbortController();
  const child = openScope(parent.signal, NO_LIMITS);
  parent.abort(new Error("gone"));
  expect(() => child.check()).toThrow("gone");
});

it("sees a flag that another thread set, without a turn of the event loop", () => {
  const flag = new Int32Array(new SharedArrayBuffer(4));
  const scope = openScope(undefined, NO_LIMITS, () => Atomics.load(flag, 0) !== 0);
  scope.check();
  Atomics.store(flag, 0, 1);
  expect(() => scope.check()).toThrow(expect.objectContaining({ name: "AbortError" }) as Error);
});

it("collects what the answer lacks, each once", () => {
  const scope = openScope(undefined, NO_LIMITS);
  for (const what of ["a", "b", "a"]) scope.miss(what);
  expect(scope.missing).toEqual(["a", "b"]);
});
