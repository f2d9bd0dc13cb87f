/**
 * What the counting pipes of a log query come to: a chart when it is over time, and a table that sorts. In: a WireLogTable (maybe of a part,
 * while it is counted), the order, the range; out: gs-order (text for the address), gs-zoom {from, to}, gs-filter {field, value}.
 */
import { css, html, LitElement, nothing, type TemplateResult } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import type { WireLogTable } from "goldspan/contract";
import { formatExact, formatPercent, formatPlural } from "../base/format-number.ts";
import type { Interval } from "../base/interval.ts";
import { lineHarmless } from "../base/harmless-text.ts";
import { levelTone } from "../model/log-histogram.ts";
import {
  formatCell,
  formatOrder,
  numberColumns,
  orderRows,
  parseOrder,
  tableCsv,
  tableLines,
  type TableOrder,
} from "../model/log-table.ts";
import { emit, type Emitted } from "../widgets/emit.ts";
import "../widgets/gs-copy.ts";
import "../widgets/gs-tabs.ts";
import "../widgets/gs-time-chart.ts";
import { icon } from "../widgets/icons.ts";
import { controlStyles, sharedStyles, tableStyles } from "../widgets/shared-styles.ts";
import { styleOf } from "../widgets/style-of.ts";

const MOST_SERIES = 14;
const FIRST_ROWS = 200;
const LONGEST_TEXT = 400;
const SHAPES = [
  { value: "bars", label: "Bars" },
  { value: "line", label: "Lines" },
];

@customElement("gs-log-table")
export class GsLogTable extends LitElement {
  static override styles = [
    sharedStyles,
    controlStyles,
    tableStyles,
    css`
      :host {
        overflow: auto;
      }
      .sum {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: var(--space-3);
        padding: var(--space-2) var(--space-4);
        color: var(--text-2);
      }
      .tools {
        margin-left: auto;
        display: flex;
        flex-wrap: wrap;
        gap: var(--space-3);
        align-items: center;
      }
      gs-time-chart {
        --chart: var(--chart-tall);
        padding: 0 var(--space-3) var(--space-3);
      }
      td.text {
        overflow-wrap: anywhere;
        font-family: var(--mono);
        font-size: var(--text-small);
      }
      td.text button:hover {
        color: var(--accent);
        text-decoration: underline;
      }
      th button {
        display: inline-flex;
        align-items: center;
        gap: var(--space-1);
      }
      tbody tr:hover {
        background: var(--surface-2);
      }
      .share {
        width: 22%;
      }
      .share i {
        display: block;
        width: var(--share);
        height: var(--space-3);
        border-radius: var(--radius);
        background: var(--heat);
        opacity: var(--dimmed);
      }
      .more {
        padding: var(--space-3);
        text-align: center;
      }
    `,
  ];

  @property({ attribute: false }) table?: WireLogTable;
  @property() order = "";
  @property({ attribute: false }) range?: Interval;
  @property({ attribute: false }) hueOf: (service: string) => number = () => 0;
  @state() private shape: "bars" | "line" = "bars";
  @state() private drawn = 0;
  @state() private all = false;

  override render(): TemplateResult {
    const { table } = this;
    if (!table) return html`${nothing}`;
    const order = parseOrder(this.order, table.columns.length);
    const rows = orderRows(table, order);
    const numbers = numberColumns(table);
    const csv = tableCsv(table, rows);
    return html`<div class="sum">
        <span role="status"
          >${formatPlural(table.rows.length, "row")} of ${formatPlural(table.matched, "line")}
          ${table.progress < 1 ? html`<span class="dim">so far, ${formatPercent(table.progress)} looked at</span>` : nothing}</span
        >
        ${table.otherGroups > 0 ? html`<span class="faint">${formatExact(table.otherGroups)} more groups have no row</span>` : nothing}
        <span class="tools">
          ${
            table.series
              ? html`<gs-tabs
                    look="segments"
                    label="Shape"
                    .items=${SHAPES}
                    .value=${this.shape}
                    @gs-change=${(event: Emitted<"bars" | "line">) => (this.shape = event.detail)}
                  ></gs-tabs>
                  ${
                    numbers.length > 1
                      ? html`<select
                          aria-label="Drawn number"
                          @change=${(event: Event) => (this.drawn = Number((event.target as HTMLSelectElement).value))}
                        >
                          ${numbers.map((column, index) => html`<option value=${index} ?selected=${index === this.drawn}>${table.columns[column].name}</option>`)}
                        </select>`
                      : nothing
                  }`
              : nothing
          }
          <gs-copy .value=${csv} text="Copy" what="table as CSV"></gs-copy>
          <button
            class="button plain"
            @click=${() => emit(this, "gs-save", { name: "logs.csv", type: "text/csv", text: csv })}
          >
            ${icon("download")} CSV
          </button>
        </span>
      </div>
      ${this.renderChart(table, numbers)} ${this.renderTable(table, rows, order, numbers)}`;
  }

