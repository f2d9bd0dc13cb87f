/** A few traces at a glance: when, what, how long, and their shape. In: summaries, hues, links. */
import { css, html, LitElement, nothing, type TemplateResult } from "lit";
import { customElement, property } from "lit/decorators.js";
import type { WireTraceSummary } from "goldspan/contract";
import { formatDuration } from "../base/format-duration.ts";
import { formatRecent, formatUtc } from "../base/format-time.ts";
import type { Links } from "../model/links.ts";
import { summarizeTrace } from "../model/trace-summary.ts";
import { dotStyles, hueStyles } from "../widgets/hue-styles.ts";
import { icon } from "../widgets/icons.ts";
import { sharedStyles } from "../widgets/shared-styles.ts";
import "./gs-mini-waterfall.ts";

@customElement("gs-example-traces")
export class GsExampleTraces extends LitElement {
  static override styles = [
    sharedStyles,
    dotStyles,
    ...hueStyles,
    css`
      a {
        display: grid;
        grid-template-columns: 4.6em minmax(0, 1fr) var(--mini-width) 5em;
        align-items: center;
        gap: var(--space-4);
        min-height: var(--row-tall);
        padding: 0 var(--space-5);
        color: var(--text-1);
        border-top: var(--hairline) solid var(--line);
      }
      li:first-child a {
        border-top: 0;
      }
      a:hover {
        background: var(--surface-2);
        text-decoration: none;
      }
      .time {
        color: var(--text-2);
        font-size: var(--text-small);
      }
      .failed {
        color: var(--error);
      }
      .failed svg {
        width: var(--icon-small);
        height: var(--icon-small);
        vertical-align: -0.15em;
        margin-right: var(--space-2);
      }
      @media (max-width: 1199.98px) {
        a {
          --mini-width: var(--mini-width-small);
          gap: var(--space-3);
          padding: 0 var(--space-4);
        }
      }
      @media (max-width: 599.98px) {
        a {
          grid-template-columns: minmax(0, 1fr) var(--mini-width) 5em;
        }
        .time {
          display: none;
        }
      }
    `,
  ];

  @property({ attribute: false }) traces: readonly WireTraceSummary[] = [];
  @property({ attribute: false }) hueOf: (service: string) => number = () => 0;
  @property({ attribute: false }) links?: Links;

  override render(): TemplateResult {
    return html`<ul>
      ${this.traces.map(summarizeTrace).map(
        ({ wire, startMillis, durationNanos, failed }) =>
          html`<li>
            <a href=${this.links?.trace(wire.traceId) ?? ""}>
              <span class="time" title=${formatUtc(startMillis)}>${formatRecent(startMillis, Date.now())}</span>
              <span class="cut"
                ><span class="dot hue-${this.hueOf(wire.rootService)}"></span> ${wire.rootOperation}</span
              >
              <gs-mini-waterfall .trace=${wire} .hueOf=${this.hueOf}></gs-mini-waterfall>
              <span class="number ${failed ? "failed" : ""}"
                >${failed ? html`${icon("warning")}<span class="unseen">failed</span>` : nothing}${formatDuration(durationNanos)}</span
              >
            </a>
          </li>`,
      )}
    </ul>`;
  }
}
