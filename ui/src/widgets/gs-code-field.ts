/**
 * A field for a line or more of code: coloured, with suggestions and marks below what is wrong. In: the text, how to colour it, marks,
 * suggestions for where the cursor is; out: gs-input {value, cursor} while typing, gs-cursor (offset) when it moved, gs-pick (index),
 * gs-submit (value) on Enter. Shift and Enter begin a new line, ctrl and space ask for suggestions. As a `file` it has numbered lines,
 * Enter begins a new one with the indentation of the one before, and ctrl and Enter submit. What the code means is the listener's business.
 */
import { html, LitElement, nothing, type PropertyValues, type TemplateResult } from "lit";
import { customElement, property, query, state } from "lit/decorators.js";
import { live } from "lit/directives/live.js";
import { codeColorStyles, codeFieldStyles } from "./code-field-styles.ts";
import { cutPieces, type CodeMark, type CodePiece } from "./code-pieces.ts";
import { emit } from "./emit.ts";
import type { SuggestInput } from "./gs-suggest-input.ts";
import { sharedStyles } from "./shared-styles.ts";
import { ARROW_STEPS, stepActive, suggestionList, suggestionStyles, type SuggestItem } from "./suggestion-list.ts";

@customElement("gs-code-field")
export class GsCodeField extends LitElement {
  static override styles = [sharedStyles, suggestionStyles, codeFieldStyles, codeColorStyles];

  @property() value = "";
  @property() label = "";
  @property() placeholder = "";
  @property({ attribute: false }) paint: (text: string) => readonly CodePiece[] = (text) => [{ text, kind: "" }];
  @property({ attribute: false }) marks: readonly CodeMark[] = [];
  @property({ type: Boolean }) invalid = false;
  /** Many lines, numbered. */
  @property({ type: Boolean, reflect: true }) file = false;
  @property({ type: Boolean }) readonly = false;
  @property({ attribute: false }) suggestions: readonly SuggestItem[] = [];
  @state() private open = false;
  @state() private active = -1;
  @query("textarea") private field!: HTMLTextAreaElement;
  @query("pre") private picture!: HTMLElement;
  @query("ul") private list!: HTMLElement;

  override focus(): void {
    void this.updateComplete.then(() => this.field.focus());
  }

  /** Writes a text and puts the cursor into it, as if it had been typed. */
  write(text: string, cursor: number): void {
    this.field.value = text;
    this.field.setSelectionRange(cursor, cursor);
    this.tell();
  }

  override render(): TemplateResult {
    const visible = this.open && this.suggestions.length > 0;
    // The last line of the picture is as high as the field's, even when it is empty.
    return html`<div class="frame">
        <pre aria-hidden="true">${this.renderCode()}${"\n"}</pre>
        <textarea
          rows="1"
          role="combobox"
          spellcheck="false"
          autocomplete="off"
          autocapitalize="off"
          .value=${live(this.value)}
          placeholder=${this.placeholder}
          aria-label=${this.label}
          aria-expanded=${String(visible)}
          aria-controls="suggestions"
          aria-autocomplete="list"
          aria-invalid=${String(this.invalid)}
          aria-activedescendant=${visible && this.active >= 0 ? `suggestion-${this.active}` : nothing}
          @input=${this.onInput}
          ?readonly=${this.readonly}
          @click=${this.onMoved}
          @keyup=${this.tellCursor}
          @blur=${() => this.show(false)}
          @keydown=${this.onKey}
        ></textarea>
      </div>
      ${suggestionList(this.suggestions, this.active, this.label, this.pick)}`;
  }

  private renderCode(): unknown {
    const pieces = cutPieces(this.paint(this.value), this.marks);
    if (!this.file) return pieces.map(renderPiece);
    // Numbers are no text of the picture: it has the same letters as the field.
    const number = (nth: number, isWrong: boolean) => html`<i class=${isWrong ? "wrong" : ""} data-line=${nth}></i>`;
    const wrong = linesOf(this.value, this.marks);
    let line = 1;
    return [
      number(1, wrong.has(1)),
      ...pieces.flatMap(({ text, ...rest }) =>
        text.split(/(?<=\n)/).flatMap((part) => {
          const drawn = renderPiece({ text: part, ...rest });
          return part.endsWith("\n") ? [drawn, number(++line, wrong.has(line))] : [drawn];
        }),
      ),
    ];
  }

