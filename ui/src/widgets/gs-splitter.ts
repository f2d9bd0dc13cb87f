/**
 * The handle between two parts. In: the present size of one of them and its bounds in pixels; out: gs-resize with the new size. Drag,
 * or arrow keys; a double click asks for the default (size 0).
 */
import { css, html, LitElement, type TemplateResult } from "lit";
import { customElement, property } from "lit/decorators.js";
import { clamp } from "../base/clamp.ts";
import { emit } from "./emit.ts";
import { sharedStyles } from "./shared-styles.ts";

const KEY_STEP = 16;

@customElement("gs-splitter")
export class GsSplitter extends LitElement {
  static override styles = [
    sharedStyles,
    css`
      :host {
        width: var(--space-3);
        cursor: col-resize;
        touch-action: none;
      }
      div {
        height: 100%;
        border-left: var(--hairline) solid var(--line);
        margin-left: calc(var(--space-3) / 2);
      }
      :host(:hover) div,
      div:focus-visible {
        border-left: var(--focus-width) solid var(--accent);
      }
    `,
  ];

  @property({ type: Number }) size = 0;
  @property({ type: Number }) min = 0;
  @property({ type: Number }) max = 10_000;
  @property() label = "";
  /** True when the sized part lies after the handle: dragging to the left makes it larger. */
  @property({ type: Boolean }) trailing = false;
  private dragFrom?: { x: number; size: number };

  override connectedCallback(): void {
    super.connectedCallback();
    this.addEventListener("pointerdown", this.onDown);
    this.addEventListener("pointermove", this.onMove);
    this.addEventListener("pointerup", this.onUp);
    this.addEventListener("dblclick", () => emit(this, "gs-resize", 0));
  }

  override render(): TemplateResult {
    return html`<div
      role="separator"
      aria-orientation="vertical"
      aria-label=${this.label}
      aria-valuenow=${Math.round(this.size)}
      aria-valuemin=${this.min}
      aria-valuemax=${this.max}
      tabindex="0"
      @keydown=${this.onKey}
    ></div>`;
  }

  private readonly onDown = (event: PointerEvent): void => {
    this.setPointerCapture(event.pointerId);
    this.dragFrom = { x: event.clientX, size: this.size };
    event.preventDefault();
  };

  private readonly onMove = (event: PointerEvent): void => {
    if (!this.dragFrom) return;
    const by = (event.clientX - this.dragFrom.x) * (this.trailing ? -1 : 1);
    emit(this, "gs-resize", clamp(this.dragFrom.size + by, this.min, this.max));
  };

  private readonly onUp = (): void => {
    this.dragFrom = undefined;
  };

  private readonly onKey = (event: KeyboardEvent): void => {
    const direction = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (!direction) return;
    event.preventDefault();
    event.stopPropagation();
    emit(this, "gs-resize", clamp(this.size + direction * KEY_STEP * (this.trailing ? -1 : 1), this.min, this.max));
  };
}
