import { describe, expect, test } from "vitest";
import { LimitError } from "../../base/work-scope.ts";
import { createShares } from "./kind-tools.ts";

/** A read that ends when it is told, or with its signal. */
function reading(signal: AbortSignal) {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  signal.addEventListener("abort", () => reject(signal.reason as Error));
  return { read: () => promise, resolve, reject };
}

describe("a shared read", () => {
  test("is made once for all who ask at that time", async () => {
    const shares = createShares();
    let reads = 0;
    const read = async () => ++reads;
    const [one, other] = [new AbortController().signal, new AbortController().signal];
    expect(await Promise.all([shares(one)("k", 1, read), shares(other)("k", 1, read)])).toEqual([1, 1]);
    expect(await shares(one)("k", 2, read)).toBe(2);
  });

  test("that is broken off for whoever began it is made anew for the others", async () => {
    const shares = createShares();
    const [first, second] = [new AbortController(), new AbortController()];
    const begun = reading(first.signal);
    const answers = [
      shares(first.signal)("k", 1, begun.read),
      shares(second.signal)("k", 1, async () => "read by the second"),
    ];
    first.abort(new LimitError("time", "it takes longer than 10 s"));
    await expect(answers[0]).rejects.toThrow("it takes longer than 10 s");
    expect(await answers[1]).toBe("read by the second");
  });

  test("that fails fails for all of them", async () => {
    const shares = createShares();
    const read = async () => Promise.reject(new Error("the disk is gone"));
    const answers = [1, 2].map(() => shares(new AbortController().signal)("k", 1, read));
    for (const answer of answers) await expect(answer).rejects.toThrow("the disk is gone");
  });

  test("is waited for by nobody who has left, and goes on for the others", async () => {
    const shares = createShares();
    const [first, second] = [new AbortController(), new AbortController()];
    const begun = reading(first.signal);
    const answers = [shares(first.signal)("k", 1, begun.read), shares(second.signal)("k", 1, begun.read)];
    second.abort();
    await expect(answers[1]).rejects.toThrow(/abort/i);
    begun.resolve("done");
    expect(await answers[0]).toBe("done");
  });
});
