/**
 * The variables of a board being changed: their names, where their values come from, how many can be chosen. In: variables, names of labels;
 * out: gs-variables (all of them) at each change, gs-close.
 */
import { css, html, LitElement, nothing, type TemplateResult } from "lit";
import { customElement, property } from "lit/decorators.js";
import type { WireBoardVariable } from "goldspan/contract";
import {
  newVariable,
  parseValues,
  turnVariable,
  VARIABLE_TYPES,
  variableProblem,
  withoutCurrent,
  type VariableType,
} from "../model/board-variable-edit.ts";
import { emit } from "../widgets/emit.ts";
import { icon, type IconName } from "../widgets/icons.ts";
import { controlStyles, sharedStyles } from "../widgets/shared-styles.ts";
import { editorFormStyles } from "./editor-form-styles.ts";

@customElement("gs-variable-editor")
export class GsVariableEditor extends LitElement {
  static override styles = [
    sharedStyles,
    controlStyles,
    editorFormStyles,
    css`
      .about {
        color: var(--text-2);
      }
      .variable {
        gap: var(--space-3);
        padding-bottom: var(--space-4);
        border-bottom: var(--hairline) solid var(--line);
      }
      legend {
        display: flex;
        align-items: center;
        width: 100%;
        font-size: var(--text-body);
        font-weight: var(--weight-strong);
        color: var(--text-1);
      }
      legend span:first-child {
        flex: 1;
        font-family: var(--mono);
        overflow-wrap: anywhere;
      }
      .problem {
        color: var(--error);
      }
    `,
  ];

  @property({ attribute: false }) variables: readonly WireBoardVariable[] = [];
  /** To choose labels from. */
  @property({ attribute: false }) labels: readonly string[] = [];

  override render(): TemplateResult {
    return html`<header class="panel-head side">
        <h2>Variables</h2>
        <button
          class="button plain icon aside"
          aria-label="Close"
          title="Close (esc)"
          @click=${() => emit(this, "gs-close")}
        >
          ${icon("close")}
        </button>
      </header>
      <form @submit=${(event: Event) => event.preventDefault()}>
        <p class="about">They stand in queries as $name; several chosen values are for =~ matchers.</p>
        ${this.variables.map((variable, index) => this.renderVariable(variable, index))}
        <button
          class="button"
          type="button"
          @click=${() => this.tell([...this.variables, newVariable(this.variables)])}
        >
          ${icon("plus")} Variable
        </button>
        <datalist id="labels">${this.labels.map((label) => html`<option value=${label}></option>`)}</datalist>
      </form>`;
  }

  private renderVariable(variable: WireBoardVariable, index: number): TemplateResult {
    const problem = variableProblem(this.variables, index);
    return html`<fieldset class="variable" aria-label=${`Variable ${variable.name}`}>
      <legend>
        <span>$${variable.name}</span>
        ${this.tool("up", "Earlier", index === 0, () => this.move(index, -1))}
        ${this.tool("down", "Later", index === this.variables.length - 1, () => this.move(index, 1))}
        ${this.tool("trash", "Remove", false, () => this.tell(this.variables.filter((_, at) => at !== index)))}
      </legend>
      <div class="pair">
        <label
          >Name
          <input
            .value=${variable.name}
            aria-invalid=${String(problem !== "")}
            @change=${(event: Event) => this.put(index, { ...variable, name: valueOf(event).trim().replace(/^\$/, "") })}
          />
        </label>
        <label
          >Title
          <input
            .value=${variable.title ?? ""}
            placeholder=${variable.name}
            @change=${(event: Event) => this.put(index, { ...variable, title: valueOf(event) || undefined })}
          />
        </label>
      </div>
      <label
        >Its values are
        <select
          @change=${(event: Event) => this.put(index, withoutCurrent(turnVariable(variable, valueOf(event) as VariableType)))}
        >
          ${VARIABLE_TYPES.map(({ type, label }) => html`<option value=${type} ?selected=${type === variable.type}>${label}</option>`)}
        </select>
      </label>
      ${this.renderOwn(variable, index)} ${problem ? html`<p class="problem" role="alert">${problem}</p>` : nothing}
    </fieldset>`;
  }

  private renderOwn(variable: WireBoardVariable, index: number): unknown {
    if (variable.type === "constant")
      return html`<label
        >Value
        <input
          .value=${variable.value}
          @change=${(event: Event) => this.put(index, { ...variable, value: valueOf(event) })}
        />
      </label>`;
    const choice = (field: "multi" | "all", label: string): TemplateResult =>
      html`<label class="check"
        ><input
          type="checkbox"
          .checked=${variable[field] ?? false}
          @change=${(event: Event) => this.put(index, { ...variable, [field]: (event.currentTarget as HTMLInputElement).checked })}
        />${label}</label
      >`;
    return html`${
      variable.type === "custom"
        ? html`<label
            >Values, with commas between them
            <input
              .value=${variable.values.join(", ")}
              @change=${(event: Event) => this.put(index, withoutCurrent({ ...variable, values: parseValues(valueOf(event)) }))}
            />
          </label>`
        : html`<label
              >Label
              <input
                list="labels"
                .value=${variable.label}
                @change=${(event: Event) => this.put(index, withoutCurrent({ ...variable, label: valueOf(event).trim() }))}
              />
            </label>
            <label
              >Only of series that meet
              <input
                class="mono"
                placeholder='up{job="$job"}'
                .value=${variable.selector ?? ""}
                @change=${(event: Event) => this.put(index, { ...variable, selector: valueOf(event) || undefined })}
              />
            </label>`
    }${choice("multi", "Several can be chosen")}${choice("all", "Offers all of them at once")}`;
  }

  private tool(name: IconName, label: string, isIdle: boolean, run: () => void): TemplateResult {
    return html`<button
      class="button plain icon"
      type="button"
      title=${label}
      aria-label=${label}
      ?disabled=${isIdle}
      @click=${run}
    >
      ${icon(name)}
    </button>`;
  }

  /** The order matters: a selector may name the variables before it. */
  private move(index: number, by: -1 | 1): void {
    const moved = [...this.variables];
    const [one] = moved.splice(index, 1);
    moved.splice(index + by, 0, one);
    this.tell(moved);
  }

  private put(index: number, variable: WireBoardVariable): void {
    this.tell(this.variables.map((one, at) => (at === index ? variable : one)));
  }

  private tell(variables: readonly WireBoardVariable[]): void {
    emit(this, "gs-variables", variables);
  }
}

function valueOf(event: Event): string {
  return (event.currentTarget as HTMLInputElement | HTMLSelectElement).value;
}
