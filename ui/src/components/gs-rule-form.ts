/**
 * A rule as a form: its kind, what that kind asks, for how long, how bad. In: the fields, what is known for PromQL suggestions; out: gs-rule
 * (the changed fields) at each change, gs-edit (PromEdit) while an expression is written. Knows no YAML.
 */
import { html, LitElement, nothing, type TemplateResult } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { applyProm, promEditAt, suggestProm, type PromEdit, type PromKnown } from "../model/promql-completion.ts";
import { BOUND_OPERATORS, joinBound, splitBound } from "../model/promql-threshold.ts";
import { paintPieces } from "../model/promql-tokens.ts";
import { formOf, RULE_KINDS, type RuleField, type RuleKind } from "../model/rule-kinds.ts";
import type { RuleFields } from "../model/rule-text.ts";
import { emit, type Emitted } from "../widgets/emit.ts";
import "../widgets/gs-code-field.ts";
import type { GsCodeField } from "../widgets/gs-code-field.ts";
import type { SuggestInput } from "../widgets/gs-suggest-input.ts";
import { controlStyles, sharedStyles } from "../widgets/shared-styles.ts";
import { ruleFormStyles } from "./rule-form-styles.ts";

const SEVERITIES = ["", "critical", "warning", "info", "page", "ticket"];

@customElement("gs-rule-form")
export class GsRuleForm extends LitElement {
  static override styles = [sharedStyles, controlStyles, ruleFormStyles];

  @property({ attribute: false }) fields?: RuleFields;
  @property({ type: Boolean }) recording = false;
  @property({ type: Boolean }) readonly = false;
  @property({ attribute: false }) known: PromKnown = { metrics: [], labels: [], values: [] };
  @property({ attribute: false }) services: readonly string[] = [];
  /** What is being written, and in which setting. */
  @state() private edit?: PromEdit & { readonly key: string };

  override render(): TemplateResult | typeof nothing {
    const { fields, recording } = this;
    if (!fields) return nothing;
    const form = formOf(fields.kind);
    return html`<form aria-label="The rule" @submit=${(event: Event) => event.preventDefault()}>
      <fieldset ?disabled=${this.readonly}>
        <label class="field"
          ><span class="name">${recording ? "Records as" : "Name"}</span
          >${this.input(fields.name, (name) => this.tell({ name }))}</label
        >
        ${recording ? nothing : this.renderKinds(fields.kind)}
        <div class="settings">
          ${form.fields.map((field) => this.renderField(field, fields))}
          ${recording ? nothing : this.renderCommon(fields)}
        </div>
      </fieldset>
      <datalist id="services">${this.services.map((name) => html`<option value=${name}></option>`)}</datalist>
    </form>`;
  }

  private renderKinds(kind: RuleKind): TemplateResult {
    return html`<div class="kinds" role="radiogroup" aria-label="Kind of rule">
        ${RULE_KINDS.map(
          (each) =>
            html`<label class=${each.kind === kind ? "chosen" : ""}
              ><input
                type="radio"
                name="kind"
                .checked=${each.kind === kind}
                @change=${() => this.tell({ kind: each.kind, settings: { ...each.initial } })}
              />${each.label}</label
            >`,
        )}
      </div>
      <p class="dim">${formOf(kind).about}</p>`;
  }

  private renderField(field: RuleField, fields: RuleFields): TemplateResult {
    const { key, type, label, usual, example, choices = [], isShort, isRest, isRequired } = field;
    const value = fields.settings[key] ?? "";
    if (type === "promql") return this.renderPromql(field, value, fields.kind === "expr");
    const hint = usual ?? example ?? "";
    const control =
      type === "choice"
        ? html`<select @change=${(event: Event) => this.set(key, (event.target as HTMLSelectElement).value)}>
            ${isRequired ? nothing : html`<option value="" ?selected=${value === ""}>${usual ?? ""}</option>`}
            ${choices.map((choice) => html`<option value=${choice} ?selected=${choice === value}>${choice}</option>`)}
          </select>`
        : this.input(value, (text) => this.set(key, text), hint, type === "service" ? "services" : undefined);
    return html`<label class="field ${isShort ? "short" : isRest ? "rest" : ""}"
      ><span class="name">${label}</span>${control}</label
    >`;
  }

