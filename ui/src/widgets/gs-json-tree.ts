/**
 * JSON as a tree that folds. In: a plain value; out: text, never markup. Objects and lists deeper than `openDepth` begin folded and
 * draw their inside only once they are open, so a value of any size is cheap.
 */
import { css, html, LitElement, type TemplateResult } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { showHarmless } from "../base/harmless-text.ts";
import { shortenEnd } from "../base/shorten.ts";
import { sharedStyles } from "./shared-styles.ts";

export type JsonValue = string | number | boolean | null | JsonValue[] | { [key: string]: JsonValue };

const PREVIEW = 60;
const LONGEST_TEXT = 20_000;
/** Entries of one list or object that are drawn before one asks for more. */
const FIRST_ENTRIES = 100;

@customElement("gs-json-tree")
export class GsJsonTree extends LitElement {
  static override styles = [
    sharedStyles,
    css`
      :host {
        font-family: var(--mono);
        font-size: var(--text-small);
        overflow-wrap: anywhere;
      }
      ul {
        padding-left: var(--space-4);
        border-left: var(--hairline) solid var(--line);
        margin-left: var(--space-2);
      }
      li {
        display: flex;
        flex-wrap: wrap;
        column-gap: var(--space-3);
        padding: var(--hairline) 0;
      }
      li > :not(.key) {
        flex: 1 1 0;
        min-width: 50%;
      }
      li > .inside {
        flex-basis: 100%;
      }
      button {
        border-radius: var(--radius);
        color: var(--text-2);
        overflow: hidden;
        text-overflow: ellipsis;
        white-space: nowrap;
      }
      button:hover {
        background: var(--surface-2);
      }
      .key {
        color: var(--text-2);
      }
      .text {
        color: var(--text-1);
        white-space: pre-wrap;
      }
      .literal {
        color: var(--accent);
      }
    `,
  ];

  @property({ attribute: false }) value: JsonValue = null;
  @property({ type: Number }) openDepth = 1;
  /** Paths whose fold differs from what their depth says. */
  @state() private toggled: ReadonlySet<string> = new Set();
  /** How many entries of a path are drawn. */
  @state() private drawn: ReadonlyMap<string, number> = new Map();

  override render(): TemplateResult {
    return this.node(this.value, "", 0);
  }

  private node(value: JsonValue, path: string, depth: number): TemplateResult {
    if (value === null || typeof value !== "object") return leaf(value);
    const list = Array.isArray(value);
    const entries = Object.entries(value);
    const [start, end] = list ? ["[", "]"] : ["{", "}"];
    if (entries.length === 0) return html`<span class="text">${start}${end}</span>`;
    const open = depth < this.openDepth !== this.toggled.has(path);
    const shown = this.drawn.get(path) ?? FIRST_ENTRIES;
    const preview = open ? start : `${start} ${previewOf(value)} ${end}`;
    return html`<button aria-expanded=${String(open)} @click=${() => this.toggle(path)}>
        ${open ? "−" : "+"} ${preview}</button
      >${
        open
          ? html`<div class="inside">
              <ul>
                ${entries
                  .slice(0, shown)
                  .map(
                    ([key, child]) =>
                      html`<li>
                        ${list ? "" : html`<span class="key">${key}:</span>`}${this.node(child, `${path}/${key}`, depth + 1)}
                      </li>`,
                  )}
              </ul>
              ${
                entries.length > shown
                  ? html`<button @click=${() => (this.drawn = new Map(this.drawn).set(path, shown * 4))}>
                      ${entries.length - shown} more
                    </button>`
                  : ""
              }
              ${end}
            </div>`
          : ""
      }`;
  }

  private toggle(path: string): void {
    const next = new Set(this.toggled);
    if (!next.delete(path)) next.add(path);
    this.toggled = next;
  }
}

/** The begin of it on one line; of a large value only the first entries are looked at. */
function previewOf(value: JsonValue[] | { [key: string]: JsonValue }): string {
  const few = Array.isArray(value) ? value.slice(0, 20) : Object.fromEntries(Object.entries(value).slice(0, 20));
  return shortenEnd(JSON.stringify(few).slice(1, -1), PREVIEW);
}

function leaf(value: string | number | boolean | null): TemplateResult {
  return typeof value === "string"
    ? html`<span class="text">${showHarmless(JSON.stringify(shortenEnd(value, LONGEST_TEXT)))}</span>`
    : html`<span class="literal">${String(value)}</span>`;
}
