/** All metrics there are, to look through: what each is, in which unit, what for. In: metrics; out: gs-metric (MetricAbout). */
import { css, html, LitElement, nothing, type TemplateResult } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { formatPlural } from "../base/format-number.ts";
import { fuzzyScore } from "../base/fuzzy.ts";
import type { MetricAbout } from "../model/metric-units.ts";
import { emit } from "../widgets/emit.ts";
import { controlStyles, sharedStyles } from "../widgets/shared-styles.ts";

const MOST = 150;

@customElement("gs-metric-browser")
export class GsMetricBrowser extends LitElement {
  static override styles = [
    sharedStyles,
    controlStyles,
    css`
      :host {
        display: flex;
        flex-direction: column;
        min-height: 0;
      }
      .search {
        padding: var(--space-3);
        border-bottom: var(--hairline) solid var(--line);
      }
      input {
        width: 100%;
      }
      ul {
        flex: 1;
        overflow: auto;
        padding: var(--space-2);
      }
      li button {
        display: block;
        width: 100%;
        padding: var(--space-2) var(--space-3);
        border-radius: var(--radius);
      }
      li button:hover {
        background: var(--surface-2);
      }
      .name {
        font: var(--text-small) var(--mono);
        overflow-wrap: anywhere;
      }
      .about {
        display: block;
        color: var(--text-3);
        font-size: var(--text-small);
      }
      .note {
        padding: var(--space-2) var(--space-4);
        color: var(--text-3);
        font-size: var(--text-small);
      }
    `,
  ];

  @property({ attribute: false }) metrics: readonly MetricAbout[] = [];
  @state() private filter = "";

  override render(): TemplateResult {
    const found = this.found();
    return html`<div class="search">
        <input
          type="search"
          aria-label="Find a metric"
          placeholder=${`Find among ${formatPlural(this.metrics.length, "metric")}`}
          .value=${this.filter}
          @input=${(event: Event) => (this.filter = (event.currentTarget as HTMLInputElement).value)}
          @keydown=${this.onKey}
        />
      </div>
      <ul aria-label="Metrics">
        ${found.slice(0, MOST).map(
          (metric) =>
            html`<li>
              <button title=${metric.help || nothing} @click=${() => emit(this, "gs-metric", metric)}>
                <span class="name">${breakName(metric.name)}</span>
                <span class="about cut">${[metric.type, metric.unit, metric.help].filter(Boolean).join(" · ")}</span>
              </button>
            </li>`,
        )}
      </ul>
      ${found.length > MOST ? html`<p class="note">${found.length - MOST} more: type to find them</p>` : nothing}
      ${found.length === 0 ? html`<p class="note">${this.metrics.length === 0 ? "No metrics in this time range" : "None is called so"}</p>` : nothing}`;
  }

  /** By name first; the help text counts where the name doesn't match. */
  private found(): readonly MetricAbout[] {
    if (this.filter.trim() === "") return this.metrics;
    const wanted = this.filter.trim().toLowerCase();
    return this.metrics
      .map((metric) => {
        const inHelp = metric.help.toLowerCase().includes(wanted) ? 0 : undefined;
        return { metric, score: fuzzyScore(this.filter, metric.name) ?? inHelp };
      })
      .filter((scored): scored is { metric: MetricAbout; score: number } => scored.score !== undefined)
      .sort((a, b) => b.score - a.score)
      .map(({ metric }) => metric);
  }

  /** Enter takes the first. */
  private readonly onKey = (event: KeyboardEvent): void => {
    const [first] = this.found();
    if (event.key === "Enter" && first) emit(this, "gs-metric", first);
    if (event.key === "Escape") (event.currentTarget as HTMLInputElement).blur();
  };
}

/** Long names break after their parts. */
function breakName(name: string): unknown {
  return name.split(/(?<=[_.:])/).map((part) => html`${part}<wbr />`);
}
