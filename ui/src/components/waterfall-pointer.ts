/**
 * What the pointer does on the time axis of a waterfall: drag to zoom, ctrl + wheel to zoom at the pointer, shift + wheel to move,
 * double click to zoom to a span, hover over a mark to read it. In: pointer events; out: gs-view from the waterfall, and hints to draw.
 */
import type { TemplateResult } from "lit";
import { html } from "lit";
import { formatDuration } from "../base/format-duration.ts";
import { panInterval, zoomInterval, type Interval } from "../base/interval.ts";
import type { Selection } from "../model/selection.ts";
import { severityLevel } from "../model/severity.ts";
import { endOf } from "../model/trace.ts";
import { RowKind } from "../model/trace-rows.ts";
import { layoutRow, toNanos, type WaterfallModel } from "../model/waterfall-layout.ts";
import { emit } from "../widgets/emit.ts";

const CLICK_PIXELS = 5;
const HIT_PIXELS = 6;
const LEAST_NANOS = 100;
const WHEEL_ZOOM = 1.0018;

/** What is to be drawn for the pointer at the moment. */
export interface PointerHint {
  readonly tip?: TemplateResult;
  /** Pixels of the time axis between which the drag has come. */
  readonly zoom?: Interval;
}

/** What the pointer must know of the waterfall that it works on. */
export interface PointerHost extends HTMLElement {
  readonly renderRoot: ParentNode;
  readonly model?: WaterfallModel;
  readonly view: Interval;
  /** Pixels of the time axis: where it begins within the element, and how wide it is. */
  readonly axis: { readonly left: number; readonly width: number };
  /** The row under a point of the window; -1 for none. */
  rowAt(clientY: number): number;
}

export class WaterfallPointer {
  private readonly host: PointerHost;
  private readonly tell: (hint: PointerHint) => void;
  private hint: PointerHint = {};
  private drag?: { from: number; id: number };
  private dragged = false;
  private place = { x: 0, y: 0 };

  constructor(host: PointerHost, tell: (hint: PointerHint) => void) {
    this.host = host;
    this.tell = tell;
  }

  /** Whether the click that follows belongs to a drag; asking forgets it. */
  wasDrag(): boolean {
    const { dragged } = this;
    this.dragged = false;
    return dragged;
  }

  /** The log line whose mark is under the pointer. */
  logAt(event: MouseEvent): Selection | undefined {
    const { model, view, axis } = this.host;
    const at = this.host.rowAt(event.clientY);
    const x = this.axisX(event);
    if (!model || at < 0 || x < 0) return undefined;
    const mark = layoutRow(model, at, view, axis.width).marks.findLast((mark) => Math.abs(mark.x - x) <= HIT_PIXELS);
    return mark?.log === undefined ? undefined : { kind: "log", index: mark.log };
  }

  readonly onDown = (event: PointerEvent): void => {
    const x = this.axisX(event);
    this.dragged = false;
    if (event.button !== 0 || event.pointerType === "touch" || x < 0) return;
    this.drag = { from: x, id: event.pointerId };
  };

  readonly onMove = (event: PointerEvent): void => {
    const x = this.axisX(event);
    this.place = { x: event.clientX, y: event.clientY };
    if (this.drag) {
      if (Math.abs(x - this.drag.from) < CLICK_PIXELS && !this.dragged) return;
      this.dragged = true;
      (event.currentTarget as HTMLElement).setPointerCapture(this.drag.id);
      this.set({ zoom: { from: Math.min(x, this.drag.from), to: Math.max(x, this.drag.from) } });
      return;
    }
    const log = this.logAt(event);
    this.set(log ? { tip: this.describe(log) } : {});
  };

  readonly onUp = (): void => {
    const { zoom } = this.hint;
    this.drag = undefined;
    if (zoom) this.show({ from: this.nanosAt(zoom.from), to: this.nanosAt(zoom.to) });
    this.set({});
  };

  readonly onLeave = (): void => {
    if (!this.drag) this.set({});
  };

  readonly onDoubleClick = (event: MouseEvent): void => {
    const { model } = this.host;
    const at = this.host.rowAt(event.clientY);
    if (!model || at < 0 || this.axisX(event) < 0 || model.rows.kind[at] !== RowKind.span) return;
    const row = model.rows.index[at];
    const margin = model.trace.duration[row] * 0.05;
    this.show({ from: model.trace.start[row] - margin, to: endOf(model.trace, row) + margin });
  };

  readonly onWheel = (event: WheelEvent): void => {
    const { view, axis } = this.host;
    const across = event.deltaX !== 0 ? event.deltaX : event.shiftKey ? event.deltaY : 0;
    if (event.ctrlKey || event.metaKey) {
      const anchor = this.nanosAt(Math.max(0, this.axisX(event)));
      this.show(zoomInterval(view, this.bounds(), WHEEL_ZOOM ** event.deltaY, anchor, LEAST_NANOS));
    } else if (Math.abs(across) > Math.abs(event.shiftKey ? 0 : event.deltaY)) {
      this.show(panInterval(view, this.bounds(), (across / axis.width) * (view.to - view.from)));
    } else {
      return;
    }
    event.preventDefault();
  };

  /** Puts the hints where the pointer is; after each drawing. */
  placeOverlays(): void {
    const root = this.host.renderRoot;
    const tip = root.querySelector<HTMLElement>(".tip");
    if (tip) {
      tip.style.left = `${Math.min(this.place.x + 12, window.innerWidth - tip.offsetWidth - 8)}px`;
      tip.style.top = `${Math.min(this.place.y + 14, window.innerHeight - tip.offsetHeight - 8)}px`;
    }
    const zooming = root.querySelector<HTMLElement>(".zooming");
    if (zooming && this.hint.zoom) {
      zooming.style.left = `${this.host.axis.left + this.hint.zoom.from}px`;
      zooming.style.width = `${this.hint.zoom.to - this.hint.zoom.from}px`;
    }
  }

  private show({ from, to }: Interval): void {
    const bounds = this.bounds();
    const view = { from: Math.max(bounds.from, from), to: Math.min(bounds.to, to) };
    if (view.to - view.from >= Math.min(LEAST_NANOS, bounds.to)) emit(this.host, "gs-view", view);
  }

  private bounds(): Interval {
    return { from: 0, to: this.host.model?.trace.totalNanos ?? 1 };
  }

  private axisX(event: MouseEvent): number {
    const { left } = this.host.getBoundingClientRect();
    return event.clientX - left - this.host.axis.left;
  }

  private nanosAt(x: number): number {
    return toNanos(x, this.host.view, this.host.axis.width);
  }

  private describe({ index }: Selection): TemplateResult | undefined {
    const log = this.host.model?.logs.lines[index];
    if (!log) return undefined;
    return html`<strong>${severityLevel(log.severityNumber).name}</strong> at ${formatDuration(log.at)}<br />${log.body}`;
  }

  private set(hint: PointerHint): void {
    if (
      hint.tip === undefined &&
      hint.zoom === undefined &&
      this.hint.tip === undefined &&
      this.hint.zoom === undefined
    )
      return;
    this.hint = hint;
    this.tell(hint);
  }
}
