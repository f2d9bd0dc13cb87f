import { expect, it } from "vitest";
import { TracePages } from "./trace-pages.ts";

const run = { id: 1, level: 0, first_block: 5, last_block: 5, entry_count: 1, page_count: 1 };

const PAGE_BYTES = 8192;
/** What is kept: 2 MiB. */
const KEPT = 256;

it("reads a page once, and again after many others, and gives back what it lets go of", () => {
  const pages = new TracePages();
  let reads = 0;
  const get = (page: number, of = run, path = "a") =>
    pages.get(path, of, page, () => new Uint8Array(PAGE_BYTES).fill(++reads));
  expect([get(0), get(1), get(0)].map(([n]) => n)).toEqual([1, 2, 1]);
  // A merged run may have the number of one it was made of; another partition has its own.
  expect([get(0, { ...run, level: 1, first_block: 1 }), get(0, run, "b")].map(([n]) => n)).toEqual([3, 4]);
  for (let page = 2; page < KEPT - 2; page++) get(page);
  expect(reads).toBe(KEPT);
  const [first, second] = [get(0), get(1)];
  expect(reads).toBe(KEPT);
  // Now the two others are looked at least; a third new one takes the place of page 2.
  for (let page = 1000; page < 1003; page++) expect(get(page).length).toBe(PAGE_BYTES);
  expect(get(0)).toBe(first);
  expect(get(2)[0]).toBe((KEPT + 4) % 256);
  for (let page = 2000; page < 2000 + KEPT; page++) get(page);
  expect([first.length, second.length]).toEqual([0, 0]);
});

it("keeps nothing of a page that cannot be read", () => {
  const pages = new TracePages();
  const fail = () => {
    throw new Error("damaged");
  };
  expect(() => pages.get("a", run, 0, fail)).toThrow("damaged");
  expect(pages.get("a", run, 0, () => Uint8Array.of(7))).toEqual(Uint8Array.of(7));
});
