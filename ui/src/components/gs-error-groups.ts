/** What went wrong in a service, most frequent first: how often, what, where, when last, and traces of it. In: groups, links. */
import { css, html, LitElement, nothing, type TemplateResult } from "lit";
import { customElement, property } from "lit/decorators.js";
import type { WireErrorGroup } from "goldspan/contract";
import { formatExact } from "../base/format-number.ts";
import { formatAgo, formatUtc } from "../base/format-time.ts";
import { nanosToMillis } from "../base/nanos.ts";
import type { Links } from "../model/links.ts";
import { icon } from "../widgets/icons.ts";
import { sharedStyles } from "../widgets/shared-styles.ts";

@customElement("gs-error-groups")
export class GsErrorGroups extends LitElement {
  static override styles = [
    sharedStyles,
    css`
      li {
        display: grid;
        grid-template-columns: 3.6em minmax(0, 1fr) auto;
        gap: 0 var(--space-4);
        padding: var(--space-3) var(--space-5);
        border-top: var(--hairline) solid var(--line);
      }
      li:first-child {
        border-top: 0;
      }
      .count {
        color: var(--error);
        font-weight: var(--weight-strong);
        text-align: right;
      }
      .what {
        overflow-wrap: anywhere;
        display: -webkit-box;
        -webkit-line-clamp: 2;
        -webkit-box-orient: vertical;
        overflow: hidden;
      }
      .where {
        grid-column: 2;
        color: var(--text-2);
        font-size: var(--text-small);
      }
      .when {
        color: var(--text-2);
        font-size: var(--text-small);
        white-space: nowrap;
      }
      .traces {
        grid-column: 3;
        text-align: right;
        font-size: var(--text-small);
      }
      .traces svg {
        width: var(--icon-small);
        height: var(--icon-small);
        vertical-align: -0.15em;
      }
    `,
  ];

  @property({ attribute: false }) groups: readonly WireErrorGroup[] = [];
  @property({ attribute: false }) links?: Links;

  override render(): TemplateResult {
    return html`<ul>
      ${this.groups.map((group) => this.line(group))}
    </ul>`;
  }

  private line({ count, type, message, operation, kind, lastSeenUnixNano, traceIds }: WireErrorGroup): TemplateResult {
    const last = nanosToMillis(lastSeenUnixNano);
    return html`<li>
      <span class="count">${formatExact(count)}<span class="unseen"> times</span></span>
      <span class="what" title=${message}>
        ${type ? html`<b>${type}</b>` : nothing} ${message || (type ? nothing : "failed without saying why")}
      </span>
      <span class="when" title=${formatUtc(last)}>${formatAgo(last, Date.now())}</span>
      <span class="where cut">${operation} <span class="faint">${kind}</span></span>
      ${traceIds.length > 0 ? html`<a class="traces" href=${this.links?.trace(traceIds[0]) ?? ""}>newest trace ${icon("right")}</a>` : nothing}
    </li>`;
  }
}
