/** Who takes how much: a row each, its bar as long as its bytes. In: rows, dearest first, and what a name links to. */
import { css, html, LitElement, nothing, type TemplateResult } from "lit";
import { customElement, property } from "lit/decorators.js";
import { formatBytes } from "../base/format-bytes.ts";
import { formatCount, formatSignificant } from "../base/format-number.ts";
import { serviceOfUsage, type UsageRow } from "../model/storage-view.ts";
import { dotStyles, hueStyles } from "../widgets/hue-styles.ts";
import { sharedStyles } from "../widgets/shared-styles.ts";
import { styleOf } from "../widgets/style-of.ts";

@customElement("gs-usage-bars")
export class GsUsageBars extends LitElement {
  static override styles = [
    sharedStyles,
    dotStyles,
    ...hueStyles,
    css`
      table {
        width: 100%;
        border-collapse: collapse;
        table-layout: fixed;
      }
      th {
        text-align: left;
        font-weight: normal;
        color: var(--text-3);
        font-size: var(--text-small);
      }
      th,
      td {
        height: var(--row);
        padding: 0 var(--space-4);
        white-space: nowrap;
      }
      tbody tr {
        border-top: var(--hairline) solid var(--line);
      }
      .name {
        position: relative;
        width: 55%;
        overflow: hidden;
        text-overflow: ellipsis;
      }
      .bar {
        position: absolute;
        inset: var(--space-2) auto var(--space-2) 0;
        background: var(--hue, var(--accent));
        opacity: 0.18;
      }
      .name a {
        position: relative;
        color: var(--text-1);
        text-decoration: underline;
        text-decoration-color: var(--text-3);
        text-underline-offset: var(--space-1);
      }
      .name span:not(.bar, .dot) {
        position: relative;
      }
      .number {
        text-align: right;
        font-variant-numeric: tabular-nums;
      }
      .signal {
        color: var(--text-2);
        margin-left: var(--space-3);
      }
      p {
        padding: var(--space-3) var(--space-4);
        border-top: var(--hairline) solid var(--line);
        color: var(--text-3);
      }
      @media (max-width: 599.98px) {
        .optional {
          display: none;
        }
      }
    `,
  ];

  @property() label = "";
  /** What the records of a row are. */
  @property() counted = "records";
  @property({ attribute: false }) rows: readonly UsageRow[] = [];
  /** Beyond the rows. */
  @property({ type: Number }) others = 0;
  @property({ attribute: false }) hueOf?: (name: string) => number;
  @property({ attribute: false }) hrefOf?: (name: string) => string;

  override render(): TemplateResult {
    return html`<table aria-label=${this.label}>
        <thead>
          <tr>
            <th class="name" scope="col">${this.label}</th>
            <th class="number" scope="col">stored</th>
            <th class="number optional" scope="col">${this.counted}</th>
            <th class="number optional" scope="col" title="Bytes as sent, divided by bytes stored">compression</th>
          </tr>
        </thead>
        <tbody>
          ${this.rows.map((row) => this.renderRow(row))}
        </tbody>
      </table>
      ${this.others > 0 ? html`<p>and ${this.others} more</p>` : nothing}`;
  }

  private renderRow({ name, signal, bytes, share, records, ratio }: UsageRow): TemplateResult {
    const service = serviceOfUsage({ name, signal });
    const hue = this.hueOf && name !== "" ? `hue-${this.hueOf(service)}` : "";
    const text = name === "" ? "all others" : name;
    return html`<tr>
      <td class="name ${hue}" title=${text}>
        <span class="bar" ${styleOf({ width: `${100 * share}%` })}></span>
        ${this.hueOf ? html`<span class="dot"></span>` : nothing}
        ${this.hrefOf && name !== "" ? html`<a href=${this.hrefOf(service)}>${text}</a>` : html`<span>${text}</span>`}
        <span class="signal">${signal}</span>
      </td>
      <td class="number">${formatBytes(bytes)}</td>
      <td class="number optional">${formatCount(records)}</td>
      <td class="number optional">${ratio === null ? "–" : `${formatSignificant(ratio)} ×`}</td>
    </tr>`;
  }
}
