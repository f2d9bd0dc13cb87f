/** The links of a span to spans of other traces (or of this one). In: links as sent; out: addresses that open them. */
import { css, html, LitElement, nothing, type TemplateResult } from "lit";
import { customElement, property } from "lit/decorators.js";
import type { WireSpan } from "goldspan/contract";
import { shortenMiddle } from "../base/shorten.ts";
import type { Links } from "../model/links.ts";
import { icon } from "../widgets/icons.ts";
import { sharedStyles } from "../widgets/shared-styles.ts";
import "./gs-attribute-list.ts";

@customElement("gs-span-links")
export class GsSpanLinks extends LitElement {
  static override styles = [
    sharedStyles,
    css`
      li + li {
        margin-top: var(--space-4);
      }
      a {
        display: inline-flex;
        align-items: center;
        gap: var(--space-2);
      }
    `,
  ];

  @property({ attribute: false }) spanLinks: NonNullable<WireSpan["links"]> = [];
  @property({ attribute: false }) links?: Links;

  override render(): TemplateResult {
    return html`<ul>
      ${this.spanLinks.map(
        ({ traceId = "", spanId = "", attributes }) =>
          html`<li>
            <a href=${this.links?.trace(traceId, spanId) ?? ""} title="trace ${traceId}, span ${spanId}">
              ${icon("link")}<span class="mono">${shortenMiddle(traceId, 17)}</span> span
              <span class="mono">${spanId}</span>
            </a>
            ${attributes ? html`<gs-attribute-list .pairs=${attributes} .grouped=${false}></gs-attribute-list>` : nothing}
          </li>`,
      )}
    </ul>`;
  }
}
