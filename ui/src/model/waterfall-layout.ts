/**
 * What stands on the time axis of a waterfall row: bars, critical stretches, marks, one label. In: the trace, what belongs to it,
 * the part of the time axis in view and the width in pixels; out: shapes in pixels from the left of the axis. Pure: the painter
 * (components/paint-waterfall.ts) only fills them in.
 */
import { formatDuration } from "../base/format-duration.ts";
import type { Interval } from "../base/interval.ts";
import { nanosBetween, parseNanos } from "../base/nanos.ts";
import type { CriticalPath } from "./critical-path.ts";
import { groupTime, type FoldGroups } from "./fold-groups.ts";
import { SpanFlag, type Trace } from "./trace.ts";
import { logsOfRow, type TraceLogs } from "./trace-logs.ts";
import { RowKind, type WaterfallRows } from "./trace-rows.ts";
import { isErrorSeverity, isWarnSeverity } from "./severity.ts";

/** Bars are never narrower, so that each can be seen and hit. */
export const LEAST_BAR = 2;
/** Stretches of the critical path below this many pixels are left out, where a row has several: dust, not a path. */
const LEAST_STRETCH = 0.7;

export interface WaterfallModel {
  readonly trace: Trace;
  readonly groups: FoldGroups;
  readonly critical: CriticalPath;
  readonly logs: TraceLogs;
  readonly rows: WaterfallRows;
}

export interface Box {
  readonly x: number;
  readonly w: number;
}

export type MarkMeaning = "error" | "warn" | "log" | "event";

export interface Mark {
  readonly x: number;
  readonly meaning: MarkMeaning;
  /** The line of a log mark, so that a click can open it. */
  readonly log?: number;
}

export interface RowShapes {
  /** Index into trace.services. */
  readonly service: number;
  readonly bars: readonly Box[];
  readonly bar: "span" | "missing" | "group" | "none";
  readonly critical: readonly Box[];
  readonly marks: readonly Mark[];
  readonly label?: { readonly x: number; readonly align: "left" | "right"; readonly text: string };
  /** The row lies wholly to one side of the view. */
  readonly outside?: "left" | "right";
  readonly error: boolean;
}

const ERRORS = SpanFlag.error;

export function layoutRow(model: WaterfallModel, at: number, view: Interval, width: number): RowShapes {
  const index = model.rows.index[at];
  const kind = model.rows.kind[at];
  if (kind === RowKind.log) return layoutLog(model, index, view, width);
  return kind === RowKind.group ? layoutGroup(model, index, view, width) : layoutSpan(model, index, view, width);
}

/** Pixel of a moment (nanoseconds since the trace's begin). */
export function toPixel(nanos: number, view: Interval, width: number): number {
  return view.to > view.from ? ((nanos - view.from) / (view.to - view.from)) * width : 0;
}

export function toNanos(pixel: number, view: Interval, width: number): number {
  return view.from + (pixel / Math.max(1, width)) * (view.to - view.from);
}

/** A stretch of time as a box, cut at the edges of the view; undefined when it lies outside. */
export function boxOf(from: number, to: number, view: Interval, width: number): Box | undefined {
  if (to < view.from || from > view.to) return undefined;
  const left = Math.max(0, toPixel(from, view, width));
  const right = Math.min(width, toPixel(to, view, width));
  const w = Math.max(LEAST_BAR, right - left);
  return { x: Math.max(0, Math.min(left, width - w)), w };
}

function layoutSpan(model: WaterfallModel, row: number, view: Interval, width: number): RowShapes {
  const { trace, logs } = model;
  const start = trace.start[row];
  const end = start + trace.duration[row];
  const box = boxOf(start, end, view, width);
  const marks = [...eventMarks(trace, row, view, width), ...logMarks(logs, logsOfRow(logs, row), view, width)];
  return {
    service: trace.service[row],
    bars: box ? [box] : [],
    bar: trace.flags[row] & SpanFlag.missing ? "missing" : "span",
    critical: criticalBoxes(model.critical, row, view, width),
    marks,
    label: box ? labelBeside(box.x, box.x + box.w, spanLabel(trace, row), width) : undefined,
    outside: box ? undefined : end < view.from ? "left" : "right",
    error: (trace.flags[row] & ERRORS) !== 0,
  };
}

