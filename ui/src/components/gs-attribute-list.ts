/**
 * Attributes by what they are about, each with: copy, find traces with this, find it in this trace. In: OTLP attributes, a filter text,
 * links; out: gs-find (text for the search in the trace), for log
 * lines gs-filter {field, value, negated} and gs-column (field). Long values fold; JSON is a tree; SQL is set in lines.
 */
import { html, LitElement, nothing, type TemplateResult } from "lit";
import { customElement, property } from "lit/decorators.js";
import type { WireKeyValue } from "goldspan/contract";
import { filterGroups, groupAttributes, type AttributeView } from "../model/attribute-groups.ts";
import { showHarmless } from "../base/harmless-text.ts";
import type { Links } from "../model/links.ts";
import { attributeName } from "../model/log-query-edit.ts";
import { formatTerm } from "../model/query-text.ts";
import { formatSql } from "../model/sql-format.ts";
import { emit } from "../widgets/emit.ts";
import "../widgets/gs-copy.ts";
import "../widgets/gs-json-tree.ts";
import { icon } from "../widgets/icons.ts";
import { controlStyles, sharedStyles } from "../widgets/shared-styles.ts";
import { attributeListStyles } from "./attribute-list-styles.ts";

const LONGEST_FILTER = 500;
/** All of a longer value is there to copy. */
const LONGEST_SHOWN = 20_000;

@customElement("gs-attribute-list")
export class GsAttributeList extends LitElement {
  static override styles = [sharedStyles, controlStyles, attributeListStyles];

  @property({ attribute: false }) pairs: readonly WireKeyValue[] = [];
  @property() filter = "";
  @property({ attribute: false }) links?: Links;
  /** Offers "find in this trace". */
  @property({ type: Boolean }) inTrace = false;
  /** Offers "only lines with this" and "as a column". */
  @property({ type: Boolean }) filterable = false;
  /** Fields that are columns. */
  @property({ attribute: false }) columns: readonly string[] = [];
  /** Shows group titles. */
  @property({ type: Boolean }) grouped = true;

  override render(): TemplateResult {
    const groups = filterGroups(groupAttributes(this.pairs), this.filter);
    if (groups.length === 0) return html`<p class="faint">${this.filter ? `None with “${this.filter}”` : "None"}</p>`;
    return html`${groups.map(
      (group) =>
        html`${this.grouped && groups.length > 1 ? html`<h3>${group.title}</h3>` : nothing}
          <dl>${group.attributes.map((attribute) => this.row(attribute))}</dl>`,
    )}`;
  }

  private row(attribute: AttributeView): TemplateResult {
    const { key, text } = attribute;
    return html`<div class=${attribute.form === "line" ? "pair" : "pair tall"}>
      <dt title=${key}>${breakable(key)}</dt>
      <dd>${this.value(attribute)}</dd>
      <span class="actions">
        ${this.filterable ? this.filters(key, text) : nothing}
        <gs-copy .value=${text} what=${key}></gs-copy>
        ${
          this.links && text.length < 200
            ? html`<a
                href=${this.links.traces(formatTerm(key, ":", text))}
                title="Find traces with this"
                aria-label=${`Find traces with ${key} ${text}`}
                >${icon("search")}</a
              >`
            : nothing
        }
        ${
          this.inTrace && text.length < 200
            ? html`<button
                title="Find in this trace"
                aria-label=${`Find ${key} in this trace`}
                @click=${() => emit(this, "gs-find", formatTerm(key, ":", text))}
              >
                ${icon("filter")}
              </button>`
            : nothing
        }
      </span>
    </div>`;
  }

  private filters(key: string, value: string): TemplateResult {
    const field = attributeName(key);
    const filter = (negated: boolean) => () => emit(this, "gs-filter", { field, value, negated });
    const shown = this.columns.includes(field);
    return html`${
        value.length < LONGEST_FILTER
          ? html`<button
                title="Only lines with this"
                aria-label=${`Only lines with ${key} ${value}`}
                @click=${filter(false)}
              >
                ${icon("filter")}
              </button>
              <button title="Without this" aria-label=${`Without ${key} ${value}`} @click=${filter(true)}>
                ${icon("minus")}
              </button>`
          : nothing
      }<button
        title=${shown ? "No column" : "As a column"}
        aria-label=${shown ? `Take the column ${key} away` : `Add the column ${key}`}
        aria-pressed=${String(shown)}
        @click=${() => emit(this, "gs-column", field)}
      >
        ${icon("table")}
      </button>`;
  }

  private value({ form, text, json }: AttributeView): TemplateResult {
    if (form === "json") return html`<gs-json-tree .value=${json ?? null} .openDepth=${1}></gs-json-tree>`;
    if (form === "sql") {
      return html`<pre>${formatSql(text).map((line) => `${"  ".repeat(line.indent)}${line.text}\n`)}</pre>`;
    }
    return form === "block"
      ? html`<pre tabindex="0">
${showHarmless(text.slice(0, LONGEST_SHOWN))}${text.length > LONGEST_SHOWN ? "…" : ""}</pre>`
      : html`${text === "" ? html`<span class="faint">empty</span>` : showHarmless(text)}`;
  }
}

/** A key may break after its dots and underscores, not within a word. */
function breakable(key: string): TemplateResult[] {
  return key.split(/(?<=[._])/).map((part) => html`${part}<wbr />`);
}
