/**
 * The head of a trace: what it did, how long it took, how large it is, which release, and what to do with it. In: the trace, hues, the
 * addresses of its logs and its JSON, whether it is pinned; out: links, copies, gs-pin.
 */
import { css, html, LitElement, nothing, type TemplateResult } from "lit";
import { customElement, property } from "lit/decorators.js";
import { formatDuration } from "../base/format-duration.ts";
import { formatExact, formatPlural } from "../base/format-number.ts";
import { formatDateTime, formatUtc } from "../base/format-time.ts";
import { shortenMiddle } from "../base/shorten.ts";
import { listReleases } from "../model/releases.ts";
import { mainRoot, operationOf, serviceOf, type Trace } from "../model/trace.ts";
import { emit } from "../widgets/emit.ts";
import { dotStyles, hueStyles } from "../widgets/hue-styles.ts";
import { icon } from "../widgets/icons.ts";
import { controlStyles, sharedStyles } from "../widgets/shared-styles.ts";
import "../widgets/gs-copy.ts";

@customElement("gs-trace-header")
export class GsTraceHeader extends LitElement {
  static override styles = [
    sharedStyles,
    controlStyles,
    dotStyles,
    ...hueStyles,
    css`
      header {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: var(--space-1) var(--space-5);
        padding: var(--space-3) var(--space-5);
      }
      h1 {
        display: flex;
        align-items: center;
        gap: var(--space-3);
        font-size: var(--text-large);
        min-width: 0;
      }
      h1 .service {
        color: var(--text-2);
        font-weight: normal;
      }
      dl {
        display: flex;
        flex-wrap: wrap;
        gap: var(--space-1) var(--space-5);
        color: var(--text-2);
      }
      dl div {
        display: flex;
        gap: var(--space-2);
        white-space: nowrap;
      }
      dt {
        color: var(--text-3);
        order: 2;
      }
      dd {
        color: var(--text-1);
      }
      .long dd {
        font-size: var(--text-large);
        font-weight: var(--weight-strong);
      }
      .failed dd,
      .failed dt {
        color: var(--error);
        font-weight: var(--weight-strong);
      }
      .release dt {
        order: 0;
      }
      .actions {
        display: flex;
        gap: var(--space-3);
        align-items: center;
        margin-left: auto;
      }
      .button[aria-pressed="true"] {
        color: var(--accent);
        border-color: var(--accent);
      }
      @media (max-width: 1199.98px) {
        h1 {
          flex: 1;
        }
        dl {
          order: 1;
          width: 100%;
        }
      }
      @media (max-width: 899.98px) {
        header {
          padding: var(--space-3);
        }
        .actions .button,
        .release,
        .depth {
          display: none;
        }
      }
    `,
  ];

  @property({ attribute: false }) trace?: Trace;
  /** Hue of each trace service. */
  @property({ attribute: false }) hues: readonly number[] = [];
  @property() jsonHref = "";
  /** Where its lines are on the page of logs. */
  @property() logsHref = "";
  @property({ type: Boolean }) pinned = false;

  override render(): TemplateResult {
    const { trace } = this;
    const root = trace ? mainRoot(trace) : -1;
    if (!trace || root < 0) return html`${nothing}`;
    const startMillis = trace.begin.seconds * 1000 + trace.begin.nanos / 1e6;
    const releases = listReleases(trace);
    return html`<header>
      <h1>
        <span class="dot hue-${this.hues[trace.service[root]]}"></span>
        <span class="service">${serviceOf(trace, root)}</span>
        <span class="cut">${operationOf(trace, root)}</span>
      </h1>
      <dl>
        <div class="long">
          <dt class="unseen">duration</dt>
          <dd>${formatDuration(trace.totalNanos)}</dd>
        </div>
        ${this.figure("", trace.spanCount, "span")}${this.figure("", trace.services.length, "service")}
        ${trace.errorCount > 0 ? this.figure("failed", trace.errorCount, "error") : nothing}
        <div class="depth">
          <dt>levels</dt>
          <dd>${trace.maxDepth}</dd>
        </div>
        ${
          releases.length > 0
            ? html`<div
                class="release"
                title=${releases.map(({ service, version }) => `${service} ${version}`).join("\n")}
              >
                <dt>release</dt>
                <dd>
                  ${releases[0].version}${releases.length > 1 ? html` <span class="faint">+${releases.length - 1}</span>` : nothing}
                </dd>
              </div>`
            : nothing
        }
        <div title=${formatUtc(startMillis)}>
          <dt class="unseen">began</dt>
          <dd class="dim">${formatDateTime(startMillis, 3)}</dd>
        </div>
      </dl>
      <div class="actions">
        <gs-copy .value=${trace.traceId} .text=${shortenMiddle(trace.traceId, 13)} what="trace id"></gs-copy>
        <button
          class="button"
          aria-pressed=${String(this.pinned)}
          title=${this.pinned ? "Pinned: retention doesn't take it. Unpin (P)" : "Pin: keep it beyond the retention (P)"}
          @click=${() => emit(this, "gs-pin", undefined)}
        >
          ${icon("pin")} ${this.pinned ? "Pinned" : "Pin"}
        </button>
        ${
          this.logsHref
            ? html`<a class="button" href=${this.logsHref} title="Its lines on the page of logs"
                >${icon("logs")} Logs</a
              >`
            : nothing
        }
        <a class="button" href=${this.jsonHref} target="_blank" title="The trace as OTLP JSON"
          >${icon("download")} JSON</a
        >
      </div>
    </header>`;
  }

  private figure(name: string, count: number, what: string): TemplateResult {
    const unit = formatPlural(count, what).split(" ").at(-1);
    return html`<div class=${name}>
      <dt>${unit}</dt>
      <dd>${formatExact(count)}</dd>
    </div>`;
  }
}
