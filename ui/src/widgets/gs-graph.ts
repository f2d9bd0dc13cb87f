/**
 * Nodes and edges that were laid out: drawn, moved by dragging, zoomed by wheel and buttons. In: nodes with their centre and what is
 * written below them, edges as paths, which one is in focus (the rest is dimmed); out: gs-focus (key of a node or ""), gs-open (key, on
 * Enter or a double click), gs-edge (key), gs-flag (key of a node whose flag was clicked). Arrow keys go to the nearest node in a direction.
 */
import { html, LitElement, nothing, svg, type PropertyValues, type TemplateResult } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { repeat } from "lit/directives/repeat.js";
import { clamp } from "../base/clamp.ts";
import { emit } from "./emit.ts";
import { graphStyles } from "./graph-styles.ts";
import { arcPath, fitView, nameGrowth, nextNode, zoomView, type GraphView } from "./graph-view.ts";
import { hueStyles } from "./hue-styles.ts";
import { icon } from "./icons.ts";
import { controlStyles, sharedStyles } from "./shared-styles.ts";
import { SizeController } from "./size-controller.ts";

export interface GraphNodeLook {
  readonly key: string;
  readonly x: number;
  readonly y: number;
  readonly radius: number;
  /** null: drawn grey, with `sign` in it. */
  readonly hue: number | null;
  readonly sign?: TemplateResult;
  readonly label: string;
  readonly below: string;
  /** The part of the ring that is red, 0 to 1. */
  readonly failed: number;
  readonly level: "ok" | "warn" | "bad";
  /** A small flag beside it that leads somewhere on a click: gs-flag (key). */
  readonly flag?: {
    readonly tone: "error" | "warn" | "plain";
    readonly sign: TemplateResult;
    readonly text: string;
    readonly about: string;
  };
  /** All of it in words. */
  readonly about: string;
}

export interface GraphEdgeLook {
  readonly key: string;
  readonly from: string;
  readonly to: string;
  readonly path: string;
  readonly middle: { readonly x: number; readonly y: number };
  readonly tip: { readonly x: number; readonly y: number; readonly right: boolean };
  /** CSS pixels. */
  readonly width: number;
  readonly failing: boolean;
  /** Stands at its middle, if anything; when it is in focus the label does. */
  readonly brief: string;
  readonly label: string;
}

const DRAG_PIXELS = 4;

@customElement("gs-graph")
export class GsGraph extends LitElement {
  static override styles = [sharedStyles, controlStyles, ...hueStyles, graphStyles];

  @property({ attribute: false }) nodes: readonly GraphNodeLook[] = [];
  @property({ attribute: false }) edges: readonly GraphEdgeLook[] = [];
  @property({ type: Number }) graphWidth = 1;
  @property({ type: Number }) graphHeight = 1;
  @property() focused = "";
  @property() selectedEdge = "";
  @property() label = "";
  /** undefined: all of it is shown, as far as it stays readable. */
  @state() private view?: GraphView;
  @state() private hoveredEdge = "";
  private readonly size = new SizeController(this);
  private drag?: { x: number; y: number; view: GraphView; moved: boolean };
  private endedDrag = false;

  override render(): TemplateResult {
    const { x, y, scale } = this.shownView;
    const near = this.nearFocus();
    const growth = nameGrowth(scale);
    return html`<svg
        class="canvas ${growth > 1.2 ? "small" : ""}"
        role="group"
        aria-label=${this.label}
        @pointerdown=${this.onDown}
        @pointermove=${this.onMove}
        @pointerup=${this.onUp}
        @wheel=${this.onWheel}
        @click=${this.onBackground}
      >
        ${svg`<g transform=${`translate(${x} ${y}) scale(${scale})`}>
          ${repeat(
            this.edges.toSorted((a, b) => Number(a.failing) - Number(b.failing)),
            ({ key }) => key,
            (edge) => this.edge(edge),
          )}
          ${repeat(
            this.nodes,
            ({ key }) => key,
            (node) => this.node(node, near !== undefined && !near.has(node.key), growth),
          )}
        </g>`}
      </svg>
      <div class="tools">
        <button class="button icon" title="Closer" aria-label="Closer" @click=${() => this.zoom(1.25)}>
          ${icon("plus")}
        </button>
        <button class="button icon" title="Farther" aria-label="Farther" @click=${() => this.zoom(0.8)}>
          ${icon("minus")}
        </button>
        <button class="button" @click=${this.showAll}>All</button>
      </div>`;
  }

