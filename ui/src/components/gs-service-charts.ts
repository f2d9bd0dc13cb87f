/** The three charts of a service: traffic, failures, latency, with one cursor. In: WireRed and its buckets; out: gs-zoom {from, to}. */
import { css, html, LitElement, type TemplateResult } from "lit";
import { customElement, property } from "lit/decorators.js";
import type { WireRed } from "goldspan/contract";
import { formatMillis } from "../base/format-duration.ts";
import { formatCount, formatRate, pickRateUnit } from "../base/format-number.ts";
import { sharedStyles } from "../widgets/shared-styles.ts";
import "../widgets/gs-time-chart.ts";
import type { ChartSeries } from "../widgets/time-chart-layout.ts";

@customElement("gs-service-charts")
export class GsServiceCharts extends LitElement {
  static override styles = [
    sharedStyles,
    css`
      :host {
        display: grid;
        grid-template-columns: repeat(3, minmax(0, 1fr));
        gap: var(--space-6);
        padding: 0 var(--space-7);
        min-height: calc(var(--chart) + var(--row));
      }
      @media (max-width: 899.98px) {
        :host {
          grid-template-columns: minmax(0, 1fr);
          gap: var(--space-3);
          padding: 0 var(--space-4);
          min-height: calc(3 * (var(--chart) + var(--row)) + 2 * var(--space-3));
        }
      }
    `,
  ];

  @property({ attribute: false }) red?: WireRed;
  @property({ type: Number }) startMillis = 0;
  @property({ type: Number }) bucketMillis = 1;

  override render(): TemplateResult {
    const series = this.red?.series ?? { requests: [], errors: [], p95Millis: [] };
    const seconds = this.bucketMillis / 1000;
    const rates = series.requests.map((count) => count / seconds);
    const unit = pickRateUnit(Math.max(0, ...rates));
    return html`${this.chart("Requests", { label: "requests", values: rates, tone: "text-2", shape: "line" }, (rate) => formatRate(rate, unit))}
    ${this.chart("Failed", { label: "failed", values: series.errors, tone: "error", shape: "bars" }, formatCount)}
    ${this.chart("Latency p95", { label: "p95", values: series.p95Millis, tone: "accent", shape: "line" }, formatMillis)}`;
  }

  private chart(heading: string, series: ChartSeries, nameValue: (value: number | null) => string): TemplateResult {
    const times = series.values.map((_, index) => this.startMillis + (index + 0.5) * this.bucketMillis);
    return html`<gs-time-chart
      .heading=${heading}
      .times=${times}
      .series=${[series]}
      .nameValue=${nameValue}
      group="service"
    ></gs-time-chart>`;
  }
}
