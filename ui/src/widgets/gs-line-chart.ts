/**
 * Lines over time with thin axes: the one place that uses uPlot. In: bucket times (milliseconds since 1970), series with a tone and
 * how to write a value; out: gs-zoom {from, to} after a drag. Charts with the same `group` share their cursor. The values under
 * the cursor stand in the head, so no legend and no box hides the lines. y starts at 0.
 */
import { css, html, LitElement, unsafeCSS, type PropertyValues, type TemplateResult } from "lit";
import { customElement, property, query, state } from "lit/decorators.js";
import uPlot from "uplot";
import sheet from "uplot/dist/uPlot.min.css?inline";
import { formatRecent } from "../base/format-time.ts";
import { clockTicks, linearTicks } from "../base/ticks.ts";
import { canvasFont, TokenColors } from "./canvas-surface.ts";
import { ColorSchemeController } from "./color-scheme-controller.ts";
import { emit } from "./emit.ts";
import { sharedStyles } from "./shared-styles.ts";
import { SizeController } from "./size-controller.ts";

export interface ChartSeries {
  readonly label: string;
  readonly values: readonly (number | null)[];
  /** A colour token. */
  readonly tone: string;
  readonly shape: "line" | "bars";
}

const PIXELS_PER_TICK = 80;
const HALF_LABEL = 18;

@customElement("gs-line-chart")
export class GsLineChart extends LitElement {
  static override styles = [
    sharedStyles,
    unsafeCSS(sheet),
    css`
      .head {
        display: flex;
        gap: var(--space-4);
        height: var(--row);
        align-items: center;
        font-size: var(--text-small);
        color: var(--text-2);
        overflow: hidden;
        white-space: nowrap;
      }
      h3 {
        color: var(--text-1);
      }
      .at {
        margin-left: auto;
        color: var(--text-3);
      }
      .plot {
        height: var(--chart);
      }
      .u-select {
        background: var(--accent);
        opacity: 0.15;
      }
      .u-cursor-x,
      .u-cursor-y {
        border-color: var(--line-strong);
      }
    `,
  ];

  @property() heading = "";
  @property({ attribute: false }) times: readonly number[] = [];
  @property({ attribute: false }) series: readonly ChartSeries[] = [];
  @property({ attribute: false }) nameValue: (value: number | null) => string = String;
  @property() group = "";
  @state() private at: number | null = null;
  @query(".plot") private plot!: HTMLElement;
  private readonly size = new SizeController(this);
  private readonly scheme = new ColorSchemeController(this);
  private chart?: uPlot;

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.chart?.destroy();
    this.chart = undefined;
  }

  override render(): TemplateResult {
    const at = this.at;
    return html`<div class="head">
        <h3>${this.heading}</h3>
        ${this.series.map((series) => {
          const value = at === null ? undefined : series.values[at];
          const label = this.series.length > 1 ? series.label : "";
          return html`<span>${label}${value === undefined ? "" : ` ${this.nameValue(value)}`}</span>`;
        })}
        <span class="at">${at === null ? "" : formatRecent(this.times[at], Date.now())}</span>
      </div>
      <div
        class="plot"
        role="img"
        aria-label=${`${this.heading}: ${this.series.map((series) => series.label).join(", ")} over time`}
      ></div>`;
  }

  protected override updated(changed: PropertyValues): void {
    if (changed.size === 1 && changed.has("at")) return;
    void this.scheme;
    if (this.size.width > 0) this.draw();
  }

  private draw(): void {
    this.chart?.destroy();
    const colors = new TokenColors(this.plot);
    const font = canvasFont(this);
    const axis: uPlot.Axis = {
      stroke: colors.get("text-3"),
      font,
      ticks: { show: false },
      grid: { stroke: colors.get("line"), width: 1 },
    };
    const { width } = this.size;
    // A bucket's bar stands right of its time: the last one needs its room.
    const bucketMillis = this.times.length > 1 ? this.times[1] - this.times[0] : 0;
    const options: uPlot.Options = {
      width,
      height: this.plot.clientHeight,
      ms: 1,
      // At the right there is room for half a label of the time axis.
      padding: [4, HALF_LABEL, 0, 0],
      legend: { show: false },
      cursor: {
        sync: { key: this.group },
        drag: { x: true, y: false, setScale: false },
        points: { size: 6 },
        y: false,
      },
      scales: {
        x: { time: true, range: (_plot, min, max) => [min, max + bucketMillis] },
        y: { range: (_plot, _min, max) => [0, max > 0 ? max * 1.08 : 1] },
      },
      axes: [
        {
          ...axis,
          size: 22,
          grid: { show: false },
          splits: (_plot, _axis, from, to) => clockTicks(from, to, width / PIXELS_PER_TICK).map((tick) => tick.millis),
          values: (_plot, splits) => {
            const ticks = clockTicks(splits[0], splits[splits.length - 1], width / PIXELS_PER_TICK);
            return splits.map((millis) => ticks.find((tick) => tick.millis === millis)?.label ?? "");
          },
        },
        {
          ...axis,
          size: 56,
          splits: (_plot, _axis, from, to) => linearTicks(from, to, 3),
          values: (_plot, splits) => splits.map((value) => this.nameValue(value)),
        },
      ],
      series: [{}, ...this.series.map((series) => this.seriesOptions(series, colors))],
      hooks: { setCursor: [(plot) => (this.at = plot.cursor.idx ?? null)], setSelect: [(plot) => this.onSelect(plot)] },
    };
    const data = [this.times, ...this.series.map((series) => series.values)] as unknown as uPlot.AlignedData;
    this.chart = new uPlot(options, data, this.plot);
  }

  private seriesOptions(series: ChartSeries, colors: TokenColors): uPlot.Series {
    const stroke = colors.get(series.tone);
    if (series.shape === "line") return { stroke, width: 1.5, points: { show: false }, spanGaps: false };
    return {
      stroke,
      fill: stroke,
      width: 0,
      points: { show: false },
      paths: uPlot.paths.bars?.({ size: [0.8], align: 1 }),
    };
  }

  private onSelect(plot: uPlot): void {
    if (plot.select.width < 4) return;
    const from = plot.posToVal(plot.select.left, "x");
    const to = plot.posToVal(plot.select.left + plot.select.width, "x");
    plot.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
    emit(this, "gs-zoom", { from, to });
  }
}
