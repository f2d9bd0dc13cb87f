/**
 * The logs of a trace at their place in it. In: OTLP JSON logs and the Trace; out: lines by time, each with the row of its span,
 * and for each row its lines. A line whose span is unknown belongs to the trace as a whole (row -1).
 */
import type { WireLogRecord, WireOtlpLogs, WireResource, WireScope } from "goldspan/contract";
import { nanosBetween, parseNanos } from "../base/nanos.ts";
import { findAttribute, formatAnyValue } from "./any-value.ts";
import type { Trace } from "./trace.ts";
import { UNKNOWN_SERVICE } from "./trace-build.ts";

export interface TraceLog {
  /** Nanoseconds since the trace's begin; may be negative or past its end. */
  readonly at: number;
  /** Trace row of its span, -1 when there is none. */
  readonly row: number;
  readonly severityNumber: number;
  readonly service: string;
  readonly body: string;
  readonly record: WireLogRecord;
  readonly resource?: WireResource;
  readonly scope?: WireScope;
}

export interface TraceLogs {
  /** By time. */
  readonly lines: readonly TraceLog[];
  /** Where the lines of row r lie in `byRow`: from offset[r + 1] to offset[r + 2]; those of row -1 come first. */
  readonly offset: Int32Array;
  /** Line numbers grouped by row, each group by time. */
  readonly byRow: Int32Array;
}

export function placeLogs(trace: Trace, wire: WireOtlpLogs | undefined): TraceLogs {
  const written = flatten(trace, wire).sort((a, b) => a.logged - b.logged || b.depth - a.depth);
  const lines = written.reduce<TraceLog[]>((before, { logged, line }, index) => {
    const least = index > 0 && written[index - 1].logged === logged ? before[index - 1].at : line.at;
    before.push(line.at < least ? { ...line, at: least } : line);
    return before;
  }, []);
  const offset = new Int32Array(trace.count + 2);
  for (const { row } of lines) offset[row + 2] += 1;
  for (let index = 1; index < offset.length; index++) offset[index] += offset[index - 1];
  const fill = Int32Array.from(offset);
  const byRow = new Int32Array(lines.length);
  for (const [index, { row }] of lines.entries()) {
    byRow[fill[row + 1]] = index;
    fill[row + 1] += 1;
  }
  return { lines, offset, byRow };
}

/** Line numbers of one row (-1 for those without a span), by time. */
export function logsOfRow(logs: TraceLogs, row: number): Int32Array {
  return logs.byRow.subarray(logs.offset[row + 1], logs.offset[row + 2]);
}

export function logCount(logs: TraceLogs, row: number): number {
  return logs.offset[row + 2] - logs.offset[row + 1];
}

/**
 * Most loggers cut times to milliseconds. That puts a line up to one before the span it was written in: then it is at its begin. And
 * of lines of one millisecond the deepest comes first: most say what was done, and a caller is done after those it called.
 */
interface Written {
  /** Nanoseconds since the trace's begin, as it was sent. */
  readonly logged: number;
  readonly depth: number;
  readonly line: TraceLog;
}

const CUT = 1e6;

function flatten(trace: Trace, wire: WireOtlpLogs | undefined): Written[] {
  const lines: Written[] = [];
  for (const { resource, scopeLogs } of wire?.resourceLogs ?? []) {
    const service = findAttribute(resource?.attributes, "service.name") || UNKNOWN_SERVICE;
    for (const { scope, logRecords } of scopeLogs ?? []) {
      for (const record of logRecords ?? []) {
        const time =
          record.timeUnixNano && record.timeUnixNano !== "0" ? record.timeUnixNano : record.observedTimeUnixNano;
        const row = trace.rowOf.get(record.spanId ?? "") ?? -1;
        const logged = nanosBetween(trace.begin, parseNanos(time));
        const cut = row >= 0 && time?.endsWith("000000") === true;
        const early = cut && logged < trace.start[row] && logged > trace.start[row] - CUT;
        const line = {
          at: early ? trace.start[row] : logged,
          row,
          severityNumber: record.severityNumber ?? 0,
          service,
          body: formatAnyValue(record.body) || record.eventName || "",
          record,
          resource,
          scope,
        };
        lines.push({ logged, depth: row < 0 ? -1 : trace.depth[row], line });
      }
    }
  }
  return lines;
}
