/**
 * The query as a form, for those who would rather choose than write: service, operation, duration, errors. Each control reads its
 * part of the query's text and writes it back, so form and text never disagree. In: the text and what is known; out: gs-query.
 */
import { css, html, LitElement, type TemplateResult } from "lit";
import { customElement, property } from "lit/decorators.js";
import { parseDuration } from "../base/format-duration.ts";
import { hasWord, readTerm, writeTerm, writeWord } from "../model/query-text.ts";
import { emit } from "../widgets/emit.ts";
import { controlStyles, sharedStyles } from "../widgets/shared-styles.ts";

@customElement("gs-trace-filters")
export class GsTraceFilters extends LitElement {
  static override styles = [
    sharedStyles,
    controlStyles,
    css`
      form {
        display: flex;
        flex-wrap: wrap;
        gap: var(--space-3) var(--space-4);
        align-items: center;
      }
      label {
        display: inline-flex;
        align-items: center;
        gap: var(--space-3);
        color: var(--text-2);
      }
      select {
        max-width: 15em;
      }
      .duration input {
        width: 6em;
      }
      .duration input:user-invalid {
        border-color: var(--error);
      }
      slot {
        display: block;
        margin-left: auto;
      }
      @media (max-width: 699.98px) {
        select {
          max-width: 9.5em;
        }
        label > span {
          display: none;
        }
        label.errors > span {
          display: inline;
        }
      }
    `,
  ];

  @property() value = "";
  @property({ attribute: false }) services: readonly string[] = [];
  @property({ attribute: false }) operations: readonly string[] = [];

  override render(): TemplateResult {
    const service = readTerm(this.value, "service", ":", "=") ?? "";
    const operation = readTerm(this.value, "operation", ":", "=") ?? readTerm(this.value, "name", ":", "=") ?? "";
    return html`<form @submit=${(event: Event) => event.preventDefault()} aria-label="Filters">
      ${this.choice("Service", service, this.services, (value) => writeTerm(this.dropOperation(value), "service", [":", "="], value))}
      ${this.choice("Operation", operation, this.operations, (value) => writeTerm(this.value, "operation", [":", "="], value))}
      <label class="duration"
        ><span>Duration</span>
        ${this.bound("longer than", [">", ">="])}${this.bound("shorter than", ["<", "<="])}
      </label>
      <label class="errors">
        <input
          type="checkbox"
          .checked=${hasWord(this.value, "error")}
          @change=${(event: Event) => this.tell(writeWord(this.value, "error", (event.target as HTMLInputElement).checked))}
        />
        <span>Errors only</span>
      </label>
      <slot></slot>
    </form>`;
  }

  private choice(
    label: string,
    chosen: string,
    names: readonly string[],
    write: (value: string) => string,
  ): TemplateResult {
    const all = names.includes(chosen) || chosen === "" ? names : [chosen, ...names];
    return html`<label
      ><span>${label}</span>
      <select
        aria-label=${label}
        @change=${(event: Event) => this.tell(write((event.target as HTMLSelectElement).value))}
      >
        <option value="" ?selected=${chosen === ""}>any ${label.toLowerCase()}</option>
        ${all.map((name) => html`<option value=${name} ?selected=${name === chosen}>${name}</option>`)}
      </select>
    </label>`;
  }

  private bound(label: string, operators: readonly string[]): TemplateResult {
    return html`<input
      aria-label=${`Duration ${label}`}
      placeholder=${operators[0] === ">" ? "> 500ms" : "< 2s"}
      .value=${readTerm(this.value, "duration", ...operators) ?? ""}
      @change=${(event: Event) => this.writeBound(event.target as HTMLInputElement, operators)}
    />`;
  }

  private writeBound(field: HTMLInputElement, operators: readonly string[]): void {
    const text = field.value.replace(/[\s<>=]/g, "").replace(/min$/, "m");
    const valid = text === "" || parseDuration(text) !== undefined;
    field.setCustomValidity(valid ? "" : "Write 500ms, 1.5s or 2m");
    field.reportValidity();
    if (valid) this.tell(writeTerm(this.value, "duration", operators, /^[\d.]+$/.test(text) ? `${text}ms` : text));
  }

  /** Another service has other operations. */
  private dropOperation(service: string): string {
    return service === readTerm(this.value, "service", ":", "=")
      ? this.value
      : writeTerm(this.value, "operation", [":", "="], undefined);
  }

  private tell(query: string): void {
    emit(this, "gs-query", query);
  }
}
