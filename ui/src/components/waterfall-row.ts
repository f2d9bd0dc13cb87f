/**
 * The left half of a waterfall row: fold mark, service, name, signs. In: the model, the row, its state; out: a template. Plain text
 * and a few elements, because forty of them change on each frame of a fast scroll.
 */
import { html, nothing, type TemplateResult } from "lit";
import { classMap } from "lit/directives/class-map.js";
import { formatDuration } from "../base/format-duration.ts";
import { formatPlural } from "../base/format-number.ts";
import { groupTime } from "../model/fold-groups.ts";
import { severityLevel } from "../model/severity.ts";
import { operationOf, serviceOf, SpanFlag } from "../model/trace.ts";
import { logCount } from "../model/trace-logs.ts";
import { RowKind, type FoldState } from "../model/trace-rows.ts";
import type { WaterfallModel } from "../model/waterfall-layout.ts";
import { icon } from "../widgets/icons.ts";
import { styleOf } from "../widgets/style-of.ts";

export interface RowLook {
  readonly model: WaterfallModel;
  readonly fold: FoldState;
  readonly hues: readonly number[];
  readonly rowHeight: number;
  readonly logsShown: boolean;
  readonly cursor: number;
  readonly selected: number;
  readonly isMatch: (at: number) => boolean;
  readonly isPale: (at: number) => boolean;
}

const DEEPEST_INDENT = 18;

export function waterfallRow(look: RowLook, at: number): TemplateResult {
  const { rows } = look.model;
  const index = rows.index[at];
  const body =
    rows.kind[at] === RowKind.span
      ? spanName(look, index)
      : rows.kind[at] === RowKind.group
        ? groupName(look, index)
        : logName(look, index);
  const open = isOpen(look, at);
  const classes = {
    row: true,
    log: rows.kind[at] === RowKind.log,
    cursor: at === look.cursor,
    selected: at === look.selected,
    match: look.isMatch(at),
    pale: look.isPale(at),
  };
  return html`<div
    class=${classMap(classes)}
    id="row-${at}"
    role="treeitem"
    aria-level=${rows.indent[at] + 1}
    aria-posinset=${at + 1}
    aria-setsize=${rows.count}
    aria-selected=${String(at === look.selected)}
    aria-expanded=${open === undefined ? nothing : String(open)}
    ${styleOf({ "--indent": String(Math.min(rows.indent[at], DEEPEST_INDENT)), transform: `translateY(${at * look.rowHeight}px)` })}
  >
    <span class="name">
      <span class="indent"></span>
      ${open === undefined ? html`<span class="fold"></span>` : html`<span class="fold" data-fold>${icon(open ? "down" : "right")}</span>`}
      ${body}
    </span>
  </div>`;
}

/** undefined: nothing to fold. */
export function isOpen(
  { model, fold, logsShown }: Pick<RowLook, "model" | "fold" | "logsShown">,
  at: number,
): boolean | undefined {
  const { rows, trace, logs } = model;
  const index = rows.index[at];
  if (rows.kind[at] === RowKind.log) return undefined;
  if (rows.kind[at] === RowKind.group) return fold.unfolded[index] === 1;
  const hasChildren = trace.subtreeEnd[index] > index + 1 || (logsShown && logCount(logs, index) > 0);
  return hasChildren ? fold.collapsed[index] === 0 : undefined;
}

function spanName({ model, fold, hues, logsShown }: RowLook, row: number): TemplateResult {
  const { trace, logs } = model;
  const flags = trace.flags[row];
  const hidden = fold.collapsed[row] ? trace.subtreeEnd[row] - row - 1 : 0;
  const lines = logsShown ? 0 : logCount(logs, row);
  const missing = (flags & SpanFlag.missing) !== 0;
  return html`<span class="dot hue-${hues[trace.service[row]]}"></span>
    ${missing ? nothing : html`<span class="service">${serviceOf(trace, row)}</span>`}
    <span class=${missing ? "operation missing" : "operation"}>${operationOf(trace, row)}</span>
    ${flags & SpanFlag.error ? html`<span class="sign bad" title="Status: error">${icon("warning")}<span class="unseen">error</span></span>` : nothing}
    ${hidden > 0 && flags & SpanFlag.errorBelow ? html`<span class="sign bad" title="An error is folded away below">${icon("warning")}</span>` : nothing}
    ${
      flags & SpanFlag.startsBeforeParent
        ? html`<span class="sign odd" title="Begins before its parent: the clocks differ">clock</span>`
        : nothing
    }
    ${flags & SpanFlag.endsBeforeStart ? html`<span class="sign odd" title="Its end lies before its start">negative</span>` : nothing}
    ${hidden > 0 ? html`<span class="count">+${hidden}</span>` : nothing}
    ${lines > 0 ? html`<span class="count" title=${formatPlural(lines, "log line")}>${icon("logs")}${lines}</span>` : nothing}
    <span class="unseen">${formatDuration(trace.duration[row])}</span>`;
}

function groupName({ model, hues }: RowLook, group: number): TemplateResult {
  const { trace, groups } = model;
  const members = groups.members[group];
  return html`<span class="dot hue-${hues[trace.service[members[0]]]}"></span>
    <span class="times">${members.length} ×</span>
    <span class="operation">${operationOf(trace, members[0])}</span>
    <span class="count">${formatDuration(groupTime(trace, members))} in all</span>`;
}

function logName({ model }: RowLook, line: number): TemplateResult {
  const { severityNumber, body } = model.logs.lines[line];
  const level = severityLevel(severityNumber);
  return html`<span class="severity ${level.name}" title=${level.name}>${level.letter}</span
    ><span class="operation" title=${body}>${body}</span>`;
}
