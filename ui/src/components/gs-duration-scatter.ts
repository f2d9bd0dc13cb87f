/** Traces as dots: when they began and how long they took. In: summaries, the range, hues; out: gs-zoom, gs-pick and gs-hover (trace id). */
import { css, html, LitElement, type TemplateResult } from "lit";
import { customElement, property } from "lit/decorators.js";
import { formatDuration } from "../base/format-duration.ts";
import { formatPlural } from "../base/format-number.ts";
import { formatRecent } from "../base/format-time.ts";
import type { Interval } from "../base/interval.ts";
import type { TraceSummary } from "../model/trace-summary.ts";
import "../widgets/gs-scatter.ts";
import type { ScatterPoint } from "../widgets/scatter-layout.ts";
import { sharedStyles } from "../widgets/shared-styles.ts";

/** How much of the plot stands for what was not loaded. */
const UNKNOWN_SHARE = 0.1;

@customElement("gs-duration-scatter")
export class GsDurationScatter extends LitElement {
  static override styles = [
    sharedStyles,
    css`
      :host {
        position: relative;
      }
      .head {
        display: flex;
        align-items: center;
        gap: var(--space-4);
        min-height: var(--row-tall);
        padding: 0 var(--space-4);
        color: var(--text-2);
      }
      .scale {
        margin-left: auto;
        font-size: var(--text-small);
        color: var(--text-3);
      }
      @media (max-width: 699.98px) {
        .scale {
          display: none;
        }
      }
    `,
  ];

  @property({ attribute: false }) traces: readonly TraceSummary[] = [];
  @property({ attribute: false }) range: Interval = { from: 0, to: 1 };
  /** Milliseconds since 1970 from which on all traces were loaded; before it there may be more. */
  @property({ type: Number }) knownFrom = 0;
  @property() marked = "";
  @property({ attribute: false }) hueOf: (service: string) => number = () => 0;

  override render(): TemplateResult {
    const points = this.traces.map(({ wire, startMillis, durationNanos, failed }): ScatterPoint => ({
      key: wire.traceId,
      x: startMillis,
      y: Math.max(1, durationNanos),
      hue: this.hueOf(wire.rootService),
      error: failed,
    }));
    const failed = this.traces.filter((trace) => trace.failed).length;
    return html`<div class="head">
        <slot></slot>
        <span class="scale">duration, log scale · drag to zoom</span>
      </div>
      <gs-scatter
        .points=${points}
        .range=${shownRange(this.range, this.knownFrom)}
        .knownFrom=${this.knownFrom}
        .nameY=${formatDuration}
        .tip=${(key: string) => this.tip(key)}
        .marked=${this.marked}
        label=${`Durations of ${formatPlural(points.length, "trace")} over time, ${failed} of them failed. The same traces stand in the list below.`}
      ></gs-scatter> `;
  }

  private tip(key: string): unknown {
    const trace = this.traces.find((trace) => trace.wire.traceId === key);
    if (!trace) return "";
    const { wire, durationNanos, startMillis } = trace;
    return html`<strong>${formatDuration(durationNanos)}</strong> ${wire.rootService} ${wire.rootOperation}<br />
      <span class="dim">${formatRecent(startMillis, Date.now())} · ${formatPlural(wire.spanCount, "span")}</span>
      ${trace.failed ? html`<span class="error"> · ${wire.errorCount} failed</span>` : ""}`;
  }
}

/** The range as far as it is known, with a strip before it for the rest: a minute of traces in a day would be a line at the edge. */
function shownRange({ from, to }: Interval, knownFrom: number): Interval {
  return { from: Math.max(from, knownFrom - (to - knownFrom) * UNKNOWN_SHARE), to };
}
