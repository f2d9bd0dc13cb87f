import { expect, test } from "vitest";
import type { WireBoardVariable } from "goldspan/contract";
import { ALL, chosenValues, fillVariables, timeVariables } from "./board-variables.ts";

const JOB: WireBoardVariable = { name: "job", type: "label_values", label: "job" };

test("the address is asked first, then the board, then the first value there is", () => {
  const known = { job: ["cart", "orders"] };
  expect(chosenValues([JOB], new URLSearchParams("var-job=a&var-job=b"), known)).toEqual({ job: ["a", "b"] });
  expect(chosenValues([{ ...JOB, current: "pay" }], new URLSearchParams(), known)).toEqual({ job: ["pay"] });
  expect(chosenValues([JOB], new URLSearchParams(), known)).toEqual({ job: ["cart"] });
  expect(chosenValues([{ ...JOB, all: true }], new URLSearchParams(), known)).toEqual({ job: [ALL] });
  expect(chosenValues([{ name: "c", type: "constant", value: "5" }], new URLSearchParams("var-c=6"), {})).toEqual({
    c: ["5"],
  });
});

test.each([
  ['up{job="$job"}', ["a"], 'up{job="a"}'],
  ['up{job=~"${job}"}', ["a", "b.c"], String.raw`up{job=~"(a|b\\.c)"}`],
  ['up{job=~"$job"}', [ALL], 'up{job=~".*"}'],
  ['up{job=~"${job:regex}"}', ["a"], 'up{job=~"a"}'],
  ['up{x="$job_name"}', ["a"], 'up{x="$job_name"}'],
  ['label_replace(up, "a", "$1", "b", "(.*)")', ["a"], 'label_replace(up, "a", "$1", "b", "(.*)")'],
])("%s with %s", (text, job, filled) => {
  expect(fillVariables(text, { job })).toBe(filled);
});

test("windows of time are whole seconds, and long enough for a rate", () => {
  expect(timeVariables(15_000, 3_600_000)).toEqual({
    __interval: ["15s"],
    __rate_interval: ["60s"],
    __range: ["3600s"],
  });
  expect(timeVariables(60_000, 1).__rate_interval).toEqual(["240s"]);
});
