/** The series of a chart as a table: colour, name, last, least, mean and largest value. In: series, how to write a value; out: gs-mark (key or "") on hover and focus, gs-only (key) on a click. */
import { css, html, LitElement, type TemplateResult } from "lit";
import { customElement, property } from "lit/decorators.js";
import type { ExploredSeries } from "../model/explored.ts";
import { formatLabels } from "../model/prom-series.ts";
import { emit } from "../widgets/emit.ts";
import { sharedStyles, tableStyles } from "../widgets/shared-styles.ts";
import { styleOf } from "../widgets/style-of.ts";

@customElement("gs-series-legend")
export class GsSeriesLegend extends LitElement {
  static override styles = [
    sharedStyles,
    tableStyles,
    css`
      th,
      td {
        height: var(--row-compact);
      }
      tbody th {
        font-weight: normal;
        color: var(--text-1);
        width: 60%;
        max-width: 0;
      }
      tbody tr:hover > * {
        background: var(--surface-2);
      }
      tr.only > * {
        background: var(--surface-selected);
      }
      button {
        display: flex;
        align-items: center;
        gap: var(--space-3);
        width: 100%;
        min-width: 0;
      }
      i {
        flex: none;
        width: var(--space-4);
        height: var(--space-1);
        background: var(--tone);
      }
      tbody tr:last-child > * {
        border-bottom: 0;
      }
      @media (max-width: 699.98px) {
        .min,
        .mean {
          display: none;
        }
      }
    `,
  ];

  @property({ attribute: false }) series: readonly ExploredSeries[] = [];
  @property({ attribute: false }) nameValue: (value: number | null) => string = String;
  /** Shown alone at the moment. */
  @property() only = "";

  override render(): TemplateResult {
    return html`<table>
      <thead>
        <tr>
          <th scope="col">Series</th>
          <th scope="col" class="number">Last</th>
          <th scope="col" class="number min">Min</th>
          <th scope="col" class="number mean">Mean</th>
          <th scope="col" class="number">Max</th>
        </tr>
      </thead>
      <tbody>
        ${this.series.map(
          ({ key, label, labels, tone, last, min, mean, max }) =>
            html`<tr
              class=${key === this.only ? "only" : ""}
              @pointerenter=${() => emit(this, "gs-mark", key)}
              @pointerleave=${() => emit(this, "gs-mark", "")}
            >
              <th scope="row">
                <button
                  title=${formatLabels(labels)}
                  aria-pressed=${String(key === this.only)}
                  @click=${() => emit(this, "gs-only", key)}
                  @focus=${() => emit(this, "gs-mark", key)}
                  @blur=${() => emit(this, "gs-mark", "")}
                >
                  <i ${styleOf({ "--tone": `var(--${tone})` })}></i><span class="cut">${label}</span>
                </button>
              </th>
              <td class="number">${this.nameValue(last)}</td>
              <td class="number min">${this.nameValue(min)}</td>
              <td class="number mean">${this.nameValue(mean)}</td>
              <td class="number">${this.nameValue(max)}</td>
            </tr>`,
        )}
      </tbody>
    </table>`;
  }
}
