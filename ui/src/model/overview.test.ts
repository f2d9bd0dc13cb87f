import { expect, test } from "vitest";
import { drawTrace } from "../../test/kit/small-trace.ts";
import { largeTrace } from "../../test/kit/special-traces.ts";
import { toOtlpTraces } from "../../test/kit/mock-traces.ts";
import { ERROR_CELL, rasterizeTrace } from "./overview.ts";
import { buildTrace } from "./trace-build.ts";
import type { Trace } from "./trace.ts";

/** One character a cell: · empty, ! error, else the service's number. */
function dump(trace: Trace, columns: number, lines: number): string {
  const { cells } = rasterizeTrace(trace, columns, lines);
  const rows = Array.from({ length: lines }, (_, line) =>
    Array.from(cells.subarray(line * columns, (line + 1) * columns)),
  );
  return `\n${rows.map((row) => row.map((cell) => (cell === 0 ? "·" : cell === ERROR_CELL ? "!" : String(cell - 2))).join("")).join("\n")}\n`;
}

test("each span has its line, coloured by service, errors on top", () => {
  const trace = drawTrace(`
web root 0-100
  api call 10-90
    db query 20-50
    db broken 60-62 error`);
  expect(dump(trace, 20, 4)).toMatchInlineSnapshot(`
    "
    00000000000000000000
    ··1111111111111111··
    ····222222··········
    ············!!······
    "
  `);
});

test("many spans share few lines, and an error among them is still seen", () => {
  const trace = buildTrace("1", toOtlpTraces(largeTrace(1_700_000_000_000, 3000)));
  const { cells } = rasterizeTrace(trace, 200, 20);
  expect(cells.includes(ERROR_CELL)).toBe(true);
  expect(cells.filter((cell) => cell > 0).length).toBeGreaterThan(200);
});
