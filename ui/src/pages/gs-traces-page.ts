/**
 * Finding traces: the query as text and as a form, a plot of durations, the list. In: the address (?q, ?sort), the API; out: links to
 * traces. While the range is live new traces wait behind a button; older ones are asked for by `end`.
 */
import { html, LitElement, nothing, type TemplateResult } from "lit";
import { customElement, state } from "lit/decorators.js";
import type { WireTraceSummary } from "goldspan/contract";
import { searchTraces } from "../api/endpoints.ts";
import { formatPercent, formatPlural } from "../base/format-number.ts";
import type { Interval } from "../base/interval.ts";
import { nanosToMillis } from "../base/nanos.ts";
import { changeParams } from "../base/params.ts";
import { zoomedRange } from "../base/time-range.ts";
import "../components/gs-duration-scatter.ts";
import "../components/gs-query-bar.ts";
import type { GsQueryBar } from "../components/gs-query-bar.ts";
import "../components/gs-trace-filters.ts";
import "../components/gs-trace-list.ts";
import type { GsTraceList } from "../components/gs-trace-list.ts";
import { bindKeys } from "../controllers/bind-keys.ts";
import { followSignals } from "../controllers/follow-signals.ts";
import { oldestMillis, PagedQuery, type PageOf } from "../controllers/paged-query.ts";
import type { Edit } from "../model/query-completion.ts";
import { readTerm } from "../model/query-text.ts";
import { parseTraceColumn, sortTraces, summarizeTrace, type TraceColumn } from "../model/trace-summary.ts";
import { links } from "../state/links.ts";
import { currentPlace, navigate, navigateParams } from "../state/location.ts";
import { serviceHueOf } from "../state/service-hues.ts";
import { linkTo, setTimeRange, timeRange } from "../state/time-range.ts";
import type { Emitted } from "../widgets/emit.ts";
import "../widgets/gs-skeleton.ts";
import { icon } from "../widgets/icons.ts";
import { panelStates, type QueryState } from "../widgets/panel-states.ts";
import { panelStyles } from "../widgets/panel-styles.ts";
import { controlStyles, sharedStyles } from "../widgets/shared-styles.ts";
import { FirstData } from "./first-data.ts";
import { pageStyles } from "./page-styles.ts";
import { TraceSuggestions } from "./trace-suggestions.ts";
import { tracesPageStyles } from "./traces-page-styles.ts";

const PAGE_SIZE = 200;
const DAY = 86_400_000;

@customElement("gs-traces-page")
export class GsTracesPage extends LitElement {
  static override styles = [sharedStyles, controlStyles, panelStyles, pageStyles, tracesPageStyles];

  @state() private marked = "";
  private readonly suggestions = new TraceSuggestions(this);

  private readonly search = new PagedQuery<WireTraceSummary>(this, {
    key: () => `traces ${this.queryText} ${JSON.stringify(timeRange.value)}`,
    ask: async (range, signal, onFound) => {
      const asked = { q: this.queryText, ...range, limit: PAGE_SIZE };
      const { traces, truncated, partial } = await searchTraces(asked, signal, onFound);
      return { items: traces, truncated, partial };
    },
    idOf: (trace) => trace.traceId,
    millisOf: matchedMillis,
  });

  private readonly firstData = new FirstData(
    this,
    () => this.queryText === "" && this.search.query.data?.items.length === 0,
    () => this.search.query.refresh(),
  );

  constructor() {
    super();
    followSignals(this, currentPlace, timeRange, serviceHueOf);
    bindKeys(this, "Traces", [
      { keys: "j", label: "Next trace", run: () => this.move(1) },
      { keys: "k", label: "Previous trace", run: () => this.move(-1) },
      { keys: "enter", label: "Open the trace", run: () => this.marked && navigate(links.trace(this.marked)) },
      {
        keys: "f",
        label: "Edit the query",
        run: () => this.renderRoot.querySelector<GsQueryBar>("gs-query-bar")?.focus(),
      },
      { keys: "n", label: "Show new traces", run: () => this.search.showWaiting() },
    ]);
  }

  protected override willUpdate(): void {
    this.suggestions.useService(readTerm(this.queryText, "service", ":", "=") ?? "");
  }

  override render(): TemplateResult {
    if (this.firstData.isWaiting)
      return html`<h1 class="unseen">Traces</h1>
        ${this.firstData.renderWaiting()}`;
    const { query } = this.search;
    const { error } = query;
    const complaint = error?.status === 400 ? error : undefined;
    const { known } = this.suggestions;
    return html`<h1 class="unseen">Traces</h1>
      ${this.firstData.renderArrival()}
      <gs-query-bar
        .value=${this.queryText}
        .known=${known}
        .complaint=${complaint}
        @gs-query=${this.onQuery}
        @gs-edit=${(event: Emitted<Edit>) => this.suggestions.edit(event.detail)}
      ></gs-query-bar>
      <gs-trace-filters
        .value=${this.queryText}
        .services=${known.services}
        .operations=${known.operations}
        @gs-query=${this.onQuery}
      ></gs-trace-filters>
      ${panelStates(complaint ? withoutError(query) : query, {
        data: (data) => this.renderFound(data),
        empty: (data) => (data.items.length === 0 ? this.renderEmpty() : undefined),
        skeleton: () =>
          html`<div class="panel">
            <gs-skeleton shape="block"></gs-skeleton><gs-skeleton class="tall" .lines=${10}></gs-skeleton>
          </div>`,
      })}`;
  }

