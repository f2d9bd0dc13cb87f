/**
 * Changes one panel of a board: its title, what it shows, queries, unit, thresholds. In: the panel, what is known for PromQL suggestions;
 * out: gs-panel (the changed panel) at each change, gs-edit (PromEdit), gs-close.
 */
import { html, LitElement, nothing, type TemplateResult } from "lit";
import { customElement, property } from "lit/decorators.js";
import type { WireBoardPanel, WireBoardQuery, WireThreshold } from "goldspan/contract";
import { PANEL_TYPES, PANEL_UNITS, turnInto, unitName, type PanelType } from "../model/board-panels.ts";
import type { PromKnown } from "../model/promql-completion.ts";
import { SEVERITY_LEVELS } from "../model/severity.ts";
import { emit, type Emitted } from "../widgets/emit.ts";
import { icon } from "../widgets/icons.ts";
import { controlStyles, sharedStyles } from "../widgets/shared-styles.ts";
import { editorFormStyles } from "./editor-form-styles.ts";
import "./gs-promql-editor.ts";

const CALCULATIONS = ["last", "mean", "min", "max", "sum"] as const;
const MOST_QUERIES = 6;

type Fields = Readonly<Record<string, unknown>>;

@customElement("gs-panel-editor")
export class GsPanelEditor extends LitElement {
  static override styles = [sharedStyles, controlStyles, editorFormStyles];

  @property({ attribute: false }) panel?: WireBoardPanel;
  @property({ attribute: false }) known: PromKnown = { metrics: [], labels: [], values: [] };

  override render(): TemplateResult | typeof nothing {
    const { panel } = this;
    if (!panel) return nothing;
    return html`<header class="panel-head side">
        <h2>Panel</h2>
        <button
          class="button plain icon aside"
          aria-label="Close"
          title="Close (esc)"
          @click=${() => emit(this, "gs-close")}
        >
          ${icon("close")}
        </button>
      </header>
      <form @submit=${(event: Event) => event.preventDefault()}>
        <label>Title ${this.text("title", panel.title)}</label>
        <label
          >Shows
          <select
            @change=${(event: Event) => this.tell(turnInto(panel, (event.currentTarget as HTMLSelectElement).value as PanelType))}
          >
            ${PANEL_TYPES.map(({ type, label }) => html`<option value=${type} ?selected=${type === panel.type}>${label}</option>`)}
          </select>
        </label>
        ${this.renderOwn(panel)}
        <label>Description ${this.text("description", panel.description ?? "")}</label>
      </form>`;
  }

  private renderOwn(panel: WireBoardPanel): unknown {
    switch (panel.type) {
      case "text":
        return html`<label
          >Text
          <textarea .value=${panel.text} @input=${(event: Event) => this.change({ text: valueOf(event) })}></textarea>
        </label>`;
      case "traces":
        return html`<label>Search ${this.text("query", panel.query, "service:checkout error duration>500ms")}</label>
          ${this.number("Lines at most", "limit", panel.limit)}`;
      case "logs":
        return html`<label>Service ${this.text("service", panel.service ?? "")}</label>
          <label>Words ${this.text("text", panel.text ?? "")}</label>
          <label
            >Severity, at least
            ${this.select("severity", panel.severity?.toLowerCase() ?? "", ["", ...SEVERITY_LEVELS.slice(1).map(({ name }) => name)])}</label
          >
          ${this.number("Lines at most", "limit", panel.limit)}`;
      default:
        return html`${this.renderQueries(panel.queries)}
          <label>Unit ${this.select("unit", panel.unit ?? "none", PANEL_UNITS, unitName)}</label>
          ${panel.type === "stat" ? html`<label>Of the values the ${this.select("calculation", panel.calculation ?? "last", CALCULATIONS)}</label>` : nothing}
          ${
            panel.type === "timeseries"
              ? html`<label class="check"
                  ><input
                    type="checkbox"
                    .checked=${panel.stacked ?? false}
                    @change=${(event: Event) => this.change({ stacked: (event.currentTarget as HTMLInputElement).checked })}
                  />Stacked</label
                >`
              : nothing
          }
          ${panel.type === "table" ? nothing : html`${this.number("The axis reaches at least", "max", panel.max)}${this.renderThresholds(panel.thresholds ?? [])}`}`;
    }
  }

