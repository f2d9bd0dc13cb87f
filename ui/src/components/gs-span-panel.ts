/**
 * All about one span: what it was, why it failed, what it logged, its attributes, events, links, where it ran, and the JSON as sent.
 * In: the trace view and the row, hues, links; out: gs-close, gs-select (Selection: its parent, a log), gs-find (text).
 */
import { html, LitElement, nothing, type TemplateResult } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { formatDuration } from "../base/format-duration.ts";
import { formatPercent } from "../base/format-number.ts";
import { findAttribute } from "../model/any-value.ts";
import type { Links } from "../model/links.ts";
import { formatTerm } from "../model/query-text.ts";
import { spanKindMeaning, spanKindName } from "../model/span-kind.ts";
import { hasFlag, operationOf, serviceOf, SpanFlag, type SpanSource } from "../model/trace.ts";
import { logsOfRow } from "../model/trace-logs.ts";
import type { TraceView } from "../model/trace-view.ts";
import { emit } from "../widgets/emit.ts";
import "../widgets/gs-copy.ts";
import "../widgets/gs-json-tree.ts";
import "../widgets/gs-section.ts";
import { dotStyles, hueStyles } from "../widgets/hue-styles.ts";
import { icon } from "../widgets/icons.ts";
import { controlStyles, sharedStyles } from "../widgets/shared-styles.ts";
import "./gs-attribute-list.ts";
import "./gs-log-lines.ts";
import "./gs-span-events.ts";
import "./gs-span-links.ts";
import { detailPanelStyles } from "./detail-panel-styles.ts";

const MINUTE = 60_000;

@customElement("gs-span-panel")
export class GsSpanPanel extends LitElement {
  static override styles = [sharedStyles, controlStyles, dotStyles, ...hueStyles, detailPanelStyles];

  @property({ attribute: false }) view?: TraceView;
  @property({ type: Number }) row = -1;
  @property({ attribute: false }) hues: readonly number[] = [];
  @property({ attribute: false }) links?: Links;
  @state() private filter = "";

  override render(): TemplateResult {
    const { view, row } = this;
    if (!view || row < 0) return html`${nothing}`;
    const { trace } = view;
    const source = trace.sources[row];
    return html`<header>
        <h2>
          <span class="dot hue-${this.hues[trace.service[row]]}"></span>
          <a class="service" href=${this.links?.service(serviceOf(trace, row)) ?? ""}>${serviceOf(trace, row)}</a>
          <span class="title">${operationOf(trace, row)}</span>
        </h2>
        <button
          class="button plain icon"
          title="Close (esc)"
          aria-label="Close the panel"
          @click=${() => emit(this, "gs-close")}
        >
          ${icon("close")}
        </button>
      </header>
      ${source ? this.renderSpan(view, source) : this.renderMissing(view)}`;
  }

  private renderSpan(view: TraceView, source: SpanSource): TemplateResult {
    const { span, resource, scope } = source;
    const lines = Array.from(logsOfRow(view.logs, this.row), (line) => view.logs.lines[line]);
    const exceptions = (span.events ?? []).filter((event) => event.name === "exception");
    const attributes = span.attributes ?? [];
    return html`${this.renderFacts(view, source)}${this.renderWays(view, source)}
      ${exceptions.map((event) => html`<div class="exception"><gs-exception .pairs=${event.attributes ?? []}></gs-exception></div>`)}
      ${
        lines.length > 0
          ? html`<gs-section heading="Logs" count=${lines.length} open>
              <gs-log-lines .lines=${lines} @gs-open=${this.onLog}></gs-log-lines>
            </gs-section>`
          : nothing
      }
      <gs-section heading="Attributes" count=${attributes.length} open>
        ${attributes.length > 6 ? this.renderFilter() : nothing}
        <gs-attribute-list .pairs=${attributes} .filter=${this.filter} .links=${this.links} inTrace></gs-attribute-list>
        ${this.renderDropped(span.droppedAttributesCount, "attributes")}
      </gs-section>
      ${
        span.events
          ? html`<gs-section
              heading="Events"
              count=${span.events.length}
              ?open=${exceptions.length < span.events.length}
            >
              <gs-span-events .events=${span.events} .begin=${view.trace.begin}></gs-span-events>
              ${this.renderDropped(span.droppedEventsCount, "events")}
            </gs-section>`
          : nothing
      }
      ${
        span.links
          ? html`<gs-section heading="Links" count=${span.links.length} open>
              <gs-span-links .spanLinks=${span.links} .links=${this.links}></gs-span-links>
              ${this.renderDropped(span.droppedLinksCount, "links")}
            </gs-section>`
          : nothing
      }
      <gs-section heading="Resource" count=${resource?.attributes?.length ?? 0}>
        <gs-attribute-list
          .pairs=${resource?.attributes ?? []}
          .filter=${this.filter}
          .links=${this.links}
        ></gs-attribute-list>
      </gs-section>
      ${
        scope
          ? html`<gs-section heading="Scope" count=${`${scope.name ?? ""} ${scope.version ?? ""}`}>
              <gs-attribute-list .pairs=${scope.attributes ?? []}></gs-attribute-list>
            </gs-section>`
          : nothing
      }
      <gs-section heading="Raw JSON">
        <gs-copy slot="aside" .value=${JSON.stringify(source, undefined, 2)} what="JSON"></gs-copy>
        <gs-json-tree .value=${source} .openDepth=${2}></gs-json-tree>
      </gs-section>`;
  }

