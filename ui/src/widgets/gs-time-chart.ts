/**
 * Values over time: the one place that uses uPlot. In: times (milliseconds since 1970, ascending), series, what lies over them (levels, stretches,
 * release marks, exemplar dots), how to write a value; out: gs-zoom {from, to} after a drag; on a click or Enter gs-exemplar (the
 * dot's key), a menu of ways on where `waysFrom` gives some, else gs-time {from, to}. Charts of one `group` share their cursor; arrow keys move it. null is a gap. Says so when y is logarithmic.
 */
import { html, LitElement, nothing, unsafeCSS, type PropertyValues, type TemplateResult } from "lit";
import { customElement, property, query, state } from "lit/decorators.js";
import uPlot from "uplot";
import sheet from "uplot/dist/uPlot.min.css?inline";
import { formatRecent } from "../base/format-time.ts";
import type { Interval } from "../base/interval.ts";
import { nameStretch } from "../base/time-range.ts";
import { canvasFont, fadeColor, TokenColors } from "./canvas-surface.ts";
import { placeTip, renderTip, stepCursor } from "./chart-tip.ts";
import { ColorSchemeController } from "./color-scheme-controller.ts";
import { joinCursors, moveCursors } from "./cursor-sync.ts";
import { DragHold } from "./drag-hold.ts";
import { emit } from "./emit.ts";
import { offerWays, type Way } from "./gs-way-menu.ts";
import { paintDots, paintLineNames, paintOverlays, plotArea, type PlacedDot } from "./paint-chart-extras.ts";
import { sharedStyles } from "./shared-styles.ts";
import { SizeController } from "./size-controller.ts";
import { chartAxes } from "./time-chart-axes.ts";
import {
  bucketAt,
  bucketStretch,
  describeChart,
  describeMoment,
  dotNear,
  drawnValues,
  MOST_NAMED,
  nearestOf,
  roomForNames,
  tipRows,
  yRange,
  type ChartDot,
  type ChartLevel,
  type ChartMark,
  type ChartSeries,
  type ChartStretch,
  type YScale,
} from "./time-chart-layout.ts";
import { timeChartStyles } from "./time-chart-styles.ts";

const HALF_LABEL = 18;
const REACH = 10;

@customElement("gs-time-chart")
export class GsTimeChart extends LitElement {
  static override styles = [sharedStyles, unsafeCSS(sheet), timeChartStyles];

  @property() heading = "";
  /** Behind the heading, such as what is measured. */
  @property() note = "";
  @property({ attribute: false }) times: readonly number[] = [];
  @property({ attribute: false }) series: readonly ChartSeries[] = [];
  @property({ attribute: false }) nameValue: (value: number | null) => string = String;
  @property() group = "";
  @property() scale: YScale = "linear";
  @property() yFrom: "zero" | "data" = "zero";
  /** The axis reaches this far at least. */
  @property({ type: Number }) top?: number;
  /** The unit in which ticks are round numbers, such as 1/60 for rates a minute. */
  @property({ type: Number }) tickUnit = 1;
  /** Each series stands on those before it. */
  @property({ type: Boolean }) stacked = false;
  /** The time shown; by default that of the values. */
  @property({ attribute: false }) range?: Interval;
  @property({ attribute: false }) levels: readonly ChartLevel[] = [];
  @property({ attribute: false }) marks: readonly ChartMark[] = [];
  @property({ attribute: false }) stretches: readonly ChartStretch[] = [];
  @property({ attribute: false }) dots: readonly ChartDot[] = [];
  /** What a hovered dot says. */
  @property({ attribute: false }) dotTip: (key: string) => unknown = () => "Open the trace";
  /** Where to go on from a part of it: offered after a click on a value, Enter, or a drag. */
  @property({ attribute: false }) waysFrom?: (stretch: Interval) => readonly Way[];
  @property() emptyText = "no values in this time range";
  /** No names at the ends of the lines: a legend beside the chart has them. */
  @property({ type: Boolean }) unnamed = false;
  /** Drawn strong while the others are dimmed: a series' key. */
  @property() marked = "";