  private renderQueries(queries: readonly WireBoardQuery[]): TemplateResult {
    const put = (index: number, query: Partial<WireBoardQuery>): void =>
      this.change({ queries: queries.map((one, at) => (at === index ? { ...one, ...query } : one)) });
    return html`<fieldset>
      <legend>Queries</legend>
      ${queries.map(
        ({ promql, legend = "" }, index) =>
          html`<gs-promql-editor
              letter=${String.fromCharCode(65 + index)}
              .value=${promql}
              .known=${this.known}
              .removable=${queries.length > 1}
              @gs-query=${(event: Emitted<string>) => put(index, { promql: event.detail })}
              @gs-remove=${() => this.change({ queries: queries.filter((_, at) => at !== index) })}
            ></gs-promql-editor>
            <input
              aria-label=${`Legend of query ${String.fromCharCode(65 + index)}`}
              placeholder="Legend, such as {{service_name}}"
              .value=${legend}
              @change=${(event: Event) => put(index, { legend: valueOf(event) || undefined })}
            />`,
      )}
      ${
        queries.length < MOST_QUERIES
          ? html`<button
              class="button"
              type="button"
              @click=${() => this.change({ queries: [...queries, { promql: "" }] })}
            >
              ${icon("plus")} Query
            </button>`
          : nothing
      }
    </fieldset>`;
  }

  private renderThresholds(thresholds: readonly WireThreshold[]): TemplateResult {
    const put = (index: number, threshold: Partial<WireThreshold>): void =>
      this.change({ thresholds: thresholds.map((one, at) => (at === index ? { ...one, ...threshold } : one)) });
    return html`<fieldset>
      <legend>Thresholds</legend>
      ${thresholds.map(
        ({ value, level }, index) =>
          html`<div class="line">
            <input
              type="number"
              step="any"
              aria-label="From"
              .value=${String(value)}
              @change=${(event: Event) => put(index, { value: Number(valueOf(event)) || 0 })}
            />
            <select
              aria-label="Is"
              @change=${(event: Event) => put(index, { level: valueOf(event) as WireThreshold["level"] })}
            >
              ${["warn", "bad", "ok"].map((name) => html`<option ?selected=${name === level}>${name}</option>`)}
            </select>
            <button
              class="button plain icon"
              type="button"
              aria-label="Remove the threshold"
              @click=${() => this.change({ thresholds: thresholds.filter((_, at) => at !== index) })}
            >
              ${icon("close")}
            </button>
          </div>`,
      )}
      <button
        class="button"
        type="button"
        @click=${() => this.change({ thresholds: [...thresholds, { value: 0, level: "warn" }] })}
      >
        ${icon("plus")} Threshold
      </button>
    </fieldset>`;
  }

  private text(field: string, value: string, placeholder = ""): TemplateResult {
    return html`<input
      .value=${value}
      placeholder=${placeholder}
      @change=${(event: Event) => this.change({ [field]: valueOf(event) || (field === "title" || field === "query" ? "" : undefined) })}
    />`;
  }

  private number(label: string, field: string, value: number | undefined): TemplateResult {
    const tell = (event: Event): void =>
      this.change({ [field]: valueOf(event) === "" ? undefined : Number(valueOf(event)) });
    return html`<label
      >${label} <input type="number" step="any" .value=${value === undefined ? "" : String(value)} @change=${tell}
    /></label>`;
  }

  private select(
    field: string,
    value: string,
    options: readonly string[],
    name: (text: never) => string = String,
  ): TemplateResult {
    const tell = (event: Event): void => this.change({ [field]: valueOf(event) || undefined });
    return html`<select @change=${tell}>
      ${options.map((option) => html`<option value=${option} ?selected=${option === value}>${name(option as never) || "any"}</option>`)}
    </select>`;
  }

  private change(fields: Fields): void {
    if (this.panel) this.tell({ ...this.panel, ...fields });
  }

  private tell(panel: WireBoardPanel): void {
    emit(this, "gs-panel", panel);
  }
}

function valueOf(event: Event): string {
  return (event.currentTarget as HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement).value;
}
