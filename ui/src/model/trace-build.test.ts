import { expect, test } from "vitest";
import { drawTrace } from "../../test/kit/small-trace.ts";
import { largeTrace } from "../../test/kit/special-traces.ts";
import { toOtlpTraces } from "../../test/kit/mock-traces.ts";
import { hasFlag, mainRoot, operationOf, serviceOf, SpanFlag, type Trace } from "./trace.ts";
import { buildTrace } from "./trace-build.ts";

/** Rows as an indented list with their marks. */
function outline(trace: Trace): string[] {
  return Array.from({ length: trace.count }, (_, row) => {
    const marks = Object.entries(SpanFlag)
      .filter(([, flag]) => hasFlag(trace, row, flag))
      .map(([name]) => name);
    return `${"  ".repeat(trace.depth[row])}${serviceOf(trace, row)} ${operationOf(trace, row)} ${marks.join(" ")}`.trimEnd();
  });
}

test("spans in any order become a tree, siblings by start", () => {
  const trace = drawTrace(`
db late 60-70 parent=000000000000000a
web root 0-100 id=000000000000000a
  db early 10-20`);
  expect(outline(trace)).toEqual(["web root", "  db early", "  db late"]);
  expect([...trace.subtreeEnd]).toEqual([3, 2, 3]);
  expect(trace.totalNanos).toBe(100e6);
});

test("errors mark the spans above them", () => {
  const trace = drawTrace(`
a one 0-10
  b two 1-9
    c three 2-3 error
  d four 9-10`);
  expect(outline(trace)).toEqual(["a one errorBelow", "  b two errorBelow", "    c three error", "  d four"]);
  expect(trace.errorCount).toBe(1);
});

test("children of a missing parent stay together under a placeholder", () => {
  const trace = drawTrace(`
a root 0-100
b one 20-30 parent=ffffffffffffffff
c two 40-60 parent=ffffffffffffffff`);
  expect(outline(trace)).toEqual(["a root", "b Missing span missing", "  b one orphan", "  c two orphan"]);
  expect([trace.count, trace.spanCount, trace.selfTime[1]]).toEqual([4, 3, 0]);
  expect(operationOf(trace, mainRoot(trace))).toBe("root");
});

test("a circle of parents and a span that is its own parent are cut open", () => {
  const trace = drawTrace(`
a one 0-10 id=000000000000000a parent=000000000000000b
b two 1-9 id=000000000000000b parent=000000000000000a
c own 2-3 id=000000000000000c parent=000000000000000c`);
  expect(trace.count).toBe(3);
  expect(new Set(outline(trace).map((line) => line.trim()))).toEqual(
    new Set(["a one startsBeforeParent endsAfterParent", "b two", "c own"]),
  );
  expect(trace.parent.filter((parent) => parent < 0)).toHaveLength(2);
});

test("client and server that share an id (as Zipkin's do) are parent and child", () => {
  const trace = drawTrace(`
b GET 12-18 server id=000000000000000a
a GET 10-20 client id=000000000000000a
b query 13-14 parent=000000000000000a`);
  expect(outline(trace)).toEqual(["a GET", "  b GET", "  b query"]);
});

test("clocks that differ become marks, never negative widths", () => {
  const trace = drawTrace(`
a root 10-100
  b early 4-20
  c late 90-130
  d negative 50-40
  e inside 10-100`);
  expect(outline(trace)).toEqual([
    "a root",
    "  b early startsBeforeParent",
    "  e inside",
    "  d negative endsBeforeStart",
    "  c late endsAfterParent",
  ]);
  expect(Math.min(...trace.duration)).toBe(0);
});

test("self time leaves out what children cover, overlaps once and only inside the parent", () => {
  const trace = drawTrace(`
a root 0-100
  b one 10-40
  b two 30-60
  c out 90-150`);
  expect(trace.selfTime[0]).toBe(40e6);
});

test("an empty answer is an empty trace", () => {
  const trace = buildTrace("0", { resourceSpans: [] });
  expect([trace.count, trace.totalNanos, mainRoot(trace)]).toEqual([0, 0, -1]);
});

test("10,000 spans are built within a second, and nest without recursion", () => {
  const begun = performance.now();
  expect(buildTrace("1", toOtlpTraces(largeTrace(1_700_000_000_000, 10_000))).count).toBe(10_000);
  expect(performance.now() - begun).toBeLessThan(1000);
  const chain = Array.from(
    { length: 30_000 },
    (_, n) => `a step 0-10 id=${hex(n + 1)}${n > 0 ? ` parent=${hex(n)}` : ""}`,
  );
  expect(drawTrace(chain.join("\n")).maxDepth).toBe(30_000);
});

function hex(number: number): string {
  return number.toString(16).padStart(16, "0");
}
