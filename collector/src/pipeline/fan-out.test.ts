import { expect, test } from "vitest";
import { spanBatch } from "../../test/kit/batches.ts";
import { Sink } from "../../test/kit/sink.ts";
import { RESENT, type PartialSuccess } from "../component/consumer.ts";
import { PermanentError, RetryableError } from "../component/errors.ts";
import type { SpanBatch } from "../model/span-batch.ts";
import { fanOut } from "./fan-out.ts";

const batch = spanBatch({ records: [{}] });

/** What comes back when the consumers answer so: a result, or the error. */
async function check(answers: (PartialSuccess | undefined | Error)[], expected: unknown): Promise<void> {
  const sinks = answers.map((answer) => {
    const sink = new Sink<SpanBatch>();
    sink.answer = () => answer;
    return sink;
  });
  const result = await fanOut(sinks)
    .consume(batch)
    .catch((error: unknown) => error);
  for (const sink of sinks) expect(sink.batches[0]).toBe(batch);
  if (expected instanceof Error) expect(result).toBeInstanceOf(expected.constructor);
  if (expected === undefined) expect(result).toBeUndefined();
  else expect(result).toMatchObject(expected as object);
}

test("a single consumer is used as it is", () => {
  const sink = new Sink<SpanBatch>();
  expect(fanOut([sink])).toBe(sink);
});

test("everyone gets the same batch, and partial successes are put together", async () => {
  await check([undefined, undefined], undefined);
  await check([undefined, { rejected: 2, message: "two are bad" }], { rejected: 2, message: "two are bad" });
  const partials = [
    { rejected: 2, message: "two are bad" },
    { rejected: 1, message: "one is bad" },
  ];
  await check(partials, { rejected: 2, message: "two are bad; one is bad" });
});

test("an error of one is the error of all, and retrying counts more than giving up", async () => {
  const [now, later] = [new RetryableError("full", 1000, true), new RetryableError("stopping", 5000)];
  await check([undefined, new PermanentError("never")], new PermanentError("never"));
  await check([new PermanentError("never"), later], { name: "RetryableError", message: "never; stopping" });
  await check([now, later], {
    name: "RetryableError",
    retryAfterMillis: 5000,
    overloaded: true,
    message: "full; stopping",
  });
  await check([new PermanentError("a"), new PermanentError("b")], { name: "PermanentError", message: "a; b" });
  await check([new PermanentError("a"), new TypeError("a mistake")], { name: "TypeError" });
});

test("who counts gets what everyone else has taken, once", async () => {
  const [store, counter] = [new Sink<SpanBatch>(), new Sink<SpanBatch>()];
  const both = fanOut([store], [counter]);
  const released = Promise.withResolvers<undefined>();
  store.answer = () => released.promise;
  const consumed = both.consume(batch);
  await new Promise((resolve) => setImmediate(resolve));
  expect(counter.batches).toHaveLength(0);
  released.resolve(undefined);
  expect(await consumed).toBeUndefined();
  expect(counter.batches).toHaveLength(1);

  store.answer = () => new RetryableError("full");
  await expect(both.consume(batch)).rejects.toThrow("full");
  store.answer = () => RESENT;
  expect(await both.consume(batch)).toEqual(RESENT);
  expect(counter.batches).toHaveLength(1);

  store.answer = () => ({ rejected: 1, message: "one is bad" });
  expect(await both.consume(batch)).toEqual({ rejected: 1, message: "one is bad" });
  expect(counter.batches).toHaveLength(2);
});

test("a repetition among other results stays one", async () => {
  await check([RESENT, undefined], RESENT);
  await check([RESENT, { rejected: 1, message: "one is bad" }], { rejected: 1, message: "one is bad", resent: true });
});

test("waits for all, also when the first fails at once", async () => {
  const slow = new Sink<SpanBatch>();
  const released = Promise.withResolvers<undefined>();
  slow.answer = () => released.promise;
  const failing = new Sink<SpanBatch>();
  failing.answer = () => new RetryableError("full");
  let done = false;
  const consumed = fanOut([failing, slow])
    .consume(batch)
    .catch(() => (done = true));
  await new Promise((resolve) => setImmediate(resolve));
  expect(done).toBe(false);
  released.resolve(undefined);
  await consumed;
  expect(done).toBe(true);
});
