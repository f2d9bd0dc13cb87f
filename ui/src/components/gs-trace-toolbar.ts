/**
 * What can be done with the waterfall: search with a step to the next match, fold and unfold, show logs and the critical path, and the
 * services of the trace as a legend that filters. In: the present state of these; out: gs-search (text), gs-step (±1), gs-fold
 * ("all" | "none" | depth), gs-option ({name, on}).
 */
import { css, html, LitElement, nothing, type TemplateResult } from "lit";
import { customElement, property, query } from "lit/decorators.js";
import { formatPercent } from "../base/format-number.ts";
import { formatTerm } from "../model/query-text.ts";
import type { Trace } from "../model/trace.ts";
import { emit } from "../widgets/emit.ts";
import { dotStyles, hueStyles } from "../widgets/hue-styles.ts";
import { icon } from "../widgets/icons.ts";
import { controlStyles, sharedStyles } from "../widgets/shared-styles.ts";

const DEPTHS = [1, 2, 3, 4];

@customElement("gs-trace-toolbar")
export class GsTraceToolbar extends LitElement {
  static override styles = [
    sharedStyles,
    controlStyles,
    dotStyles,
    ...hueStyles,
    css`
      :host {
        border-block: var(--hairline) solid var(--line);
        container-type: inline-size;
      }
      .bar {
        display: flex;
        align-items: center;
        gap: var(--space-3);
        padding: var(--space-2) var(--space-5);
        min-width: 0;
      }
      .search {
        display: flex;
        align-items: center;
        flex: none;
        width: 17em;
        border: var(--hairline) solid var(--line-strong);
        border-radius: var(--radius);
        background: var(--surface-1);
      }
      .search:focus-within {
        outline: var(--focus-width) solid var(--accent);
        outline-offset: calc(-1 * var(--hairline));
      }
      .search input {
        flex: 1;
        border: 0;
        background: none;
        outline: none;
        height: calc(var(--row) - 2 * var(--hairline));
      }
      .matches {
        color: var(--text-2);
        font-size: var(--text-small);
        white-space: nowrap;
        padding-inline: var(--space-2);
      }
      .search .button {
        height: var(--row-compact);
        width: var(--row-compact);
      }
      .group {
        display: flex;
        align-items: center;
        gap: var(--space-1);
        flex: none;
      }
      .legend {
        display: flex;
        gap: var(--space-1);
        min-width: 0;
        overflow-x: auto;
        scrollbar-width: none;
        margin-left: auto;
        mask-image: linear-gradient(to right, black calc(100% - var(--space-6)), transparent);
        padding-right: var(--space-6);
      }
      .legend .button {
        flex: none;
        font-size: var(--text-small);
        height: var(--row-compact);
        gap: var(--space-3);
      }
      @container (max-width: 900px) {
        .legend {
          display: none;
        }
      }
      @container (max-width: 640px) {
        .bar {
          padding-inline: var(--space-3);
        }
        .search {
          flex: 1;
          width: auto;
          min-width: 0;
        }
        .search input {
          width: 100%;
        }
        .words,
        .depth {
          display: none;
        }
      }
    `,
  ];

  @property({ attribute: false }) trace?: Trace;
  @property({ attribute: false }) hues: readonly number[] = [];
  @property() text = "";
  /** How many match, and which of them is the present one (1-based; 0 = none). */
  @property({ type: Number }) matchCount = 0;
  @property({ type: Number }) matchNumber = 0;
  @property({ type: Boolean }) logsShown = true;
  @property({ type: Boolean }) criticalShown = true;
  @query("input") private field!: HTMLInputElement;

  override focus(): void {
    this.field.focus();
    this.field.select();
  }

