/**
 * What the found lines have in common: fields with their most frequent values, counts and bars. In: facets, the query's filters, which fields are
 * chosen; out: gs-filter {field, value, negated} (a click; with alt or the minus: without it), gs-unfilter {field, value}, gs-facets (the fields
 * shown from now on), gs-more (a field whose other values are wanted).
 */
import { html, LitElement, nothing, type TemplateResult } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { repeat } from "lit/directives/repeat.js";
import type { WireLogFacets } from "goldspan/contract";
import { formatCount, formatExact, formatPercent } from "../base/format-number.ts";
import { fuzzyScore } from "../base/fuzzy.ts";
import { lineHarmless } from "../base/harmless-text.ts";
import type { LogFilterTerm } from "../model/log-query-edit.ts";
import { severityLevel, SEVERITY_LEVELS } from "../model/severity.ts";
import { emit } from "../widgets/emit.ts";
import "../widgets/gs-popover.ts";
import { dotStyles, hueStyles } from "../widgets/hue-styles.ts";
import { icon } from "../widgets/icons.ts";
import { controlStyles, sharedStyles } from "../widgets/shared-styles.ts";
import { styleOf } from "../widgets/style-of.ts";
import { logFacetsStyles } from "./log-facets-styles.ts";
import { severityStyles } from "./severity-styles.ts";

export type Facet = WireLogFacets["facets"][number];

/** Values that are shown before one asks for more. */
const FIRST_VALUES = 6;
const LONGEST_VALUE = 200;
const MOST_OFFERED = 60;

@customElement("gs-log-facets")
export class GsLogFacets extends LitElement {
  static override styles = [sharedStyles, controlStyles, dotStyles, ...hueStyles, severityStyles, logFacetsStyles];

  @property({ attribute: false }) found?: WireLogFacets;
  /** Facets that were asked for with all their values. */
  @property({ attribute: false }) whole: ReadonlyMap<string, Facet> = new Map();
  @property({ attribute: false }) terms: readonly LogFilterTerm[] = [];
  /** Fields that may be added. */
  @property({ attribute: false }) names: readonly { readonly name: string; readonly count: number }[] = [];
  @property({ attribute: false }) hueOf: (service: string) => number = () => 0;
  /** Facets whose other values are shown. */
  @state() private open: ReadonlySet<string> = new Set();
  @state() private searches: ReadonlyMap<string, string> = new Map();
  @state() private wanted = "";

  override render(): TemplateResult {
    const { found } = this;
    if (!found) return html`${nothing}`;
    return html`<div class="head">
        <h2>Fields</h2>
        ${found.sampled < 1 ? html`<span class="faint" title="Counted in a part of the lines, the newest, and scaled up">estimated</span>` : nothing}
        ${this.renderAdd(found)}
      </div>
      ${repeat(
        found.facets,
        ({ field }) => field,
        (facet) => this.renderFacet(this.whole.get(facet.field) ?? facet, found),
      )}`;
  }

  private renderAdd({ facets }: WireLogFacets): TemplateResult {
    const shown = new Set(facets.map(({ field }) => field));
    const offered = this.names
      .filter(({ name }) => !shown.has(name) && name !== "body" && fuzzyScore(this.wanted, name) !== undefined)
      .slice(0, MOST_OFFERED);
    return html`<gs-popover
      label="Add a field"
      buttonClass="button plain icon"
      align="right"
      @gs-open=${() => emit(this, "gs-want-names")}
    >
      <span slot="label">${icon("plus")}</span>
      <div class="add">
        <input
          autofocus
          type="search"
          placeholder="Field"
          aria-label="Find a field"
          .value=${this.wanted}
          @input=${(event: Event) => (this.wanted = (event.target as HTMLInputElement).value)}
        />
        <ul>
          ${offered.map(
            ({ name, count }) =>
              html`<li>
                <button @click=${() => this.choose([...shown, name])}>
                  <span class="cut">${name}</span> <span class="faint">${count > 0 ? formatCount(count) : ""}</span>
                </button>
              </li>`,
          )}
          ${offered.length === 0 ? html`<li class="faint">none</li>` : nothing}
        </ul>
      </div>
    </gs-popover>`;
  }