  protected override updated(changed: PropertyValues): void {
    if (changed.has("focused") && this.focused) this.reveal(this.focused);
  }

  private get shownView(): GraphView {
    return this.view ?? fitView(this.graphWidth, this.graphHeight, this.size.width, this.size.height);
  }

  /** The node in focus with its neighbours; undefined = nothing is in focus. */
  private nearFocus(): Set<string> | undefined {
    if (this.selectedEdge) {
      const edge = this.edges.find(({ key }) => key === this.selectedEdge);
      if (edge) return new Set([edge.from, edge.to]);
    }
    if (!this.nodes.some(({ key }) => key === this.focused)) return undefined;
    const touching = this.edges.filter(({ from, to }) => from === this.focused || to === this.focused);
    return new Set([this.focused, ...touching.flatMap(({ from, to }) => [from, to])]);
  }

  private edge(edge: GraphEdgeLook): unknown {
    const { key, from, to, path, tip, middle, width, failing, brief, label } = edge;
    const selected = key === this.selectedEdge;
    const touched = selected || (!this.selectedEdge && (from === this.focused || to === this.focused));
    const dimmed = this.nearFocus() !== undefined && !touched;
    const text = touched || key === this.hoveredEdge ? label : dimmed ? "" : brief;
    const back = tip.right ? -1 : 1;
    return svg`<g
      class="edge ${failing ? "failing" : ""} ${touched ? "touched" : ""} ${dimmed ? "dimmed" : ""}"
      data-edge=${key}
      @click=${(event: Event) => this.tell(event, "gs-edge", key)}
      @pointerenter=${() => (this.hoveredEdge = key)}
      @pointerleave=${() => (this.hoveredEdge = "")}
    >
      <path class="line" d=${path} stroke-width=${width}></path>
      <path class="tip" d=${`M${tip.x} ${tip.y}l${back * 7} -4v8z`}></path>
      <path class="reach" d=${path}></path>
      ${text ? svg`<text class="figure" x=${middle.x} y=${middle.y - 5}>${text}</text>` : nothing}
    </g>`;
  }

  private node(node: GraphNodeLook, dimmed: boolean, growth: number): unknown {
    const { key, x, y, radius, hue, label, below, failed, level, about, flag } = node;
    const first = this.focused ? key === this.focused : key === this.nodes[0]?.key;
    return svg`<g
      class="node ${hue === null ? "plain" : `hue-${hue}`} ${dimmed ? "dimmed" : ""} ${key === this.focused ? "focused" : ""}"
      role="button"
      tabindex=${first ? 0 : -1}
      aria-label=${about}
      aria-pressed=${String(key === this.focused)}
      data-node=${key}
      transform=${`translate(${x} ${y})`}
      @click=${(event: Event) => this.tell(event, "gs-focus", key === this.focused ? "" : key)}
      @dblclick=${(event: Event) => this.tell(event, "gs-open", key)}
      @keydown=${(event: KeyboardEvent) => this.onKey(event, node)}
    >
      <rect class="reach" x="-55" width="110" height=${radius + 32}></rect>
      <circle class="halo" r=${radius + 6}></circle>
      <circle class="disc" r=${radius}></circle>
      ${failed > 0 ? svg`<path class="failed" d=${arcPath(radius, Math.max(0.06, failed))}></path>` : nothing}
      ${node.sign ? svg`<svg class="sign" x="-8" y="-8" width="16" height="16">${node.sign}</svg>` : nothing}
      ${level === "ok" ? nothing : svg`<g class="mark ${level}" transform=${`translate(${radius * 0.72} ${-radius * 0.72})`}><path d="M0 -7 7 6H-7Z"></path><path class="bang" d="M0 -2v4M0 3.8v.6"></path></g>`}
      <g transform=${`translate(0 ${radius}) scale(${growth})`}>
        <text class="name" y="14">${label}</text>
        <text class="below" y="28">${below}</text>
      </g>
    </g>
    ${flag ? this.flag(node, flag) : nothing}`;
  }