  protected override updated(changed: PropertyValues): void {
    if (changed.has("suggestions") && this.active >= this.suggestions.length) this.active = -1;
    const visible = this.open && this.suggestions.length > 0;
    if (visible !== this.list.matches(":popover-open")) this.list.togglePopover(visible);
    if (!visible) return;
    const { left, bottom } = this.caretBox();
    const { width } = this.list.getBoundingClientRect();
    this.list.style.left = `${Math.max(4, Math.min(left, window.innerWidth - width - 4))}px`;
    this.list.style.top = `${bottom + 4}px`;
    this.list.querySelector('[aria-selected="true"]')?.scrollIntoView({ block: "nearest" });
  }

  /** Where the cursor stands: the picture has the same text at the same place. */
  private caretBox(): { left: number; bottom: number } {
    let rest = this.field.selectionStart;
    const walker = document.createTreeWalker(this.picture, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      const { length } = node.textContent ?? "";
      if (rest <= length) {
        const range = document.createRange();
        range.setStart(node, rest);
        return range.getBoundingClientRect();
      }
      rest -= length;
    }
    return this.field.getBoundingClientRect();
  }

  private readonly onInput = (): void => {
    this.show(true);
    this.tell();
  };

  /** The cursor went elsewhere: suggestions for the old place would be wrong. */
  private readonly onMoved = (): void => {
    this.show(false);
    this.tellCursor();
  };

  private readonly tellCursor = (): void => emit(this, "gs-cursor", this.field.selectionStart);

  /** Puts the cursor at an offset and shows it. */
  moveTo(offset: number): void {
    this.field.focus();
    this.field.setSelectionRange(offset, offset);
    const { bottom } = this.caretBox();
    if (bottom > window.innerHeight || bottom < 0) window.scrollBy({ top: bottom - window.innerHeight / 2 });
    this.tellCursor();
  }

  private tell(): void {
    const detail: SuggestInput = { value: this.field.value, cursor: this.field.selectionStart };
    emit(this, "gs-input", detail);
  }

  /** As if it were typed, so that the browser can undo it. */
  private insert(text: string): void {
    const { selectionStart, selectionEnd } = this.field;
    if (!document.execCommand("insertText", false, text)) {
      this.field.setRangeText(text, selectionStart, selectionEnd, "end");
      this.tell();
    }
    this.show(false);
  }

  private show(open: boolean): void {
    this.open = open;
    this.active = -1;
  }

  private readonly pick = (event: Event, index: number): void => {
    event.preventDefault();
    this.active = -1;
    emit(this, "gs-pick", index);
  };

  private readonly onKey = (event: KeyboardEvent): void => {
    const count = this.open ? this.suggestions.length : 0;
    const by = ARROW_STEPS[event.key];
    if (by && count > 0) {
      event.preventDefault();
      this.active = stepActive(this.active, by, count);
    } else if (event.key === "Tab" && !event.shiftKey && count > 0) {
      this.pick(event, Math.max(0, this.active));
    } else if (event.key === "Enter" && count > 0 && this.active >= 0) {
      this.pick(event, this.active);
    } else if (event.key === "Enter" && this.file && !event.ctrlKey && !event.metaKey) {
      event.preventDefault();
      if (!this.readonly) this.insert(newLine(this.field.value.slice(0, this.field.selectionStart)));
    } else if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      this.show(false);
      emit(this, "gs-submit", this.field.value);
    } else if (event.key === " " && event.ctrlKey) {
      event.preventDefault();
      this.onInput();
    } else if (event.key === "Escape") {
      event.stopPropagation();
      if (count > 0) this.show(false);
      else this.field.blur();
    } else if (/^(?:ArrowLeft|ArrowRight|Home|End)$/.test(event.key)) {
      this.show(false);
    }
  };
}

function renderPiece({ text, kind, marked }: CodePiece & { readonly marked: boolean }): TemplateResult {
  return html`<span class="${kind} ${marked ? "marked" : ""}">${text}</span>`;
}

/** Numbers of the lines that have a mark. */
function linesOf(text: string, marks: readonly CodeMark[]): ReadonlySet<number> {
  return new Set(marks.map(({ start }) => text.slice(0, start).split("\n").length));
}

/** A line break with the indentation of the line that it ends; deeper behind a colon. */
function newLine(before: string): string {
  const line = before.slice(before.lastIndexOf("\n") + 1);
  const indent = /^\s*(?:- )?/.exec(line)?.[0].replaceAll("-", " ") ?? "";
  return `\n${indent}${/:\s*$/.test(line) ? "  " : ""}`;
}
