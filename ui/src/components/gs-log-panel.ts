/**
 * All about one log line: body, when, its span or trace, attributes, resource, JSON. In: the line in parts, so that a line of a trace
 * and one of the logs page look the same; out: gs-close, gs-whole (all of a cut body is wanted), and what attribute lists tell. The slots take
 * actions ("go to its span") and more sections.
 */
import { html, LitElement, nothing, type TemplateResult } from "lit";
import { customElement, property } from "lit/decorators.js";
import type { WireKeyValue } from "goldspan/contract";
import { formatDateTime, formatUtc } from "../base/format-time.ts";
import { nanosToMillis } from "../base/nanos.ts";
import { showHarmless } from "../base/harmless-text.ts";
import type { Links } from "../model/links.ts";
import { severityLevel } from "../model/severity.ts";
import { emit } from "../widgets/emit.ts";
import "../widgets/gs-copy.ts";
import "../widgets/gs-json-tree.ts";
import "../widgets/gs-section.ts";
import { dotStyles, hueStyles } from "../widgets/hue-styles.ts";
import { icon } from "../widgets/icons.ts";
import { controlStyles, sharedStyles } from "../widgets/shared-styles.ts";
import { detailPanelStyles } from "./detail-panel-styles.ts";
import "./gs-attribute-list.ts";
import "./gs-exception.ts";
import "./gs-log-body.ts";
import { severityStyles } from "./severity-styles.ts";

export interface LogDetail {
  readonly service: string;
  readonly severityNumber: number;
  readonly severityText: string;
  readonly timeUnixNano: string;
  readonly body: string;
  /** Length of the whole body when this is only its begin. */
  readonly bodyBytes?: number;
  readonly eventName?: string;
  readonly traceId?: string;
  readonly spanId?: string;
  readonly attributes: readonly WireKeyValue[];
  readonly scope?: string;
  readonly resource?: readonly WireKeyValue[];
  /** The record as it was sent. */
  readonly raw: unknown;
}

@customElement("gs-log-panel")
export class GsLogPanel extends LitElement {
  static override styles = [sharedStyles, controlStyles, dotStyles, ...hueStyles, severityStyles, detailPanelStyles];

  @property({ attribute: false }) log?: LogDetail;
  @property({ type: Number }) hue = 0;
  @property({ attribute: false }) links?: Links;
  /** Offers to filter by fields and to make columns of them. */
  @property({ type: Boolean }) filterable = false;
  /** Fields that are columns. */
  @property({ attribute: false }) columns: readonly string[] = [];

  override render(): TemplateResult {
    const { log } = this;
    if (!log) return html`${nothing}`;
    const level = severityLevel(log.severityNumber);
    const millis = nanosToMillis(log.timeUnixNano);
    const { exception = [], others = [] } = Object.groupBy(log.attributes, ({ key }) =>
      /^exception\.(type|message|stacktrace)$/.test(key) ? "exception" : "others",
    );
    return html`<header>
        <h2>
          <span class="severity ${level.name}">${level.letter}</span>
          <span class="dot hue-${this.hue}"></span>
          <a class="service" href=${this.links?.service(log.service) ?? ""}>${log.service}</a>
          <span>${showHarmless(log.eventName ?? "Log line")}</span>
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
      <dl class="facts">
        <div>
          <dt>Time</dt>
          <dd title=${formatUtc(millis)}>${formatDateTime(millis, 6)}</dd>
        </div>
        <div>
          <dt>Severity</dt>
          <dd>${showHarmless(log.severityText || level.name)} <span class="faint">${log.severityNumber}</span></dd>
        </div>
        ${
          log.scope
            ? html`<div>
                <dt>Scope</dt>
                <dd>${showHarmless(log.scope)}</dd>
              </div>`
            : nothing
        }${log.traceId ? this.idFact("Trace", log.traceId, "trace id") : nothing}${log.spanId ? this.idFact("Span", log.spanId, "span id") : nothing}
      </dl>
      <gs-log-body class="log-body" .body=${log.body} .wholeBytes=${log.bodyBytes ?? 0}></gs-log-body>
      <div class="actions"><slot></slot></div>
      ${exception.length > 0 ? html`<div class="exception"><gs-exception .pairs=${exception}></gs-exception></div>` : nothing}
      <slot name="sections"></slot>
      <gs-section heading="Attributes" count=${others.length} open> ${this.renderList(others)} </gs-section>
      ${
        log.resource
          ? html`<gs-section heading="Resource" count=${log.resource.length}>
              ${this.renderList(log.resource)}
            </gs-section>`
          : nothing
      }
      <gs-section heading="Raw JSON">
        <gs-copy slot="aside" .value=${JSON.stringify(log.raw, undefined, 2)} what="JSON"></gs-copy>
        <gs-json-tree .value=${log.raw} .openDepth=${2}></gs-json-tree>
      </gs-section>`;
  }

  private renderList(pairs: readonly WireKeyValue[]): TemplateResult {
    return html`<gs-attribute-list
      .pairs=${pairs}
      ?filterable=${this.filterable}
      .columns=${this.columns}
    ></gs-attribute-list>`;
  }

  private idFact(name: string, id: string, what: string): TemplateResult {
    return html`<div>
      <dt>${name}</dt>
      <dd><gs-copy .value=${id} .text=${id} what=${what}></gs-copy></dd>
    </div>`;
  }
}
