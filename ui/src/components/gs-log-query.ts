/**
 * The query bar of the logs page: coloured, completed, with what is wrong underlined at its place. In: the text, what is known for suggestions,
 * the server's complaint; out: gs-query (text) when it is meant, gs-edit (LogEdit) while typing. The slot takes buttons at its end.
 */
import { css, html, LitElement, nothing, type PropertyValues, type TemplateResult } from "lit";
import { customElement, property, query, state } from "lit/decorators.js";
import { applyLog, logEditAt, suggestLog, type LogEdit, type LogKnown } from "../model/log-completion.ts";
import { logErrorRange, paintLogQuery } from "../model/log-query-tokens.ts";
import { emit, type Emitted } from "../widgets/emit.ts";
import "../widgets/gs-code-field.ts";
import type { GsCodeField } from "../widgets/gs-code-field.ts";
import type { SuggestInput } from "../widgets/gs-suggest-input.ts";
import { icon } from "../widgets/icons.ts";
import { controlStyles, sharedStyles } from "../widgets/shared-styles.ts";

export interface LogComplaint {
  readonly message: string;
  readonly hint?: string;
  /** 0-based. */
  readonly position?: number;
}

@customElement("gs-log-query")
export class GsLogQuery extends LitElement {
  static override styles = [
    sharedStyles,
    controlStyles,
    css`
      .row {
        display: grid;
        grid-template-columns: auto minmax(0, 1fr) auto;
        align-items: start;
        gap: var(--space-3);
        padding: var(--space-1) var(--space-2) var(--space-1) var(--space-3);
        border: var(--hairline) solid var(--line-strong);
        border-radius: var(--radius);
        background: var(--surface-1);
      }
      .row:focus-within {
        outline: var(--focus-width) solid var(--accent);
        outline-offset: calc(-1 * var(--hairline));
      }
      .row.wrong {
        border-color: var(--error);
      }
      .mark {
        display: flex;
        align-items: center;
        height: var(--row);
        color: var(--text-3);
      }
      .tools {
        display: flex;
        gap: var(--space-1);
      }
      .complaint {
        margin: var(--space-2) 0 0 var(--space-4);
        color: var(--error);
        overflow-wrap: anywhere;
      }
      .complaint::first-letter {
        text-transform: uppercase;
      }
    `,
  ];

  @property() value = "";
  @property({ attribute: false }) known: LogKnown = { fields: [], values: [] };
  /** Of the value, not of what is being typed. */
  @property({ attribute: false }) complaint?: LogComplaint;
  @state() private text = "";
  @state() private edit?: LogEdit;
  @query("gs-code-field") private field!: GsCodeField;

  override focus(): void {
    void this.updateComplete.then(() => this.field.focus());
  }

  protected override willUpdate(changed: PropertyValues): void {
    if (changed.has("value")) this.text = this.value;
  }

  override render(): TemplateResult {
    const complaint = this.text.trim() === this.value.trim() ? this.complaint : undefined;
    return html`<div class="row ${complaint ? "wrong" : ""}">
        <span class="mark">${icon("search")}</span>
        <gs-code-field
          label="Query"
          placeholder='timeout service:checkout level>=warn -"health check" | count by level'
          .value=${this.text}
          .paint=${paintLogQuery}
          .marks=${complaint?.position === undefined ? [] : [logErrorRange(this.text, complaint.position)]}
          .invalid=${complaint !== undefined}
          .suggestions=${this.edit ? suggestLog(this.edit, this.known) : []}
          @gs-input=${this.onInput}
          @gs-pick=${this.onPick}
          @gs-submit=${() => this.submit(this.text)}
        ></gs-code-field>
        <span class="tools">
          ${
            this.text.trim() === this.value.trim()
              ? nothing
              : html`<button class="button primary" @click=${() => this.submit(this.text)}>Search</button>`
          }
          ${this.text ? html`<button class="button plain icon" title="Clear the query" aria-label="Clear the query" @click=${() => this.submit("")}>${icon("close")}</button>` : nothing}
          <slot></slot>
        </span>
      </div>
      ${
        complaint
          ? html`<p class="complaint" role="alert">
              ${complaint.message}${complaint.hint ? html`: <span class="dim">${complaint.hint}</span>` : nothing}
            </p>`
          : nothing
      }`;
  }

  private readonly onInput = (event: Emitted<SuggestInput>): void => {
    this.text = event.detail.value;
    this.edit = logEditAt(this.text, event.detail.cursor);
    emit(this, "gs-edit", this.edit);
  };

  private readonly onPick = (event: Emitted<number>): void => {
    if (!this.edit) return;
    const suggestion = suggestLog(this.edit, this.known)[event.detail];
    if (!suggestion) return;
    const { text, cursor } = applyLog(this.text, this.edit, suggestion);
    this.field.write(text, cursor);
  };

  private submit(text: string): void {
    this.text = text.trim();
    emit(this, "gs-query", this.text);
  }
}
