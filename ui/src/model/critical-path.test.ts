import { expect, test } from "vitest";
import { drawTrace } from "../../test/kit/small-trace.ts";
import { findCriticalPath } from "./critical-path.ts";
import { operationOf } from "./trace.ts";

/** "operation from-to" in milliseconds, by time. */
function path(picture: string): string[] {
  const trace = drawTrace(picture);
  const { row, from, to } = findCriticalPath(trace);
  return Array.from(row, (at, index) => `${operationOf(trace, at)} ${from[index] / 1e6}-${to[index] / 1e6}`);
}

test("goes through the child that finished last, and the parent in between", () => {
  expect(
    path(`
a root 0-100
  b first 10-40
    c inner 15-30
  b second 50-90`),
  ).toEqual(["root 0-10", "first 10-15", "inner 15-30", "first 30-40", "root 40-50", "second 50-90", "root 90-100"]);
});

test("of children that run side by side only the last to end was waited for", () => {
  expect(
    path(`
a root 0-100
  b short 10-60
  b long 10-95`),
  ).toEqual(["root 0-10", "long 10-95", "root 95-100"]);
});

test("work that begins after its parent ended is not on it; what runs past the end counts up to it", () => {
  expect(
    path(`
a root 0-100
  b async 20-150
  c after 110-160`),
  ).toEqual(["root 0-20", "async 20-100"]);
});

test("a child that began before its parent counts from the parent's start", () => {
  expect(
    path(`
a root 10-100
  b early 0-50`),
  ).toEqual(["early 10-50", "root 50-100"]);
});

test("covers the root without gap or overlap", () => {
  const trace = drawTrace(`
a root 0-100
  b x 5-50
    c y 5-48
    c z 20-49
  b w 49-99`);
  const { from, to } = findCriticalPath(trace);
  expect(from[0]).toBe(0);
  expect(to[to.length - 1]).toBe(100e6);
  for (let index = 1; index < from.length; index++) expect(from[index]).toBe(to[index - 1]);
});
