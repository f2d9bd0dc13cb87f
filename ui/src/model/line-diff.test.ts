/** Texts line by line. */
import { expect, test } from "vitest";
import { diffLines, nearDifferences } from "./line-diff.ts";

const SIGNS = { same: " ", left: "-", right: "+" };
const draw = (left: string, right: string) => diffLines(left, right).map(({ text, kind }) => `${SIGNS[kind]}${text}`);

test("what only one has is told where it stands", () => {
  expect(draw("a\nb\nc\nd", "a\nx\nc\nd\ne")).toEqual([" a", "-b", "+x", " c", " d", "+e"]);
  expect(draw("a", "a")).toEqual([" a"]);
  expect(draw("", "b")).toEqual(["-", "+b"]);
});

test("equal lines far from any difference are left out", () => {
  const lines = diffLines("1\n2\n3\n4\n5", "1\n2\n3\n4\nx");
  expect(nearDifferences(lines, 1).map((line) => line?.text ?? null)).toEqual([null, "4", "5", "x"]);
});