  private renderFound(data: PageOf<WireTraceSummary>): TemplateResult {
    const traces = data.items.map(summarizeTrace);
    const shown = sortTraces(traces, this.sort);
    const failed = traces.filter((trace) => trace.failed).length;
    const { waitingCount } = this.search;
    return html`<div class="panel">
        <gs-duration-scatter
          .traces=${traces}
          .range=${data.range}
          .knownFrom=${data.truncated ? oldestMillis(data, matchedMillis) : data.range.from}
          .marked=${this.marked}
          .hueOf=${serviceHueOf.value}
          @gs-zoom=${(event: Emitted<Interval>) => setTimeRange(zoomedRange(event.detail.from, event.detail.to))}
          @gs-pick=${(event: Emitted<string>) => navigate(links.trace(event.detail))}
          @gs-hover=${(event: Emitted<string | undefined>) => (this.marked = event.detail ?? "")}
        >
          <span>${formatPlural(traces.length, "trace")}${data.truncated ? ", the newest" : ""}</span>
          ${data.progress === undefined ? nothing : html`<span class="dim" role="status">searching, ${formatPercent(data.progress)}</span>`}
          ${data.partial ? html`<span class="warn">${data.partial}</span>` : nothing}
          ${failed > 0 ? html`<span class="error">${failed} failed</span>` : nothing}
          ${waitingCount > 0 ? html`<button class="button new" @click=${() => this.search.showWaiting()}>${waitingCount} new</button>` : nothing}
          ${
            this.queryText
              ? html`<a
                  class="button plain alert"
                  href=${links.alerts({ tab: "rules", new: "traces", ask: this.queryText })}
                  title="Make an alert of how many spans meet it"
                  >${icon("bell")} Alert</a
                >`
              : nothing
          }
        </gs-duration-scatter>
      </div>
      <div class="panel">
        <gs-trace-list
          .traces=${shown}
          .sort=${this.sort}
          .marked=${this.marked}
          .links=${links}
          .hueOf=${serviceHueOf.value}
          @gs-sort=${this.onSort}
          @gs-hover=${(event: Emitted<string>) => (this.marked = event.detail)}
        ></gs-trace-list>
        ${data.truncated ? this.renderOlder() : nothing}
      </div>`;
  }

  private renderOlder(): TemplateResult {
    const { loadingOlder } = this.search;
    return html`<div class="older">
      <button class="button" ?disabled=${loadingOlder} @click=${() => void this.search.loadOlder()}>
        ${loadingOlder ? "Loading…" : "Older traces"}
      </button>
    </div>`;
  }

  private renderEmpty(): TemplateResult {
    const hasQuery = this.queryText !== "";
    return html`<gs-empty
      heading="No traces found"
      why=${hasQuery ? "No span in this time range meets all parts of the query." : "Nothing began in this time range."}
    >
      ${hasQuery ? html`<button class="button" @click=${() => this.setQuery("")}>Clear the query</button>` : nothing}
      <button class="button" @click=${() => setTimeRange({ kind: "relative", millis: DAY })}>
        Search the last 24 hours
      </button>
      ${hasQuery ? nothing : html`<a class="button" href=${linkTo("/services")}>See what sends here</a>`}
    </gs-empty>`;
  }

  private get queryText(): string {
    return currentPlace.value.params.get("q") ?? "";
  }

  private get sort(): TraceColumn {
    return parseTraceColumn(currentPlace.value.params.get("sort"));
  }

  private readonly onQuery = (event: Emitted<string>): void => this.setQuery(event.detail);

  private setQuery(q: string): void {
    navigateParams(changeParams(currentPlace.value.params, { q }));
  }

  private readonly onSort = (event: Emitted<TraceColumn>): void => {
    const sort = event.detail === "time" ? undefined : event.detail;
    navigateParams(changeParams(currentPlace.value.params, { sort }), { replace: true });
  };

  private move(by: number): void {
    const shown = sortTraces((this.search.query.data?.items ?? []).map(summarizeTrace), this.sort);
    const at = shown.findIndex((trace) => trace.wire.traceId === this.marked);
    this.marked = shown[Math.min(shown.length - 1, Math.max(0, at + by))]?.wire.traceId ?? "";
    this.renderRoot.querySelector<GsTraceList>("gs-trace-list")?.showRow(this.marked);
  }
}

function matchedMillis(trace: WireTraceSummary): number {
  return nanosToMillis(trace.matchedAtUnixNano);
}

/** What is wrong with the query stands below it; the results of the last good one stay, dimmed. */
function withoutError<T>(query: QueryState<T>): QueryState<T> {
  return { data: query.data, stale: true, skeleton: false, refresh: () => query.refresh() };
}
