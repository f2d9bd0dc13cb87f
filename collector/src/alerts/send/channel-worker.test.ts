/** Turn-taking of a channel on a clock that is moved by hand. */
import { expect, test } from "vitest";
import type { Outcome } from "../channels/channel.ts";
import { ChannelWorker } from "./channel-worker.ts";
import type { WaitingDelivery } from "./stored-delivery.ts";

const HOUR = 3_600_000;
const NOW = 100 * HOUR;

function open(outcome: () => Outcome | Promise<Outcome>) {
  const sent: string[] = [];
  const worker = new ChannelWorker(
    { limit: { perMinute: 60, burst: 1 }, giveUpMillis: HOUR, random: () => 0 },
    {
      send: async () => outcome(),
      sent: async ({ id }) => void sent.push(id),
      givenUp: async () => true,
    },
  );
  const begin = async (now: number) => {
    worker.begin(now);
    await worker.settled();
  };
  for (const id of ["a", "b", "c"]) worker.add({ id, key: id, createdAt: NOW } as WaitingDelivery);
  return { worker, sent, begin };
}

const SENT: Outcome = { kind: "sent" };
const BUSY: Outcome = { kind: "retry", afterMillis: 60_000, message: "busy" };

test("a clock that is set back keeps nothing from being sent", async () => {
  const { sent, begin } = open(() => SENT);
  await begin(NOW);
  await begin(NOW + 500);
  expect(sent).toEqual(["a"]);
  const then = NOW - 2 * HOUR;
  for (const at of [then, then + 1000, then + 2000]) await begin(at);
  expect(sent).toEqual(["a", "b", "c"]);
});

test("what a vendor asked to wait is waited for, and no longer, when the clock is set back", async () => {
  let outcome: Outcome = BUSY;
  const { worker, sent, begin } = open(() => outcome);
  await begin(NOW);
  outcome = SENT;
  const then = NOW - 2 * HOUR;
  await begin(then);
  await begin(then + 50_000);
  expect(sent).toEqual([]);
  for (const at of [61_000, 63_000, 65_000]) await begin(then + at);
  expect([...sent].sort()).toEqual(["a", "b", "c"]);
  expect(worker.waiting).toBe(0);
});

test("an answer that comes after the clock was set back counts from there", async () => {
  const { promise, resolve } = Promise.withResolvers<Outcome>();
  let answer: Promise<Outcome> | Outcome = promise;
  const { worker, sent, begin } = open(() => answer);
  worker.begin(NOW);
  const then = NOW - 2 * HOUR;
  worker.begin(then);
  resolve(BUSY);
  await worker.settled();
  answer = SENT;
  for (const at of [62_000, 64_000, 66_000, 68_000]) await begin(then + at);
  expect([...sent].sort()).toEqual(["a", "b", "c"]);
});
