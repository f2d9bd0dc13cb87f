/**
 * How values spread over time: darker where there are more, with lines over it. In: the start of each time bucket, upper bounds of the
 * value buckets (null = none), counts, lines in the same unit, marks and dots as charts have them; out: gs-zoom {from, to} after a drag,
 * gs-exemplar (key) on a click or Enter. y is logarithmic and says so. Shares its cursor with the charts of its group.
 */
import { css, html, LitElement, nothing, type PropertyValues, type TemplateResult } from "lit";
import { customElement, property, query, state } from "lit/decorators.js";
import { formatCount } from "../base/format-number.ts";
import type { Interval } from "../base/interval.ts";
import { nameStretch } from "../base/time-range.ts";
import { canvasFont, openCanvas, TokenColors } from "./canvas-surface.ts";
import { placeTip, renderTip, stepCursor, type TipLine } from "./chart-tip.ts";
import { ColorSchemeController } from "./color-scheme-controller.ts";
import { joinCursors, moveCursors } from "./cursor-sync.ts";
import { emit } from "./emit.ts";
import { offerWays, type Way } from "./gs-way-menu.ts";
import { layoutHeatmap, type HeatLayout } from "./heatmap-layout.ts";
import { paintHeatmap } from "./paint-heatmap.ts";
import type { PlacedDot } from "./paint-chart-extras.ts";
import { sharedStyles } from "./shared-styles.ts";
import { SizeController } from "./size-controller.ts";
import {
  describeChart,
  dotNear,
  nearestOf,
  roomForNames,
  type ChartDot,
  type ChartMark,
  type ChartSeries,
} from "./time-chart-layout.ts";
import { timeChartStyles } from "./time-chart-styles.ts";

const REACH = 10;
const DRAG_PIXELS = 4;
const HALF_LABEL = 18;

@customElement("gs-heatmap")
export class GsHeatmap extends LitElement {
  static override styles = [
    sharedStyles,
    timeChartStyles,
    css`
      canvas {
        position: absolute;
        inset: 0;
        width: 100%;
        height: 100%;
      }
      .drag,
      .cursor {
        position: absolute;
        top: 0;
        bottom: var(--axis);
        pointer-events: none;
      }
      .drag {
        background: var(--accent);
        opacity: 0.15;
      }
      .cursor {
        border-left: var(--hairline) dashed var(--line-strong);
      }
    `,
  ];

  @property() heading = "";
  @property() note = "log scale";
  @property({ attribute: false }) times: readonly number[] = [];
  @property({ attribute: false }) range: Interval = { from: 0, to: 1 };
  @property({ attribute: false }) bounds: readonly (number | null)[] = [];
  @property({ attribute: false }) counts: readonly (readonly number[])[] = [];
  @property({ attribute: false }) lines: readonly ChartSeries[] = [];
  @property({ attribute: false }) marks: readonly ChartMark[] = [];
  @property({ attribute: false }) dots: readonly ChartDot[] = [];
  @property({ attribute: false }) nameValue: (value: number | null) => string = String;
  @property({ attribute: false }) dotTip: (key: string) => unknown = () => "Open the trace";
  /** Where to go on from a part of it: offered after a click on a bucket, Enter, or a drag. */
  @property({ attribute: false }) waysFrom?: (stretch: Interval) => readonly Way[];
  @property() group = "";
  @property() emptyText = "no requests in this time range";

  @state() private at: number | null = null;
  @state() private active = false;
  @state() private hovered = "";
  @state() private drag?: Interval;
  @query("canvas") private canvas!: HTMLCanvasElement;
  @query(".plot") private plot!: HTMLElement;
  private readonly size = new SizeController(this);
  private readonly scheme = new ColorSchemeController(this);
  private map?: HeatLayout;
  private placed: PlacedDot[] = [];
  private pointerY = 0;
  private leaveGroup?: () => void;

  override connectedCallback(): void {
    super.connectedCallback();
    this.leaveGroup = joinCursors(this.group, this.follow);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.leaveGroup?.();
  }