  /** The bound of an alert's expression has a field of its own, where it is a number at its end. */
  private renderPromql({ key, label, example }: RuleField, value: string, hasBound: boolean): TemplateResult {
    const split = hasBound ? splitBound(value) : undefined;
    const measured = split?.measured ?? value;
    const put = (text: string, operator = split?.operator ?? "", bound = split?.bound ?? "") =>
      this.set(key, joinBound({ measured: text, operator, bound }));
    const onInput = ({ detail: { value: text, cursor } }: Emitted<SuggestInput>): void => {
      this.edit = { ...promEditAt(text, cursor), key };
      emit(this, "gs-edit", this.edit);
      put(text);
    };
    const { edit } = this;
    const suggestions = edit?.key === key ? suggestProm(edit, this.known) : [];
    const onPick = (event: Emitted<number>): void => {
      if (!edit || !suggestions[event.detail]) return;
      const { text, cursor } = applyProm(measured, edit, suggestions[event.detail]);
      (event.currentTarget as GsCodeField).write(text, cursor);
    };
    return html`<div class="field">
        <span class="name" aria-hidden="true">${label}</span>
        <gs-code-field
          class="code"
          label=${label}
          placeholder=${example ?? "sum by (service_name) (rate(requests_total[5m]))"}
          .value=${measured}
          .paint=${paintPieces}
          .suggestions=${suggestions}
          ?readonly=${this.readonly}
          @gs-input=${onInput}
          @gs-pick=${onPick}
        ></gs-code-field>
      </div>
      ${hasBound ? this.renderBound(measured, split?.operator ?? "", split?.bound ?? "", put) : nothing}`;
  }

  private renderBound(
    measured: string,
    operator: string,
    bound: string,
    put: (measured: string, operator: string, bound: string) => void,
  ): TemplateResult {
    const onOperator = (event: Event): void => {
      const { value } = event.target as HTMLSelectElement;
      put(measured, value, bound || "0");
    };
    return html`<label class="field short"
        ><span class="name">that is</span
        ><select @change=${onOperator}>
          <option value="" ?selected=${operator === ""}>there</option>
          ${BOUND_OPERATORS.map((each) => html`<option value=${each} ?selected=${each === operator}>${each}</option>`)}
        </select></label
      >
      ${
        operator === ""
          ? nothing
          : html`<label class="field short"
              ><span class="name">than</span
              >${this.input(bound, (text) => /\d$/.test(text.trim()) && put(measured, operator, text))}</label
            >`
      }`;
  }

  private renderCommon({ kind, for: holds, severity, summary }: RuleFields): TemplateResult {
    const severities = SEVERITIES.includes(severity) ? SEVERITIES : [...SEVERITIES, severity];
    return html`<label class="field short"
        ><span class="name">Holds for</span>${this.input(holds, (text) => this.tell({ for: text }), "at once")}</label
      >
      ${
        kind === "slo"
          ? html`<p class="dim field rest">It pages or makes a ticket by how fast the budget burns.</p>`
          : html`<label class="field short"
              ><span class="name">Severity</span
              ><select @change=${(event: Event) => this.tell({ severity: (event.target as HTMLSelectElement).value })}>
                ${severities.map((each) => html`<option value=${each} ?selected=${each === severity}>${each || "none"}</option>`)}
              </select></label
            >`
      }
      <label class="field"
        ><span class="name">Summary</span
        >${this.input(summary, (text) => this.tell({ summary: text }), kind === "expr" ? "{{ $labels.service_name }} fails" : "{{ $details.summary }}")}</label
      >`;
  }

  private input(value: string, onInput: (text: string) => void, placeholder = "", list?: string): TemplateResult {
    return html`<input
      .value=${value}
      placeholder=${placeholder}
      list=${list ?? nothing}
      spellcheck="false"
      autocomplete="off"
      @input=${(event: Event) => onInput((event.target as HTMLInputElement).value)}
    />`;
  }

  private set(key: string, value: string): void {
    if (this.fields) this.tell({ settings: { ...this.fields.settings, [key]: value } });
  }

  private tell(changes: Partial<RuleFields>): void {
    if (this.fields && !this.readonly) emit(this, "gs-rule", { ...this.fields, ...changes });
  }
}
