import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { PostOutcome } from "./otlp-transport.ts";
import { Outbox } from "./outbox.ts";

const DELAY_MILLIS = 1_000;

/** An outbox of numbers; requests are JSON lists, answered from `answers` and by "accepted" after those. */
function open(options: { maxQueueItems?: number; maxBatchItems?: number; answers?: PostOutcome[] } = {}) {
  const sent: string[] = [];
  const lost: number[] = [];
  const answers = options.answers ?? [];
  const outbox = new Outbox<number>({
    limits: {
      maxQueueItems: options.maxQueueItems ?? 100,
      maxBatchItems: options.maxBatchItems ?? 3,
      delayMillis: DELAY_MILLIS,
    },
    encode: (items) => {
      if (items.includes(-1)) throw new Error("a number nobody can encode");
      return Buffer.from(JSON.stringify(items));
    },
    post: (body) => {
      sent.push(Buffer.from(body).toString());
      return Promise.resolve(answers.shift() ?? { kind: "accepted", body: new Uint8Array() });
    },
    onOutcome: (_outcome, lostItems) => lost.push(lostItems),
  });
  return { outbox, sent, lost, answers };
}

const RETRY: PostOutcome = { kind: "retry", reason: "503" };

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
});

describe("sending", () => {
  test("items wait for company and leave together", async () => {
    const { outbox, sent } = open();
    outbox.add(1);
    outbox.add(2);
    await vi.advanceTimersByTimeAsync(DELAY_MILLIS - 1);
    expect(sent).toEqual([]);
    await vi.advanceTimersByTimeAsync(1);
    expect(sent).toEqual(["[1,2]"]);
    expect(outbox.unsentItems).toBe(0);
  });

  test("a full batch leaves at once, the rest by the clock", async () => {
    const { outbox, sent } = open();
    for (const item of [1, 2, 3, 4]) outbox.add(item);
    await vi.advanceTimersByTimeAsync(0);
    expect(sent[0]).toBe("[1,2,3]");
    await vi.advanceTimersByTimeAsync(DELAY_MILLIS);
    expect(sent).toEqual(["[1,2,3]", "[4]"]);
  });

  test("a flush sends everything without waiting", async () => {
    const { outbox, sent } = open();
    for (const item of [1, 2, 3, 4, 5]) outbox.add(item);
    await outbox.flush();
    expect(sent).toEqual(["[1,2,3]", "[4,5]"]);
  });
});

describe("trouble", () => {
  test("a refused-for-now batch is sent again as the same bytes, later each time, and new items wait behind it", async () => {
    const { outbox, sent } = open({ answers: [RETRY, RETRY] });
    outbox.add(1);
    await vi.advanceTimersByTimeAsync(DELAY_MILLIS);
    outbox.add(2);
    await vi.advanceTimersByTimeAsync(799);
    expect(sent).toEqual(["[1]"]);
    await vi.advanceTimersByTimeAsync(500);
    expect(sent).toEqual(["[1]", "[1]"]);
    expect(outbox.reachable).toBe(false);
    await vi.advanceTimersByTimeAsync(4_000);
    expect(sent).toEqual(["[1]", "[1]", "[1]", "[2]"]);
    expect(outbox.reachable).toBe(true);
  });

  test("the server's wish for patience is kept", async () => {
    const { outbox, sent } = open({ answers: [{ ...RETRY, afterMillis: 20_000 }] });
    outbox.add(1);
    await vi.advanceTimersByTimeAsync(DELAY_MILLIS + 19_999);
    expect(sent).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(1);
    expect(sent).toHaveLength(2);
  });

  test("while the collector is away the newest items are kept, the number of lost ones is told when it is back", async () => {
    const away = Array.from({ length: 3 }, () => RETRY);
    const { outbox, sent, lost } = open({ maxQueueItems: 4, answers: away });
    outbox.add(0);
    await vi.advanceTimersByTimeAsync(DELAY_MILLIS);
    for (let item = 1; item <= 1_000; item++) outbox.add(item);
    expect(outbox.unsentItems).toBe(5);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(sent.slice(-3)).toEqual(["[0]", "[997,998,999]", "[1000]"]);
    expect(lost.filter((count) => count > 0).at(-1)).toBe(996);
    expect(lost.at(-1)).toBe(0);
  });

  test("a batch that is too large is halved until it fits; an item too large by itself is given up", async () => {
    const tooLarge: PostOutcome = { kind: "too_large" };
    const { outbox, sent, lost } = open({ maxBatchItems: 4, answers: [tooLarge, tooLarge, tooLarge] });
    for (const item of [1, 2, 3, 4]) outbox.add(item);
    await outbox.flush();
    expect(sent).toEqual(["[1,2,3,4]", "[1,2]", "[1]", "[2]", "[3]", "[4]"]);
    expect(Math.max(...lost)).toBe(1);
  });

  test("a refused batch is given up, the next one is sent", async () => {
    const { outbox, sent, lost } = open({ answers: [{ kind: "refused", reason: "400" }] });
    for (const item of [1, 2, 3, 4]) outbox.add(item);
    await outbox.flush();
    expect(sent).toEqual(["[1,2,3]", "[4]"]);
    expect(lost).toEqual([3, 3]);
  });

  test("items that cannot be encoded neither throw nor stop the others", async () => {
    const { outbox, sent, lost } = open({ maxBatchItems: 1 });
    for (const item of [1, -1, 2]) outbox.add(item);
    await outbox.flush();
    expect(sent).toEqual(["[1]", "[2]"]);
    expect(lost).toContain(1);
  });
});

test("at exit everything unanswered is handed out, the batch under way as the same bytes", async () => {
  const { outbox, sent } = open({ answers: [RETRY] });
  for (const item of [1, 2]) outbox.add(item);
  await outbox.flush();
  for (const item of [3, 4, 5, 6]) outbox.add(item);
  const bodies = outbox.takeUnsent().map((body) => Buffer.from(body).toString());
  expect(bodies).toEqual([sent[0], "[3,4,5]", "[6]"]);
  expect(outbox.unsentItems).toBe(0);
});