  private renderChart(table: WireLogTable, numbers: readonly number[]): unknown {
    const lines = tableLines(table, Math.min(this.drawn, numbers.length - 1), MOST_SERIES);
    if (!lines) return nothing;
    const column = table.columns[numbers[Math.min(this.drawn, numbers.length - 1)]];
    const stacked = this.shape === "bars";
    const series = lines.series.map(({ key, label, values }, index) => ({
      key,
      label: lineHarmless(label, 60),
      values,
      shape: this.shape,
      tone: this.toneOf(table, index),
    }));
    return html`<gs-time-chart
      .heading=${column.name}
      .note=${lines.hidden > 0 ? `the first ${MOST_SERIES} rows` : ""}
      group="logs"
      ?stacked=${stacked}
      .times=${lines.times}
      .series=${series}
      .range=${this.range}
      .nameValue=${(value: number | null) => formatCell(value, column)}
    ></gs-time-chart>`;
  }

  /** Levels and services have the colour they have everywhere; others one of the hues. */
  private toneOf({ columns, rows }: WireLogTable, row: number): string {
    const [service, level] = ["service", "level"].map((name) => columns.findIndex((column) => column.name === name));
    const texts = columns.filter(({ kind }) => kind === "text").length;
    if (texts === 1 && level >= 0) return levelTone(String(rows[row][level] ?? "unset"));
    if (texts === 1 && service >= 0) return `service-${this.hueOf(String(rows[row][service] ?? ""))}`;
    return texts === 0 ? "level-info" : `service-${(row * 5) % 14}`;
  }

  private renderTable(
    table: WireLogTable,
    rows: readonly number[],
    order: TableOrder | undefined,
    numbers: readonly number[],
  ): TemplateResult {
    const shown = this.all ? rows : rows.slice(0, FIRST_ROWS);
    const [first] = numbers;
    const most = Math.max(0, ...table.rows.map((row) => Number(row[first] ?? 0)));
    return html`<table aria-label="Result">
        <thead>
          <tr>
            ${table.columns.map(({ name, kind }, index) => this.renderHead(name, kind, index, order))}
            <th scope="col" class="share"><span class="unseen">Bar</span></th>
          </tr>
        </thead>
        <tbody>
          ${shown.map(
            (row) =>
              html`<tr>
                ${table.columns.map((column, index) => {
                  const value = table.rows[row][index];
                  if (column.kind === "number")
                    return html`<td class="number" title=${value === null ? nothing : String(value)}>
                      ${formatCell(value, column)}
                    </td>`;
                  const text = lineHarmless(formatCell(value, column), LONGEST_TEXT);
                  return html`<td class="text">
                    ${value === null ? html`<span class="faint" title="These lines don't have it">${text}</span>` : html`<button title="Only lines with it" @click=${() => emit(this, "gs-filter", { field: column.name, value: String(value), negated: false })}>${text}</button>`}
                  </td>`;
                })}
                <td class="share">
                  <i
                    ${styleOf({ "--share": `${most > 0 ? (Number(table.rows[row][first] ?? 0) / most) * 100 : 0}%` })}
                  ></i>
                </td>
              </tr>`,
          )}
        </tbody>
      </table>
      ${shown.length < rows.length ? html`<div class="more"><button class="button plain" @click=${() => (this.all = true)}>${formatPlural(rows.length - shown.length, "more row", "more rows")}</button></div>` : nothing}`;
  }

  private renderHead(name: string, kind: string, index: number, order: TableOrder | undefined): TemplateResult {
    const active = order?.column === index ? order : undefined;
    const next: TableOrder = { column: index, descending: active ? !active.descending : kind === "number" };
    return html`<th
      scope="col"
      class=${kind === "number" ? "number" : ""}
      aria-sort=${active ? (active.descending ? "descending" : "ascending") : "none"}
    >
      <button @click=${() => emit(this, "gs-order", formatOrder(next))}>
        ${lineHarmless(name, 60)}${active ? icon(active.descending ? "down" : "up") : nothing}
      </button>
    </th>`;
  }
}
