import { expect, it } from "vitest";
import { pickReader, type ReaderState } from "./pick-reader.ts";

const ready = (busy: number): ReaderState => ({ busy, ready: true });
const starting = (busy = 0): ReaderState => ({ busy, ready: false });

function check(readers: ReaderState[], most: number, expected: [place: number | undefined, starts: boolean]) {
  const { reader, starts } = pickReader(readers, most);
  expect([reader && readers.indexOf(reader), starts]).toEqual(expected);
}

it("starts the first reader with the first request", () => {
  check([], 2, [undefined, true]);
  check([starting(1)], 2, [0, false]);
});

it("takes an idle reader", () => {
  check([ready(2), ready(0)], 2, [1, false]);
  check([ready(0)], 4, [0, false]);
});

it("starts another when all are busy, and asks one that is there in the meantime", () => {
  check([ready(1)], 2, [0, true]);
  check([ready(3), starting()], 2, [0, false]);
  check([ready(3), starting()], 4, [0, false]);
});

it("waits for a reader that is being started rather than crowd one", () => {
  check([ready(8)], 2, [undefined, true]);
  check([ready(8), starting()], 2, [1, false]);
});

it("takes the least busy one when there may be no more", () => {
  check([ready(5), ready(4)], 2, [1, false]);
  check([ready(12)], 1, [0, false]);
});
