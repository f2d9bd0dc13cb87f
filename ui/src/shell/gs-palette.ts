/**
 * The command palette: pages, services, operations, actions, and the trace that a pasted id names. In: what someone types; out: it
 * goes there. Services and operations are asked for when it opens, and matched as letters in order.
 */
import { html, LitElement, nothing, type TemplateResult } from "lit";
import { customElement, state } from "lit/decorators.js";
import { emit } from "../widgets/emit.ts";
import "../widgets/gs-dialog.ts";
import { dotStyles, hueStyles } from "../widgets/hue-styles.ts";
import { icon } from "../widgets/icons.ts";
import { controlStyles, sharedStyles } from "../widgets/shared-styles.ts";
import { basicEntries, findEntries, loadEntries, type PaletteEntry } from "./palette-entries.ts";
import { paletteStyles } from "./palette-styles.ts";

@customElement("gs-palette")
export class GsPalette extends LitElement {
  static override styles = [sharedStyles, controlStyles, dotStyles, ...hueStyles, paletteStyles];

  @state() private text = "";
  @state() private active = 0;
  @state() private entries: readonly PaletteEntry[] = basicEntries();
  private readonly abort = new AbortController();

  override connectedCallback(): void {
    super.connectedCallback();
    void loadEntries(this.abort.signal, (found) => {
      this.entries = [...this.entries, ...found];
    });
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.abort.abort();
  }

  override render(): TemplateResult {
    const shown = this.shown();
    return html`<gs-dialog open label="Command palette">
      <div class="field">
        ${icon("search")}
        <input
          autofocus
          type="text"
          role="combobox"
          spellcheck="false"
          autocomplete="off"
          placeholder="Service, operation, page, words of a log line, or a trace id"
          aria-label="Go to"
          aria-expanded="true"
          aria-controls="entries"
          aria-activedescendant=${shown.length > 0 ? `entry-${this.active}` : nothing}
          @input=${this.onInput}
          @keydown=${this.onKey}
        />
      </div>
      <ul id="entries" role="listbox" aria-label="Places">
        ${shown.map(
          (entry, index) =>
            html`<li
              id="entry-${index}"
              role="option"
              aria-selected=${String(index === this.active)}
              @click=${() => this.run(entry)}
              @pointermove=${() => (this.active = index)}
            >
              ${entry.hue === undefined ? icon(entry.icon) : html`<span class="dot hue-${entry.hue}"></span>`}
              <span class="cut">${entry.label}</span><span class="detail">${entry.detail}</span>
            </li>`,
        )}
        ${shown.length === 0 ? html`<li class="nothing" role="option" aria-selected="false">Nothing matches “${this.text}”</li>` : nothing}
      </ul>
    </gs-dialog>`;
  }

  protected override updated(): void {
    this.renderRoot.querySelector('[aria-selected="true"]')?.scrollIntoView({ block: "nearest" });
  }

  private shown(): PaletteEntry[] {
    return findEntries(this.entries, this.text);
  }

  private readonly onInput = (event: InputEvent): void => {
    this.text = (event.target as HTMLInputElement).value;
    this.active = 0;
  };

  private readonly onKey = (event: KeyboardEvent): void => {
    const shown = this.shown();
    const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (by && shown.length > 0) {
      event.preventDefault();
      this.active = (this.active + by + shown.length) % shown.length;
    } else if (event.key === "Enter" && shown[this.active]) {
      event.preventDefault();
      this.run(shown[this.active]);
    }
  };

  private run(entry: PaletteEntry): void {
    emit(this, "gs-close");
    entry.run();
  }
}
