import { expect, test } from "vitest";
import { modelOf } from "../../test/kit/dump-waterfall.ts";
import { drawTrace } from "../../test/kit/small-trace.ts";
import { findFindings } from "./findings.ts";
import { operationOf } from "./trace.ts";

/** Each finding in a line: kind, operation, figures. */
function findings(picture: string): string[] {
  const trace = drawTrace(picture);
  const { groups, critical } = modelOf(trace);
  return findFindings(trace, groups, critical).map((finding) => {
    const { kind, row, ...rest } = finding;
    return `${kind} in ${operationOf(trace, row)} ${JSON.stringify(rest)}`;
  });
}

test("a plain trace has none", () => {
  expect(findings("a root 0-100\n  b work 2-98")).toEqual([]);
});

test("the first error is the innermost one that ended first", () => {
  expect(
    findings(`
a root 0-100 error
  b second 60-95 error
  b first 5-55 error
    c cause 6-54 error message=declined`),
  ).toEqual(['error in cause {"errorCount":4,"message":"declined"}']);
});

test("repeats count when they are many or take their share", () => {
  const calls = Array.from({ length: 60 }, (_, n) => `  db SELECT ${1 + n}-${1.9 + n}`);
  expect(findings(["a root 0-62", ...calls].join("\n"))[0]).toBe(
    'repeat in SELECT {"group":0,"count":60,"nanos":54000000}',
  );
});

test("a gap is time of a span with children in which none of them ran", () => {
  expect(
    findings(`
a root 0-100
  b one 0-20
  b two 70-100`),
  ).toEqual(['gap in root {"from":20000000,"nanos":50000000}']);
});

test("a span without children has no gap, nor has one whose children run off the critical path", () => {
  expect(
    findings(`
a root 0-100
  b side 1-99
  b long 1-99.5`),
  ).toEqual([]);
});

test("missing parents, clocks and negative durations are told", () => {
  expect(
    findings(`
a root 10-100
  b early 4-99
  b back 50-40
c lost 20-30 parent=ffffffffffffffff`),
  ).toEqual([
    'missing in Missing span {"count":1}',
    'skew in early {"count":1,"nanos":6000000}',
    'negative in back {"count":1}',
  ]);
});
