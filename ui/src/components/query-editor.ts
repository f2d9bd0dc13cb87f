/**
 * What the fields that queries are written in have in common: the text, what suggestions do to it, and when it is meant. In: the value, what
 * is known for suggestions, the server's complaint; out: gs-query (text) when it is meant, gs-edit (Edit) while typing. What a language is
 * made of, and how the field looks, the elements say.
 */
import { css, LitElement, type PropertyValues } from "lit";
import { property, state } from "lit/decorators.js";
import type { Suggestion } from "../model/suggestions.ts";
import { emit, type Emitted } from "../widgets/emit.ts";
import type { SuggestInput } from "../widgets/gs-suggest-input.ts";

export interface QueryComplaint {
  readonly message: string;
  readonly hint?: string;
  /** 0-based. */
  readonly position?: number;
}

export abstract class QueryEditor<Edit, S extends Suggestion = Suggestion> extends LitElement {
  @property() value = "";
  /** Of the value, not of what is being typed. */
  @property({ attribute: false }) complaint?: QueryComplaint;
  @state() protected text = "";
  @state() protected edit?: Edit;

  protected abstract readonly field: { focus(): void; write(text: string, cursor: number): void };
  protected abstract editAt(text: string, cursor: number): Edit;
  protected abstract suggest(edit: Edit): S[];
  protected abstract apply(text: string, edit: Edit, suggestion: S): { text: string; cursor: number };

  override focus(): void {
    void this.updateComplete.then(() => this.field.focus());
  }

  protected override willUpdate(changed: PropertyValues): void {
    if (changed.has("value")) this.text = this.value;
  }

  protected suggestions(): S[] {
    return this.edit ? this.suggest(this.edit) : [];
  }

  protected readonly onInput = (event: Emitted<SuggestInput>): void => {
    this.text = event.detail.value;
    this.edit = this.editAt(this.text, event.detail.cursor);
    emit(this, "gs-edit", this.edit);
  };

  protected readonly onPick = (event: Emitted<number>): void => {
    const suggestion = this.suggestions()[event.detail];
    if (!this.edit || !suggestion) return;
    const { text, cursor } = this.apply(this.text, this.edit, suggestion);
    this.field.write(text, cursor);
  };

  protected submit(text: string): void {
    this.text = text.trim();
    emit(this, "gs-query", this.text);
  }
}

/** A frame around a mark, the code field and tools, and what is wrong below it. */
export const queryEditorStyles = css`
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
  .tools {
    display: flex;
    gap: var(--space-1);
  }
  .complaint {
    margin: var(--space-1) 0 0 var(--space-4);
    color: var(--error);
    overflow-wrap: anywhere;
  }
`;
