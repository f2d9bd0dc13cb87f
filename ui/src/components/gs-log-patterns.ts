/**
 * What kinds of lines there are: patterns with how many, since when, how severe, of whom, and a line of each on demand. In: WireLogPatterns
 * as a query state, order, hues, links; out: gs-sort (column), gs-show-lines and gs-leave-out (the pattern), gs-zoom {from, to} after a
 * drag over a trend. move() steps through the rows.
 */
import { html, LitElement, nothing, type TemplateResult } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { repeat } from "lit/directives/repeat.js";
import type { WireLogPattern, WireLogPatterns } from "goldspan/contract";
import { clamp } from "../base/clamp.ts";
import { formatCount, formatExact, formatPercent, formatPlural } from "../base/format-number.ts";
import { formatRecent, formatUtc } from "../base/format-time.ts";
import { showHarmless } from "../base/harmless-text.ts";
import type { Interval } from "../base/interval.ts";
import { nanosToMillis } from "../base/nanos.ts";
import type { Links } from "../model/links.ts";
import { patternPieces, sortPatterns, type PatternColumn } from "../model/log-patterns.ts";
import { levelNamed } from "../model/severity.ts";
import { emit, type Emitted } from "../widgets/emit.ts";
import "../widgets/gs-copy.ts";
import "../widgets/gs-skeleton.ts";
import "../widgets/gs-sparkline.ts";
import { dotStyles, hueStyles } from "../widgets/hue-styles.ts";
import { icon } from "../widgets/icons.ts";
import { panelStates, type QueryState } from "../widgets/panel-states.ts";
import { panelStyles } from "../widgets/panel-styles.ts";
import { controlStyles, sharedStyles, tableStyles } from "../widgets/shared-styles.ts";
import { logPatternStyles } from "./log-pattern-styles.ts";
import { severityStyles } from "./severity-styles.ts";

/** As many services as have a dot each; beyond that a number. */
const MOST_DOTS = 5;

@customElement("gs-log-patterns")
export class GsLogPatterns extends LitElement {
  static override styles = [
    sharedStyles,
    controlStyles,
    tableStyles,
    panelStyles,
    dotStyles,
    ...hueStyles,
    severityStyles,
    logPatternStyles,
  ];

  @property({ attribute: false }) found: QueryState<WireLogPatterns> = {
    stale: false,
    skeleton: false,
    refresh: () => {},
  };
  @property() order: PatternColumn = "count";
  @property({ attribute: false }) hueOf: (service: string) => number = () => 0;
  @property({ attribute: false }) links?: Links;
  /** Those that are open, by their text. */
  @state() private open: ReadonlySet<string> = new Set();

  /** To the next or previous row; from nowhere to the first. */
  move(by: -1 | 1): void {
    const toggles = [...this.renderRoot.querySelectorAll<HTMLElement>(".toggle")];
    const at = toggles.findIndex((toggle) => toggle.matches(":focus"));
    toggles[clamp(at + by, 0, toggles.length - 1)]?.focus();
  }

  override render(): TemplateResult {
    return panelStates(this.found, {
      data: (data) => this.renderTable(data),
      empty: (data) =>
        data.patterns.length === 0 && data.progress >= 1
          ? html`<gs-empty
              heading="No patterns"
              why="No log line in this time range meets the query, so there is nothing to group."
              ><slot name="empty"></slot
            ></gs-empty>`
          : undefined,
      skeleton: () => html`<gs-skeleton .lines=${12}></gs-skeleton>`,
    });
  }

  private renderTable(data: WireLogPatterns): TemplateResult {
    const { patterns, total, other, progress, sampled, partial } = data;
    return html`<p class="sum" role="status">
        ${formatPlural(patterns.length, "pattern")} of ${formatPlural(total, "line")}
        ${other > 0 ? html`<span class="faint">${formatExact(other)} in rarer ones</span>` : nothing}
        ${sampled < 1 && progress >= 1 ? html`<span class="dim">counts scaled up from ${formatPercent(sampled)} of them</span>` : nothing}
        ${partial ? html`<span class="warn">${icon("warning")} ${partial}</span>` : nothing}
        ${progress < 1 ? html`<span class="dim">looked at ${formatPercent(progress)} so far</span>` : nothing}
      </p>
      <table @keydown=${this.onKey}>
        <thead>
          <tr>
            ${this.head("level", "Level", "level")}${this.head("count", "Lines", "number")}
            <th class="share" scope="col">Share</th>
            ${this.head("recent", "Trend", "trend")}
            <th class="what" scope="col">Pattern</th>
            <th class="services" scope="col">Services</th>
            ${this.head("newest", "Newest", "number newest")}
          </tr>
        </thead>
        <tbody>
          ${repeat(
            sortPatterns(patterns, this.order),
            ({ pattern, level }) => `${level} ${pattern}`,
            (pattern) => this.row(pattern, data),
          )}
        </tbody>
      </table>`;
  }

