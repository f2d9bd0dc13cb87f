import { expect, it } from "vitest";
import type { FoundEntry } from "../../../query/logql/engine.ts";
import { TailFeed } from "./tail-feed.ts";

function entry(n: number, line: string): FoundEntry {
  const labels = ["service_name", "a"];
  return { timeNanos: BigInt(n), line, labels, stream: labels, metadata: [], parsed: [] };
}

interface Message {
  readonly streams: { values: [string, string][] }[];
  readonly dropped_entries?: { timestamp: string }[];
}

async function take(feed: TailFeed): Promise<Message> {
  return JSON.parse((await feed.next()) as string) as Message;
}

it("keeps the newest lines within bounds of bytes for a client that is slow, and tells of the others", async () => {
  const feed = new TailFeed(0, false);
  feed.begin([]);
  const line = "x".repeat(1_000_000);
  for (let n = 0; n < 100; n++) feed.add([entry(n, line)], 0);
  const seen: number[] = [];
  let dropped = 0;
  while (seen.at(-1) !== 99) {
    const { streams, dropped_entries: lost = [] } = await take(feed);
    const times = streams.flatMap(({ values }) => values.map(([time]) => Number(time)));
    expect(times.length).toBeLessThan(5);
    seen.push(...times);
    dropped += lost.length;
  }
  expect(seen).toEqual(Array.from({ length: 31 }, (_, i) => 69 + i));
  expect(dropped).toBe(69);
});

it("sends a line that is larger than a message", async () => {
  const feed = new TailFeed(0, false);
  feed.begin([]);
  feed.add([entry(1, "x".repeat(40_000_000)), entry(2, "y")], 0);
  const first = await take(feed);
  feed.add([], 0);
  expect([first.streams[0].values[0][0], first.dropped_entries?.length ?? 0]).toEqual(["2", 1]);
  feed.add([entry(3, "x".repeat(40_000_000))], 0);
  expect((await take(feed)).streams[0].values[0][1]).toHaveLength(40_000_000);
});
