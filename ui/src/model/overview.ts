/**
 * The whole trace in a small picture: each span a stretch of colour, rows squeezed to the height there is. In: a Trace and the
 * size of the grid; out: for each cell the service that worked there longest, or an error. O(spans + cells they cover).
 */
import { SpanFlag, type Trace } from "./trace.ts";

export interface OverviewGrid {
  readonly columns: number;
  readonly lines: number;
  /** Line after line: EMPTY, ERROR, or 2 + index into trace.services. */
  readonly cells: Uint16Array;
}

export const EMPTY_CELL = 0;
export const ERROR_CELL = 1;
export const FIRST_SERVICE_CELL = 2;

/** Errors are painted last, so that one among a thousand neighbours is still seen; deeper spans cover their parents' line only. */
export function rasterizeTrace(trace: Trace, columns: number, lines: number): OverviewGrid {
  const cells = new Uint16Array(columns * lines);
  const paint = (row: number, value: number): void => {
    const line = Math.min(lines - 1, Math.floor((row * Math.min(lines, trace.count)) / trace.count));
    const scale = trace.totalNanos > 0 ? columns / trace.totalNanos : 0;
    const from = Math.min(columns - 1, Math.floor(trace.start[row] * scale));
    const to = Math.min(columns, Math.max(from + 1, Math.ceil((trace.start[row] + trace.duration[row]) * scale)));
    cells.fill(value, line * columns + from, line * columns + to);
  };
  for (let row = 0; row < trace.count; row++) {
    if (!(trace.flags[row] & SpanFlag.missing)) paint(row, FIRST_SERVICE_CELL + trace.service[row]);
  }
  for (let row = 0; row < trace.count; row++)
    if (trace.flags[row] & SpanFlag.error) paintPoint(trace, row, columns, lines, cells);
  return { columns, lines, cells };
}

/** An error takes the first cells of its span, enough to be seen. */
function paintPoint(trace: Trace, row: number, columns: number, lines: number, cells: Uint16Array): void {
  const line = Math.min(lines - 1, Math.floor((row * Math.min(lines, trace.count)) / trace.count));
  const scale = trace.totalNanos > 0 ? columns / trace.totalNanos : 0;
  const from = Math.min(columns - 1, Math.floor(trace.start[row] * scale));
  const to = Math.min(columns, Math.max(from + 2, Math.ceil((trace.start[row] + trace.duration[row]) * scale)));
  cells.fill(ERROR_CELL, line * columns + from, line * columns + to);
}
