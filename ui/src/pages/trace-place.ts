/**
 * The open trace as parameters of the address: which span or log line, which tab, what is searched for, the part of time in view. In
 * and out: URLSearchParams and values; knows the trace only to turn ids into rows. A log line is named by its time (and its span).
 */
import type { Interval } from "../base/interval.ts";
import type { ParamChanges } from "../base/params.ts";
import type { Selection } from "../model/selection.ts";
import type { TraceView } from "../model/trace-view.ts";

export type TraceTab = "waterfall" | "logs" | "table";

const TRACE_TABS: readonly TraceTab[] = ["waterfall", "logs", "table"];

export function readTab(params: URLSearchParams): TraceTab {
  return TRACE_TABS.find((tab) => tab === params.get("tab")) ?? "waterfall";
}

/** What ?span and ?log name; undefined when they name nothing that arrived. */
export function readSelection(params: URLSearchParams, view: TraceView): Selection | undefined {
  const spanId = params.get("span") ?? "";
  const logTime = params.get("log");
  const row = view.trace.rowOf.get(spanId);
  if (logTime) {
    const index = view.logs.lines.findIndex(({ record, row: logRow }) => {
      const time =
        record.timeUnixNano && record.timeUnixNano !== "0" ? record.timeUnixNano : record.observedTimeUnixNano;
      return time === logTime && (spanId === "" || logRow === (row ?? -1));
    });
    if (index >= 0) return { kind: "log", index };
  }
  return row === undefined ? undefined : { kind: "span", index: row };
}

export function writeSelection(selection: Selection | undefined, view: TraceView): ParamChanges {
  if (!selection || selection.kind === "group") return { span: undefined, log: undefined };
  if (selection.kind === "span") return { span: spanIdOf(view, selection.index), log: undefined };
  const { record } = view.logs.lines[selection.index];
  const time = record.timeUnixNano && record.timeUnixNano !== "0" ? record.timeUnixNano : record.observedTimeUnixNano;
  return { span: record.spanId || undefined, log: time };
}

/** "from,to" in whole nanoseconds since the trace's begin; undefined for the whole trace. */
export function writeZoom(timeView: Interval, whole: Interval): ParamChanges {
  const all = timeView.from <= whole.from && timeView.to >= whole.to;
  return { zoom: all ? undefined : `${Math.round(timeView.from)},${Math.round(timeView.to)}` };
}

export function readZoom(params: URLSearchParams): Interval | undefined {
  const [from, to] = (params.get("zoom") ?? "").split(",").map(Number);
  return to > from && from >= 0 ? { from, to } : undefined;
}

function spanIdOf(view: TraceView, row: number): string | undefined {
  const id = view.trace.sources[row]?.span.spanId;
  if (id) return id;
  for (const [known, at] of view.trace.rowOf) if (at === row) return known;
  return undefined;
}
