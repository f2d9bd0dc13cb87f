/** The box beside a chart's cursor: the moment, and what was measured then. In: rows in the order to show; out: a template, and its place. */
import { html, nothing, type TemplateResult } from "lit";
import { formatRecent } from "../base/format-time.ts";
import { styleOf } from "./style-of.ts";

export interface TipLine {
  readonly label: string;
  readonly value: string;
  /** A colour token. */
  readonly tone: string;
  readonly nearest?: boolean;
}

const AWAY = 12;

export function renderTip(millis: number, lines: readonly TipLine[], more: unknown = nothing): TemplateResult {
  return html`<div class="tip">
    <p>${formatRecent(millis, Date.now())}</p>
    <ul>
      ${lines.map(
        ({ label, value, tone, nearest }) =>
          html`<li class=${nearest && lines.length > 1 ? "nearest" : ""}>
            <i ${styleOf({ "--tone": `var(--${tone})` })}></i><span class="cut">${label}</span
            ><span class="value">${value}</span>
          </li>`,
      )}
    </ul>
    ${lines.length === 0 ? html`<p>no value</p>` : nothing}${more}
  </div>`;
}

/** Right of the cursor in the left half of the chart, left of it in the right half. Pixels from the host's corner. */
export function placeTip(tip: HTMLElement | null, x: number, top: number, width: number): void {
  if (!tip) return;
  const onLeft = x > width / 2;
  tip.style.left = onLeft ? "" : `${x + AWAY}px`;
  tip.style.right = onLeft ? `${width - x + AWAY}px` : "";
  tip.style.top = `${top}px`;
}

/** Where a key moves the cursor among `count` values: an index, null = away, undefined = the key is not for it. */
export function stepCursor(key: string, at: number | null, count: number): number | null | undefined {
  if (key === "Escape") return at === null ? undefined : null;
  if (count === 0) return undefined;
  if (key === "ArrowLeft") return Math.max(0, (at ?? count) - 1);
  if (key === "ArrowRight") return Math.min(count - 1, (at ?? -1) + 1);
  if (key === "Home") return 0;
  return key === "End" ? count - 1 : undefined;
}
