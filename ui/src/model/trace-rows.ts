/**
 * Which rows the waterfall shows, given what is folded: spans, groups of similar spans, and log lines between a span's children at
 * their place in time. In: Trace, groups, logs, fold state; out: columns of rows. O(rows shown + siblings skipped): a collapsed
 * subtree costs one step, however large.
 */
import type { FoldGroups } from "./fold-groups.ts";
import type { Trace } from "./trace.ts";
import { logsOfRow, type TraceLogs } from "./trace-logs.ts";

export const RowKind = { span: 0, group: 1, log: 2 } as const;

export interface WaterfallRows {
  readonly count: number;
  readonly kind: Uint8Array;
  /** Trace row, group or log line, as the kind says. */
  readonly index: Int32Array;
  /** Levels of indentation; the roots have 0. */
  readonly indent: Uint32Array;
}

export interface FoldState {
  /** Per trace row: 1 = its children and logs are hidden. */
  readonly collapsed: Uint8Array;
  /** Per group: 1 = its members are shown one by one. */
  readonly unfolded: Uint8Array;
}

interface Frame {
  /** Trace row whose children are listed (-1: the roots); -2 for the members of a group. */
  readonly row: number;
  readonly indent: number;
  readonly end: number;
  readonly members?: Int32Array;
  readonly logs: Int32Array;
  next: number;
  nextLog: number;
}

const NO_LOGS = new Int32Array();

/** `logs` undefined: none are shown. */
export function listRows(trace: Trace, groups: FoldGroups, fold: FoldState, logs?: TraceLogs): WaterfallRows {
  const kinds: number[] = [];
  const indexes: number[] = [];
  const indents: number[] = [];
  const emit = (kind: number, index: number, indent: number): void => {
    kinds.push(kind);
    indexes.push(index);
    indents.push(indent);
  };
  const open = (row: number, indent: number): Frame => ({
    row,
    indent,
    end: row < 0 ? trace.count : trace.subtreeEnd[row],
    logs: logs ? logsOfRow(logs, row) : NO_LOGS,
    next: row + 1,
    nextLog: 0,
  });
  const emitSpan = (row: number, indent: number): void => {
    emit(RowKind.span, row, indent);
    if (!fold.collapsed[row]) stack.push(open(row, indent + 1));
  };
  const emitLogs = (frame: Frame, until: number): void => {
    for (; frame.nextLog < frame.logs.length; frame.nextLog++) {
      const line = frame.logs[frame.nextLog];
      if (logs && logs.lines[line].at > until) return;
      emit(RowKind.log, line, frame.indent);
    }
  };
  const stack: Frame[] = [open(-1, 0)];
  while (stack.length > 0) {
    const frame = stack[stack.length - 1];
    if (frame.next >= frame.end) {
      emitLogs(frame, Number.POSITIVE_INFINITY);
      stack.pop();
      continue;
    }
    if (frame.members) {
      emitSpan(frame.members[frame.next++], frame.indent);
      continue;
    }
    const child = frame.next;
    frame.next = trace.subtreeEnd[child];
    const group = groups.groupOf[child];
    const members = groups.members[group];
    if (members && members[0] !== child) continue;
    emitLogs(frame, trace.start[child]);
    if (!members) {
      emitSpan(child, frame.indent);
      continue;
    }
    emit(RowKind.group, group, frame.indent);
    if (fold.unfolded[group]) {
      stack.push({
        row: -2,
        indent: frame.indent + 1,
        end: members.length,
        members,
        logs: NO_LOGS,
        next: 0,
        nextLog: 0,
      });
    }
  }
  return {
    count: kinds.length,
    kind: Uint8Array.from(kinds),
    index: Int32Array.from(indexes),
    indent: Uint32Array.from(indents),
  };
}

/** The trace rows that a row shown stands for: a span itself, the members of a group, the span of a log line. */
export function spansOfRow(
  model: { rows: WaterfallRows; groups: FoldGroups; logs: TraceLogs },
  at: number,
): Int32Array {
  const index = model.rows.index[at];
  if (model.rows.kind[at] === RowKind.group) return model.groups.members[index];
  return Int32Array.of(model.rows.kind[at] === RowKind.log ? model.logs.lines[index].row : index);
}
