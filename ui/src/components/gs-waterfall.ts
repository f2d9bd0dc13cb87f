/**
 * The waterfall: names at the left, bars on a time axis at the right. In: the rows and what belongs to them, the part of time in view,
 * cursor and selection; out: gs-select and gs-toggle (Selection), gs-view (Interval), gs-names (share of the width). Draws only the rows in view: names as elements
 * that are reused while scrolling, bars on small canvases that scroll along, so that both stay in line.
 */
import { html, LitElement, nothing, type PropertyValues, type TemplateResult } from "lit";
import { customElement, property, query, state } from "lit/decorators.js";
import { repeat } from "lit/directives/repeat.js";
import type { Interval } from "../base/interval.ts";
import type { Selection } from "../model/selection.ts";
import { findSelection, selectionAt } from "../model/selection.ts";
import { RowKind, spansOfRow, type FoldState } from "../model/trace-rows.ts";
import type { WaterfallModel } from "../model/waterfall-layout.ts";
import { ColorSchemeController } from "../widgets/color-scheme-controller.ts";
import { emit, type Emitted } from "../widgets/emit.ts";
import { dotStyles, hueStyles } from "../widgets/hue-styles.ts";
import { sharedStyles } from "../widgets/shared-styles.ts";
import { SizeController } from "../widgets/size-controller.ts";
import { readPixels } from "../widgets/token-size.ts";
import { severityStyles } from "./severity-styles.ts";
import { WaterfallPointer, type PointerHint } from "./waterfall-pointer.ts";
import { waterfallRow, type RowLook } from "./waterfall-row.ts";
import { waterfallStyles } from "./waterfall-styles.ts";
import { LABEL_ROOM, WaterfallTiles } from "./waterfall-tiles.ts";
import "../widgets/gs-splitter.ts";
import "./gs-waterfall-axis.ts";

const OVERSCAN = 12;
/** Narrower than this, names stand above their bars. */
const STACKED_BELOW = 560;
const STACKED_LEFT = 12;
const LEAST_NAMES = 120;
const DEFAULT_SHARE = 0.38;

@customElement("gs-waterfall")
export class GsWaterfall extends LitElement {
  static override styles = [sharedStyles, dotStyles, ...hueStyles, severityStyles, waterfallStyles];

  @property({ attribute: false }) model?: WaterfallModel;
  @property({ attribute: false }) fold?: FoldState;
  @property({ attribute: false }) view: Interval = { from: 0, to: 1 };
  @property({ attribute: false }) cursor?: Selection;
  @property({ attribute: false }) selected?: Selection;
  /** Per trace row: 1 = found by the search. Undefined: nothing is searched for. */
  @property({ attribute: false }) found?: Uint8Array;
  /** Hue of each trace service. */
  @property({ attribute: false }) hues: readonly number[] = [];
  @property({ type: Boolean }) logsShown = true;
  @property({ type: Boolean }) criticalShown = true;
  /** Share of the width that the names take, 0 to 1. */
  @property({ type: Number }) nameShare = DEFAULT_SHARE;
  /** Names above bars: for narrow screens. */
  @property({ type: Boolean, reflect: true }) stacked = false;

  @state() private first = 0;
  @state() private last = 0;
  @state() private hint: PointerHint = {};
  @query(".scroller") private scroller!: HTMLElement;
  @query(".space") private space!: HTMLElement;
  private readonly size = new SizeController(this);
  private readonly scheme = new ColorSchemeController(this);
  private readonly tiles = new WaterfallTiles();
  private readonly pointer = new WaterfallPointer(this, (hint) => (this.hint = hint));
  @state() private rowHeight = 22;
  /** As it was when it was drawn last. */
  private height = 0;
  /** What was to be shown before there was a size to scroll in. */
  private awaited?: { readonly selection: Selection; readonly block: "nearest" | "center" };

  /** Brings a row into view; `center` when it came from elsewhere (a finding, a search). */
  async showRow(selection: Selection, block: "nearest" | "center" = "nearest"): Promise<void> {
    await this.updateComplete;
    this.awaited = this.size.width > 0 ? undefined : { selection, block };
    const at = this.model ? findSelection(this.model.rows, selection) : -1;
    if (at < 0) return;
    const { scrollTop, clientHeight } = this.scroller;
    const top = at * this.rowHeight;
    const visible = top >= scrollTop && top + this.rowHeight <= scrollTop + clientHeight;
    if (block === "center" && !visible) this.scroller.scrollTop = top - clientHeight / 2;
    else if (top < scrollTop) this.scroller.scrollTop = top;
    else if (!visible) this.scroller.scrollTop = top + this.rowHeight - clientHeight;
    this.measure();
  }

  /** Pixels of the time axis: where it begins within the element, and how wide it is. At its right is room for labels. */
  get axis(): { left: number; width: number } {
    const full = this.scroller.clientWidth;
    const left = this.stacked ? STACKED_LEFT : Math.round(full * this.nameShare);
    return { left, width: Math.max(1, full - left - LABEL_ROOM) };
  }

  /** The row under a point of the window; -1 below the last one. */
  rowAt(clientY: number): number {
    const y = clientY - this.scroller.getBoundingClientRect().top + this.scroller.scrollTop;
    const at = Math.floor(y / this.rowHeight);
    return this.model && at >= 0 && at < this.model.rows.count ? at : -1;
  }

  protected override willUpdate(): void {
    if (this.size.width > 0) this.stacked = this.size.width < STACKED_BELOW;
    this.last = Math.min(this.last, this.model?.rows.count ?? 0);
    this.first = Math.min(this.first, this.last);
  }