  /** Left of the top of the disc, as wide as its text. For the pointer: who hears the node's name has its words there. */
  private flag(
    { key, x, y, radius }: GraphNodeLook,
    { tone, sign, text, about }: NonNullable<GraphNodeLook["flag"]>,
  ): unknown {
    const width = 24 + 7 * text.length;
    return svg`<g
      class="flag ${tone}"
      aria-hidden="true"
      transform=${`translate(${x - radius * 0.72 - width} ${y - radius * 0.72 - 10})`}
      @click=${(event: Event) => this.tell(event, "gs-flag", key)}
    >
      <title>${about}</title>
      <rect width=${width} height="16" rx="8"></rect>
      <svg x="4" y="2" width="12" height="12" viewBox="0 0 16 16">${sign}</svg>
      <text x="18" y="12">${text}</text>
    </g>`;
  }

  private tell(event: Event, name: string, key: string): void {
    event.stopPropagation();
    if (!this.endedDrag) emit(this, name, key);
  }

  private onKey(event: KeyboardEvent, node: GraphNodeLook): void {
    const next = nextNode(this.nodes, node, event.key);
    if (event.key === "Enter") emit(this, "gs-open", node.key);
    else if (event.key === " ") emit(this, "gs-focus", node.key === this.focused ? "" : node.key);
    else if (next) {
      this.reveal(next.key);
      this.renderRoot.querySelector<SVGElement>(`[data-node="${CSS.escape(next.key)}"]`)?.focus();
    } else return;
    event.preventDefault();
    event.stopPropagation();
  }

  /** Moves the picture so far that a node is in it. */
  private reveal(key: string): void {
    const node = this.nodes.find((node) => node.key === key);
    const { width, height } = this.size;
    if (!node || width === 0) return;
    const view = this.shownView;
    const [x, y] = [view.x + node.x * view.scale, view.y + node.y * view.scale];
    const room = 90;
    const by = (at: number, size: number): number =>
      clamp(at, Math.min(room, size / 2), Math.max(size - room, size / 2)) - at;
    const [dx, dy] = [by(x, width), by(y, height)];
    if (dx !== 0 || dy !== 0) this.view = { ...view, x: view.x + dx, y: view.y + dy };
  }

  private zoom(factor: number): void {
    this.view = zoomView(this.shownView, factor, this.size.width / 2, this.size.height / 2);
  }

  private readonly showAll = (): void => {
    this.view = fitView(this.graphWidth, this.graphHeight, this.size.width, this.size.height, 0);
  };

  private readonly onWheel = (event: WheelEvent): void => {
    event.preventDefault();
    const box = this.getBoundingClientRect();
    const factor = Math.exp(-event.deltaY * (event.ctrlKey ? 0.01 : 0.0015));
    this.view = zoomView(this.shownView, factor, event.clientX - box.left, event.clientY - box.top);
  };

  private readonly onDown = (event: PointerEvent): void => {
    this.endedDrag = false;
    if (event.button === 0) this.drag = { x: event.clientX, y: event.clientY, view: this.shownView, moved: false };
  };

  private readonly onMove = (event: PointerEvent): void => {
    const { drag } = this;
    if (!drag) return;
    const [dx, dy] = [event.clientX - drag.x, event.clientY - drag.y];
    if (!drag.moved && Math.hypot(dx, dy) < DRAG_PIXELS) return;
    if (!drag.moved) (event.currentTarget as Element).setPointerCapture(event.pointerId);
    drag.moved = true;
    this.view = { ...drag.view, x: drag.view.x + dx, y: drag.view.y + dy };
  };

  private readonly onUp = (): void => {
    this.endedDrag = this.drag?.moved ?? false;
    this.drag = undefined;
  };

  private readonly onBackground = (): void => {
    if (!this.endedDrag && (this.focused || this.selectedEdge)) emit(this, "gs-focus", "");
    this.endedDrag = false;
  };
}
