/**
 * Traces that were found, one line each: when, what, which services, a miniature waterfall, how long, how many failed. In: summaries
 * in the order to show, links, hues, the key of the marked line; out: gs-sort (column), gs-hover (trace id).
 */
import { html, LitElement, nothing, type TemplateResult } from "lit";
import { customElement, property } from "lit/decorators.js";
import { repeat } from "lit/directives/repeat.js";
import { formatDuration } from "../base/format-duration.ts";
import { formatExact } from "../base/format-number.ts";
import { formatRecent, formatUtc } from "../base/format-time.ts";
import type { Links } from "../model/links.ts";
import type { TraceColumn, TraceSummary } from "../model/trace-summary.ts";
import { emit } from "../widgets/emit.ts";
import { dotStyles, hueStyles } from "../widgets/hue-styles.ts";
import { icon } from "../widgets/icons.ts";
import { sharedStyles } from "../widgets/shared-styles.ts";
import "./gs-mini-waterfall.ts";
import { traceListStyles } from "./trace-list-styles.ts";

const MOST_DOTS = 8;
const ARRIVING_MILLIS = 20_000;

const HEADS: readonly {
  readonly name: string;
  readonly title: string;
  readonly column?: TraceColumn;
  readonly hint?: string;
}[] = [
  { name: "time", title: "Time", column: "time" },
  { name: "root", title: "Root operation" },
  { name: "services", title: "Services" },
  { name: "mini", title: "Waterfall" },
  { name: "spans", title: "Spans", column: "spans" },
  { name: "errors", title: "Errors", column: "errors" },
  { name: "duration", title: "Duration", column: "duration", hint: "The bars are on a logarithmic scale" },
];

@customElement("gs-trace-list")
export class GsTraceList extends LitElement {
  static override styles = [sharedStyles, dotStyles, ...hueStyles, traceListStyles];

  @property({ attribute: false }) traces: readonly TraceSummary[] = [];
  @property() sort: TraceColumn = "time";
  /** Trace id of the line the keyboard or the plot is at. */
  @property() marked = "";
  @property({ attribute: false }) links?: Links;
  @property({ attribute: false }) hueOf: (service: string) => number = () => 0;

  showRow(traceId: string): void {
    this.renderRoot.querySelector(`[data-trace="${CSS.escape(traceId)}"]`)?.scrollIntoView({ block: "nearest" });
  }

  override render(): TemplateResult {
    const scale = this.durationScale();
    return html`<div role="table" aria-label="Traces" aria-rowcount=${this.traces.length + 1}>
      <div role="row" class="head">
        ${HEADS.map(
          ({ name, title, column, hint }) =>
            html`<span
              role="columnheader"
              class=${name}
              title=${hint ?? nothing}
              aria-sort=${column && column === this.sort ? "descending" : nothing}
              >${
                column
                  ? html`<button @click=${() => emit(this, "gs-sort", column)}>
                      ${title}${column === this.sort ? icon("down") : nothing}
                    </button>`
                  : title
              }</span
            >`,
        )}
      </div>
      ${repeat(
        this.traces,
        (trace) => trace.wire.traceId,
        (trace) => this.row(trace, scale),
      )}
    </div>`;
  }

  private row(trace: TraceSummary, scale: (nanos: number) => number): TemplateResult {
    const { wire } = trace;
    const rootHue = this.hueOf(wire.rootService);
    return html`<div
      role="row"
      class="line ${wire.traceId === this.marked ? "marked" : ""}"
      data-trace=${wire.traceId}
      @pointerenter=${() => emit(this, "gs-hover", wire.traceId)}
      @pointerleave=${() => emit(this, "gs-hover", "")}
    >
      <span role="cell" class="time" title=${formatUtc(trace.startMillis)}
        >${formatRecent(trace.startMillis, Date.now())}</span
      >
      <span role="cell" class="root">
        <span class="dot hue-${rootHue}"></span><span class="service">${wire.rootService}</span>
        <a href=${this.links?.trace(wire.traceId) ?? ""} class="cut">${wire.rootOperation}</a>
        ${wire.rootComplete ? nothing : this.incomplete(trace)}
      </span>
      <span role="cell" class="services">${this.dots(trace)}</span>
      <span role="cell" class="mini"><gs-mini-waterfall .trace=${wire} .hueOf=${this.hueOf}></gs-mini-waterfall></span>
      <span role="cell" class="spans">${formatExact(wire.spanCount)}<span class="unit"> spans</span></span>
      <span role="cell" class="errors ${trace.failed ? "failed" : ""}"
        >${trace.failed ? html`${icon("warning")}${formatExact(wire.errorCount)}<span class="unseen">failed</span>` : ""}</span
      >
      <span role="cell" class="duration">
        <svg viewBox="0 0 100 4" preserveAspectRatio="none" aria-hidden="true">
          <rect class="hue-${rootHue}" width=${scale(trace.durationNanos) * 100} height="4"></rect>
        </svg>
        <span>${formatDuration(trace.durationNanos)}</span>
      </span>
    </div>`;
  }

  /** Spans come in the order in which they end, the root last: of a trace this young nothing is missing yet. */
  private incomplete({ startMillis, durationNanos }: TraceSummary): TemplateResult {
    return Date.now() - startMillis - durationNanos / 1e6 < ARRIVING_MILLIS
      ? html`<span class="faint" title="The span that started this trace has not arrived yet">arriving</span>`
      : html`<span class="incomplete" title="The span that started this trace has not arrived">root missing</span>`;
  }

  /** A duration as a share of the bar: logarithmic, like the plot above, so that 10 ms beside 10 s can still be seen. */
  private durationScale(): (nanos: number) => number {
    const durations = this.traces.map((trace) => Math.max(1, trace.durationNanos));
    const least = Math.min(...durations) / 2;
    const decades = Math.log(Math.max(...durations) / least);
    return (nanos) => Math.log(Math.max(1, nanos) / least) / decades;
  }

  private dots(trace: TraceSummary): TemplateResult {
    const { services } = trace.wire;
    const names = services.map(
      ({ name, spanCount, errorCount }) =>
        `${name}: ${spanCount} spans${errorCount > 0 ? `, ${errorCount} failed` : ""}`,
    );
    const shown = services.slice(0, MOST_DOTS).sort((a, b) => (a.name < b.name ? -1 : 1));
    return html`<span class="dots" title=${names.join("\n")}>
      ${shown.map(({ name }) => html`<span class="dot hue-${this.hueOf(name)}"></span>`)}
      ${services.length > MOST_DOTS ? html`<span class="faint">+${services.length - MOST_DOTS}</span>` : nothing}
      <span class="unseen">${services.length} services</span>
    </span>`;
  }
}