  override render(): TemplateResult {
    const { model } = this;
    if (!model) return html`${nothing}`;
    const look = this.look(model);
    return html`<gs-waterfall-axis
        .view=${this.view}
        .left=${this.hasUpdated ? this.axis.left : 0}
        .width=${this.hasUpdated ? this.axis.width : 1}
      >
      </gs-waterfall-axis>
      <gs-splitter
        ?hidden=${this.stacked}
        label="Width of the names"
        .size=${this.hasUpdated ? this.axis.left : 0}
        .min=${LEAST_NAMES}
        .max=${Math.max(LEAST_NAMES, this.size.width - LEAST_NAMES)}
        @gs-resize=${this.onResize}
      ></gs-splitter>
      <div
        class="scroller"
        role="tree"
        tabindex="0"
        aria-label="Spans of the trace"
        aria-activedescendant=${look.cursor >= this.first && look.cursor < this.last ? `row-${look.cursor}` : nothing}
        @scroll=${this.measure}
        @click=${this.onClick}
        @dblclick=${this.pointer.onDoubleClick}
        @pointerdown=${this.pointer.onDown}
        @pointermove=${this.pointer.onMove}
        @pointerup=${this.pointer.onUp}
        @pointerleave=${this.pointer.onLeave}
        @wheel=${this.pointer.onWheel}
      >
        <div class="space" role="none">
          ${repeat(
            this.slots(),
            ({ slot }) => slot,
            ({ at }) => waterfallRow(look, at),
          )}
          <div class="divider" role="none"></div>
          ${this.hint.zoom ? html`<div class="zooming" role="none"></div>` : nothing}
        </div>
      </div>
      ${this.hint.tip ? html`<div class="tip">${this.hint.tip}</div>` : nothing}`;
  }

  protected override updated(changed: PropertyValues): void {
    const { model } = this;
    if (!model || this.size.width === 0) return;
    void this.scheme;
    this.style.setProperty("--name-width", `${this.axis.left}px`);
    const smaller = this.size.height < this.height;
    this.height = this.size.height;
    if ((changed.has("stacked") || smaller) && this.cursor) this.awaited = { selection: this.cursor, block: "center" };
    if (changed.has("model") || changed.has("stacked") || this.last === 0) this.measure();
    this.space.style.height = `${model.rows.count * this.rowHeight}px`;
    const onlyScrolled = [...changed.keys()].every((key) =>
      ["first", "last", "hint", "cursor", "selected"].includes(key as string),
    );
    if (!onlyScrolled || changed.size === 0) this.tiles.invalidate();
    this.tiles.paint({
      model,
      space: this.space,
      first: this.first,
      last: this.last,
      rowHeight: this.rowHeight,
      axis: this.axis,
      view: this.view,
      hues: this.hues,
      stacked: this.stacked,
      critical: this.criticalShown,
      isPale: this.look(model).isPale,
    });
    this.pointer.placeOverlays();
    if (this.awaited) void this.showRow(this.awaited.selection, this.awaited.block);
  }

  /** Rows in view, each in the element that had it before: scrolling by one row changes one element. */
  private slots(): { slot: number; at: number }[] {
    const count = Math.max(0, this.last - this.first);
    const slots: { slot: number; at: number }[] = [];
    for (let at = this.first; at < this.last; at++) slots.push({ slot: at % count, at });
    return slots.sort((a, b) => a.slot - b.slot);
  }

  private look(model: WaterfallModel): RowLook {
    const { rows, trace } = model;
    const isMatch = (at: number): boolean => rows.kind[at] === RowKind.span && this.found?.[rows.index[at]] === 1;
    const isPale = (at: number): boolean =>
      this.found !== undefined && !spansOfRow(model, at).some((row) => this.found?.[row] === 1);
    return {
      model,
      fold: this.fold ?? { collapsed: new Uint8Array(trace.count), unfolded: new Uint8Array() },
      hues: this.hues,
      rowHeight: this.rowHeight,
      logsShown: this.logsShown,
      cursor: findSelection(rows, this.cursor),
      selected: findSelection(rows, this.selected),
      isMatch,
      isPale,
    };
  }

  private readonly measure = (): void => {
    this.rowHeight =
      readPixels(this, "--row-compact") + (this.stacked ? readPixels(this, "--space-5") : 0) || this.rowHeight;
    const { scrollTop, clientHeight } = this.scroller;
    const count = this.model?.rows.count ?? 0;
    const first = Math.max(0, Math.floor(scrollTop / this.rowHeight) - OVERSCAN);
    const span = Math.ceil(clientHeight / this.rowHeight) + 2 * OVERSCAN;
    this.first = Math.min(first, Math.max(0, count - 1));
    this.last = Math.min(count, this.first + span);
  };

  private readonly onResize = (event: Emitted<number>): void => {
    event.stopPropagation();
    emit(this, "gs-names", event.detail === 0 ? DEFAULT_SHARE : event.detail / this.size.width);
  };

  private readonly onClick = (event: MouseEvent): void => {
    const at = this.rowAt(event.clientY);
    const selection = this.model && selectionAt(this.model.rows, at);
    if (!selection || this.pointer.wasDrag()) return;
    const onFold = event.composedPath().some((node) => node instanceof HTMLElement && node.dataset.fold !== undefined);
    if (onFold || selection.kind === "group") emit(this, "gs-toggle", selection);
    else emit(this, "gs-select", this.pointer.logAt(event) ?? selection);
  };
}
