import { expect, test } from "vitest";
import { groupShapes } from "./group-shapes.ts";
import type { Shape } from "./shape.ts";

const NAMES = ["ada", "bob", "eve", "kim", "lea", "max"];

function shapes(...lines: string[]): Shape[] {
  return lines.map((line) => line.split(" "));
}

function patterns(all: readonly Shape[]): string[] {
  return groupShapes(all)
    .map(({ shape, members }) => `${members.length} ${shape.join(" ")}`)
    .sort();
}

test("a place that takes many values is variable", () => {
  expect(patterns(shapes(...NAMES.map((name) => `user ${name} logged in from <*>`)))).toEqual([
    "6 user <*> logged in from <*>",
  ]);
});

test("a place that takes few values is not, also beside one that takes many", () => {
  const all = ["refused", "accepted"].flatMap((word) => NAMES.map((name) => `connection ${word} by ${name} today`));
  expect(patterns(shapes(...all))).toEqual(["6 connection accepted by <*> today", "6 connection refused by <*> today"]);
});

test("lines that begin with a name are one", () => {
  expect(patterns(shapes(...NAMES.map((name) => `${name} has joined the channel`), "nobody has left"))).toEqual([
    "1 nobody has left",
    "6 <*> has joined the channel",
  ]);
});

test("lines of different lengths, and such that share nothing but their length, stay apart", () => {
  const all = shapes(
    "a b",
    "a b c",
    "one two three",
    "four five six",
    "seven eight nine",
    "ten eleven twelve",
    "x y z",
  );
  expect(patterns(all).length).toBe(all.length);
});

test("a template holds at least one word", () => {
  expect(patterns(shapes(...NAMES, "<*>"))).toEqual(["1 <*>", ...NAMES.map((name) => `1 ${name}`)].sort());
});

test("the order of the shapes changes nothing but their numbers", () => {
  const all = shapes(
    ...NAMES.map((name) => `user ${name} logged in`),
    ...NAMES.map((name) => `cart of ${name} is empty`),
    ...NAMES.map((name, i) => `${name} bought <*> of item ${NAMES[(i * 5 + 1) % 6]}`),
  );
  expect(patterns(all.toReversed())).toEqual(patterns(all));
  expect(patterns(all.toSorted((a, b) => (a[1] < b[1] ? -1 : 1)))).toEqual(patterns(all));
});
