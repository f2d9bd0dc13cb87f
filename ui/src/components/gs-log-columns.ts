/**
 * Which columns log lines have: chosen ones in their order, moved by dragging or with alt and the arrow keys, and those that may be added. In:
 * columns, known fields; out: gs-columns (the columns from now on).
 */
import { css, html, LitElement, nothing, type TemplateResult } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { repeat } from "lit/directives/repeat.js";
import { formatCount } from "../base/format-number.ts";
import { fuzzyScore } from "../base/fuzzy.ts";
import { MOST_COLUMNS, moveColumn, toggleColumn } from "../model/log-columns.ts";
import { emit } from "../widgets/emit.ts";
import { icon } from "../widgets/icons.ts";
import { controlStyles, sharedStyles } from "../widgets/shared-styles.ts";

const MOST_OFFERED = 100;
/** Every row shows them anyway. */
const ALWAYS = new Set(["service", "level", "body"]);

@customElement("gs-log-columns")
export class GsLogColumns extends LitElement {
  static override styles = [
    sharedStyles,
    controlStyles,
    css`
      :host {
        width: min(var(--facets-width) * 1.3, 90vw);
      }
      h3 {
        margin: var(--space-2) 0 var(--space-1);
        font-size: var(--text-small);
        color: var(--text-2);
        font-weight: var(--weight-medium);
      }
      input {
        width: 100%;
      }
      ul {
        max-height: 34dvh;
        overflow: auto;
      }
      li {
        display: flex;
        align-items: center;
        gap: var(--space-2);
        min-height: var(--row-compact);
        border-radius: var(--radius);
      }
      li:hover {
        background: var(--surface-2);
      }
      li.over {
        box-shadow: inset 0 var(--focus-width) var(--accent);
      }
      .chosen li {
        cursor: grab;
      }
      .name {
        flex: 1;
        min-width: 0;
        padding: 0 var(--space-2);
        text-align: left;
      }
      li button:not(.name) {
        display: flex;
        color: var(--text-3);
      }
      li button:not(.name):hover {
        color: var(--accent);
      }
      .count {
        color: var(--text-3);
        font-size: var(--text-small);
        padding-right: var(--space-2);
      }
    `,
  ];

  @property({ attribute: false }) columns: readonly string[] = [];
  @property({ attribute: false }) names: readonly { readonly name: string; readonly count: number }[] = [];
  @state() private wanted = "";
  @state() private dragged = "";
  @state() private over = "";

  override render(): TemplateResult {
    const offered = this.names
      .filter(
        ({ name }) => !ALWAYS.has(name) && !this.columns.includes(name) && fuzzyScore(this.wanted, name) !== undefined,
      )
      .slice(0, MOST_OFFERED);
    return html`${
        this.columns.length > 0
          ? html`<h3>Columns</h3>
              <ul class="chosen">
                ${repeat(
                  this.columns,
                  (name) => name,
                  (name) => this.renderChosen(name),
                )}
              </ul>`
          : nothing
      }
      <h3>Add a column</h3>
      <input
        autofocus
        type="search"
        placeholder="Field"
        aria-label="Find a field"
        .value=${this.wanted}
        @input=${(event: Event) => (this.wanted = (event.target as HTMLInputElement).value)}
        @keydown=${(event: KeyboardEvent) => event.key === "Enter" && offered[0] && this.toggle(offered[0].name)}
      />
      <ul>
        ${offered.map(
          ({ name, count }) =>
            html`<li>
              <button
                class="name cut"
                ?disabled=${this.columns.length >= MOST_COLUMNS}
                @click=${() => this.toggle(name)}
              >
                ${name}
              </button>
              <span class="count">${count > 0 ? formatCount(count) : ""}</span>
            </li>`,
        )}
        ${offered.length === 0 ? html`<li class="faint">No field with “${this.wanted}”</li>` : nothing}
      </ul>`;
  }

  private renderChosen(name: string): TemplateResult {
    return html`<li
      draggable="true"
      class=${this.over === name && this.dragged !== name ? "over" : ""}
      @dragstart=${() => (this.dragged = name)}
      @dragover=${(event: DragEvent) => {
        event.preventDefault();
        this.over = name;
      }}
      @dragend=${() => (this.over = this.dragged = "")}
      @drop=${() => this.drop(name)}
    >
      <button
        class="name cut"
        title="Alt and an arrow key moves it"
        @keydown=${(event: KeyboardEvent) => this.onKey(event, name)}
      >
        ${name}
      </button>
      <button
        title=${`Move ${name} up`}
        aria-label=${`Move ${name} up`}
        @click=${() => this.tell(moveColumn(this.columns, name, -1))}
      >
        ${icon("up")}
      </button>
      <button
        title=${`Move ${name} down`}
        aria-label=${`Move ${name} down`}
        @click=${() => this.tell(moveColumn(this.columns, name, 1))}
      >
        ${icon("down")}
      </button>
      <button title=${`Take ${name} away`} aria-label=${`Take ${name} away`} @click=${() => this.toggle(name)}>
        ${icon("close")}
      </button>
    </li>`;
  }

  private onKey(event: KeyboardEvent, name: string): void {
    const by = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    if (!by || !event.altKey) return;
    event.preventDefault();
    event.stopPropagation();
    this.tell(moveColumn(this.columns, name, by));
  }

  private drop(on: string): void {
    const by = this.columns.indexOf(on) - this.columns.indexOf(this.dragged);
    if (this.dragged !== "" && by !== 0) this.tell(moveColumn(this.columns, this.dragged, by));
    this.over = "";
    this.dragged = "";
  }

  private toggle(name: string): void {
    this.tell(toggleColumn(this.columns, name));
  }

  private tell(columns: readonly string[]): void {
    emit(this, "gs-columns", columns);
  }
}
