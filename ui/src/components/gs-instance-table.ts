/** The instances of a service with their version, when each was seen, and how full it is. In: WireInstances. */
import { css, html, LitElement, nothing, type TemplateResult } from "lit";
import { customElement, property } from "lit/decorators.js";
import type { WireInstances } from "goldspan/contract";
import { formatAgo, formatRecent, formatUtc } from "../base/format-time.ts";
import { controlStyles, sharedStyles, tableStyles } from "../widgets/shared-styles.ts";
import "./gs-saturation.ts";

const FIRST_ROWS = 10;
/** Not heard of for so long: probably gone. */
const GONE_MILLIS = 120_000;

@customElement("gs-instance-table")
export class GsInstanceTable extends LitElement {
  static override styles = [
    sharedStyles,
    controlStyles,
    tableStyles,
    css`
      tbody th {
        font-weight: normal;
        color: var(--text-1);
        max-width: 0;
        width: 40%;
      }
      .gone {
        color: var(--text-3);
      }
      tr:last-child > * {
        border-bottom: 0;
      }
      .more {
        padding: var(--space-2);
        text-align: center;
      }
      @media (max-width: 599.98px) {
        .first {
          display: none;
        }
      }
    `,
  ];

  @property({ attribute: false }) data: WireInstances = { instances: [], versions: [] };
  /** The end of the range, milliseconds since 1970: what was seen until then still runs. */
  @property({ type: Number }) endMillis = 0;
  @property({ type: Boolean }) all = false;

  override render(): TemplateResult {
    const { instances } = this.data;
    const shown = this.all ? instances : instances.slice(0, FIRST_ROWS);
    return html`<table>
        <thead>
          <tr>
            <th scope="col">Instance</th>
            <th scope="col">Version</th>
            <th scope="col" class="first">First seen</th>
            <th scope="col">Last seen</th>
            <th scope="col" class="number">Saturation</th>
          </tr>
        </thead>
        <tbody>
          ${shown.map(({ instance, version, firstSeenMillis, lastSeenMillis, saturation }) => {
            const gone = this.endMillis - lastSeenMillis > GONE_MILLIS;
            return html`<tr class=${gone ? "gone" : ""}>
              <th scope="row" class="mono cut" title=${instance}>${instance || "without a name"}</th>
              <td>${version}</td>
              <td class="first" title=${formatUtc(firstSeenMillis)}>${formatRecent(firstSeenMillis, Date.now())}</td>
              <td title=${formatUtc(lastSeenMillis)}>${formatAgo(lastSeenMillis, Date.now())}</td>
              <td class="number"><gs-saturation .saturation=${saturation} name=${instance}></gs-saturation></td>
            </tr>`;
          })}
        </tbody>
      </table>
      ${
        shown.length < instances.length
          ? html`<div class="more">
              <button class="button plain" @click=${() => (this.all = true)}>
                ${instances.length - shown.length} more instances
              </button>
            </div>`
          : nothing
      }`;
  }
}
