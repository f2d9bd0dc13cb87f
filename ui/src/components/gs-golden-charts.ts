/**
 * The four golden signals of one service over time, with one cursor: how latencies spread, traffic, errors, saturation with what it is
 * made of. In: WireGoldenDetail, release marks, exemplar dots, links; out: gs-zoom {from, to}, gs-exemplar (key), gs-split (ErrorSplit).
 */
import { css, html, LitElement, nothing, type TemplateResult } from "lit";
import { customElement, property } from "lit/decorators.js";
import type { WireGoldenDetail } from "goldspan/contract";
import { formatMillis } from "../base/format-duration.ts";
import { formatPercent, formatRate, pickRateUnit, rateUnitSize } from "../base/format-number.ts";
import type { Interval } from "../base/interval.ts";
import { waysFrom } from "../model/chart-ways.ts";
import type { ErrorSplit, SplitBars } from "../model/error-split.ts";
import type { ExemplarDot } from "../model/exemplars.ts";
import { saturationLevels, saturationLines } from "../model/golden-lines.ts";
import type { Links } from "../model/links.ts";
import { emit, type Emitted } from "../widgets/emit.ts";
import "../widgets/gs-heatmap.ts";
import "../widgets/gs-tabs.ts";
import "../widgets/gs-time-chart.ts";
import { sharedStyles } from "../widgets/shared-styles.ts";
import type { ChartMark, ChartSeries, ChartStretch } from "../widgets/time-chart-layout.ts";

const SPLITS = [
  { value: "total", label: "all" },
  { value: "operation", label: "by operation" },
  { value: "type", label: "by type" },
];

@customElement("gs-golden-charts")
export class GsGoldenCharts extends LitElement {
  static override styles = [
    sharedStyles,
    css`
      :host {
        --chart: var(--chart-tall);
        display: grid;
        grid-template-columns: repeat(2, minmax(0, 1fr));
        gap: var(--space-4);
      }
      .panel {
        padding: var(--space-1) var(--space-3) var(--space-2);
        background: var(--surface-1);
        border: var(--hairline) solid var(--line);
        border-radius: var(--radius-large);
        min-width: 0;
      }
      @media (max-width: 899.98px) {
        :host {
          grid-template-columns: minmax(0, 1fr);
        }
      }
    `,
  ];

  @property({ attribute: false }) detail?: WireGoldenDetail;
  @property({ attribute: false }) marks: readonly ChartMark[] = [];
  /** Parts of the time that somebody looks at. */
  @property({ attribute: false }) stretches: readonly ChartStretch[] = [];
  @property({ attribute: false }) dots: readonly ExemplarDot[] = [];
  /** How errors are taken apart. */
  @property() split: ErrorSplit = "total";
  /** The errors taken apart; undefined while they are asked for: then the total stays. */
  @property({ attribute: false }) splitBars?: readonly SplitBars[];
  /** With them a click on a moment offers the logs and traces of it. */
  @property({ attribute: false }) links?: Links;

  override render(): TemplateResult | typeof nothing {
    const { detail } = this;
    if (!detail) return nothing;
    const { series, startMillis, endMillis, bucketMillis, heatmap } = detail;
    const starts = series.ratePerSecond.map((_, index) => startMillis + index * bucketMillis);
    const middles = starts.map((start) => start + bucketMillis / 2);
    const range = { from: startMillis, to: endMillis };
    const unit = pickRateUnit(Math.max(0, ...series.ratePerSecond.map((rate) => rate ?? 0)));
    const nameRate = (rate: number | null): string => formatRate(rate, unit);
    const parts = saturationLines(detail.saturationParts);
    const { links } = this;
    const bars = this.split === "total" ? undefined : this.splitBars;
    const waysAbout = (about: "everything" | "failures" | "latency" | "traffic") =>
      links && ((stretch: Interval) => waysFrom(stretch, links, detail.name, about));
    return html`<div class="panel">
        <gs-heatmap
          heading="Latency"
          group="page"
          .times=${starts}
          .range=${range}
          .bounds=${heatmap.boundsMillis}
          .counts=${heatmap.counts}
          .lines=${[
            line("p50", series.p50Millis, "text-2"),
            line("p95", series.p95Millis, "accent"),
            line("p99", series.p99Millis, "text-1"),
          ]}
          .marks=${[...this.marks, ...this.stretches.map(({ from, label }) => ({ at: from, label }))]}
          .dots=${this.dots}
          .waysFrom=${waysAbout("latency")}
          .nameValue=${formatMillis}
        ></gs-heatmap>
      </div>
      <div class="panel">
        <gs-time-chart
          heading="Traffic"
          note="requests"
          group="page"
          .times=${middles}
          .range=${range}
          .series=${[{ ...line("requests", series.ratePerSecond, "text-2"), shape: "area" }]}
          .marks=${this.marks}
          .stretches=${this.stretches}
          .waysFrom=${waysAbout("traffic")}
          .nameValue=${nameRate}
          .tickUnit=${rateUnitSize(unit)}
          emptyText="no requests in this time range"
        ></gs-time-chart>
      </div>
      <div class="panel">
        <gs-time-chart
          heading="Errors"
          note=${this.errorNote(detail, bars)}
          group="page"
          .times=${starts}
          .range=${range}
          .series=${bars ?? [{ ...line("failed", series.errorsPerSecond, "error"), shape: "bars" }]}
          .stacked=${bars !== undefined}
          .marks=${this.marks}
          .stretches=${this.stretches}
          .waysFrom=${waysAbout("failures")}
          .nameValue=${nameRate}
          .tickUnit=${rateUnitSize(unit)}
          emptyText=${bars ? "none in this time range" : "no requests in this time range"}
        >
          <gs-tabs
            slot="head"
            look="segments"
            label="Errors by"
            .items=${SPLITS}
            .value=${this.split}
            @gs-change=${(event: Emitted<ErrorSplit>) => emit(this, "gs-split", event.detail)}
          ></gs-tabs>
        </gs-time-chart>
      </div>
      <div class="panel">
        <gs-time-chart
          heading="Saturation"
          note=${detail.saturation ? `${detail.saturation.resource}, ${detail.saturation.metric}` : ""}
          group="page"
          .times=${middles}
          .range=${range}
          .series=${parts}
          .levels=${saturationLevels(detail.saturationParts)}
          .top=${1}
          .marks=${this.marks}
          .stretches=${this.stretches}
          .waysFrom=${waysAbout("everything")}
          .nameValue=${formatPercent}
          emptyText="nothing it sends says how full it is"
        ></gs-time-chart>
      </div>`;
  }

  /** What its bars are; a single one is named here, several in the tooltip. */
  private errorNote({ errorRatio }: WireGoldenDetail, bars: readonly SplitBars[] | undefined): string {
    const share = errorRatio === null ? "" : `, ${formatPercent(errorRatio)} of all`;
    const what = this.split === "type" ? "exceptions" : `failed requests${share}`;
    return bars?.length === 1 ? `${what} · ${bars[0].label}` : what;
  }
}

function line(label: string, values: readonly (number | null)[], tone: string): ChartSeries {
  return { label, values, tone, shape: "line" };
}
