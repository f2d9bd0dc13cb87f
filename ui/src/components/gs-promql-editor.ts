/**
 * One PromQL query being written: coloured, completed, with what is wrong underlined at its place. In: the text, what is known for
 * suggestions, the server's complaint and remarks; out: gs-query (text) when it is meant, gs-edit (PromEdit) while typing, gs-format,
 * gs-remove.
 */
import { css, html, nothing, type TemplateResult } from "lit";
import { customElement, property, query } from "lit/decorators.js";
import {
  applyProm,
  promEditAt,
  suggestProm,
  type PromEdit,
  type PromKnown,
  type PromSuggestion,
} from "../model/promql-completion.ts";
import { errorRange, paintPieces, positionIn } from "../model/promql-tokens.ts";
import { emit } from "../widgets/emit.ts";
import "../widgets/gs-code-field.ts";
import type { GsCodeField } from "../widgets/gs-code-field.ts";
import { icon } from "../widgets/icons.ts";
import { controlStyles, sharedStyles } from "../widgets/shared-styles.ts";
import { QueryEditor, queryEditorStyles, type QueryComplaint } from "./query-editor.ts";

/** What Prometheus' messages begin with; where it is wrong is underlined. */
const PREFIX = /^(?:invalid parameter "query": )?(?:\d+:\d+: )?(?:parse error: )?/;

@customElement("gs-promql-editor")
export class GsPromqlEditor extends QueryEditor<PromEdit, PromSuggestion> {
  static override styles = [
    sharedStyles,
    controlStyles,
    queryEditorStyles,
    css`
      .letter {
        color: var(--text-3);
        font-weight: var(--weight-strong);
        line-height: var(--row);
      }
      .remarks {
        margin: var(--space-1) 0 0 var(--space-4);
        color: var(--warn);
        overflow-wrap: anywhere;
      }
    `,
  ];

  @property() letter = "A";
  @property({ attribute: false }) known: PromKnown = { metrics: [], labels: [], values: [] };
  @property({ attribute: false }) remarks: readonly string[] = [];
  @property({ type: Boolean }) removable = false;
  /** Where an alert is made of it; "" = nowhere. */
  @property() alertHref = "";
  @query("gs-code-field") protected field!: GsCodeField;

  protected editAt(text: string, cursor: number): PromEdit {
    return promEditAt(text, cursor);
  }

  protected suggest(edit: PromEdit): PromSuggestion[] {
    return suggestProm(edit, this.known);
  }

  protected apply(text: string, edit: PromEdit, suggestion: PromSuggestion): { text: string; cursor: number } {
    return applyProm(text, edit, suggestion);
  }

  override render(): TemplateResult {
    const complaint = this.text.trim() === this.value.trim() ? this.complaint : undefined;
    const name = `Query ${this.letter}`;
    return html`<div class="row ${complaint ? "wrong" : ""}">
        <span class="letter" aria-hidden="true">${this.letter}</span>
        <gs-code-field
          label=${name}
          placeholder="PromQL, such as sum by (service_name) (rate(traces_span_metrics_calls_total[1m]))"
          .value=${this.text}
          .paint=${paintPieces}
          .marks=${complaint ? this.marksOf(complaint) : []}
          .invalid=${complaint !== undefined}
          .suggestions=${this.suggestions()}
          @gs-input=${this.onInput}
          @gs-pick=${this.onPick}
          @gs-submit=${() => this.submit(this.text)}
        ></gs-code-field>
        <span class="tools">
          ${
            this.alertHref && this.text.trim() === this.value
              ? html`<a
                  class="button plain icon"
                  href=${this.alertHref}
                  title="Make an alert of it"
                  aria-label=${`Make an alert of ${name}`}
                  >${icon("bell")}</a
                >`
              : nothing
          }
          ${
            this.text.trim() === this.value
              ? html`<button
                  class="button plain icon"
                  title="Write it neatly"
                  aria-label=${`Write ${name} neatly`}
                  ?disabled=${this.value === ""}
                  @click=${() => emit(this, "gs-format")}
                >
                  ${icon("sparkle")}
                </button>`
              : html`<button class="button primary" @click=${() => this.submit(this.text)}>Run</button>`
          }
          ${
            this.removable
              ? html`<button
                  class="button plain icon"
                  title="Remove"
                  aria-label=${`Remove ${name}`}
                  @click=${() => emit(this, "gs-remove")}
                >
                  ${icon("close")}
                </button>`
              : nothing
          }
        </span>
      </div>
      ${
        complaint
          ? html`<p class="complaint" role="alert">
              ${complaint.message.replace(PREFIX, "")}${complaint.hint ? html` <span class="dim">${complaint.hint}</span>` : nothing}
            </p>`
          : nothing
      }
      ${this.remarks.map((text) => html`<p class="remarks">${text}</p>`)}`;
  }

  private marksOf({ position, message }: QueryComplaint): { start: number; end: number }[] {
    const at = position ?? positionIn(this.value, message);
    return at === undefined ? [] : [errorRange(this.text, at)];
  }
}