  private head(column: PatternColumn, title: string, look: string): TemplateResult {
    const active = this.order === column;
    return html`<th class=${look} scope="col" aria-sort=${active ? "descending" : "none"}>
      <button @click=${() => emit(this, "gs-sort", column)}>${title}${active ? icon("down") : nothing}</button>
    </th>`;
  }

  private row(found: WireLogPattern, data: WireLogPatterns): TemplateResult {
    const { pattern, count, services, trend, example } = found;
    const level = levelNamed(found.level);
    const newest = nanosToMillis(example.timeUnixNano);
    const share = data.total > 0 ? count / data.total : 0;
    const isOpen = this.open.has(pattern);
    return html`<tr class=${isOpen ? "open" : ""} @click=${() => this.toggle(pattern)}>
        <td class="level"><span class="severity ${level.name}" title=${level.name}>${level.letter}</span></td>
        <td class="number count" title=${formatExact(count)}>${formatCount(count)}</td>
        <td class="share">
          <svg class="bar" viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true">
            <rect width=${share * 100} height="6"></rect></svg
          ><span>${formatPercent(share)}</span>
        </td>
        <td class="trend">
          <gs-sparkline
            shape="bars"
            tone=${toneOf(level.number)}
            .values=${trend}
            label="Lines over time"
            @gs-zoom-share=${(event: Emitted<Interval>) => this.zoom(event.detail, data)}
          ></gs-sparkline>
        </td>
        <td class="what">
          <button class="toggle" aria-expanded=${String(isOpen)} title=${isOpen ? nothing : pattern}>
            ${icon("right")}<span class="pattern">${this.renderPattern(pattern)}</span>
          </button>
        </td>
        <td class="services" title=${services.join(", ")}>${this.renderServices(services)}</td>
        <td class="number newest" title=${formatUtc(newest)}>${formatRecent(newest, Date.now())}</td>
      </tr>
      ${isOpen ? this.renderOpen(found) : nothing}`;
  }

  private renderPattern(pattern: string): TemplateResult {
    return html`${patternPieces(pattern).map(({ text, differs }) =>
      differs ? html`<i class="place">${text}</i>` : html`<span>${showHarmless(text)}</span>`,
    )}`;
  }

  private renderServices(services: readonly string[]): TemplateResult {
    const shown = services.slice(0, MOST_DOTS);
    return html`${shown.map((service) => html`<span class="dot hue-${this.hueOf(service)}"></span>`)}${
      services.length === 1 ? html`<span class="cut">${services[0]}</span>` : nothing
    }${services.length > shown.length ? html`<span class="dim">+${services.length - shown.length}</span>` : nothing}${
      services.length > 1 ? html`<span class="unseen">${services.join(", ")}</span>` : nothing
    }`;
  }

  private renderOpen(found: WireLogPattern): TemplateResult {
    const { example, pattern } = found;
    const { traceId, spanId, timeUnixNano, service, body } = example;
    return html`<tr class="detail">
      <td colspan="7">
        <p class="whose">
          <span class="dot hue-${this.hueOf(service)}"></span>${service}
          <span class="dim">newest line, ${formatRecent(nanosToMillis(timeUnixNano), Date.now(), 3)}</span>
        </p>
        <pre tabindex="0" aria-label="Newest line">${body || (example.eventName ?? "")}</pre>
        <div class="actions">
          <button class="button" @click=${() => emit(this, "gs-show-lines", found)}>
            ${icon("logs")} Show its lines
          </button>
          <button class="button" @click=${() => emit(this, "gs-leave-out", found)}>
            ${icon("minus")} Leave them out
          </button>
          ${
            traceId
              ? html`<a class="button" href=${this.links?.trace(traceId, spanId, timeUnixNano) ?? ""}
                  >${icon("traces")} Trace of the newest</a
                >`
              : nothing
          }
          <gs-copy .value=${pattern} text="copy" what="pattern"></gs-copy>
        </div>
      </td>
    </tr>`;
  }

  private toggle(pattern: string): void {
    const open = new Set(this.open);
    if (!open.delete(pattern)) open.add(pattern);
    this.open = open;
  }

  private readonly onKey = (event: KeyboardEvent): void => {
    if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
    if (!(event.target as HTMLElement).matches(".toggle")) return;
    event.preventDefault();
    this.move(event.key === "ArrowDown" ? 1 : -1);
  };

  private zoom(share: Interval, { startMillis, stepMillis, patterns }: WireLogPatterns): void {
    const millis = stepMillis * (patterns[0]?.trend.length ?? 0);
    emit(this, "gs-zoom", { from: startMillis + share.from * millis, to: startMillis + share.to * millis });
  }
}

function toneOf(severityNumber: number): "error" | "warn" | "plain" {
  return severityNumber >= 17 ? "error" : severityNumber >= 13 ? "warn" : "plain";
}
