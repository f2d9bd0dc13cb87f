/**
 * Saved searches: open, save the present one, rename, overwrite, delete. In: the searches, what is asked now; out: gs-open-search (the search),
 * gs-save-search {id?, title}, gs-rename-search {id, title}, gs-delete-search (id).
 */
import { css, html, LitElement, nothing, type TemplateResult } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { repeat } from "lit/directives/repeat.js";
import type { WireSavedSearch } from "goldspan/contract";
import { formatAgo, formatDateTime } from "../base/format-time.ts";
import { emit } from "../widgets/emit.ts";
import { icon } from "../widgets/icons.ts";
import { controlStyles, sharedStyles } from "../widgets/shared-styles.ts";

@customElement("gs-log-searches")
export class GsLogSearches extends LitElement {
  static override styles = [
    sharedStyles,
    controlStyles,
    css`
      :host {
        width: min(var(--field-width), 90vw);
      }
      ul {
        max-height: 44dvh;
        overflow: auto;
        margin-bottom: var(--space-3);
      }
      li {
        display: flex;
        align-items: center;
        gap: var(--space-2);
        min-height: var(--row-tall);
        padding: 0 var(--space-2);
        border-radius: var(--radius);
      }
      li:hover {
        background: var(--surface-2);
      }
      .open {
        flex: 1;
        min-width: 0;
      }
      .open > span {
        display: block;
      }
      .query {
        font: var(--text-small) var(--mono);
        color: var(--text-2);
      }
      li > button:not(.open) {
        display: flex;
        color: var(--text-3);
      }
      li > button:not(.open):hover {
        color: var(--accent);
      }
      form {
        display: flex;
        gap: var(--space-2);
      }
      form input {
        flex: 1;
      }
      p {
        padding: var(--space-2);
        color: var(--text-2);
      }
    `,
  ];

  @property({ attribute: false }) searches: readonly WireSavedSearch[] = [];
  /** The text that would be saved. */
  @property() query = "";
  @state() private renamed = "";
  @state() private doomed = "";

  override render(): TemplateResult {
    return html`${
        this.searches.length > 0
          ? html`<ul>
              ${repeat(
                this.searches,
                ({ id }) => id,
                (search) => (search.id === this.renamed ? this.renderRename(search) : this.renderSearch(search)),
              )}
            </ul>`
          : html`<p>None yet: what you save is there for everyone who uses this Goldspan.</p>`
      }
      <form @submit=${(event: SubmitEvent) => this.submit(event, undefined)}>
        <input
          name="title"
          required
          maxlength="200"
          autocomplete="off"
          placeholder="Name of the present search"
          aria-label="Name of the present search"
        />
        <button class="button primary">Save</button>
      </form>`;
  }

  private renderSearch(search: WireSavedSearch): TemplateResult {
    const { id, title, query, savedAtMillis } = search;
    const doomed = this.doomed === id;
    return html`<li>
      <button
        class="open"
        title=${`Saved ${formatDateTime(savedAtMillis)}`}
        @click=${() => emit(this, "gs-open-search", search)}
      >
        <span class="cut">${title} <span class="faint">${formatAgo(savedAtMillis, Date.now())}</span></span>
        <span class="query cut">${query || "everything"}</span>
      </button>
      ${
        query !== this.query
          ? html`<button
              title="Save the present search here"
              aria-label=${`Save the present search as ${title}`}
              @click=${() => emit(this, "gs-save-search", { id, title })}
            >
              ${icon("check")}
            </button>`
          : nothing
      }
      <button title="Rename" aria-label=${`Rename ${title}`} @click=${() => (this.renamed = id)}>
        ${icon("edit")}
      </button>
      ${
        doomed
          ? html`<button class="button" @click=${() => emit(this, "gs-delete-search", id)}>Delete</button>`
          : html`<button title="Delete" aria-label=${`Delete ${title}`} @click=${() => (this.doomed = id)}>
              ${icon("trash")}
            </button>`
      }
    </li>`;
  }

  private renderRename({ id, title }: WireSavedSearch): TemplateResult {
    return html`<li>
      <form @submit=${(event: SubmitEvent) => this.submit(event, id)}>
        <input name="title" required maxlength="200" autocomplete="off" aria-label="New name" .value=${title} />
        <button class="button primary">Rename</button>
        <button class="button" type="button" @click=${() => (this.renamed = "")}>Cancel</button>
      </form>
    </li>`;
  }

  private submit(event: SubmitEvent, id: string | undefined): void {
    event.preventDefault();
    const form = event.target as HTMLFormElement;
    const title = (form.elements.namedItem("title") as HTMLInputElement).value.trim();
    if (title === "") return;
    if (id === undefined) emit(this, "gs-save-search", { title });
    else emit(this, "gs-rename-search", { id, title });
    this.renamed = "";
    form.reset();
  }
}