  override render(): TemplateResult {
    const { at } = this;
    const shown = at !== null && this.active && !this.drag;
    return html`<div class="head">
        <h3>${this.heading}</h3>
        <slot name="head"></slot>
        <span class="note">${this.note}</span>
        ${at !== null && !this.active ? this.lines.map((line) => html`<span>${line.label} ${this.nameValue(line.values[at] ?? null)}</span>`) : nothing}
      </div>
      <div
        class="plot ${this.hovered ? "pointing" : ""}"
        role="img"
        tabindex="0"
        aria-roledescription="chart"
        aria-label=${describeChart(this.heading, this.lines, this.nameValue)}
        @keydown=${this.onKey}
        @blur=${() => this.show(null)}
        @pointerdown=${this.onDown}
        @pointermove=${this.onMove}
        @pointerup=${this.onUp}
        @pointerleave=${() => this.drag ?? this.show(null)}
      >
        <canvas></canvas>
        ${at === null ? nothing : html`<div class="cursor"></div>`}
        ${this.drag ? html`<div class="drag"></div>` : nothing}
        ${this.map?.most === 0 ? html`<span class="none">${this.emptyText}</span>` : nothing}
      </div>
      ${shown ? this.renderTip(at) : nothing}
      <span class="unseen" aria-live="polite">${shown ? this.sayAt(at) : ""}</span>`;
  }

  protected override updated(changed: PropertyValues): void {
    if (changed.has("group")) {
      this.leaveGroup?.();
      this.leaveGroup = joinCursors(this.group, this.follow);
    }
    void this.scheme;
    const light =
      changed.size > 0 && [...changed.keys()].every((key) => key === "at" || key === "active" || key === "drag");
    if (!light && this.size.width > 0) this.paint();
    this.placeOverlays();
  }

  private paint(): void {
    const { width } = this.size;
    const height = this.plot.clientHeight;
    const context = openCanvas(this.canvas, width, height);
    if (!context) return;
    const values = this.lines.flatMap((line) => line.values.filter((value) => value !== null && value > 0)) as number[];
    const right = Math.max(HALF_LABEL, roomForNames(this.lines, width));
    const before = this.map?.most;
    this.map = layoutHeatmap(this.bounds, this.counts, values, { width, height, right, range: this.range });
    context.font = canvasFont(this);
    const { times, counts, lines, marks, nameValue, hovered } = this;
    const content = { times, counts, lines, marks, dots: this.dots, nameValue, hovered, stepMillis: this.stepMillis };
    this.placed = paintHeatmap(context, this.map, content, new TokenColors(this.canvas));
    if ((before === 0) !== (this.map.most === 0)) this.requestUpdate("active");
  }

  private get stepMillis(): number {
    return this.times.length > 1 ? this.times[1] - this.times[0] : this.range.to - this.range.from;
  }

  private renderTip(at: number): TemplateResult {
    const row = this.map?.rows.find(({ top, bottom }) => this.pointerY >= top && this.pointerY < bottom);
    const count = row ? (this.counts[at]?.[row.bucket] ?? 0) : 0;
    const lines: TipLine[] = this.lines.map((line) => ({
      label: line.label,
      tone: line.tone,
      value: this.nameValue(line.values[at] ?? null),
    }));
    const range = row ? `${this.nameValue(row.from)} to ${Number.isFinite(row.to) ? this.nameValue(row.to) : "∞"}` : "";
    return renderTip(
      this.times[at],
      lines.toReversed(),
      html`${row ? html`<p>${formatCount(count)} between ${range}</p>` : nothing}
      ${this.hovered ? html`<p>${this.dotTip(this.hovered)}</p>` : nothing}`,
    );
  }

  private sayAt(at: number): string {
    const values = this.lines.map((line) => `${line.label} ${this.nameValue(line.values[at] ?? null)}`).join(", ");
    return `${values}${dotNear(this.dots, this.times, at) ? ". Enter opens a trace" : ""}`;
  }

