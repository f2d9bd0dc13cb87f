/** The events of a span in order of time, exceptions with their stack. In: events as sent and the trace's begin. */
import { css, html, LitElement, type TemplateResult } from "lit";
import { customElement, property } from "lit/decorators.js";
import type { WireSpan } from "goldspan/contract";
import { formatDuration } from "../base/format-duration.ts";
import { nanosBetween, parseNanos, type Moment } from "../base/nanos.ts";
import { sharedStyles } from "../widgets/shared-styles.ts";
import "./gs-attribute-list.ts";
import "./gs-exception.ts";

@customElement("gs-span-events")
export class GsSpanEvents extends LitElement {
  static override styles = [
    sharedStyles,
    css`
      li + li {
        margin-top: var(--space-4);
      }
      .head {
        display: flex;
        justify-content: space-between;
        gap: var(--space-4);
        margin-bottom: var(--space-1);
      }
    `,
  ];

  @property({ attribute: false }) events: NonNullable<WireSpan["events"]> = [];
  @property({ attribute: false }) begin: Moment = { seconds: 0, nanos: 0 };

  override render(): TemplateResult {
    const timed = this.events.map((event) => ({ event, at: nanosBetween(this.begin, parseNanos(event.timeUnixNano)) }));
    return html`<ol>
      ${timed
        .sort((a, b) => a.at - b.at)
        .map(
          ({ event, at }) =>
            html`<li>
              <div class="head">
                <strong>${event.name || "(no name)"}</strong><span class="faint">at ${formatDuration(at)}</span>
              </div>
              ${
                event.name === "exception"
                  ? html`<gs-exception .pairs=${event.attributes ?? []}></gs-exception>`
                  : html`<gs-attribute-list .pairs=${event.attributes ?? []} .grouped=${false}></gs-attribute-list>`
              }
            </li>`,
        )}
    </ol>`;
  }
}
