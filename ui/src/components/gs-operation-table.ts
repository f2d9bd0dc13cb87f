/** Operations of a service: rate, errors, latencies, and how much of its time each takes. In: operations, order, links; out: gs-sort, gs-zoom-share. */
import { css, html, LitElement, nothing, type TemplateResult } from "lit";
import { customElement, property } from "lit/decorators.js";
import { repeat } from "lit/directives/repeat.js";
import type { WireOperation } from "goldspan/contract";
import { formatPercent, pickRateUnit } from "../base/format-number.ts";
import type { Links } from "../model/links.ts";
import { formatTerm } from "../model/query-text.ts";
import { sortSignals, type SignalColumn, type SignalOrder } from "../model/service-order.ts";
import { emit } from "../widgets/emit.ts";
import { icon } from "../widgets/icons.ts";
import { controlStyles, sharedStyles, tableStyles } from "../widgets/shared-styles.ts";
import { SIGNAL_COLUMNS, signalCells, signalCellStyles } from "./signal-cells.ts";

const FIRST_ROWS = 12;

@customElement("gs-operation-table")
export class GsOperationTable extends LitElement {
  static override styles = [
    sharedStyles,
    controlStyles,
    tableStyles,
    signalCellStyles,
    css`
      thead button {
        display: inline-flex;
        align-items: center;
        gap: var(--space-2);
      }
      tbody th {
        font-size: inherit;
        font-weight: normal;
        max-width: 0;
        width: 38%;
        white-space: nowrap;
      }
      tbody th a {
        display: inline-block;
        max-width: calc(100% - 5.5em);
        vertical-align: middle;
        color: var(--text-1);
      }
      .chip {
        background: none;
        color: var(--text-3);
      }
      tbody tr:hover > * {
        background: var(--surface-2);
      }
      tbody tr:last-child > * {
        border-bottom: 0;
      }
      svg.bar {
        width: var(--spark-width-small);
        height: var(--meter-height);
        border-radius: var(--radius);
        background: var(--surface-2);
        margin-right: var(--space-2);
        vertical-align: middle;
      }
      svg.bar rect {
        fill: var(--text-3);
      }
      .more {
        padding: var(--space-2);
        text-align: center;
      }
      @media (max-width: 899.98px) {
        svg.bar,
        .chip {
          display: none;
        }
        tbody th a {
          max-width: 100%;
        }
      }
      @media (max-width: 599.98px) {
        .share {
          display: none;
        }
      }
    `,
  ];

  @property() service = "";
  @property({ attribute: false }) operations: readonly WireOperation[] = [];
  @property({ attribute: false }) order: SignalOrder = { column: "worst", descending: true };
  /** All of them, not only the first ones. */
  @property({ type: Boolean }) all = false;
  @property({ attribute: false }) links?: Links;
  /** Share of the time range at its beginning, 0 to 1, that nobody knows anything of; small charts leave it out. */
  @property({ type: Number }) unknown = 0;

  override render(): TemplateResult {
    const sorted = sortSignals(this.operations, this.order);
    const shown = this.all ? sorted : sorted.slice(0, FIRST_ROWS);
    return html`<table>
        <thead>
          <tr>
            ${this.head("name", "Operation", false)}
            ${SIGNAL_COLUMNS.map(({ column, title, spark }) => this.head(column, title, spark))}
            ${this.head("share", "Time", false)}
          </tr>
        </thead>
        <tbody>
          ${repeat(
            shown,
            ({ name, kind }) => `${kind} ${name}`,
            (operation) => this.row(operation),
          )}
        </tbody>
      </table>
      ${
        shown.length < sorted.length
          ? html`<div class="more">
              <button class="button plain" @click=${() => (this.all = true)}>
                ${sorted.length - shown.length} more operations
              </button>
            </div>`
          : nothing
      }`;
  }

  private head(column: SignalColumn, title: string, spark: boolean): TemplateResult {
    const active = this.order.column === column;
    const sort = active ? (this.order.descending ? "descending" : "ascending") : "none";
    return html`<th class=${column === "name" ? "" : `number ${column}`} aria-sort=${sort} scope="col">
        <button @click=${() => emit(this, "gs-sort", column)}>
          ${title}${active ? icon(this.order.descending ? "down" : "up") : nothing}
        </button>
      </th>
      ${spark ? html`<th class="spark" aria-hidden="true"></th>` : nothing}`;
  }

  private row(operation: WireOperation): TemplateResult {
    const { name, kind, series, timeShare } = operation;
    const query = `${formatTerm("service", ":", this.service)} ${formatTerm("operation", ":", name)}`;
    const unit = pickRateUnit(Math.max(0, ...this.operations.map(({ ratePerSecond }) => ratePerSecond)));
    const from = Math.floor(this.unknown * series.requests.length);
    const figures = {
      rates: series.requests.slice(from),
      errors: series.errors.slice(from),
      errorTop: Math.max(...series.requests) * 0.2,
      p95Millis: series.p95Millis.slice(from),
    };
    return html`<tr>
      <th scope="row">
        <a class="cut" href=${this.links?.traces(query) ?? ""} title=${name}>${name}</a>
        <span class="chip">${kind}</span>
      </th>
      ${signalCells(operation, figures, { name, query, unit, links: this.links })}
      <td class="number share" title="Of the time that all spans of the service took">
        <svg class="bar" viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true">
          <rect width=${timeShare * 100} height="6"></rect></svg
        >${formatPercent(timeShare)}
      </td>
    </tr>`;
  }
}
