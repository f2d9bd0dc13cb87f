/**
 * What goes wrong anywhere: exceptions of log lines and of spans, the same ones together. In: the address (?service, ?q, ?sort), the API;
 * out: links to each. What was never seen before the time shown carries a mark.
 */
import { html, LitElement, nothing, type TemplateResult } from "lit";
import { customElement, query, state } from "lit/decorators.js";
import type { WireExceptionGroups } from "goldspan/contract";
import { fetchExceptions } from "../api/exception-endpoints.ts";
import { formatPlural } from "../base/format-number.ts";
import type { Interval } from "../base/interval.ts";
import { changeParams, type ParamChanges } from "../base/params.ts";
import { zoomedRange } from "../base/time-range.ts";
import "../components/gs-exception-table.ts";
import type { GsExceptionTable } from "../components/gs-exception-table.ts";
import { bindKeys } from "../controllers/bind-keys.ts";
import { followSignals } from "../controllers/follow-signals.ts";
import { onLiveBeat } from "../controllers/on-live-beat.ts";
import { QueryController } from "../controllers/query-controller.ts";
import { isNewIn, parseExceptionColumn, type ExceptionColumn } from "../model/exception-groups.ts";
import { serviceTerm } from "../model/query-text.ts";
import { links } from "../state/links.ts";
import { currentPlace, navigate, navigateParams } from "../state/location.ts";
import { serviceHueOf, serviceHues } from "../state/service-hues.ts";
import { currentBounds, setTimeRange, timeRange } from "../state/time-range.ts";
import type { Emitted } from "../widgets/emit.ts";
import "../widgets/gs-skeleton.ts";
import { icon } from "../widgets/icons.ts";
import { panelStates } from "../widgets/panel-states.ts";
import { panelStyles } from "../widgets/panel-styles.ts";
import { controlStyles, sharedStyles } from "../widgets/shared-styles.ts";
import { detailPageStyles } from "./detail-page-styles.ts";
import { exceptionPageStyles } from "./exception-page-styles.ts";
import { filterFormStyles } from "./filter-form-styles.ts";
import { pageStyles } from "./page-styles.ts";

const MOST_GROUPS = 200;
const TYPING_MILLIS = 250;
const DAY = 86_400_000;

@customElement("gs-exceptions-page")
export class GsExceptionsPage extends LitElement {
  static override styles = [
    sharedStyles,
    controlStyles,
    panelStyles,
    pageStyles,
    filterFormStyles,
    detailPageStyles,
    exceptionPageStyles,
  ];

  @state() private selected = "";
  @query("gs-exception-table") private table?: GsExceptionTable;
  private typing?: number;

  private readonly groups = new QueryController<WireExceptionGroups>(this, {
    key: () => `exceptions ${this.service} ${this.text} ${JSON.stringify(timeRange.value)}`,
    ask: (signal) =>
      fetchExceptions({ query: this.text, service: this.service, ...currentBounds(), limit: MOST_GROUPS }, signal),
  });

  constructor() {
    super();
    followSignals(this, currentPlace, timeRange, serviceHueOf);
    onLiveBeat(this, () => this.groups.refresh());
    bindKeys(this, "Errors", [
      { keys: "j", label: "Next error", run: () => this.move(1) },
      { keys: "k", label: "Previous error", run: () => this.move(-1) },
      { keys: "enter", label: "Open the error", run: () => this.selected && navigate(links.exception(this.selected)) },
      { keys: "f", label: "Filter by text", run: () => this.renderRoot.querySelector<HTMLElement>("input")?.focus() },
    ]);
  }

  override render(): TemplateResult {
    return html`<h1 class="unseen">Errors</h1>
      ${this.renderFilters()}
      <div class="panel">
        ${panelStates(this.groups, {
          data: (data) => this.renderGroups(data),
          empty: (data) => (data.groups.length === 0 ? this.renderEmpty() : undefined),
          skeleton: () => html`<gs-skeleton .lines=${12}></gs-skeleton>`,
        })}
      </div>`;
  }

