/** What is chosen in a trace: a span, a group of similar spans, or a log line, by its number. And where it stands among the rows shown. */
import type { TraceView } from "./trace-view.ts";
import { RowKind, type WaterfallRows } from "./trace-rows.ts";

export interface Selection {
  readonly kind: "span" | "group" | "log";
  /** Trace row, group, or log line. */
  readonly index: number;
}

const KINDS = { span: RowKind.span, group: RowKind.group, log: RowKind.log } as const;

export function sameSelection(a: Selection | undefined, b: Selection | undefined): boolean {
  return a?.kind === b?.kind && a?.index === b?.index;
}

export function selectionAt(rows: WaterfallRows, at: number): Selection | undefined {
  if (at < 0 || at >= rows.count) return undefined;
  const kind = rows.kind[at] === RowKind.span ? "span" : rows.kind[at] === RowKind.group ? "group" : "log";
  return { kind, index: rows.index[at] };
}

/** -1 when it is hidden. */
export function findSelection(rows: WaterfallRows, selection: Selection | undefined): number {
  if (!selection) return -1;
  const kind = KINDS[selection.kind];
  for (let at = 0; at < rows.count; at++) if (rows.kind[at] === kind && rows.index[at] === selection.index) return at;
  return -1;
}

/** The trace row that a selection is about: the span itself, the span of a log, the first of a group. -1 for a log of no span. */
export function rowOfSelection(view: TraceView, selection: Selection): number {
  if (selection.kind === "span") return selection.index;
  if (selection.kind === "log") return view.logs.lines[selection.index].row;
  return view.groups.members[selection.index][0];
}
