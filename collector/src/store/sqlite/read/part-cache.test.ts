import { expect, it } from "vitest";
import type { SpanPart } from "../block/sealed-span-block.ts";
import { PartCache } from "./part-cache.ts";

function cacheOfParts() {
  const cache = new PartCache();
  const events: string[] = [];
  const visit = (part: number, count = 10, act = () => {}) =>
    cache.visit(
      1,
      part,
      () => {
        events.push(`open ${part}`);
        return { count, close: () => void events.push(`close ${part}`) } as SpanPart;
      },
      act,
    );
  return { cache, events, visit };
}

it("opens a part once, and closes those that were used longest ago", () => {
  const { cache, events, visit } = cacheOfParts();
  visit(0);
  visit(1);
  visit(0);
  expect(events).toEqual(["open 0", "open 1"]);
  for (let part = 2; part < 25; part++) visit(part);
  expect(events.slice(-1)).toEqual(["close 1"]);
  visit(0);
  expect(events.filter((event) => event === "open 0")).toHaveLength(1);
  cache.close();
  expect(events.filter((event) => event.startsWith("close"))).toHaveLength(25);
});

it("keeps neither giant parts nor those that could not be read", () => {
  const { events, visit } = cacheOfParts();
  visit(0, 100_000);
  expect(() =>
    visit(1, 10, () => {
      throw new Error("damaged");
    }),
  ).toThrow("damaged");
  expect(events).toEqual(["open 0", "close 0", "open 1", "close 1"]);
});
