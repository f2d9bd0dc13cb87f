/**
 * Chooses a stretch of an axis: drag over the picture in the slot for a new one, drag its inside to move it, its handles to widen
 * it; a double click takes all. In: bounds and the chosen stretch, in any unit; out: gs-brush with the new Interval.
 */
import { css, html, LitElement, type PropertyValues, type TemplateResult } from "lit";
import { customElement, property, query } from "lit/decorators.js";
import { clamp } from "../base/clamp.ts";
import { panInterval, type Interval } from "../base/interval.ts";
import { emit } from "./emit.ts";
import { sharedStyles } from "./shared-styles.ts";

const CLICK_PIXELS = 3;
const KEY_SHARE = 0.02;

interface Drag {
  readonly mode: "new" | "move" | "from" | "to";
  readonly at: number;
  readonly value: Interval;
  readonly x: number;
}

@customElement("gs-brush")
export class GsBrush extends LitElement {
  static override styles = [
    sharedStyles,
    css`
      :host {
        position: relative;
        touch-action: pan-y;
        user-select: none;
        cursor: crosshair;
      }
      .veil {
        position: absolute;
        inset-block: 0;
        background: var(--surface-0);
        opacity: 0.72;
        pointer-events: none;
      }
      .left {
        left: 0;
      }
      .right {
        right: 0;
      }
      .window {
        position: absolute;
        inset-block: 0;
        border-inline: var(--hairline) solid var(--accent);
        cursor: grab;
      }
      .window.all {
        border-color: transparent;
        pointer-events: none;
      }
      .handle {
        position: absolute;
        inset-block: 0;
        width: var(--space-3);
        cursor: ew-resize;
        pointer-events: auto;
      }
      .handle::after {
        content: "";
        position: absolute;
        inset-block: 25%;
        left: calc(50% - var(--space-1));
        width: var(--space-2);
        border-radius: var(--radius);
        background: var(--accent);
      }
      .window.all .handle::after {
        background: var(--line-strong);
      }
      .handle:hover::after {
        background: var(--accent);
      }
      .from {
        left: calc(var(--space-3) / -2);
      }
      .to {
        right: calc(var(--space-3) / -2);
      }
    `,
  ];

  @property({ attribute: false }) bounds: Interval = { from: 0, to: 1 };
  @property({ attribute: false }) value: Interval = { from: 0, to: 1 };
  /** Says a position in words, for screen readers. */
  @property({ attribute: false }) name: (at: number) => string = String;
  @query(".window") private window!: HTMLElement;
  @query(".left") private left!: HTMLElement;
  @query(".right") private right!: HTMLElement;
  private drag?: Drag;

  override connectedCallback(): void {
    super.connectedCallback();
    this.addEventListener("pointerdown", this.onDown);
    this.addEventListener("pointermove", this.onMove);
    this.addEventListener("pointerup", this.onUp);
    this.addEventListener("dblclick", () => emit(this, "gs-brush", this.bounds));
  }

  override render(): TemplateResult {
    const all = this.value.from <= this.bounds.from && this.value.to >= this.bounds.to;
    return html`<slot></slot>
      <div class="veil left"></div>
      <div class="veil right"></div>
      <div class="window ${all ? "all" : ""}">
        ${this.handle("from", "Start of the part shown")}${this.handle("to", "End of the part shown")}
      </div>`;
  }

  protected override updated(_changed: PropertyValues): void {
    const share = (at: number): number =>
      clamp((at - this.bounds.from) / (this.bounds.to - this.bounds.from || 1), 0, 1) * 100;
    const [from, to] = [share(this.value.from), share(this.value.to)];
    this.window.style.left = `${from}%`;
    this.window.style.width = `${to - from}%`;
    this.left.style.width = `${from}%`;
    this.right.style.width = `${100 - to}%`;
  }

  private handle(edge: "from" | "to", label: string): TemplateResult {
    return html`<div
      class="handle ${edge}"
      role="slider"
      tabindex="0"
      aria-label=${label}
      aria-valuemin=${this.bounds.from}
      aria-valuemax=${this.bounds.to}
      aria-valuenow=${this.value[edge]}
      aria-valuetext=${this.name(this.value[edge])}
      @keydown=${(event: KeyboardEvent) => this.onKey(event, edge)}
    ></div>`;
  }

  private positionOf(event: PointerEvent): number {
    const { left, width } = this.getBoundingClientRect();
    return this.bounds.from + clamp((event.clientX - left) / (width || 1), 0, 1) * (this.bounds.to - this.bounds.from);
  }

  private readonly onDown = (event: PointerEvent): void => {
    if (event.button !== 0) return;
    const hit = event.composedPath()[0] as HTMLElement;
    const mode = hit.classList.contains("from")
      ? "from"
      : hit.classList.contains("to")
        ? "to"
        : hit === this.window
          ? "move"
          : "new";
    this.drag = { mode, at: this.positionOf(event), value: this.value, x: event.clientX };
    this.setPointerCapture(event.pointerId);
  };

  private readonly onMove = (event: PointerEvent): void => {
    if (!this.drag || Math.abs(event.clientX - this.drag.x) < CLICK_PIXELS) return;
    const { mode, at, value } = this.drag;
    const now = this.positionOf(event);
    if (mode === "move") emit(this, "gs-brush", panInterval(value, this.bounds, now - at));
    else if (mode === "new") emit(this, "gs-brush", { from: Math.min(at, now), to: Math.max(at, now) });
    else this.moveEdge(mode, now);
  };

  private readonly onUp = (): void => {
    this.drag = undefined;
  };

  private onKey(event: KeyboardEvent, edge: "from" | "to"): void {
    const direction = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (!direction) return;
    event.preventDefault();
    event.stopPropagation();
    this.moveEdge(edge, this.value[edge] + direction * (this.value.to - this.value.from) * KEY_SHARE);
  }

  private moveEdge(edge: "from" | "to", to: number): void {
    const at = clamp(to, this.bounds.from, this.bounds.to);
    const other = edge === "from" ? this.value.to : this.value.from;
    emit(this, "gs-brush", { from: Math.min(at, other), to: Math.max(at, other) });
  }
}
