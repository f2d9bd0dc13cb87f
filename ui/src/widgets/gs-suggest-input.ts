/**
 * A text field that suggests. In: the value, suggestions for it; out: gs-input {value, cursor} while typing, gs-pick (index) when a
 * suggestion is taken, gs-submit (value) on Enter. What suggestions mean is the listener's business. ARIA: combobox with a listbox.
 */
import { css, html, LitElement, nothing, type PropertyValues, type TemplateResult } from "lit";
import { customElement, property, query, state } from "lit/decorators.js";
import { live } from "lit/directives/live.js";
import { emit } from "./emit.ts";
import { controlStyles, sharedStyles } from "./shared-styles.ts";
import { ARROW_STEPS, stepActive, suggestionList, suggestionStyles, type SuggestItem } from "./suggestion-list.ts";

export interface SuggestInput {
  readonly value: string;
  readonly cursor: number;
}

@customElement("gs-suggest-input")
export class GsSuggestInput extends LitElement {
  static override styles = [
    sharedStyles,
    controlStyles,
    suggestionStyles,
    css`
      :host {
        position: relative;
      }
      input {
        width: 100%;
      }
      :host([bare]) input {
        border: 0;
        background: none;
        padding: 0;
        outline: none;
      }
      .detail {
        white-space: nowrap;
      }
    `,
  ];

  @property() value = "";
  @property() label = "";
  @property() placeholder = "";
  @property({ type: Boolean }) invalid = false;
  @property({ attribute: false }) suggestions: readonly SuggestItem[] = [];
  @state() private open = false;
  @state() private active = -1;
  @query("input") private field!: HTMLInputElement;
  @query("ul") private list!: HTMLElement;

  override focus(): void {
    this.field.focus();
    this.field.select();
  }

  /** Writes a text and puts the cursor into it, as if it had been typed: asks for suggestions there. */
  write(text: string, cursor: number): void {
    this.field.value = text;
    this.field.setSelectionRange(cursor, cursor);
    this.tell();
  }

  override render(): TemplateResult {
    return html`<input
        type="text"
        role="combobox"
        spellcheck="false"
        autocomplete="off"
        autocapitalize="off"
        .value=${live(this.value)}
        placeholder=${this.placeholder}
        aria-label=${this.label}
        aria-expanded=${String(this.open && this.suggestions.length > 0)}
        aria-controls="suggestions"
        aria-autocomplete="list"
        aria-invalid=${String(this.invalid)}
        aria-activedescendant=${this.open && this.active >= 0 ? `suggestion-${this.active}` : nothing}
        @input=${this.tell}
        @focus=${this.tell}
        @click=${this.tell}
        @blur=${() => this.show(false)}
        @keydown=${this.onKey}
      />
      ${suggestionList(this.suggestions, this.active, this.label, this.pick)}`;
  }

  protected override updated(changed: PropertyValues): void {
    if (changed.has("suggestions")) this.active = -1;
    const visible = this.open && this.suggestions.length > 0;
    if (visible !== this.list.matches(":popover-open")) this.list.togglePopover(visible);
    if (!visible) return;
    const { left, bottom, width } = this.field.getBoundingClientRect();
    this.list.style.left = `${left}px`;
    this.list.style.top = `${bottom + 4}px`;
    this.list.style.minWidth = `${Math.min(width, 320)}px`;
    this.list.style.maxWidth = `${Math.max(width, 320)}px`;
    this.list.querySelector('[aria-selected="true"]')?.scrollIntoView({ block: "nearest" });
  }

  private readonly tell = (): void => {
    this.show(true);
    const detail: SuggestInput = {
      value: this.field.value,
      cursor: this.field.selectionStart ?? this.field.value.length,
    };
    emit(this, "gs-input", detail);
  };

  private show(open: boolean): void {
    this.open = open;
    if (!open) this.active = -1;
  }

  private readonly pick = (event: Event, index: number): void => {
    event.preventDefault();
    emit(this, "gs-pick", index);
  };

  private readonly onKey = (event: KeyboardEvent): void => {
    const count = this.open ? this.suggestions.length : 0;
    const by = ARROW_STEPS[event.key];
    if (by && count > 0) {
      event.preventDefault();
      this.active = stepActive(this.active, by, count);
    } else if ((event.key === "Enter" || event.key === "Tab") && count > 0 && this.active >= 0) {
      this.pick(event, this.active);
    } else if (event.key === "Enter") {
      this.show(false);
      emit(this, "gs-submit", this.field.value);
    } else if (event.key === "Escape" && count > 0) {
      event.stopPropagation();
      this.show(false);
    } else if (event.key === "Escape") {
      this.field.blur();
    }
  };
}
