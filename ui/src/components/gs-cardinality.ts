/**
 * What makes so many series: the label that should be looked at in a sentence, then metrics, labels and pairs by their number, and who was
 * refused. In: WireCardinality, links; out: links into the metrics explorer.
 */
import { css, html, LitElement, nothing, type TemplateResult } from "lit";
import { customElement, property } from "lit/decorators.js";
import type { WireCardinality, WireCount } from "goldspan/contract";
import { formatCount, formatExact } from "../base/format-number.ts";
import type { Links } from "../model/links.ts";
import { asMetric } from "../model/promql-completion.ts";
import { icon } from "../widgets/icons.ts";
import { sharedStyles } from "../widgets/shared-styles.ts";

const MOST_FINDINGS = 4;

@customElement("gs-cardinality")
export class GsCardinality extends LitElement {
  static override styles = [
    sharedStyles,
    css`
      h2,
      h3 {
        padding: var(--space-3) var(--space-5) var(--space-2);
        font-size: var(--text-body);
      }
      h2 span,
      h3 span {
        color: var(--text-2);
        font-weight: normal;
      }
      .finding {
        display: grid;
        grid-template-columns: auto minmax(0, 1fr);
        gap: var(--space-1) var(--space-3);
        margin: var(--space-2) var(--space-5);
        padding: var(--space-3) var(--space-4);
        border-radius: var(--radius);
        background: var(--warn-soft);
      }
      .finding svg {
        color: var(--warn);
      }
      .finding p {
        grid-column: 2;
        overflow-wrap: anywhere;
      }
      .well {
        padding: 0 var(--space-5) var(--space-3);
        color: var(--text-2);
      }
      .columns {
        display: grid;
        grid-template-columns: repeat(3, minmax(0, 1fr));
        padding-bottom: var(--space-4);
      }
      li {
        position: relative;
        display: grid;
        grid-template-columns: minmax(0, 1fr) auto;
        gap: var(--space-4);
        align-items: center;
        min-height: var(--row-compact);
        padding: 0 var(--space-5);
      }
      li a {
        color: var(--text-1);
      }
      svg.bar {
        position: absolute;
        left: var(--space-5);
        right: var(--space-5);
        bottom: 0;
        width: calc(100% - 2 * var(--space-5));
        height: var(--space-1);
      }
      svg.bar rect {
        fill: var(--line-strong);
      }
      @media (max-width: 899.98px) {
        .columns {
          grid-template-columns: minmax(0, 1fr);
        }
      }
    `,
  ];

  @property({ attribute: false }) data?: WireCardinality;
  @property({ attribute: false }) links?: Links;

  override render(): TemplateResult | typeof nothing {
    const { data } = this;
    if (!data) return nothing;
    return html`<h2>Metrics <span>${formatCount(data.series)} series in use</span></h2>
      ${data.findings.slice(0, MOST_FINDINGS).map(
        ({ metric, label, series, values, text }) =>
          html`<div class="finding">
            ${icon("warning")}
            <p>
              <b class="mono">${label}</b> of
              <a class="mono" href=${this.links?.metrics(`count by (${label}) (${asMetric(metric)})`) ?? ""}
                >${metric}</a
              >: ${formatExact(values)} values, ${formatExact(series)} series
            </p>
            <p class="dim">${text}</p>
          </div>`,
      )}
      ${data.findings.length === 0 ? html`<p class="well">No label stands out.</p>` : nothing}
      ${data.refused.map(
        ({ name, count }) =>
          html`<div class="finding">
            ${icon("warning")}
            <p><b>${name}</b>: ${formatExact(count)} series were turned away by a limit; the others are not touched.</p>
          </div>`,
      )}
      <div class="columns">
        ${this.list("Metrics", "series", data.metrics, (name) => this.links?.metrics(asMetric(name)))}
        ${this.list("Labels", "values", data.labelNames)} ${this.list("Labels with values", "series", data.labelPairs)}
      </div>`;
  }

  private list(
    title: string,
    counted: string,
    counts: readonly WireCount[],
    hrefOf: (name: string) => string | undefined = () => undefined,
  ): TemplateResult {
    const most = Math.max(1, ...counts.map(({ count }) => count));
    return html`<section aria-label=${`${title} by ${counted}`}>
      <h3>${title} <span>by ${counted}</span></h3>
      <ul>
        ${counts.map(({ name, count }) => {
          const href = hrefOf(name);
          return html`<li>
            ${href ? html`<a class="mono cut" href=${href} title=${name}>${name}</a>` : html`<span class="mono cut" title=${name}>${name}</span>`}
            <span class="number">${formatExact(count)}</span>
            <svg class="bar" viewBox="0 0 100 2" preserveAspectRatio="none" aria-hidden="true">
              <rect width=${(count / most) * 100} height="2"></rect>
            </svg>
          </li>`;
        })}
      </ul>
    </section>`;
  }
}
