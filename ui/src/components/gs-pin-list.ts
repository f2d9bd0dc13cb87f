/** The pinned traces: what each is, why it is kept, how much it takes. In: pins, links; out: gs-unpin with a trace id. */
import { css, html, LitElement, nothing, type TemplateResult } from "lit";
import { customElement, property } from "lit/decorators.js";
import type { WirePin } from "goldspan/contract";
import { formatBytes } from "../base/format-bytes.ts";
import { formatPlural } from "../base/format-number.ts";
import { formatDateTime, formatUtc } from "../base/format-time.ts";
import { shortenMiddle } from "../base/shorten.ts";
import type { Links } from "../model/links.ts";
import { emit } from "../widgets/emit.ts";
import { controlStyles, sharedStyles } from "../widgets/shared-styles.ts";

@customElement("gs-pin-list")
export class GsPinList extends LitElement {
  static override styles = [
    sharedStyles,
    controlStyles,
    css`
      ul {
        list-style: none;
      }
      li {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: 0 var(--space-5);
        min-height: var(--row-tall);
        padding: 0 var(--space-4);
        color: var(--text-2);
      }
      li + li {
        border-top: var(--hairline) solid var(--line);
      }
      a {
        font-family: var(--mono);
      }
      .reason {
        flex: 1;
        min-width: 0;
        color: var(--text-1);
        overflow-wrap: anywhere;
      }
      .warn {
        color: var(--warn);
      }
      p {
        padding: var(--space-4);
        color: var(--text-3);
      }
    `,
  ];

  @property({ attribute: false }) pins: readonly WirePin[] = [];
  @property({ attribute: false }) links?: Links;

  override render(): TemplateResult {
    if (this.pins.length === 0)
      return html`<p>No trace is pinned. Press P on a trace to keep it beyond the retention.</p>`;
    return html`<ul aria-label="Pinned traces">
      ${this.pins.map(
        (pin) =>
          html`<li>
            <a href=${this.links?.trace(pin.traceId) ?? ""}>${shortenMiddle(pin.traceId, 13)}</a>
            <span class="reason">${pin.reason}</span>
            ${pin.isComplete ? nothing : html`<span class="warn">incomplete: the budget is used up</span>`}
            <span>${formatPlural(pin.spanCount, "span")}, ${formatPlural(pin.logCount, "log")}</span>
            <span>${formatBytes(pin.bytes)}</span>
            <span title=${formatUtc(pin.pinnedAtMillis)}>${formatDateTime(pin.pinnedAtMillis)}</span>
            <button class="button" @click=${() => emit(this, "gs-unpin", pin.traceId)}>Unpin</button>
          </li>`,
      )}
    </ul>`;
  }
}