  private renderFacts({ trace }: TraceView, { span }: SpanSource): TemplateResult {
    const { row } = this;
    const failed = hasFlag(trace, row, SpanFlag.error);
    const status = failed ? "error" : span.status?.code === 1 ? "ok" : "unset";
    const parent = trace.parent[row];
    const share = trace.totalNanos > 0 ? trace.duration[row] / trace.totalNanos : 0;
    return html`<dl class="facts">
        <div>
          <dt>Duration</dt>
          <dd class="figure">
            ${formatDuration(trace.duration[row])} <span class="faint">${formatPercent(share)} of the trace</span>
          </dd>
        </div>
        <div>
          <dt>Self time</dt>
          <dd class="figure">${formatDuration(trace.selfTime[row])}</dd>
        </div>
        <div>
          <dt>Begins at</dt>
          <dd>${formatDuration(trace.start[row])}</dd>
        </div>
        <div>
          <dt>Status</dt>
          <dd class=${failed ? "error" : ""}>
            ${failed ? icon("warning") : nothing}${status}${span.status?.message ? `: ${span.status.message}` : ""}
          </dd>
        </div>
        <div>
          <dt>Kind</dt>
          <dd>${spanKindName(trace.kind[row])} <span class="faint">${spanKindMeaning(trace.kind[row])}</span></dd>
        </div>
        <div>
          <dt>Span id</dt>
          <dd><gs-copy .value=${span.spanId} .text=${span.spanId} what="span id"></gs-copy></dd>
        </div>
        ${
          parent >= 0
            ? html`<div>
                <dt>Parent</dt>
                <dd>
                  <button class="link cut" @click=${() => emit(this, "gs-select", { kind: "span", index: parent })}>
                    ${operationOf(trace, parent)}
                  </button>
                </dd>
              </div>`
            : nothing
        }
        ${
          span.traceState
            ? html`<div>
                <dt>Trace state</dt>
                <dd class="mono">${span.traceState}</dd>
              </div>`
            : nothing
        }
      </dl>
      ${this.renderOddities()}`;
  }

  /** From here to the lines it wrote, to its service at that minute, to others like it. */
  private renderWays({ trace }: TraceView, { span }: SpanSource): TemplateResult {
    const { links, row } = this;
    const service = serviceOf(trace, row);
    const begin = trace.begin.seconds * 1000 + (trace.begin.nanos + trace.start[row]) / 1e6;
    const minute = links?.within({ from: begin - MINUTE, to: begin + trace.duration[row] / 1e6 + MINUTE });
    const ids = `${formatTerm("trace_id", ":", trace.traceId)} ${formatTerm("span_id", ":", span.spanId ?? "")}`;
    const [exception] = (span.events ?? []).filter(({ name }) => name === "exception");
    const thrown = findAttribute(exception?.attributes ?? [], "exception.type");
    const alike = `${formatTerm("service", ":", service)} ${formatTerm("operation", ":", operationOf(trace, row))}`;
    return html`<nav class="actions close" aria-label="From this span">
      <a class="button" href=${links?.logs(ids) ?? ""}>${icon("logs")} Logs</a>
      <a class="button" href=${minute?.service(service) ?? ""} title=${`${service} in the minutes around it`}
        >${icon("services")} Service then</a
      >
      <a class="button" href=${links?.traces(alike) ?? ""} title="Traces with this operation"
        >${icon("traces")} Others like it</a
      >
      ${
        hasFlag(trace, row, SpanFlag.error)
          ? html`<a class="button" href=${links?.exceptions(service, thrown) ?? ""}>${icon("warning")} Errors</a>`
          : nothing
      }
    </nav>`;
  }

  /** What about its time is odd, in words. */
  private renderOddities(): TemplateResult {
    const { view, row } = this;
    if (!view) return html`${nothing}`;
    const { trace } = view;
    const parent = trace.parent[row];
    const early = formatDuration(trace.start[parent] - trace.start[row]);
    const late = formatDuration(trace.start[row] + trace.duration[row] - trace.start[parent] - trace.duration[parent]);
    const notes = [
      hasFlag(trace, row, SpanFlag.startsBeforeParent)
        ? `Begins ${early} before its parent: the clocks of the two differ.`
        : "",
      hasFlag(trace, row, SpanFlag.endsAfterParent)
        ? `Ends ${late} after its parent: work that nobody waited for, or clocks that differ.`
        : "",
      hasFlag(trace, row, SpanFlag.endsBeforeStart)
        ? "Its end was sent as earlier than its start; it is drawn without width."
        : "",
      hasFlag(trace, row, SpanFlag.orphan) ? "Its parent has not arrived." : "",
    ].filter((note) => note !== "");
    return html`${notes.map((note) => html`<p class="note">${note}</p>`)}`;
  }

  private renderMissing({ trace }: TraceView): TemplateResult {
    const id = [...trace.rowOf].find(([, row]) => row === this.row)?.[0] ?? "";
    return html`<p class="note">
        Other spans name this one as their parent, but it has not arrived. It may still be running, may have been
        dropped by sampling or by an exporter, or its service doesn't send here. The bar only spans its children.
      </p>
      <dl class="facts">
        <div>
          <dt>Span id</dt>
          <dd><gs-copy .value=${id} .text=${id} what="span id"></gs-copy></dd>
        </div>
      </dl>`;
  }

  private renderFilter(): TemplateResult {
    return html`<input
      class="filter"
      type="search"
      placeholder="Filter attributes"
      aria-label="Filter attributes"
      .value=${this.filter}
      @input=${(event: Event) => (this.filter = (event.target as HTMLInputElement).value)}
    />`;
  }

  private renderDropped(count: number | undefined, what: string): TemplateResult {
    return count
      ? html`<p class="faint">${count} more ${what} were dropped by the sender’s limits.</p>`
      : html`${nothing}`;
  }

  private readonly onLog = (event: CustomEvent<number>): void => {
    const line = logsOfRow((this.view as TraceView).logs, this.row)[event.detail];
    emit(this, "gs-select", { kind: "log", index: line });
  };
}
