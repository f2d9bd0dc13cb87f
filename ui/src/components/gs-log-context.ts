/**
 * Lines around one, of the same instance, oldest first. In: a WireLogContext, hues; out: gs-open-line (the line), gs-wider (more of them).
 */
import { css, html, LitElement, nothing, type TemplateResult } from "lit";
import { customElement, property } from "lit/decorators.js";
import type { WireLog, WireLogContext } from "goldspan/contract";
import { formatDuration } from "../base/format-duration.ts";
import { formatClock } from "../base/format-time.ts";
import { nanosBetween, nanosToMillis, parseNanos } from "../base/nanos.ts";
import { linesHarmless } from "../base/harmless-text.ts";
import { severityLevel } from "../model/severity.ts";
import { emit } from "../widgets/emit.ts";
import { controlStyles, sharedStyles } from "../widgets/shared-styles.ts";
import { severityStyles } from "./severity-styles.ts";

const LONGEST = 300;

@customElement("gs-log-context")
export class GsLogContext extends LitElement {
  static override styles = [
    sharedStyles,
    controlStyles,
    severityStyles,
    css`
      li button {
        display: grid;
        grid-template-columns: 6.4em auto minmax(0, 1fr);
        gap: var(--space-3);
        align-items: start;
        width: 100%;
        padding: var(--space-1) var(--space-2);
        font-size: var(--text-small);
        line-height: 1.4;
        border-radius: var(--radius);
      }
      li button:hover {
        background: var(--surface-2);
      }
      li button[aria-current] {
        background: var(--surface-selected);
      }
      .text {
        font-family: var(--mono);
        overflow-wrap: anywhere;
        display: -webkit-box;
        -webkit-line-clamp: 2;
        -webkit-box-orient: vertical;
        overflow: hidden;
        unicode-bidi: isolate;
      }
      .at {
        text-align: right;
        color: var(--text-3);
        white-space: nowrap;
      }
      .more {
        color: var(--accent);
        padding: var(--space-1) var(--space-2);
        font-size: var(--text-small);
      }
    `,
  ];

  @property({ attribute: false }) context?: WireLogContext;
  /** So many were asked for on each side. */
  @property({ type: Number }) reach = 0;

  override render(): TemplateResult {
    const { context } = this;
    if (!context) return html`${nothing}`;
    const { before, log, after } = context;
    const wider = html`<button class="more" @click=${() => emit(this, "gs-wider")}>more</button>`;
    return html`${before.length >= this.reach ? wider : nothing}
      <ul>
        ${[...before, log, ...after].map((line) => this.renderLine(line, log))}
      </ul>
      ${after.length >= this.reach ? wider : nothing}
      ${before.length + after.length === 0 ? html`<p class="faint">No other line of this instance is near.</p>` : nothing}`;
  }

  private renderLine(line: WireLog, center: WireLog): TemplateResult {
    const level = severityLevel(line.severityNumber);
    const here = line === center;
    return html`<li>
      <button
        aria-current=${here ? "true" : nothing}
        title=${formatClock(nanosToMillis(line.timeUnixNano), 6)}
        @click=${() => !here && emit(this, "gs-open-line", line)}
      >
        <span class="at">${here ? "this" : awayOf(line, center)}</span>
        <span class="severity ${level.name}" title=${level.name}>${level.letter}</span>
        <span class="text">${linesHarmless(line.body || (line.eventName ?? ""), LONGEST)}</span>
      </button>
    </li>`;
  }
}

/** "−1.2 s" before it, "+40 ms" behind it. */
function awayOf(line: WireLog, center: WireLog): string {
  const nanos = nanosBetween(parseNanos(center.timeUnixNano), parseNanos(line.timeUnixNano));
  return `${nanos < 0 ? "−" : "+"}${formatDuration(Math.abs(nanos))}`;
}