  override render(): TemplateResult {
    return html`<div class="bar" role="toolbar" aria-label="Waterfall">
      <div class="search">
        <input
          type="text"
          aria-label="Search in this trace"
          placeholder="Find in trace (f)"
          spellcheck="false"
          .value=${this.text}
          @input=${(event: Event) => emit(this, "gs-search", (event.target as HTMLInputElement).value)}
          @keydown=${this.onKey}
        />
        ${this.text ? this.renderMatches() : nothing}
      </div>
      <div class="group">
        <button
          class="button plain icon"
          title="Expand all (e)"
          aria-label="Expand all"
          @click=${() => emit(this, "gs-fold", "none")}
        >
          ${icon("expand")}
        </button>
        <button
          class="button plain icon"
          title="Collapse all (c)"
          aria-label="Collapse all"
          @click=${() => emit(this, "gs-fold", "all")}
        >
          ${icon("collapse")}
        </button>
        <span class="group depth" role="group" aria-label="Collapse to depth">
          <span class="faint">levels</span>
          ${DEPTHS.filter((depth) => depth > 1 && depth < (this.trace?.maxDepth ?? 0)).map(
            (depth) =>
              html`<button
                class="button plain icon"
                title=${`Show ${depth} levels (${depth})`}
                aria-label=${`Show ${depth} levels`}
                @click=${() => emit(this, "gs-fold", depth)}
              >
                ${depth}
              </button>`,
          )}
        </span>
      </div>
      <div class="group">
        ${this.option("logs", "Logs", this.logsShown, "Show logs in place (o)")}
        ${this.option("critical", "Critical path", this.criticalShown, "What the trace waited for at each moment (p)")}
      </div>
      ${this.renderLegend()}
    </div>`;
  }

  private renderMatches(): TemplateResult {
    return html`<span class="matches" role="status"
        >${this.matchNumber ? `${this.matchNumber}/` : ""}${this.matchCount}</span
      >
      <button
        class="button plain icon"
        title="Previous match (N)"
        aria-label="Previous match"
        @click=${() => emit(this, "gs-step", -1)}
      >
        ${icon("up")}
      </button>
      <button
        class="button plain icon"
        title="Next match (n)"
        aria-label="Next match"
        @click=${() => emit(this, "gs-step", 1)}
      >
        ${icon("down")}
      </button>
      <button
        class="button plain icon"
        title="Clear"
        aria-label="Clear the search"
        @click=${() => emit(this, "gs-search", "")}
      >
        ${icon("close")}
      </button>`;
  }

  private option(name: "logs" | "critical", label: string, on: boolean, title: string): TemplateResult {
    return html`<button
      class="button plain"
      title=${title}
      aria-pressed=${String(on)}
      aria-label=${label}
      @click=${() => emit(this, "gs-option", { name, on: !on })}
    >
      ${icon(name === "logs" ? "logs" : "traces")}<span class="words">${label}</span>
    </button>`;
  }

  private renderLegend(): TemplateResult {
    const { trace } = this;
    const all = trace?.services.reduce((sum, service) => sum + service.selfTime, 0) ?? 0;
    const order = (trace?.services ?? [])
      .map((service, index) => ({ service, index }))
      .sort((a, b) => b.service.selfTime - a.service.selfTime);
    return html`<div class="legend" role="group" aria-label="Services; choose one to find its spans" tabindex="-1">
      ${order.map(({ service, index }) => {
        const term = formatTerm("service", ":", service.name);
        const on = this.text === term;
        return html`<button
          class="button plain"
          aria-pressed=${String(on)}
          title=${`${service.spanCount} spans, ${formatPercent(all > 0 ? service.selfTime / all : 0)} of the work`}
          @click=${() => emit(this, "gs-search", on ? "" : term)}
        >
          <span class="dot hue-${this.hues[index]}"></span>${service.name}
          <span class="faint">${formatPercent(all > 0 ? Math.round((service.selfTime / all) * 100) / 100 : 0)}</span>
        </button>`;
      })}
    </div>`;
  }

  private readonly onKey = (event: KeyboardEvent): void => {
    if (event.key === "Enter") emit(this, "gs-step", event.shiftKey ? -1 : 1);
    if (event.key === "Escape") {
      emit(this, "gs-search", "");
      this.field.blur();
    }
  };
}
