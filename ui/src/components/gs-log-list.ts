/**
 * Log lines, newest first, of any number: draws those in view. In: how many there are, which line has which rank (undefined = not here yet),
 * columns, what is chosen; out: gs-view {first, last} when other ranks come into view, gs-open (rank). Rows wrap on demand; the bar then counts
 * rows, not pixels, so no heights need be known.
 */
import { html, LitElement, nothing, type PropertyValues, type TemplateResult } from "lit";
import { customElement, property, query, state } from "lit/decorators.js";
import { guard } from "lit/directives/guard.js";
import { repeat } from "lit/directives/repeat.js";
import type { WireLog } from "goldspan/contract";
import { formatRecent, formatUtc } from "../base/format-time.ts";
import { nanosToMillis } from "../base/nanos.ts";
import { lineHarmless, linesHarmless } from "../base/harmless-text.ts";
import { fieldOf } from "../model/log-columns.ts";
import type { Links } from "../model/links.ts";
import { formatLogFields } from "../model/log-fields.ts";
import { severityLevel } from "../model/severity.ts";
import { emit } from "../widgets/emit.ts";
import { dotStyles, hueStyles } from "../widgets/hue-styles.ts";
import { icon } from "../widgets/icons.ts";
import { ScrollMap } from "../widgets/scroll-map.ts";
import { sharedStyles } from "../widgets/shared-styles.ts";
import { styleOf } from "../widgets/style-of.ts";
import { readPixels } from "../widgets/token-size.ts";
import { logListStyles } from "./log-list-styles.ts";
import { severityStyles } from "./severity-styles.ts";

export interface ListView {
  readonly first: number;
  readonly last: number;
}

const OVERSCAN = 10;
/** More rows than any screen has. */
const POOL = 512;
/** Letters of a body in a row. */
const LONGEST_LINE = 600;
const LONGEST_WRAPPED = 4000;
const LONGEST_CELL = 120;

@customElement("gs-log-list")
export class GsLogList extends LitElement {
  static override styles = [sharedStyles, dotStyles, ...hueStyles, severityStyles, logListStyles];

  @property({ type: Number }) count = 0;
  @property({ attribute: false }) lineAt: (rank: number) => WireLog | undefined = () => undefined;
  /** Anything that, when it changes, changes what rows look like. */
  @property({ attribute: false }) version: unknown;
  @property({ attribute: false }) columns: readonly string[] = [];
  @property({ type: Boolean, reflect: true }) wrap = false;
  /** Id of the chosen line. */
  @property() chosen = "";
  @property({ attribute: false }) hueOf: (service: string) => number = () => 0;
  @property({ attribute: false }) links?: Links;
  @property() label = "Log lines, newest first";
  /** The rank at the top of the view, with a fraction. */
  @state() private top = 0;
  @query(".scroll") private scroller!: HTMLElement;
  @query(".space") private space!: HTMLElement;
  @query(".rows") private rows!: HTMLElement;
  private readonly map = new ScrollMap();
  private readonly observer = new ResizeObserver(() => this.measure());
  private told: ListView = { first: -1, last: -1 };
  /** See goToNext. */
  private next?: number;
  private rowHeight = 1;

  override connectedCallback(): void {
    super.connectedCallback();
    this.observer.observe(this);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.observer.disconnect();
  }

  /** The newest line is in view. */
  get isAtTop(): boolean {
    return this.top < 0.5;
  }

  /** Ranks in view, the last exclusive. */
  get view(): ListView {
    const first = Math.floor(this.top);
    return { first, last: Math.min(this.count, Math.ceil(this.top + this.map.perView)) };
  }

  /** Brings a line into view, moving as little as possible. */
  showRank(rank: number): void {
    const rows = Math.floor(this.map.perView);
    if (rank < this.top) this.goTo(rank);
    else if (rank + 1 > this.top + rows) this.goTo(rank + 1 - rows);
  }

  /** A rank to the top of the view. */
  goTo(rank: number): void {
    this.measure();
    this.scroller.scrollTop = this.map.placeOf(rank);
    this.top = this.map.rowAt(this.scroller.scrollTop);
  }

  /** The rank at the top of the view, or the one that will be there. */
  get place(): number {
    return this.next ?? this.top;
  }

  /** A rank to the top of the view as soon as the lines are drawn that it is counted among: until then there may be no room for it. */
  goToNext(rank: number): void {
    this.next = rank;
    this.requestUpdate();
  }

  override render(): TemplateResult {
    const first = Math.max(0, Math.floor(this.top));
    const last = Math.min(this.count, Math.ceil(first + this.map.perView) + OVERSCAN);
    const drawn = Math.max(0, first - OVERSCAN);
    const ranks = (from: number, to: number): number[] =>
      Array.from({ length: Math.max(0, to - from) }, (_, index) => from + index);
    return html`<div
      class="grid ${this.columns.length > 0 ? "with-columns" : ""}"
      role="grid"
      aria-label=${this.label}
      aria-rowcount=${this.count}
      ${styleOf({ "--columns": this.columns.length > 0 ? `repeat(${this.columns.length}, minmax(6em, var(--log-column)))` : "" })}
    >
      <div class="scroll" role="rowgroup" tabindex="0" @scroll=${this.onScroll}>
        ${this.columns.length > 0 ? this.renderHead() : nothing}
        <div class="space" role="presentation">
          <div class="rows" role="presentation">
            ${this.wrap ? html`<div class="before" role="presentation">${this.renderRows(ranks(drawn, first))}</div>` : nothing}
            ${this.renderRows(ranks(this.wrap ? first : drawn, last))}
          </div>
        </div>
      </div>
    </div>`;
  }