/** What stands where a span is missing was not measured. */
function spanLabel(trace: Trace, row: number): string {
  return trace.flags[row] & SpanFlag.missing ? "not received" : formatDuration(trace.duration[row]);
}

function layoutGroup(model: WaterfallModel, group: number, view: Interval, width: number): RowShapes {
  const { trace, groups } = model;
  const members = groups.members[group];
  const bars: Box[] = [];
  const critical: Box[] = [];
  let last: Box | undefined;
  let end = 0;
  for (const row of members) {
    end = Math.max(end, trace.start[row] + trace.duration[row]);
    const box = boxOf(trace.start[row], trace.start[row] + trace.duration[row], view, width);
    if (!box) continue;
    critical.push(...criticalBoxes(model.critical, row, view, width));
    if (last && box.x < last.x + last.w + 0.5) {
      last = { x: last.x, w: Math.max(last.w, box.x + box.w - last.x) };
      bars[bars.length - 1] = last;
    } else {
      last = box;
      bars.push(box);
    }
  }
  const first = bars[0];
  const text = `${members.length} × ${formatDuration(groupTime(trace, members) / members.length)}`;
  return {
    service: trace.service[members[0]],
    bars,
    bar: "group",
    critical,
    marks: [],
    label: first && last ? labelBeside(first.x, last.x + last.w, text, width) : undefined,
    outside: first ? undefined : end < view.from ? "left" : "right",
    error: false,
  };
}

function criticalBoxes(critical: CriticalPath, row: number, view: Interval, width: number): Box[] {
  const boxes: Box[] = [];
  for (let at = critical.offset[row]; at < critical.offset[row + 1]; at++) {
    const stretch = critical.byRow[at];
    const [from, to] = [critical.from[stretch], critical.to[stretch]];
    const alone = critical.offset[row + 1] - critical.offset[row] === 1;
    if (!alone && toPixel(to, view, width) - toPixel(from, view, width) < LEAST_STRETCH) continue;
    const box = boxOf(from, to, view, width);
    if (box) boxes.push(box);
  }
  return boxes;
}

function layoutLog(model: WaterfallModel, line: number, view: Interval, width: number): RowShapes {
  const { at, row } = model.logs.lines[line];
  const outside = at < view.from ? "left" : at > view.to ? "right" : undefined;
  return {
    service: row >= 0 ? model.trace.service[row] : 0,
    bars: [],
    bar: "none",
    critical: [],
    marks: outside ? [] : logMarks(model.logs, Int32Array.of(line), view, width),
    outside,
    error: false,
  };
}

function logMarks(logs: TraceLogs, lines: Int32Array, view: Interval, width: number): Mark[] {
  const marks: Mark[] = [];
  for (const line of lines) {
    const { at, severityNumber } = logs.lines[line];
    if (at < view.from || at > view.to) continue;
    const meaning = isErrorSeverity(severityNumber) ? "error" : isWarnSeverity(severityNumber) ? "warn" : "log";
    marks.push({ x: toPixel(at, view, width), meaning, log: line });
  }
  return marks;
}

function eventMarks(trace: Trace, row: number, view: Interval, width: number): Mark[] {
  const marks: Mark[] = [];
  for (const event of eventOffsets(trace, row)) {
    if (event.at < view.from || event.at > view.to) continue;
    marks.push({ x: toPixel(event.at, view, width), meaning: event.exception ? "error" : "event" });
  }
  return marks;
}

/** After the bar; before it where a long one would run out of the picture and there is room. `width` ends before the room for labels. */
function labelBeside(from: number, to: number, text: string, width: number): NonNullable<RowShapes["label"]> {
  const room = 8 + text.length * 7;
  if (room > 70 && to + room > width + 70 && from > room) return { x: from - 6, align: "right", text };
  return { x: to + 6, align: "left", text };
}

function eventOffsets(trace: Trace, row: number): { at: number; exception: boolean }[] {
  const events = trace.sources[row]?.span.events;
  if (!events) return [];
  return events.map((event) => ({ at: offsetOf(trace, event.timeUnixNano), exception: event.name === "exception" }));
}

function offsetOf(trace: Trace, text: string | undefined): number {
  return nanosBetween(trace.begin, parseNanos(text));
}