  private placeOverlays(): void {
    const { map, at } = this;
    if (!map) return;
    const box = this.renderRoot.querySelector<HTMLElement>(".drag");
    if (box && this.drag) {
      box.style.left = `${Math.min(this.drag.from, this.drag.to)}px`;
      box.style.width = `${Math.abs(this.drag.to - this.drag.from)}px`;
    }
    if (at === null) return;
    const x = map.xOf(this.times[at] + this.stepMillis / 2);
    const line = this.renderRoot.querySelector<HTMLElement>(".cursor");
    if (line) line.style.left = `${x}px`;
    placeTip(this.renderRoot.querySelector<HTMLElement>(".tip"), x, this.plot.offsetTop + 4, this.size.width);
  }

  private readonly follow = (millis: number | null): void => {
    if (!this.active) this.at = millis === null ? null : this.bucketOf(millis);
  };

  private show(index: number | null): void {
    this.active = index !== null;
    this.hovered = "";
    this.at = index;
    moveCursors(this.group, this.follow, index === null ? null : this.times[index] + this.stepMillis / 2);
  }

  private bucketOf(millis: number): number | null {
    const index = Math.floor((millis - (this.times[0] ?? 0)) / this.stepMillis);
    return index >= 0 && index < this.times.length ? index : null;
  }

  private readonly onDown = (event: PointerEvent): void => {
    if (event.button !== 0 || event.pointerType === "touch") return;
    this.plot.setPointerCapture(event.pointerId);
    this.drag = { from: event.offsetX, to: event.offsetX };
  };

  private readonly onMove = (event: PointerEvent): void => {
    if (this.drag) {
      this.drag = { ...this.drag, to: event.offsetX };
      return;
    }
    this.pointerY = event.offsetY;
    const at = this.map ? this.bucketOf(this.map.timeAt(event.offsetX)) : null;
    if (at !== this.at || !this.active) this.show(at);
    this.hovered = nearestOf(this.placed, event.offsetX, event.offsetY, REACH)?.key ?? "";
    this.requestUpdate("active");
  };

  private readonly onUp = (event: PointerEvent): void => {
    const { drag, map, hovered } = this;
    this.drag = undefined;
    if (!drag || !map) return;
    const point = { left: event.clientX, top: event.clientY };
    if (Math.abs(drag.to - drag.from) < DRAG_PIXELS) {
      if (hovered) emit(this, "gs-exemplar", hovered);
      else this.offerBucket(this.bucketOf(map.timeAt(drag.to)), point);
      return;
    }
    const [a, b] = [map.timeAt(drag.from), map.timeAt(drag.to)];
    const stretch = { from: Math.min(a, b), to: Math.max(a, b) };
    emit(this, "gs-zoom", stretch);
    this.offer(stretch, point);
  };

  private offerBucket(index: number | null, point: { left: number; top: number }): void {
    if (index === null) return;
    this.offer({ from: this.times[index], to: this.times[index] + this.stepMillis }, point);
  }

  private offer(stretch: Interval, point: { left: number; top: number }): void {
    offerWays(nameStretch(stretch, Date.now()), this.waysFrom?.(stretch) ?? [], point);
  }

  private readonly onKey = (event: KeyboardEvent): void => {
    const dot = event.key === "Enter" && this.at !== null ? dotNear(this.dots, this.times, this.at) : undefined;
    const next = stepCursor(event.key, this.at, this.times.length);
    const ways = event.key === "Enter" && this.at !== null && this.waysFrom !== undefined;
    if (next === undefined && !dot && !ways) return;
    event.preventDefault();
    event.stopPropagation();
    this.pointerY = -1;
    if (dot) emit(this, "gs-exemplar", dot.key);
    else if (ways) {
      const { left, top, height } = this.plot.getBoundingClientRect();
      this.offerBucket(this.at, { left: left + (this.map?.xOf(this.times[this.at ?? 0]) ?? 0), top: top + height / 3 });
    } else if (next !== undefined) this.show(next);
  };
}