  private renderFilters(): TemplateResult {
    const names = new Set([...serviceHues.value.keys(), ...(this.service ? [this.service] : [])]);
    return html`<form aria-label="Filters" @submit=${(event: Event) => event.preventDefault()}>
      <select
        aria-label="Service"
        @change=${(event: Event) => this.write({ service: (event.target as HTMLSelectElement).value })}
      >
        <option value="">any service</option>
        ${[...names].sort().map((name) => html`<option value=${name} ?selected=${name === this.service}>${name}</option>`)}
      </select>
      <input
        type="search"
        aria-label="Text of the error"
        placeholder="type or message"
        .value=${this.text}
        @input=${this.onText}
      />
      <span class="sum" role="status">${this.renderSum()}</span>
      <a class="button" href=${links.logs([serviceTerm(this.service), "level>=error"].filter(Boolean).join(" "))}
        >${icon("logs")} Error logs</a
      >
    </form>`;
  }

  private renderSum(): TemplateResult | typeof nothing {
    const { data } = this.groups;
    if (!data) return nothing;
    const fresh = data.groups.filter((group) => isNewIn(group, data.startMillis)).length;
    return html`${formatPlural(data.groups.length, "kind")} ·
    ${formatPlural(
      data.groups.reduce((sum, { count }) => sum + count, 0),
      "time",
    )}${fresh > 0 ? html` · <b class="fresh">${fresh} new</b>` : nothing}${data.truncated ? html`<span class="faint"> · counted among the newest</span>` : nothing}`;
  }

  private renderGroups({ groups, startMillis, stepMillis }: WireExceptionGroups): TemplateResult {
    const span = stepMillis * (groups[0]?.trend.length ?? 0);
    return html`<gs-exception-table
      sortable
      .groups=${groups}
      .startMillis=${startMillis}
      .order=${parseExceptionColumn(currentPlace.value.params.get("sort"))}
      .selected=${this.selected}
      .hueOf=${serviceHueOf.value}
      .links=${links}
      @gs-sort=${(event: Emitted<ExceptionColumn>) => this.write({ sort: event.detail === "count" ? undefined : event.detail })}
      @gs-zoom-share=${({ detail: { from, to } }: Emitted<Interval>) =>
        setTimeRange(zoomedRange(startMillis + from * span, startMillis + to * span))}
    ></gs-exception-table>`;
  }

  private renderEmpty(): TemplateResult {
    const filtered = this.service !== "" || this.text !== "";
    return html`<gs-empty
      heading=${filtered ? "No such error" : "No errors"}
      why=${
        filtered
          ? "No exception in this time range meets the filters."
          : "No span and no log line in this time range carries an exception."
      }
    >
      ${
        filtered
          ? html`<button class="button" @click=${() => this.write({ service: undefined, q: undefined })}>
              Clear the filters
            </button>`
          : html`<a class="button" href=${links.traces("error")}>Failed traces</a>`
      }
      <button class="button" @click=${() => setTimeRange({ kind: "relative", millis: DAY })}>
        Show the last 24 hours
      </button>
    </gs-empty>`;
  }

  private get service(): string {
    return currentPlace.value.params.get("service") ?? "";
  }

  private get text(): string {
    return currentPlace.value.params.get("q") ?? "";
  }

  private readonly onText = (event: Event): void => {
    const q = (event.target as HTMLInputElement).value;
    window.clearTimeout(this.typing);
    this.typing = window.setTimeout(() => this.isConnected && this.write({ q }), TYPING_MILLIS);
  };

  private move(by: number): void {
    const shown = this.table?.shown ?? [];
    const at = shown.findIndex(({ fingerprint }) => fingerprint === this.selected);
    this.selected = shown[Math.min(shown.length - 1, Math.max(0, at + by))]?.fingerprint ?? "";
    this.table?.showRow(this.selected);
  }

  private write(changes: ParamChanges): void {
    navigateParams(changeParams(currentPlace.value.params, changes), { replace: true });
  }
}
