/**
 * The query bar of the traces page: one line of text that is the whole search, with suggestions. In: the text, what is known for
 * suggestions, the server's complaint if it had one; out: gs-query (text) when it is meant, gs-edit (Edit) while typing, so that the
 * page can look up keys and values.
 */
import { css, html, nothing, type TemplateResult } from "lit";
import { customElement, property, query } from "lit/decorators.js";
import { editAt, suggest, type Edit, type Known } from "../model/query-completion.ts";
import { applySuggestion, type Suggestion } from "../model/suggestions.ts";
import "../widgets/gs-suggest-input.ts";
import type { GsSuggestInput } from "../widgets/gs-suggest-input.ts";
import { icon } from "../widgets/icons.ts";
import { controlStyles, sharedStyles } from "../widgets/shared-styles.ts";
import { QueryEditor, type QueryComplaint } from "./query-editor.ts";

@customElement("gs-query-bar")
export class GsQueryBar extends QueryEditor<Edit> {
  static override styles = [
    sharedStyles,
    controlStyles,
    css`
      .bar {
        display: flex;
        align-items: center;
        gap: var(--space-3);
        height: calc(var(--row) + var(--space-2));
        padding: 0 var(--space-2) 0 var(--space-4);
        border: var(--hairline) solid var(--line-strong);
        border-radius: var(--radius);
        background: var(--surface-1);
        color: var(--text-3);
      }
      .bar:focus-within {
        outline: var(--focus-width) solid var(--accent);
        outline-offset: calc(-1 * var(--hairline));
      }
      .bar.wrong {
        border-color: var(--error);
      }
      gs-suggest-input {
        flex: 1;
        font-family: var(--mono);
        font-size: var(--text-small);
      }
      .complaint {
        margin-top: var(--space-2);
        color: var(--error);
      }
      pre {
        font: var(--text-small) var(--mono);
        color: var(--text-1);
        white-space: pre-wrap;
        overflow-wrap: anywhere;
      }
      mark {
        background: var(--error-soft);
        color: var(--error);
        text-decoration: underline wavy;
      }
    `,
  ];

  @property({ attribute: false }) known: Known = { services: [], operations: [], keys: [], values: [] };
  @query("gs-suggest-input") protected field!: GsSuggestInput;

  protected editAt(text: string, cursor: number): Edit {
    return editAt(text, cursor);
  }

  protected suggest(edit: Edit): Suggestion[] {
    return suggest(edit, this.known);
  }

  protected apply(text: string, edit: Edit, suggestion: Suggestion): { text: string; cursor: number } {
    return applySuggestion(text, edit, suggestion);
  }

  override render(): TemplateResult {
    return html`<div class="bar ${this.complaint ? "wrong" : ""}">
        ${icon("filter")}
        <gs-suggest-input
          bare
          label="Query"
          placeholder="service:checkout error duration>500ms http.route:/pay"
          .value=${this.text}
          .invalid=${this.complaint !== undefined}
          .suggestions=${this.suggestions()}
          @gs-input=${this.onInput}
          @gs-pick=${this.onPick}
          @gs-submit=${() => this.submit(this.text)}
        ></gs-suggest-input>
        ${this.text ? html`<button class="button plain icon" aria-label="Clear the query" @click=${() => this.submit("")}>${icon("close")}</button>` : nothing}
        ${this.text === this.value ? nothing : html`<button class="button primary" @click=${() => this.submit(this.text)}>Search</button>`}
      </div>
      ${this.complaint ? this.renderComplaint(this.complaint) : nothing}`;
  }

  private renderComplaint({ message, hint, position }: QueryComplaint): TemplateResult {
    const at = position ?? this.value.length;
    const end = /\s/.exec(this.value.slice(at + 1))?.index ?? this.value.length;
    return html`<div class="complaint" role="alert">
      ${
        position === undefined
          ? nothing
          : html`<pre>
${this.value.slice(0, at)}<mark>${this.value.slice(at, at + 1 + end) || " "}</mark>${this.value.slice(at + 1 + end)}</pre>`
      }
      ${message}${hint ? html`: <span class="dim">${hint}</span>` : nothing}
    </div>`;
  }
}
