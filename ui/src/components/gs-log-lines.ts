/** A few log lines, each a button. In: lines of a trace and its begin; out: gs-open (the line's place in the list). */
import { css, html, LitElement, type TemplateResult } from "lit";
import { customElement, property } from "lit/decorators.js";
import { formatDuration } from "../base/format-duration.ts";
import { linesHarmless } from "../base/harmless-text.ts";
import { severityLevel } from "../model/severity.ts";
import type { TraceLog } from "../model/trace-logs.ts";
import { emit } from "../widgets/emit.ts";
import { sharedStyles } from "../widgets/shared-styles.ts";
import { severityStyles } from "./severity-styles.ts";

const LONGEST = 600;

@customElement("gs-log-lines")
export class GsLogLines extends LitElement {
  static override styles = [
    sharedStyles,
    severityStyles,
    css`
      button {
        display: grid;
        grid-template-columns: auto minmax(0, 1fr) auto;
        gap: var(--space-3);
        align-items: start;
        width: 100%;
        padding: var(--space-2) 0;
        font-size: var(--text-small);
        line-height: 1.4;
      }
      button:hover {
        background: var(--surface-2);
      }
      .text {
        overflow-wrap: anywhere;
        display: -webkit-box;
        -webkit-line-clamp: 3;
        -webkit-box-orient: vertical;
        overflow: hidden;
      }
    `,
  ];

  @property({ attribute: false }) lines: readonly TraceLog[] = [];

  override render(): TemplateResult {
    return html`<ul>
      ${this.lines.map((line, index) => {
        const level = severityLevel(line.severityNumber);
        return html`<li>
          <button @click=${() => emit(this, "gs-open", index)}>
            <span class="severity ${level.name}" title=${level.name}>${level.letter}</span>
            <span class="text">${linesHarmless(line.body, LONGEST)}</span
            ><span class="faint">${formatDuration(line.at)}</span>
          </button>
        </li>`;
      })}
    </ul>`;
  }
}
