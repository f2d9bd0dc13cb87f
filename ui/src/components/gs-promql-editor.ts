/**
 * One PromQL query being written: coloured, completed, with what is wrong underlined at its place. In: the text, what is known for
 * suggestions, the server's complaint and remarks; out: gs-query (text) when it is meant, gs-edit (PromEdit) while typing, gs-format,
 * gs-remove.
 */
import { css, html, LitElement, nothing, type PropertyValues, type TemplateResult } from "lit";
import { customElement, property, query, state } from "lit/decorators.js";
import { applyProm, promEditAt, suggestProm, type PromEdit, type PromKnown } from "../model/promql-completion.ts";
import { errorRange, paintPieces, positionIn } from "../model/promql-tokens.ts";
import { emit, type Emitted } from "../widgets/emit.ts";
import "../widgets/gs-code-field.ts";
import type { GsCodeField } from "../widgets/gs-code-field.ts";
import type { SuggestInput } from "../widgets/gs-suggest-input.ts";
import { icon } from "../widgets/icons.ts";
import { controlStyles, sharedStyles } from "../widgets/shared-styles.ts";

export interface PromComplaint {
  readonly message: string;
  readonly hint?: string;
  /** 0-based. */
  readonly position?: number;
}

/** What Prometheus' messages begin with; where it is wrong is underlined. */
const PREFIX = /^(?:invalid parameter "query": )?(?:\d+:\d+: )?(?:parse error: )?/;

@customElement("gs-promql-editor")
export class GsPromqlEditor extends LitElement {
  static override styles = [
    sharedStyles,
    controlStyles,
    css`
      .row {
        display: grid;
        grid-template-columns: auto minmax(0, 1fr) auto;
        align-items: start;
        gap: var(--space-3);
        padding: var(--space-1) var(--space-2) var(--space-1) var(--space-4);
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
      .letter {
        color: var(--text-3);
        font-weight: var(--weight-strong);
        line-height: var(--row);
      }
      .tools {
        display: flex;
        gap: var(--space-1);
      }
      .complaint,
      .remarks {
        margin: var(--space-1) 0 0 var(--space-4);
        overflow-wrap: anywhere;
      }
      .complaint {
        color: var(--error);
      }
      .remarks {
        color: var(--warn);
      }
    `,
  ];

  @property() letter = "A";
  @property() value = "";
  @property({ attribute: false }) known: PromKnown = { metrics: [], labels: [], values: [] };
  /** Of the value, not of what is being typed. */
  @property({ attribute: false }) complaint?: PromComplaint;
  @property({ attribute: false }) remarks: readonly string[] = [];
  @property({ type: Boolean }) removable = false;
  @state() private text = "";
  @state() private edit?: PromEdit;
  @query("gs-code-field") private field!: GsCodeField;

  override focus(): void {
    void this.updateComplete.then(() => this.field.focus());
  }

  protected override willUpdate(changed: PropertyValues): void {
    if (changed.has("value")) this.text = this.value;
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
          .suggestions=${this.edit ? suggestProm(this.edit, this.known) : []}
          @gs-input=${this.onInput}
          @gs-pick=${this.onPick}
          @gs-submit=${() => this.submit(this.text)}
        ></gs-code-field>
        <span class="tools">
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

  private marksOf({ position, message }: PromComplaint): { start: number; end: number }[] {
    const at = position ?? positionIn(this.value, message);
    return at === undefined ? [] : [errorRange(this.text, at)];
  }

  private readonly onInput = (event: Emitted<SuggestInput>): void => {
    this.text = event.detail.value;
    this.edit = promEditAt(this.text, event.detail.cursor);
    emit(this, "gs-edit", this.edit);
  };

  private readonly onPick = (event: Emitted<number>): void => {
    if (!this.edit) return;
    const suggestion = suggestProm(this.edit, this.known)[event.detail];
    if (!suggestion) return;
    const { text, cursor } = applyProm(this.text, this.edit, suggestion);
    this.field.write(text, cursor);
  };

  private submit(text: string): void {
    this.text = text.trim();
    emit(this, "gs-query", this.text);
  }
}
