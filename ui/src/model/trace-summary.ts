/** A trace in a list: what the contract's summary says, as numbers. Pure. */
import type { WireTraceSummary } from "goldspan/contract";
import { nanosToMillis } from "../base/nanos.ts";

export interface TraceSummary {
  readonly wire: WireTraceSummary;
  /** Milliseconds since 1970. */
  readonly startMillis: number;
  readonly durationNanos: number;
  readonly failed: boolean;
}

export function summarizeTrace(wire: WireTraceSummary): TraceSummary {
  return {
    wire,
    startMillis: nanosToMillis(wire.startTimeUnixNano),
    durationNanos: Number(wire.durationNanos),
    failed: wire.errorCount > 0,
  };
}

export type TraceColumn = "time" | "duration" | "spans" | "errors";

const TRACE_COLUMNS: readonly TraceColumn[] = ["time", "duration", "spans", "errors"];

export function parseTraceColumn(text: string | null): TraceColumn {
  return TRACE_COLUMNS.find((column) => column === text) ?? "time";
}

/** Largest (or newest) first; the order of what was found is by time already. */
export function sortTraces(traces: readonly TraceSummary[], column: TraceColumn): TraceSummary[] {
  const figure = {
    time: (trace: TraceSummary) => trace.startMillis,
    duration: (trace: TraceSummary) => trace.durationNanos,
    spans: (trace: TraceSummary) => trace.wire.spanCount,
    errors: (trace: TraceSummary) => trace.wire.errorCount,
  }[column];
  return traces.toSorted((a, b) => figure(b) - figure(a));
}
