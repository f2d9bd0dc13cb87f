/**
 * A waterfall as text, so that a layout can be read and compared: names at the left, the time axis at the right. █ bar, ▓ critical
 * path, ▒ folded, ░ missing span, x error mark, ! warning, · log or event.
 */
import { FOLD_FROM, findFoldGroups, type FoldGroups } from "../../src/model/fold-groups.ts";
import { findCriticalPath } from "../../src/model/critical-path.ts";
import { initialFold } from "../../src/model/fold-state.ts";
import { operationOf, serviceOf, type Trace } from "../../src/model/trace.ts";
import { placeLogs, type TraceLogs } from "../../src/model/trace-logs.ts";
import { listRows, RowKind, type FoldState } from "../../src/model/trace-rows.ts";
import { layoutRow, type Box, type WaterfallModel } from "../../src/model/waterfall-layout.ts";

const AXIS = 40;
const NAMES = 30;
const PIXELS = 10;

export interface DumpOptions {
  readonly fold?: FoldState;
  readonly logs?: TraceLogs;
  readonly view?: { from: number; to: number };
}

export function modelOf(trace: Trace, options: DumpOptions = {}): WaterfallModel {
  const groups: FoldGroups = findFoldGroups(trace);
  const logs = options.logs ?? placeLogs(trace, undefined);
  const rows = listRows(trace, groups, options.fold ?? initialFold(trace, groups), logs);
  return { trace, groups, logs, rows, critical: findCriticalPath(trace) };
}

export function dumpWaterfall(trace: Trace, options: DumpOptions = {}): string {
  const model = modelOf(trace, options);
  const view = options.view ?? { from: 0, to: trace.totalNanos };
  const lines: string[] = [];
  for (let at = 0; at < model.rows.count; at++) {
    const shapes = layoutRow(model, at, view, AXIS * PIXELS);
    const cells = Array.from({ length: AXIS }, () => " ");
    const fill = (box: Box, text: string): void => {
      const from = Math.min(AXIS - 1, Math.round(box.x / PIXELS));
      cells.fill(text, from, Math.max(from + 1, Math.round((box.x + box.w) / PIXELS)));
    };
    for (const box of shapes.bars) fill(box, { span: "█", group: "▒", missing: "░", none: " " }[shapes.bar]);
    for (const box of shapes.critical) fill(box, "▓");
    for (const mark of shapes.marks) {
      cells[Math.min(AXIS - 1, Math.floor(mark.x / PIXELS))] = { error: "x", warn: "!", log: "·", event: "·" }[
        mark.meaning
      ];
    }
    if (shapes.outside) cells[shapes.outside === "left" ? 0 : AXIS - 1] = shapes.outside === "left" ? "‹" : "›";
    const label = shapes.label ? ` ${shapes.label.text.replace(/\u202f/g, "")}` : "";
    lines.push(
      `${nameOf(model, at).padEnd(NAMES)}|${cells.join("")}|${label}${shapes.error ? " ERROR" : ""}`.trimEnd(),
    );
  }
  return `\n${lines.join("\n")}\n`;
}

function nameOf(model: WaterfallModel, at: number): string {
  const { rows, trace, groups, logs } = model;
  const index = rows.index[at];
  const space = "  ".repeat(rows.indent[at]);
  if (rows.kind[at] === RowKind.log) return `${space}"${logs.lines[index].body}"`;
  if (rows.kind[at] === RowKind.span) return `${space}${serviceOf(trace, index)} ${operationOf(trace, index)}`;
  const members = groups.members[index];
  return `${space}${members.length >= FOLD_FROM ? members.length : "?"} x ${operationOf(trace, members[0])}`;
}