  @state() private at: number | null = null;
  @state() private active = false;
  @state() private hovered = "";
  @query(".plot") private plot!: HTMLElement;
  private readonly size = new SizeController(this);
  private readonly scheme = new ColorSchemeController(this);
  private chart?: uPlot;
  private placed: PlacedDot[] = [];
  private pointerInWindow = { left: 0, top: 0 };
  private readonly drags = new DragHold();
  private leaveGroup?: () => void;

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.leaveGroup?.();
    this.chart?.destroy();
    this.chart = undefined;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.leaveGroup = joinCursors(this.group, this.follow);
    this.requestUpdate("series");
  }

  override render(): TemplateResult {
    const at = this.at;
    const empty = !this.series.some(({ values }) => values.some((value) => value !== null));
    const inHead = at !== null && !this.active && this.series.length <= MOST_NAMED;
    return html`<div class="head">
        <h3>${this.heading}</h3>
        <slot name="head"></slot>
        ${this.note || this.scale === "log" ? html`<span class="note">${[this.note, this.scale === "log" ? "log scale" : ""].filter(Boolean).join(" · ")}</span>` : nothing}
        ${inHead ? this.series.map((series) => html`<span>${this.series.length > 1 ? `${series.label} ` : ""}${this.nameValue(series.values[at] ?? null)}</span>`) : nothing}
        <span class="at">${inHead ? formatRecent(this.times[at], Date.now()) : ""}</span>
      </div>
      <div
        class="plot ${this.hovered ? "pointing" : ""}"
        role="img"
        tabindex="0"
        aria-label=${describeChart(this.heading, this.series, this.nameValue)}
        aria-roledescription="chart"
        @keydown=${this.onKey}
        @blur=${() => this.show(null)}
      >
        ${empty ? html`<span class="none">${this.emptyText}</span>` : nothing}
      </div>
      ${this.active && at !== null ? this.renderTip(at) : nothing}
      <span class="unseen" aria-live="polite">${this.active && at !== null ? this.sayAt(at) : ""}</span>`;
  }

  private renderTip(at: number): TemplateResult {
    const top = this.chart?.cursor.top ?? -1;
    const near = this.chart && top >= 0 ? this.chart.posToVal(top, "y") : null;
    const { rows, hidden } = tipRows(this.series, at, near);
    const lines = rows.map(({ series, value, nearest }) => ({ ...series, nearest, value: this.nameValue(value) }));
    return renderTip(
      this.times[at],
      lines,
      html`${hidden > 0 ? html`<p>and ${hidden} more</p>` : nothing}
      ${this.hovered ? html`<p>${this.dotTip(this.hovered)}</p>` : nothing}`,
    );
  }

  protected override updated(changed: PropertyValues): void {
    if (changed.has("group")) {
      this.leaveGroup?.();
      this.leaveGroup = joinCursors(this.group, this.follow);
    }
    void this.scheme;
    const light = [...changed.keys()].every((key) => key === "at" || key === "active" || key === "hovered");
    if (changed.size === 0 || !light) this.drags.run(() => this.draw());
    else if (changed.has("hovered")) this.chart?.redraw(false, false);
    this.placeTip();
  }

  private draw(): void {
    if (this.size.width === 0 || !this.isConnected) return;
    const { cursor } = this.chart ?? {};
    this.chart?.destroy();
    const [colors, font] = [new TokenColors(this.plot), canvasFont(this)];
    const { width } = this.size;
    const drawn = drawnValues(this.series, this.times.length, { stacked: this.stacked, scale: this.scale });
    const { scale, yFrom, top, levels, tickUnit, nameValue } = this;
    const y = yRange(drawn.flat(), { scale, from: yFrom, top, levels });
    const axis: uPlot.Axis = {
      stroke: colors.get("text-3"),
      font,
      ticks: { show: false },
      grid: { stroke: colors.get("line"), width: 1 },
    };
    // A bucket's bar stands right of its time: the last one needs its room.
    const bucketMillis = this.hasBars && this.times.length > 1 ? this.times[1] - this.times[0] : 0;
    const { range } = this;
    const options: uPlot.Options = {
      width,
      height: this.plot.clientHeight,
      ms: 1,
      padding: [6, this.nameRoom || HALF_LABEL, 0, 0],
      legend: { show: false },
      cursor: { drag: { x: true, y: false, setScale: false }, points: { size: 6 }, y: false },
      scales: {
        x: {
          time: true,
          range: (_plot, min, max) => (range ? [range.from, range.to] : [min, max + bucketMillis]),
        },
        y: { distr: this.scale === "log" ? 3 : 1, range: () => [y.from, y.to] },
      },
      axes: chartAxes(axis, { width, height: this.plot.clientHeight, y, scale, tickUnit, nameValue }),
      bands:
        this.stacked && !this.hasBars
          ? this.series.slice(1).map((_, index) => ({ series: [index + 1, index + 2] }))
          : [],
      series: [{}, ...this.drawOrder().map((series) => this.seriesOptions(series, colors))],
      hooks: {
        setCursor: [this.onCursor],
        setSelect: [(plot) => this.onSelect(plot)],
        draw: [(plot) => this.paintExtras(plot, colors, font)],
        ready: [(plot) => this.listen(plot)],
      },
    };
    const order = this.drawOrder();
    const data = [this.times, ...order.map((series) => drawn[this.series.indexOf(series)])];
    this.chart = new uPlot(options, data as unknown as uPlot.AlignedData, this.plot);
    if (cursor?.left !== undefined && cursor.left >= 0)
      this.chart.setCursor({ left: cursor.left, top: cursor.top ?? -1 }, false);
  }

  private seriesOptions(series: ChartSeries, colors: TokenColors): uPlot.Series {
    const stroke = colors.get(series.tone);
    const dimmed = this.marked !== "" && (series.key ?? series.label) !== this.marked;
    const alpha = dimmed ? 0.25 : 1;
    const common: uPlot.Series = { stroke, alpha, spanGaps: false, points: { show: false } };
    if (series.shape === "bars") {
      return { ...common, fill: stroke, width: 0, paths: uPlot.paths.bars?.({ size: [0.8], align: 1 }) };
    }
    const fill = series.shape === "area" ? fadeColor(stroke, this.stacked ? 0.55 : 0.16) : undefined;
    const strong = this.marked !== "" && !dimmed;
    // A value alone between gaps would be no line: uPlot's own filter shows those as points.
    return {
      ...common,
      width: strong ? 2.5 : 1.5,
      fill,
      dash: series.dashed ? [4, 3] : undefined,
      points: { size: 4, fill: stroke, show: (plot, index, from, to) => to - from < 1 && plot.data[index].length > 0 },
    };
  }

  /** Of stacked series the one on top is drawn first, so that those below lie over it. */
  private drawOrder(): readonly ChartSeries[] {
    return this.stacked ? this.series.toReversed() : this.series;
  }

  private get nameRoom(): number {
    return this.unnamed || this.stacked ? 0 : roomForNames(this.series, this.size.width);
  }

  private paintExtras(plot: uPlot, colors: TokenColors, font: string): void {
    const { area, ratio } = plotArea(plot);
    const { ctx } = plot;
    ctx.save();
    ctx.scale(ratio, ratio);
    ctx.font = font;
    paintOverlays(ctx, area, this, colors);
    this.placed = this.dots
      .map(({ key, x, y, tone }) => ({ key, tone, left: area.xOf(x), top: Math.max(area.yOf(y), area.top + 2) }))
      .filter(({ left, top }) => left >= area.left && left <= area.left + area.width && Number.isFinite(top));
    paintDots(ctx, this.placed, this.hovered, colors);
    if (this.nameRoom > 0) paintLineNames(ctx, area, this.series, colors);
    ctx.restore();
  }

  private listen(plot: uPlot): void {
    this.drags.watch(plot.over);
    plot.over.addEventListener("pointerenter", () => (this.active = true));
    plot.over.addEventListener("pointerleave", () => this.show(null));
    plot.over.addEventListener("pointermove", (event) => {
      this.pointerInWindow = { left: event.clientX, top: event.clientY };
      const [left, top] = [event.offsetX + plot.over.offsetLeft, event.offsetY + plot.over.offsetTop];
      this.hovered = nearestOf(this.placed, left, top, REACH)?.key ?? "";
    });
    plot.over.addEventListener("click", () => {
      if (this.hovered) emit(this, "gs-exemplar", this.hovered);
      else if (this.at !== null) this.choose(this.at, this.pointerInWindow);
    });
  }

  private offer(stretch: Interval, point: { left: number; top: number }): void {
    offerWays(nameStretch(stretch, Date.now()), this.waysFrom?.(stretch) ?? [], point);
  }

  private choose(index: number, point: { left: number; top: number }): void {
    const stretch = bucketStretch(this.times, index, this.hasBars);
    if (this.waysFrom) this.offer(stretch, point);
    else emit(this, "gs-time", stretch);
  }

  private get hasBars(): boolean {
    return this.series.some(({ shape }) => shape === "bars");
  }

  private readonly onCursor = (): void => {
    const { idx, left = -1 } = this.chart?.cursor ?? {};
    const index = this.chart && idx != null ? bucketAt(this.times, this.chart.posToVal(left, "x"), this.hasBars) : null;
    if (index === this.at) {
      this.requestUpdate("at");
      return;
    }
    this.at = index;
    if (this.active) moveCursors(this.group, this.follow, index === null ? null : this.times[index]);
  };

  /** Another chart's cursor. */
  private readonly follow = (millis: number | null): void => {
    if (!this.chart || this.active) return;
    const left = millis === null ? -10 : this.chart.valToPos(millis, "x");
    this.at = millis === null ? null : bucketAt(this.times, millis, this.hasBars);
    this.chart.setCursor({ left, top: -10 }, false);
  };

  /** Moves the cursor to a value, or away. */
  private show(index: number | null): void {
    this.active = index !== null;
    this.hovered = "";
    this.at = index;
    const left = index === null ? -10 : (this.chart?.valToPos(this.times[index], "x") ?? -10);
    this.chart?.setCursor({ left, top: index === null ? -10 : 0 }, false);
    moveCursors(this.group, this.follow, index === null ? null : this.times[index]);
  }

  private readonly onKey = (event: KeyboardEvent): void => {
    const next = stepCursor(event.key, this.at, this.times.length);
    const chosen = event.key === "Enter" ? this.at : null;
    const dot = chosen === null ? undefined : dotNear(this.dots, this.times, chosen);
    if (next === undefined && chosen === null) return;
    event.preventDefault();
    event.stopPropagation();
    if (dot) emit(this, "gs-exemplar", dot.key);
    else if (chosen !== null) this.choose(chosen, this.cursorPoint());
    else if (next !== undefined) this.show(next);
  };

  private sayAt(at: number): string {
    const dot = dotNear(this.dots, this.times, at) ? ". Enter opens a trace" : "";
    return `${formatRecent(this.times[at], Date.now())}: ${describeMoment(this.series, at, this.nameValue)}${dot}`;
  }

  /** Where the cursor stands in the window. */
  private cursorPoint(): { left: number; top: number } {
    const { left = 0, top = 0 } = this.chart?.over.getBoundingClientRect() ?? {};
    return { left: left + (this.chart?.cursor.left ?? 0), top: top + this.plot.clientHeight / 3 };
  }

  private placeTip(): void {
    if (!this.chart || this.at === null) return;
    const x = this.chart.over.offsetLeft + this.chart.valToPos(this.times[this.at], "x");
    placeTip(this.renderRoot.querySelector<HTMLElement>(".tip"), x, this.plot.offsetTop + 4, this.size.width);
  }

  private onSelect(plot: uPlot): void {
    if (plot.select.width < 4) return;
    const [from, to] = [0, plot.select.width].map((by) => plot.posToVal(plot.select.left + by, "x"));
    plot.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
    emit(this, "gs-zoom", { from, to });
    this.offer({ from, to }, this.pointerInWindow);
  }
}
