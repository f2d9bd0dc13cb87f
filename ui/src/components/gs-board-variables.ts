/** The variables of a board to choose from. In: variables, what is chosen, which values there are; out: gs-variable {name, values}. */
import { css, html, LitElement, nothing, type TemplateResult } from "lit";
import { customElement, property } from "lit/decorators.js";
import type { WireBoardVariable } from "goldspan/contract";
import { ALL, optionsOf, type VariableValues } from "../model/board-variables.ts";
import { emit } from "../widgets/emit.ts";
import "../widgets/gs-popover.ts";
import { icon } from "../widgets/icons.ts";
import { controlStyles, sharedStyles } from "../widgets/shared-styles.ts";

@customElement("gs-board-variables")
export class GsBoardVariables extends LitElement {
  static override styles = [
    sharedStyles,
    controlStyles,
    css`
      .row {
        display: flex;
        flex-wrap: wrap;
        gap: var(--space-3) var(--space-5);
        margin-bottom: var(--space-4);
      }
      label,
      .label {
        display: inline-flex;
        align-items: center;
        gap: var(--space-3);
        color: var(--text-2);
      }
      select {
        max-width: var(--field-width);
      }
      .options {
        display: grid;
        gap: var(--space-2);
        min-width: 12em;
      }
      .options label {
        min-height: var(--row-compact);
        color: var(--text-1);
      }
    `,
  ];

  @property({ attribute: false }) variables: readonly WireBoardVariable[] = [];
  @property({ attribute: false }) values: VariableValues = {};
  @property({ attribute: false }) known: Readonly<Record<string, readonly string[]>> = {};

  override render(): TemplateResult | typeof nothing {
    const shown = this.variables.filter(({ type }) => type !== "constant");
    if (shown.length === 0) return nothing;
    return html`<div class="row">${shown.map((variable) => this.variable(variable))}</div>`;
  }

  private variable(variable: WireBoardVariable): TemplateResult {
    const title = variable.title || variable.name;
    const chosen = this.values[variable.name] ?? [];
    const all = "all" in variable && variable.all ? [ALL] : [];
    const options = [...new Set([...all, ...optionsOf(variable, this.known), ...chosen])];
    const isMulti = "multi" in variable && variable.multi;
    if (isMulti) return this.several(variable.name, title, options, chosen);
    return html`<label
      >${title}
      <select @change=${(event: Event) => this.tell(variable.name, [(event.currentTarget as HTMLSelectElement).value])}>
        ${options.map((option) => html`<option value=${option} ?selected=${chosen.includes(option)}>${nameOf(option)}</option>`)}
      </select>
    </label>`;
  }

  private several(name: string, title: string, options: readonly string[], chosen: readonly string[]): TemplateResult {
    const names = chosen.map(nameOf).join(", ") || "none";
    const toggle = (option: string, on: boolean): void => {
      if (option === ALL) this.tell(name, on ? [ALL] : []);
      else this.tell(name, [...chosen.filter((one) => one !== option && one !== ALL), ...(on ? [option] : [])]);
    };
    return html`<span class="label"
      >${title}
      <gs-popover label=${`${title}: ${names}`}>
        <span slot="label">${names} ${icon("down")}</span>
        <div class="options">
          ${options.map(
            (option) =>
              html`<label
                ><input
                  type="checkbox"
                  .checked=${chosen.includes(option)}
                  @change=${(event: Event) => toggle(option, (event.currentTarget as HTMLInputElement).checked)}
                />${nameOf(option)}</label
              >`,
          )}
        </div>
      </gs-popover>
    </span>`;
  }

  private tell(name: string, values: readonly string[]): void {
    emit(this, "gs-variable", { name, values });
  }
}

function nameOf(option: string): string {
  return option === ALL ? "all" : option;
}
