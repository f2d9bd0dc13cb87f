/** One log line in a list: when, severity, service, body, fields, and something at the side. In: texts; out: clicks bubble as clicks. */
import { css, html, LitElement, nothing, type TemplateResult } from "lit";
import { customElement, property } from "lit/decorators.js";
import { lineHarmless } from "../base/harmless-text.ts";
import { severityLevel } from "../model/severity.ts";
import { dotStyles, hueStyles } from "../widgets/hue-styles.ts";
import { sharedStyles } from "../widgets/shared-styles.ts";
import { severityStyles } from "./severity-styles.ts";

/** Letters that are looked at: rows show fewer. */
const LONGEST = 600;

@customElement("gs-log-row")
export class GsLogRow extends LitElement {
  static override styles = [
    sharedStyles,
    dotStyles,
    ...hueStyles,
    severityStyles,
    css`
      :host {
        container-type: inline-size;
      }
      button {
        display: grid;
        grid-template-columns: 7.5em auto 9em minmax(0, 1fr) minmax(0, 14em);
        align-items: center;
        gap: var(--space-4);
        width: 100%;
        height: var(--row);
        padding: 0 var(--space-5);
        border-bottom: var(--hairline) solid var(--line);
        border-radius: 0;
      }
      button:hover {
        background: var(--surface-2);
      }
      button[aria-pressed="true"] {
        background: var(--surface-selected);
      }
      .time {
        color: var(--text-2);
        white-space: nowrap;
        text-align: right;
      }
      .service {
        display: flex;
        align-items: center;
        gap: var(--space-3);
        color: var(--text-2);
        min-width: 0;
      }
      .body {
        font-family: var(--mono);
        font-size: var(--text-small);
      }
      .fields {
        margin-left: var(--space-4);
        color: var(--text-3);
        white-space: pre;
      }
      .aside {
        color: var(--text-3);
        font-size: var(--text-small);
        text-align: right;
      }
      @container (max-width: 720px) {
        button {
          grid-template-columns: auto auto minmax(0, 1fr) auto;
          gap: var(--space-3);
          padding: 0 var(--space-3);
        }
        .service .cut,
        .aside {
          display: none;
        }
        .time {
          order: 1;
          font-size: var(--text-small);
        }
      }
    `,
  ];

  @property() time = "";
  @property() timeTitle = "";
  @property({ type: Number }) severityNumber = 0;
  @property() service = "";
  @property({ type: Number }) hue = 0;
  @property() body = "";
  /** What else it says, faint. */
  @property() fields = "";
  @property() aside = "";
  @property({ type: Boolean }) selected = false;

  override render(): TemplateResult {
    const level = severityLevel(this.severityNumber);
    return html`<button aria-pressed=${String(this.selected)}>
      <span class="time" title=${this.timeTitle || nothing}>${this.time}</span>
      <span class="severity ${level.name}" title=${level.name}>${level.letter}</span>
      <span class="service" title=${this.service}
        ><span class="dot hue-${this.hue}"></span><span class="cut">${this.service}</span></span
      >
      <span class="body cut"
        >${lineHarmless(this.body, LONGEST)}${this.fields ? html`<span class="fields">${lineHarmless(this.fields, LONGEST)}</span>` : nothing}</span
      >
      <span class="aside cut">${this.aside}</span>
    </button>`;
  }
}
