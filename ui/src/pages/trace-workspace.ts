/**
 * What one does with a trace while it is open: fold, zoom, search, move about. In: a TraceView and commands; out: the rows to show and
 * where the cursor stands. Knows neither the address nor elements; the page writes the one and draws the others.
 */
import { clamp } from "../base/clamp.ts";
import type { Interval } from "../base/interval.ts";
import { collapseToDepth, expandAll, initialFold, revealRow, setCollapsed, setUnfolded } from "../model/fold-state.ts";
import { findSelection, rowOfSelection, selectionAt, type Selection } from "../model/selection.ts";
import { endOf } from "../model/trace.ts";
import { logCount } from "../model/trace-logs.ts";
import { listRows, type FoldState } from "../model/trace-rows.ts";
import { stepMatch } from "../model/trace-search.ts";
import type { TraceView } from "../model/trace-view.ts";
import type { WaterfallModel } from "../model/waterfall-layout.ts";

/** A zoom shows at least this much, and around a span this many times its length. */
const LEAST_NANOS = 100;
const AROUND = 1.2;

export class TraceWorkspace {
  readonly view: TraceView;
  /** The part of time in view, nanoseconds since the trace's begin. */
  timeView: Interval;
  cursor?: Selection;
  fold: FoldState;
  /** Rows that the search found, ascending; undefined when nothing is searched for. */
  matches?: Int32Array;
  found?: Uint8Array;

  private logsShown: boolean;
  private cached?: WaterfallModel;

  constructor(view: TraceView, logsShown: boolean) {
    this.view = view;
    this.logsShown = logsShown;
    this.fold = initialFold(view.trace, view.groups);
    this.timeView = this.wholeTime;
  }

  get wholeTime(): Interval {
    return { from: 0, to: Math.max(1, this.view.trace.totalNanos) };
  }

  /** The rows as they are folded now; computed again only after a change. */
  get model(): WaterfallModel {
    const { trace, groups, critical, logs } = this.view;
    this.cached ??= {
      trace,
      groups,
      critical,
      logs,
      rows: listRows(trace, groups, this.fold, this.logsShown ? logs : undefined),
    };
    return this.cached;
  }

  showLogs(shown: boolean): void {
    if (shown === this.logsShown) return;
    this.logsShown = shown;
    this.cached = undefined;
  }

  search(text: string): void {
    this.matches = text.trim() === "" ? undefined : this.view.search.find(text);
    if (!this.matches) {
      this.found = undefined;
      return;
    }
    this.found = new Uint8Array(this.view.trace.count);
    for (const row of this.matches) this.found[row] = 1;
  }

  /** 1-based; 0 when the cursor is on none. */
  get matchNumber(): number {
    const row = this.cursor?.kind === "span" ? this.cursor.index : -1;
    return (this.matches?.indexOf(row) ?? -1) + 1;
  }

  /** The next match after the cursor, brought out of whatever folds it away. */
  stepToMatch(direction: -1 | 1): Selection | undefined {
    if (!this.matches || this.matches.length === 0) return undefined;
    const from = this.cursor ? rowOfSelection(this.view, this.cursor) : -1;
    return this.goTo({ kind: "span", index: stepMatch(this.matches, from, direction) });
  }

  /** Puts the cursor somewhere and unfolds what hides it. */
  goTo(selection: Selection): Selection {
    const row = rowOfSelection(this.view, selection);
    if (row >= 0 && selection.kind !== "group")
      this.setFold(revealRow(this.view.trace, this.view.groups, this.fold, row));
    if (selection.kind === "log" && row >= 0 && this.fold.collapsed[row])
      this.setFold(setCollapsed(this.fold, row, false));
    this.cursor = selection;
    return selection;
  }

  /** Moves the cursor by rows; from nowhere to the first one. */
  move(by: number): Selection | undefined {
    const { rows } = this.model;
    const at = findSelection(rows, this.cursor);
    this.cursor = selectionAt(rows, at < 0 ? 0 : clamp(at + by, 0, rows.count - 1));
    return this.cursor;
  }

  /** The log line `by` after the one that is chosen; from nowhere the first one. */
  moveLine(from: Selection | undefined, by: number): Selection | undefined {
    const { length } = this.view.logs.lines;
    if (length === 0) return undefined;
    return { kind: "log", index: from?.kind === "log" ? clamp(from.index + by, 0, length - 1) : 0 };
  }

  toggle(selection: Selection): void {
    if (selection.kind === "group")
      this.setFold(setUnfolded(this.fold, selection.index, !this.fold.unfolded[selection.index]));
    else if (selection.kind === "span")
      this.setFold(setCollapsed(this.fold, selection.index, !this.fold.collapsed[selection.index]));
    this.cursor = selection;
  }

  /** Left: fold, or go to the parent. Right: unfold, or go to the first child. As trees do. */
  foldOrLeave(): Selection | undefined {
    const { cursor } = this;
    if (!cursor) return this.move(0);
    if (this.isOpen(cursor)) this.toggle(cursor);
    else {
      const row = rowOfSelection(this.view, cursor);
      const up = cursor.kind === "log" ? row : this.view.trace.parent[row];
      if (up >= 0) this.goTo({ kind: "span", index: up });
    }
    return this.cursor;
  }

  unfoldOrEnter(): Selection | undefined {
    const { cursor } = this;
    if (!cursor) return this.move(0);
    if (this.isFolded(cursor)) this.toggle(cursor);
    else if (this.isOpen(cursor)) this.move(1);
    return this.cursor;
  }

  foldAll(to: "all" | "none" | number): void {
    this.setFold(
      to === "none" ? expandAll(this.fold) : collapseToDepth(this.view.trace, this.fold, to === "all" ? 1 : to),
    );
    if (findSelection(this.model.rows, this.cursor) < 0) this.cursor = undefined;
  }

  setTimeView({ from, to }: Interval): void {
    const whole = this.wholeTime;
    const start = clamp(from, 0, whole.to);
    this.timeView = { from: start, to: Math.min(whole.to, Math.max(to, start + LEAST_NANOS)) };
  }

  /** Zooms so that a span fills most of the axis. */
  zoomTo(selection: Selection): void {
    const row = rowOfSelection(this.view, selection);
    if (row < 0) return;
    const { trace } = this.view;
    const margin = (Math.max(trace.duration[row], LEAST_NANOS) * (AROUND - 1)) / 2;
    this.setTimeView({ from: trace.start[row] - margin, to: endOf(trace, row) + margin });
  }

  private isOpen(selection: Selection): boolean {
    if (selection.kind === "group") return this.fold.unfolded[selection.index] === 1;
    return selection.kind === "span" && this.hasInside(selection.index) && !this.fold.collapsed[selection.index];
  }

  private isFolded(selection: Selection): boolean {
    if (selection.kind === "group") return this.fold.unfolded[selection.index] === 0;
    return selection.kind === "span" && this.hasInside(selection.index) && this.fold.collapsed[selection.index] === 1;
  }

  private hasInside(row: number): boolean {
    const { trace, logs } = this.view;
    return trace.subtreeEnd[row] > row + 1 || (this.logsShown && logCount(logs, row) > 0);
  }

  private setFold(fold: FoldState): void {
    if (fold === this.fold) return;
    this.fold = fold;
    this.cached = undefined;
  }
}
