/**
 * A new silence: which alerts by their labels, for how long, who, and why. In: matchers to begin with, whether it is being saved; out:
 * gs-save with a WireNewSilence, gs-close.
 */
import { css, html, LitElement, nothing, type PropertyValues, type TemplateResult } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import type { WireMatcher, WireNewSilence } from "goldspan/contract";
import { DURATIONS, givenMatchers, OPERATORS, refuseMatchers } from "../model/silences.ts";
import { emit } from "../widgets/emit.ts";
import { icon } from "../widgets/icons.ts";
import { controlStyles, sharedStyles } from "../widgets/shared-styles.ts";

const EMPTY: WireMatcher = { name: "", operator: "=", value: "" };

@customElement("gs-silence-form")
export class GsSilenceForm extends LitElement {
  static override styles = [
    sharedStyles,
    controlStyles,
    css`
      form {
        display: grid;
        gap: var(--space-4);
        padding: var(--space-4) var(--space-5) var(--space-5);
        max-width: calc(2 * var(--field-width));
      }
      fieldset {
        display: grid;
        gap: var(--space-2);
        margin: 0;
        padding: 0;
        border: 0;
        min-width: 0;
      }
      legend,
      .name {
        padding: 0 0 var(--space-2);
        color: var(--text-2);
        font-size: var(--text-small);
      }
      .row {
        display: grid;
        grid-template-columns: minmax(0, 2fr) auto minmax(0, 3fr) auto;
        gap: var(--space-2);
      }
      fieldset .button {
        justify-self: start;
      }
      .choices,
      .end {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: var(--space-3) var(--space-4);
      }
      .choices label {
        display: inline-flex;
        align-items: center;
        gap: var(--space-2);
        min-height: var(--row);
      }
      input[type="radio"] {
        height: auto;
        margin: 0;
        accent-color: var(--accent);
      }
      .pair {
        display: grid;
        grid-template-columns: minmax(0, 1fr) minmax(0, 2fr);
        gap: var(--space-4);
      }
      label.field {
        display: grid;
      }
      @media (max-width: 899.98px) {
        form {
          padding-inline: var(--space-4);
        }
        .pair {
          grid-template-columns: minmax(0, 1fr);
        }
      }
    `,
  ];

  @property({ attribute: false }) matchers: readonly WireMatcher[] = [];
  @property({ type: Boolean }) busy = false;
  @state() private rows: readonly WireMatcher[] = [EMPTY];
  @state() private millis = DURATIONS[0].millis;
  @state() private complaint = "";

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has("matchers")) this.rows = this.matchers.length > 0 ? this.matchers : [EMPTY];
  }

  override render(): TemplateResult {
    return html`<form aria-label="New silence" @submit=${this.onSubmit}>
      <fieldset>
        <legend>Alerts with these labels</legend>
        ${this.rows.map((row, index) => this.renderRow(row, index))}
        <button type="button" class="button plain" @click=${() => (this.rows = [...this.rows, EMPTY])}>
          ${icon("plus")} One more label
        </button>
      </fieldset>
      <fieldset>
        <legend>For how long</legend>
        <div class="choices">
          ${DURATIONS.map(
            ({ label, millis }) =>
              html`<label
                ><input
                  type="radio"
                  name="duration"
                  .checked=${millis === this.millis}
                  @change=${() => (this.millis = millis)}
                />${label}</label
              >`,
          )}
        </div>
      </fieldset>
      <div class="pair">
        <label class="field"><span class="name">Who</span><input name="who" required maxlength="200" /></label>
        <label class="field"><span class="name">Why</span><input name="why" required maxlength="1000" /></label>
      </div>
      <div class="end">
        <button class="button primary" ?disabled=${this.busy}>${icon("bellOff")} Silence</button>
        <button type="button" class="button" @click=${() => emit(this, "gs-close")}>Cancel</button>
        ${this.complaint ? html`<p class="error" role="alert">${this.complaint}</p>` : nothing}
      </div>
    </form>`;
  }

  private renderRow(row: WireMatcher, index: number): TemplateResult {
    const nth = index + 1;
    const change = (part: Partial<WireMatcher>) =>
      (this.rows = this.rows.map((each, at) => (at === index ? { ...each, ...part } : each)));
    return html`<div class="row">
      <input
        class="mono"
        aria-label=${`Label ${nth}`}
        placeholder="label"
        .value=${row.name}
        @input=${(event: Event) => change({ name: (event.target as HTMLInputElement).value })}
      />
      <select
        aria-label=${`How label ${nth} is compared`}
        @change=${(event: Event) => change({ operator: OPERATORS[(event.target as HTMLSelectElement).selectedIndex] })}
      >
        ${OPERATORS.map((operator) => html`<option ?selected=${operator === row.operator}>${operator}</option>`)}
      </select>
      <input
        class="mono"
        aria-label=${`Value of label ${nth}`}
        placeholder="value"
        .value=${row.value}
        @input=${(event: Event) => change({ value: (event.target as HTMLInputElement).value })}
      />
      <button
        type="button"
        class="button plain icon"
        aria-label=${`Leave label ${nth} out`}
        ?disabled=${this.rows.length === 1}
        @click=${() => (this.rows = this.rows.filter((_, at) => at !== index))}
      >
        ${icon("minus")}
      </button>
    </div>`;
  }

  private readonly onSubmit = (event: SubmitEvent): void => {
    event.preventDefault();
    const matchers = givenMatchers(this.rows);
    this.complaint = refuseMatchers(matchers);
    if (this.complaint !== "") return;
    const { elements } = event.target as HTMLFormElement;
    const said = (name: string): string => (elements.namedItem(name) as HTMLInputElement).value.trim();
    const now = Date.now();
    const silence: WireNewSilence = {
      matchers,
      startsAtMillis: now,
      endsAtMillis: now + this.millis,
      createdBy: said("who"),
      comment: said("why"),
    };
    emit(this, "gs-save", silence);
  };
}