  private renderFacet(facet: Facet, { total, facets }: WireLogFacets): TemplateResult {
    const { field, values, other } = facet;
    const open = this.open.has(field);
    const search = this.searches.get(field) ?? "";
    const matching =
      search === "" ? values : values.filter(({ text }) => text.toLowerCase().includes(search.toLowerCase()));
    const shown = open ? matching : values.slice(0, FIRST_VALUES);
    const most = values[0]?.count ?? 1;
    const more = values.length > FIRST_VALUES || other > 0;
    return html`<section aria-label=${field}>
      <header>
        <h3 class="cut" title=${field}>${field}</h3>
        <button
          title=${`Take ${field} away`}
          aria-label=${`Take ${field} away`}
          @click=${() => this.choose(facets.map((facet) => facet.field).filter((name) => name !== field))}
        >
          ${icon("close")}
        </button>
      </header>
      ${
        open
          ? html`<input
              type="search"
              placeholder="Search values"
              aria-label=${`Search values of ${field}`}
              .value=${search}
              @input=${(event: Event) => (this.searches = new Map(this.searches).set(field, (event.target as HTMLInputElement).value))}
            />`
          : nothing
      }
      <ul class=${open ? "open" : ""}>
        ${shown.map(({ text, count }) => this.renderValue(field, text, count, most, total))}
      </ul>
      ${values.length === 0 ? html`<p class="faint">no line has it</p>` : open && shown.length === 0 ? html`<p class="faint">none of these</p>` : nothing}
      ${open && other > 0 ? html`<p class="faint">${formatCount(other)} lines with rarer values</p>` : nothing}
      ${
        more
          ? html`<button class="more" aria-expanded=${String(open)} @click=${() => this.toggle(field)}>
              ${open ? "less" : "more"}
            </button>`
          : nothing
      }
    </section>`;
  }

  private renderValue(field: string, text: string, count: number, most: number, total: number): TemplateResult {
    const term = this.terms.find((term) => term.field === field && term.value === text);
    const look = term ? (term.negated ? "out" : "in") : "";
    const name = text === "" ? "empty" : lineHarmless(text, LONGEST_VALUE);
    const share = total > 0 ? ` · ${formatPercent(count / total)}` : "";
    return html`<li class=${look} ${styleOf({ "--share": `${(count / most) * 100}%` })}>
      <button
        class="value"
        aria-pressed=${String(look === "in")}
        title=${`${name}\n${formatExact(count)} lines${share}\nClick: only these; alt and click: without`}
        @click=${(event: MouseEvent) => this.press(field, text, event.altKey, term)}
      >
        ${this.renderMark(field, text)}<span class="text">${name}</span><span class="count">${formatCount(count)}</span>
      </button>
      <button
        class="minus"
        title=${look === "out" ? "Let it in again" : "Without it"}
        aria-label=${look === "out" ? `Let ${name} in again` : `Without ${name}`}
        @click=${() => this.press(field, text, true, term)}
      >
        ${icon(look === "out" ? "plus" : "minus")}
      </button>
    </li>`;
  }

  private renderMark(field: string, text: string): unknown {
    if (field === "service") return html`<span class="dot hue-${this.hueOf(text)}"></span>`;
    const number = field === "level" ? SEVERITY_LEVELS.find(({ name }) => name === text)?.number : undefined;
    if (number === undefined) return nothing;
    const level = severityLevel(number);
    return html`<span class="severity ${level.name}">${level.letter}</span>`;
  }

  private press(field: string, value: string, negated: boolean, term: LogFilterTerm | undefined): void {
    if (term?.negated === negated) emit(this, "gs-unfilter", { field, value });
    else emit(this, "gs-filter", { field, value, negated });
  }

  private choose(fields: readonly string[]): void {
    this.wanted = "";
    emit(this, "gs-facets", fields);
  }

  private toggle(field: string): void {
    const next = new Set(this.open);
    if (!next.delete(field)) {
      next.add(field);
      emit(this, "gs-more", field);
    }
    this.open = next;
  }
}
