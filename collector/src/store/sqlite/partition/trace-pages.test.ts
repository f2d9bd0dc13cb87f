import { expect, it } from "vitest";
import { TracePages } from "./trace-pages.ts";

const run = { id: 1, level: 0, first_block: 5, last_block: 5, entry_count: 1, page_count: 1 };

it("reads a page once, and again after 256 others", () => {
  const pages = new TracePages();
  let reads = 0;
  const get = (page: number, of = run, path = "a") => pages.get(path, of, page, () => Uint8Array.of(++reads));
  expect([get(0), get(1), get(0)].map(([n]) => n)).toEqual([1, 2, 1]);
  // A merged run may have the number of one it was made of; another partition has its own.
  expect([get(0, { ...run, level: 1, first_block: 1 }), get(0, run, "b")].map(([n]) => n)).toEqual([3, 4]);
  for (let page = 2; page < 255; page++) get(page);
  expect(reads).toBe(257);
  get(0);
  expect(reads).toBe(257);
  get(1);
  expect(reads).toBe(258);
});

it("keeps nothing of a page that cannot be read", () => {
  const pages = new TracePages();
  const fail = () => {
    throw new Error("damaged");
  };
  expect(() => pages.get("a", run, 0, fail)).toThrow("damaged");
  expect(pages.get("a", run, 0, () => Uint8Array.of(7))).toEqual(Uint8Array.of(7));
});
