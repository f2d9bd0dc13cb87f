/** Variables being changed: new ones, other kinds, what is wrong. */
import type { WireBoardVariable } from "goldspan/contract";
import { expect, test } from "vitest";
import { newVariable, parseValues, turnVariable, variableProblem, withoutCurrent } from "./board-variable-edit.ts";

const JOB: WireBoardVariable = {
  type: "label_values",
  name: "job",
  title: "Job",
  label: "job",
  multi: true,
  all: true,
};

test("a new one has a name that is free", () => {
  const first = newVariable([]);
  const second = newVariable([first]);
  const third = newVariable([first, second]);
  expect([first.name, second.name, third.name]).toEqual(["service", "variable2", "variable3"]);
  expect(newVariable([second]).name).toBe("service");
});

test("another kind keeps name, title and the choice of several", () => {
  expect(turnVariable(JOB, "custom")).toEqual({
    type: "custom",
    name: "job",
    title: "Job",
    multi: true,
    all: true,
    values: ["one", "two"],
  });
  expect(turnVariable(JOB, "constant")).toEqual({ type: "constant", name: "job", title: "Job", value: "" });
  expect(turnVariable({ type: "constant", name: "x", value: "eu" }, "custom")).toEqual({
    type: "custom",
    name: "x",
    values: ["eu"],
  });
  expect(turnVariable({ type: "custom", name: "x", values: ["a", "b"] }, "constant")).toEqual({
    type: "constant",
    name: "x",
    value: "a",
  });
  expect(turnVariable(JOB, "label_values")).toBe(JOB);
});

test.each([
  ["a, b ,c", ["a", "b", "c"]],
  ["one\ntwo\n", ["one", "two"]],
  [" , ", []],
])("%j is a list", (text, expected) => {
  expect(parseValues(text)).toEqual(expected);
});

test("says what is wrong before it is saved", () => {
  const bad: WireBoardVariable[] = [
    JOB,
    { ...JOB, name: "1st" },
    { ...JOB },
    { ...JOB, name: "a", label: "" },
    { type: "custom", name: "b", values: [] },
    { type: "constant", name: "c", value: "" },
  ];
  expect(bad.map((_, index) => variableProblem(bad, index).split(" ").slice(0, 4).join(" "))).toEqual([
    "",
    "A name begins with",
    "There is another variable",
    "It needs the label",
    "It needs values, with",
    "",
  ]);
});

test("what was chosen at first can be forgotten", () => {
  expect(withoutCurrent({ ...JOB, current: "cart" })).toEqual(JOB);
});
