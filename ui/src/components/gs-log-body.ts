/**
 * The body of a log line: JSON as a tree, else text, harmless, a piece at a time when it is long. In: the text, how long the whole one is when
 * this is only its begin; out: gs-whole when all of it is wanted.
 */
import { css, html, LitElement, nothing, type PropertyValues, type TemplateResult } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { formatBytes } from "../base/format-bytes.ts";
import { decodeJsonText } from "../model/any-value.ts";
import { showHarmless } from "../base/harmless-text.ts";
import { emit } from "../widgets/emit.ts";
import "../widgets/gs-copy.ts";
import "../widgets/gs-json-tree.ts";
import { controlStyles, sharedStyles } from "../widgets/shared-styles.ts";

/** Letters that are laid out at first; more is asked for in steps of several times as many. */
const FIRST = 8000;
const STEP = 64_000;

@customElement("gs-log-body")
export class GsLogBody extends LitElement {
  static override styles = [
    sharedStyles,
    controlStyles,
    css`
      :host {
        position: relative;
        padding: var(--space-3);
        border-radius: var(--radius);
        background: var(--surface-2);
        font-family: var(--mono);
        font-size: var(--text-small);
        max-height: 60dvh;
        overflow: auto;
      }
      .text {
        white-space: pre-wrap;
        overflow-wrap: anywhere;
        unicode-bidi: isolate;
      }
      .tools {
        float: right;
        display: flex;
        gap: var(--space-3);
        margin-left: var(--space-3);
      }
      .more {
        display: flex;
        flex-wrap: wrap;
        gap: var(--space-3);
        align-items: center;
        margin-top: var(--space-3);
        font-family: var(--font);
        color: var(--text-2);
      }
    `,
  ];

  @property() body = "";
  /** 0 = the body is whole. */
  @property({ type: Number }) wholeBytes = 0;
  @state() private shown = FIRST;
  @state() private plain = false;
  private json?: ReturnType<typeof decodeJsonText>;

  protected override willUpdate(changed: PropertyValues): void {
    if (!changed.has("body")) return;
    this.shown = this.body.length > FIRST && this.shown > FIRST ? this.shown : FIRST;
    this.json = decodeJsonText(this.body);
  }

  override render(): TemplateResult {
    const tree = this.json !== undefined && !this.plain;
    return html`<span class="tools">
        ${this.json === undefined ? nothing : html`<button class="button plain" @click=${() => (this.plain = !this.plain)}>${this.plain ? "Tree" : "Text"}</button>`}
        <gs-copy .value=${this.body} what="body"></gs-copy>
      </span>
      ${
        tree
          ? html`<gs-json-tree .value=${this.json ?? null} .openDepth=${2}></gs-json-tree>`
          : html`<div class="text" tabindex="0">${showHarmless(this.body.slice(0, this.shown))}</div>`
      }
      ${this.renderMore(tree)}`;
  }

  private renderMore(tree: boolean): unknown {
    const hidden = tree ? 0 : this.body.length - this.shown;
    if (hidden <= 0 && this.wholeBytes === 0) return nothing;
    return html`<div class="more">
      ${
        hidden > 0
          ? html`<button class="button" @click=${() => (this.shown += STEP)}>Show more</button>
              <span>${formatBytes(hidden)} hidden</span>`
          : html`<button class="button" @click=${() => emit(this, "gs-whole")}>Load all of it</button>
              <span>${formatBytes(this.body.length)} of ${formatBytes(this.wholeBytes)}</span>`
      }
    </div>`;
  }
}
