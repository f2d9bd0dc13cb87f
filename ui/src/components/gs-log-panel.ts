/**
 * All about one log line: body, when, its span or trace, attributes, resource, JSON. In: the line in parts, so that a line of a trace
 * and one of the logs page look the same; out: gs-close. The slot takes actions ("go to its span").
 */
import { html, LitElement, nothing, type TemplateResult } from "lit";
import { customElement, property } from "lit/decorators.js";
import type { WireKeyValue } from "goldspan/contract";
import { formatDateTime, formatUtc } from "../base/format-time.ts";
import { nanosToMillis } from "../base/nanos.ts";
import { decodeJsonText } from "../model/any-value.ts";
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
import { severityStyles } from "./severity-styles.ts";

export interface LogDetail {
  readonly service: string;
  readonly severityNumber: number;
  readonly severityText: string;
  readonly timeUnixNano: string;
  readonly body: string;
  readonly eventName?: string;
  readonly traceId?: string;
  readonly spanId?: string;
  readonly attributes: readonly WireKeyValue[];
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
          <span>${log.eventName ?? "Log line"}</span>
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
          <dd>${log.severityText || level.name} <span class="faint">${log.severityNumber}</span></dd>
        </div>
        ${log.traceId ? this.idFact("Trace", log.traceId, "trace id") : nothing}${log.spanId ? this.idFact("Span", log.spanId, "span id") : nothing}
      </dl>
      ${this.renderBody(log.body)}
      <div class="actions"><slot></slot></div>
      ${exception.length > 0 ? html`<div class="exception"><gs-exception .pairs=${exception}></gs-exception></div>` : nothing}
      <gs-section heading="Attributes" count=${others.length} open>
        <gs-attribute-list .pairs=${others}></gs-attribute-list>
      </gs-section>
      ${
        log.resource
          ? html`<gs-section heading="Resource" count=${log.resource.length}>
              <gs-attribute-list .pairs=${log.resource}></gs-attribute-list>
            </gs-section>`
          : nothing
      }
      <gs-section heading="Raw JSON">
        <gs-copy slot="aside" .value=${JSON.stringify(log.raw, undefined, 2)} what="JSON"></gs-copy>
        <gs-json-tree .value=${log.raw} .openDepth=${2}></gs-json-tree>
      </gs-section>`;
  }

  private renderBody(body: string): TemplateResult {
    const json = decodeJsonText(body);
    if (json !== undefined)
      return html`<div class="body"><gs-json-tree .value=${json} .openDepth=${2}></gs-json-tree></div>`;
    return html`<div class="body" tabindex="0">${body}</div>`;
  }

  private idFact(name: string, id: string, what: string): TemplateResult {
    return html`<div>
      <dt>${name}</dt>
      <dd><gs-copy .value=${id} .text=${id} what=${what}></gs-copy></dd>
    </div>`;
  }
}
