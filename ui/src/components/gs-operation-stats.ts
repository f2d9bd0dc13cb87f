/** A trace as a table: one line an operation, with count, times, self time and share of the critical path. In: stats; out: gs-find, gs-select. */
import { css, html, LitElement, nothing, type TemplateResult } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { formatDuration } from "../base/format-duration.ts";
import { formatExact, formatPercent } from "../base/format-number.ts";
import type { OperationStats } from "../model/operation-stats.ts";
import { formatTerm } from "../model/query-text.ts";
import { emit } from "../widgets/emit.ts";
import { dotStyles, hueStyles } from "../widgets/hue-styles.ts";
import { icon } from "../widgets/icons.ts";
import { sharedStyles, tableStyles } from "../widgets/shared-styles.ts";

type Figure = "count" | "errorCount" | "total" | "mean" | "longest" | "self" | "critical";

const COLUMNS: readonly { readonly figure: Figure; readonly title: string; readonly hint: string }[] = [
  { figure: "count", title: "Count", hint: "Spans" },
  { figure: "errorCount", title: "Errors", hint: "Spans with status error" },
  { figure: "total", title: "Total", hint: "All durations added up" },
  { figure: "mean", title: "Mean", hint: "Mean duration" },
  { figure: "longest", title: "Longest", hint: "Longest duration: click to see it" },
  { figure: "self", title: "Self time", hint: "Time in which no child span was running" },
  { figure: "critical", title: "Critical path", hint: "Share of the critical path" },
];

@customElement("gs-operation-stats")
export class GsOperationStats extends LitElement {
  static override styles = [
    sharedStyles,
    tableStyles,
    dotStyles,
    ...hueStyles,
    css`
      :host {
        overflow: auto;
        background: var(--surface-1);
      }
      th:first-child {
        padding-left: var(--space-5);
      }
      td:last-child,
      th:last-child {
        padding-right: var(--space-5);
      }
      thead th {
        position: sticky;
        top: 0;
        background: var(--surface-1);
      }
      thead button {
        display: inline-flex;
        align-items: center;
        gap: var(--space-1);
      }
      tbody tr:hover {
        background: var(--surface-2);
      }
      tbody th {
        font-size: inherit;
        font-weight: normal;
        color: var(--text-1);
        border-bottom: var(--hairline) solid var(--line);
        width: 36%;
        max-width: 0;
      }
      tbody th button {
        display: block;
        max-width: 100%;
        overflow: hidden;
        text-overflow: ellipsis;
        white-space: nowrap;
      }
      tbody th button:hover,
      td button:hover {
        color: var(--accent);
        text-decoration: underline;
      }
      .service {
        color: var(--text-2);
        margin-left: var(--space-2);
      }
      .failed {
        color: var(--error);
        font-weight: var(--weight-strong);
      }
      svg.share {
        width: var(--spark-width-small);
        height: var(--space-2);
        margin-left: var(--space-3);
        background: var(--surface-2);
        border-radius: var(--radius);
        vertical-align: middle;
      }
      .share rect {
        fill: var(--hue);
      }
      @media (max-width: 699.98px) {
        .mean,
        .critical,
        .total,
        .longest,
        svg.share,
        .service {
          display: none;
        }
        tbody th {
          width: 52%;
        }
      }
    `,
  ];

  @property({ attribute: false }) stats: readonly OperationStats[] = [];
  @property({ attribute: false }) hueOf: (service: string) => number = () => 0;
  @state() private order: Figure = "self";

  override render(): TemplateResult {
    const sorted = this.stats.toSorted((a, b) => b[this.order] - a[this.order]);
    const selfTotal = this.stats.reduce((sum, line) => sum + line.self, 0);
    const criticalTotal = this.stats.reduce((sum, line) => sum + line.critical, 0);
    return html`<table>
      <thead>
        <tr>
          <th scope="col">Operation</th>
          ${COLUMNS.map(
            ({ figure, title, hint }) =>
              html`<th
                scope="col"
                class="number ${figure}"
                aria-sort=${figure === this.order ? "descending" : nothing}
                title=${hint}
              >
                <button @click=${() => (this.order = figure)}>
                  ${title}${figure === this.order ? icon("down") : nothing}
                </button>
              </th>`,
          )}
        </tr>
      </thead>
      <tbody>
        ${sorted.map((line) => this.row(line, selfTotal, criticalTotal))}
      </tbody>
    </table>`;
  }

  private row(line: OperationStats, selfTotal: number, criticalTotal: number): TemplateResult {
    const query = `${formatTerm("service", ":", line.service)} ${formatTerm("operation", ":", line.operation)}`;
    const share = selfTotal > 0 ? line.self / selfTotal : 0;
    return html`<tr>
      <th scope="row">
        <button title="Find these spans in the waterfall" @click=${() => emit(this, "gs-find", query)}>
          <span class="dot hue-${this.hueOf(line.service)}"></span>
          <span class="service">${line.service}</span> ${line.operation}
        </button>
      </th>
      <td class="number">${formatExact(line.count)}</td>
      <td class="number ${line.errorCount > 0 ? "failed" : "faint"}">${formatExact(line.errorCount)}</td>
      <td class="number total">${formatDuration(line.total)}</td>
      <td class="number mean">${formatDuration(line.mean)}</td>
      <td class="number longest">
        <button @click=${() => emit(this, "gs-select", { kind: "span", index: line.longestRow })}>
          ${formatDuration(line.longest)}
        </button>
      </td>
      <td class="number">
        ${formatDuration(line.self)}
        <svg class="share" viewBox="0 0 100 4" preserveAspectRatio="none" aria-hidden="true">
          <rect class="hue-${this.hueOf(line.service)}" width=${share * 100} height="4"></rect>
        </svg>
      </td>
      <td class="number critical">${formatPercent(criticalTotal > 0 ? line.critical / criticalTotal : 0)}</td>
    </tr>`;
  }
}
