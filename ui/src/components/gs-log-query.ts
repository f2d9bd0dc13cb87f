/**
 * The query bar of the logs page: coloured, completed, with what is wrong underlined at its place. In: the text, what is known for suggestions,
 * the server's complaint; out: gs-query (text) when it is meant, gs-edit (LogEdit) while typing. The slot takes buttons at its end.
 */
import { css, html, nothing, type TemplateResult } from "lit";
import { customElement, property, query } from "lit/decorators.js";
import { logEditAt, suggestLog, type LogEdit, type LogKnown } from "../model/log-completion.ts";
import { logErrorRange, paintLogQuery } from "../model/log-query-tokens.ts";
import { applySuggestion, type Suggestion } from "../model/suggestions.ts";
import "../widgets/gs-code-field.ts";
import type { GsCodeField } from "../widgets/gs-code-field.ts";
import { icon } from "../widgets/icons.ts";
import { controlStyles, sharedStyles } from "../widgets/shared-styles.ts";
import { QueryEditor, queryEditorStyles } from "./query-editor.ts";

@customElement("gs-log-query")
export class GsLogQuery extends QueryEditor<LogEdit> {
  static override styles = [
    sharedStyles,
    controlStyles,
    queryEditorStyles,
    css`
      .row {
        padding-left: var(--space-3);
      }
      .mark {
        display: flex;
        align-items: center;
        height: var(--row);
        color: var(--text-3);
      }
      .complaint {
        margin-top: var(--space-2);
      }
      .complaint::first-letter {
        text-transform: uppercase;
      }
    `,
  ];

  @property({ attribute: false }) known: LogKnown = { fields: [], values: [] };
  @query("gs-code-field") protected field!: GsCodeField;

  protected editAt(text: string, cursor: number): LogEdit {
    return logEditAt(text, cursor);
  }

  protected suggest(edit: LogEdit): Suggestion[] {
    return suggestLog(edit, this.known);
  }

  protected apply(text: string, edit: LogEdit, suggestion: Suggestion): { text: string; cursor: number } {
    return applySuggestion(text, edit, suggestion);
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
          .suggestions=${this.suggestions()}
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
}