  private renderHead(): TemplateResult {
    return html`<div class="head" role="row">
      <span role="columnheader" class="time">Time</span>
      <span role="columnheader" class="level"><span class="unseen">Level</span></span>
      <span role="columnheader" class="service">Service</span>
      <span role="columnheader" class="body">Body</span>
      ${this.columns.map(
        (name) =>
          html`<span role="columnheader" class="cell" title=${name}
            ><span class="cut">${name}</span
            ><button
              title=${`Take the column ${name} away`}
              aria-label=${`Take the column ${name} away`}
              @click=${() => emit(this, "gs-column", name)}
            >
              ${icon("close")}
            </button></span
          >`,
      )}
      <span role="columnheader" class="way"><span class="unseen">Trace</span></span>
    </div>`;
  }

  /** While one scrolls, most rows are those of the frame before: they cost nothing. Rows that leave at one end come in at the other. */
  private renderRows(ranks: readonly number[]): unknown {
    return repeat(
      ranks,
      (rank) => rank % POOL,
      (rank) => {
        const log = this.lineAt(rank);
        const chosen = log !== undefined && log.id === this.chosen;
        return guard([log, rank, chosen, this.columns, this.wrap, this.hueOf, this.links], () =>
          this.renderRow(rank, log, chosen),
        );
      },
    );
  }

  private renderRow(rank: number, log: WireLog | undefined, chosen: boolean): TemplateResult {
    if (!log)
      return html`<div class="row waiting" role="row" aria-rowindex=${rank + 1}>
        <i role="gridcell"><span class="unseen">Loading</span></i>
      </div>`;
    const level = severityLevel(log.severityNumber);
    const millis = nanosToMillis(log.timeUnixNano);
    const text = log.body || (log.eventName ?? "");
    const fields = this.columns.length > 0 || this.wrap ? "" : formatLogFields(log.attributes);
    return html`<div
      class="row of-${level.name} ${chosen ? "chosen" : ""}"
      role="row"
      aria-rowindex=${rank + 1}
      aria-selected=${String(chosen)}
      data-rank=${rank}
      @click=${(event: Event) => this.open(event, rank)}
    >
      <span role="gridcell" class="time" title=${formatUtc(millis)}>${formatRecent(millis, Date.now(), 3)}</span>
      <span role="gridcell" class="level"
        ><span class="severity ${level.name}" title=${level.name}>${level.letter}</span></span
      >
      <span role="gridcell" class="service" title=${log.service}
        ><span class="dot hue-${this.hueOf(log.service)}"></span
        ><span class="cut">${lineHarmless(log.service, LONGEST_CELL)}</span></span
      >
      <span role="gridcell" class="body"
        >${this.wrap ? linesHarmless(text, LONGEST_WRAPPED) : lineHarmless(text, LONGEST_LINE)}${fields ? html`<span class="fields">${lineHarmless(fields, LONGEST_LINE)}</span>` : nothing}</span
      >
      ${this.columns.map((name) => html`<span role="gridcell" class="cell">${lineHarmless(fieldOf(log, name) ?? "", LONGEST_CELL)}</span>`)}
      ${this.renderWay(log)}
    </div>`;
  }

  /** One click to its trace, at the span that wrote it; the keyboard has Enter for that. */
  private renderWay({ traceId, spanId, timeUnixNano }: WireLog): TemplateResult {
    return html`<span role="gridcell" class="way"
      >${
        traceId && this.links
          ? html`<a
              href=${this.links.trace(traceId, spanId, timeUnixNano)}
              tabindex="-1"
              title="Its trace, at this line"
              aria-label="Its trace, at this line"
              >${icon("traces")}</a
            >`
          : nothing
      }</span
    >`;
  }

  protected override updated(changed: PropertyValues): void {
    if (this.next !== undefined) {
      const { next } = this;
      this.next = undefined;
      this.goTo(next);
    } else if (changed.has("count") || changed.has("wrap") || changed.has("columns")) this.measure();
    const first = Math.floor(this.top);
    const row = this.wrap ? this.rows.querySelector<HTMLElement>(":scope > .row") : null;
    const above = this.wrap ? 0 : Math.min(first, OVERSCAN) * this.rowHeight;
    const hidden = Math.round((this.top - first) * (row?.offsetHeight ?? this.rowHeight)) + above;
    this.rows.style.transform = `translateY(${this.scroller.scrollTop - hidden}px)`;
    const { view } = this;
    if (view.first === this.told.first && view.last === this.told.last) return;
    this.told = view;
    emit(this, "gs-view", view);
  }

  private measure(): void {
    this.rowHeight = readPixels(this, "--row-compact") || 1;
    const head = this.renderRoot.querySelector<HTMLElement>(".head")?.offsetHeight ?? 0;
    const height = this.scroller.clientHeight - head;
    this.map.resize(this.count, this.rowHeight, height);
    const extra = this.wrap && this.count > this.map.perView ? height - this.rowHeight : 0;
    this.space.style.height = `${this.map.height + extra}px`;
    this.top = Math.max(0, this.map.rowAt(this.scroller.scrollTop));
    this.requestUpdate();
  }

  private readonly onScroll = (): void => {
    const { scrollTop } = this.scroller;
    const instead = this.map.moved(scrollTop);
    if (instead !== undefined) this.scroller.scrollTop = instead;
    this.top = this.map.rowAt(instead ?? scrollTop);
  };

  /** A drag that selects text is no click, and one on the way to the trace is the link's. */
  private open(event: Event, rank: number): void {
    if (event.composedPath().some((node) => node instanceof HTMLAnchorElement)) return;
    const selection = document.getSelection();
    if (
      selection &&
      !selection.isCollapsed &&
      selection.toString().trim() !== "" &&
      event.type === "click" &&
      (event as MouseEvent).detail < 2
    )
      return;
    emit(this, "gs-open", rank);
  }
}
