/** A stretch of time in an address. */
import { expect, test } from "vitest";
import { formatStretch, parseStretch } from "./stretch.ts";

test.each([
  ["1000-2000", { from: 1000, to: 2000 }],
  ["2000-1000", undefined],
  ["1000", undefined],
  ["1000-x", undefined],
  ["", undefined],
])("%j is read", (text, stretch) => expect(parseStretch(text)).toEqual(stretch));

test("it is written so that it holds all of what was chosen", () => {
  expect(formatStretch({ from: 1000.7, to: 1999.2 })).toBe("1000-2000");
});
