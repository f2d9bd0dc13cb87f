/** Values at one moment as a table, a column for each label. In: rows, how to write a value. */
import { css, html, LitElement, nothing, type TemplateResult } from "lit";
import { customElement, property } from "lit/decorators.js";
import { formatPlural } from "../base/format-number.ts";
import { tableColumns, type TableRow } from "../model/explored.ts";
import { controlStyles, sharedStyles, tableStyles } from "../widgets/shared-styles.ts";

const FIRST_ROWS = 100;

@customElement("gs-sample-table")
export class GsSampleTable extends LitElement {
  static override styles = [
    sharedStyles,
    controlStyles,
    tableStyles,
    css`
      :host {
        overflow: auto;
      }
      td {
        overflow-wrap: anywhere;
        vertical-align: top;
        padding-block: var(--space-2);
      }
      tbody tr:hover > * {
        background: var(--surface-2);
      }
      .value {
        font-weight: var(--weight-strong);
      }
      .more {
        padding: var(--space-2);
        text-align: center;
      }
    `,
  ];

  @property({ attribute: false }) rows: readonly TableRow[] = [];
  @property({ attribute: false }) nameValue: (value: number | null) => string = String;
  @property() label = "Values";
  @property({ type: Boolean }) all = false;

  override render(): TemplateResult {
    const columns = tableColumns(this.rows);
    const shown = this.all ? this.rows : this.rows.slice(0, FIRST_ROWS);
    return html`<table aria-label=${this.label}>
        <thead>
          <tr>
            ${columns.map((name) => html`<th scope="col">${name === "__name__" ? "metric" : name}</th>`)}
            <th scope="col" class="number">Value</th>
          </tr>
        </thead>
        <tbody>
          ${shown.map(
            ({ labels, value }) =>
              html`<tr>
                ${columns.map((name) => html`<td class=${name === "__name__" ? "mono" : ""}>${labels[name] ?? ""}</td>`)}
                <td class="number value">${typeof value === "number" ? this.nameValue(value) : value}</td>
              </tr>`,
          )}
        </tbody>
      </table>
      ${
        shown.length < this.rows.length
          ? html`<div class="more">
              <button class="button plain" @click=${() => (this.all = true)}>
                ${formatPlural(this.rows.length - shown.length, "more row", "more rows")}
              </button>
            </div>`
          : nothing
      }`;
  }
}
