/**
 * Finding traces: the query as text and as a form, a plot of durations, the list. In: the address (?q, ?sort), the API; out: links to
 * traces. While the range is live new traces wait behind a button; older ones are asked for by `end`.
 */
import { html, LitElement, nothing, type TemplateResult } from "lit";
import { customElement, state } from "lit/decorators.js";
import type { WireTraceSearch } from "goldspan/contract";
import { fetchTraces } from "../api/endpoints.ts";
import { formatPlural } from "../base/format-number.ts";
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
import { onLiveBeat } from "../controllers/on-live-beat.ts";
import { QueryController } from "../controllers/query-controller.ts";
import type { Edit } from "../model/query-completion.ts";
import { readTerm } from "../model/query-text.ts";
import {
  parseTraceColumn,
  sortTraces,
  summarizeTrace,
  type TraceColumn,
  type TraceSummary,
} from "../model/trace-summary.ts";
import { links } from "../state/links.ts";
import { currentPlace, navigate, navigateParams } from "../state/location.ts";
import { hueOf, serviceHues } from "../state/service-hues.ts";
import { currentBounds, setTimeRange, timeRange } from "../state/time-range.ts";
import type { Emitted } from "../widgets/emit.ts";
import "../widgets/gs-skeleton.ts";
import { panelStates } from "../widgets/panel-states.ts";
import { panelStyles } from "../widgets/panel-styles.ts";
import { controlStyles, sharedStyles } from "../widgets/shared-styles.ts";
import { pageStyles } from "./page-styles.ts";
import { TraceSuggestions } from "./trace-suggestions.ts";
import { tracesPageStyles } from "./traces-page-styles.ts";

const PAGE_SIZE = 200;
const DAY = 86_400_000;

interface Found extends WireTraceSearch {
  readonly range: Interval;
}

@customElement("gs-traces-page")
export class GsTracesPage extends LitElement {
  static override styles = [sharedStyles, controlStyles, panelStyles, pageStyles, tracesPageStyles];

  @state() private marked = "";
  /** Newer results that wait until they are asked for. */
  @state() private waiting?: Found;
  @state() private loadingOlder = false;
  private readonly suggestions = new TraceSuggestions(this);

  private readonly search = new QueryController<Found>(this, {
    key: () => `traces ${this.queryText} ${JSON.stringify(timeRange.value)}`,
    ask: (signal) => this.ask(signal),
  });

  constructor() {
    super();
    followSignals(this, currentPlace, timeRange, serviceHues);
    onLiveBeat(this, () => void this.lookForNew());
    bindKeys(this, "Traces", [
      { keys: "j", label: "Next trace", run: () => this.move(1) },
      { keys: "k", label: "Previous trace", run: () => this.move(-1) },
      { keys: "enter", label: "Open the trace", run: () => this.marked && navigate(links.trace(this.marked)) },
      {
        keys: "f",
        label: "Edit the query",
        run: () => this.renderRoot.querySelector<GsQueryBar>("gs-query-bar")?.focus(),
      },
      { keys: "n", label: "Show new traces", run: () => this.showWaiting() },
    ]);
  }

  protected override willUpdate(): void {
    this.suggestions.useService(readTerm(this.queryText, "service", ":", "=") ?? "");
  }

  override render(): TemplateResult {
    const { error } = this.search;
    const complaint = error?.status === 400 ? error : undefined;
    const { known } = this.suggestions;
    return html`<h1 class="unseen">Traces</h1>
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
      ${panelStates(complaint ? { ...this.stateOf(), error: undefined } : this.search, {
        data: (data) => this.renderFound(data),
        empty: (data) => (data.traces.length === 0 ? this.renderEmpty() : undefined),
        skeleton: () =>
          html`<div class="panel">
            <gs-skeleton shape="block"></gs-skeleton><gs-skeleton class="tall" .lines=${10}></gs-skeleton>
          </div>`,
      })}`;
  }

  private renderFound(data: Found): TemplateResult {
    const traces = data.traces.map(summarizeTrace);
    const shown = sortTraces(traces, this.sort);
    const failed = traces.filter((trace) => trace.failed).length;
    return html`<div class="panel">
        <gs-duration-scatter
          .traces=${traces}
          .range=${data.range}
          .knownFrom=${data.truncated ? oldestMatch(data) : 0}
          .marked=${this.marked}
          .hueOf=${hueOf}
          @gs-zoom=${(event: Emitted<Interval>) => setTimeRange(zoomedRange(event.detail.from, event.detail.to))}
          @gs-pick=${(event: Emitted<string>) => navigate(links.trace(event.detail))}
          @gs-hover=${(event: Emitted<string | undefined>) => (this.marked = event.detail ?? "")}
        >
          <span>${formatPlural(traces.length, "trace")}${data.truncated ? ", the newest" : ""}</span>
          ${failed > 0 ? html`<span class="error">${failed} failed</span>` : nothing}
          ${
            this.waiting
              ? html`<button class="button new" @click=${() => this.showWaiting()}>${this.countWaiting()} new</button>`
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
          .hueOf=${hueOf}
          @gs-sort=${this.onSort}
          @gs-hover=${(event: Emitted<string>) => (this.marked = event.detail)}
        ></gs-trace-list>
        ${data.truncated ? this.renderOlder(data, shown) : nothing}
      </div>`;
  }

  private renderOlder(data: Found, shown: readonly TraceSummary[]): TemplateResult {
    return html`<div class="older">
      <button class="button" ?disabled=${this.loadingOlder} @click=${() => void this.loadOlder(data, shown.length)}>
        ${this.loadingOlder ? "Loading…" : "Older traces"}
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
    </gs-empty>`;
  }

  private get queryText(): string {
    return currentPlace.value.params.get("q") ?? "";
  }

  private get sort(): TraceColumn {
    return parseTraceColumn(currentPlace.value.params.get("sort"));
  }

  private stateOf(): { data?: Found; stale: boolean; skeleton: boolean; refresh: () => void } {
    return { data: this.search.data, stale: true, skeleton: false, refresh: () => this.search.refresh() };
  }

  private async ask(signal: AbortSignal, before?: number): Promise<Found> {
    this.waiting = undefined;
    const { start, end } = currentBounds();
    const found = await fetchTraces({ q: this.queryText, start, end: before ?? end, limit: PAGE_SIZE }, signal);
    return { ...found, range: { from: start, to: end } };
  }

  /** New traces don't push the list down: they wait. An empty list has nothing to lose and is filled at once. */
  private async lookForNew(): Promise<void> {
    const present = this.search.data;
    if (!present || present.traces.length === 0 || this.search.error || present.traces.length > PAGE_SIZE) {
      if (present?.traces.length === 0 || this.search.error) this.search.refresh();
      return;
    }
    const query = this.queryText;
    try {
      const found = await this.ask(new AbortController().signal);
      if (query === this.queryText && this.search.data === present) this.waiting = found;
    } catch (error) {
      console.debug("cannot look for new traces", error);
    }
    if (this.countWaiting() === 0) this.waiting = undefined;
  }

  private countWaiting(): number {
    const present = new Set(this.search.data?.traces.map((trace) => trace.traceId));
    return this.waiting?.traces.filter((trace) => !present.has(trace.traceId)).length ?? 0;
  }

  private showWaiting(): void {
    if (!this.waiting) return;
    this.search.data = this.waiting;
    this.waiting = undefined;
  }

  /** Asks for what lies before the oldest match; its millisecond is asked for again, so what is known already is left out. */
  private async loadOlder(data: Found, shown: number): Promise<void> {
    this.loadingOlder = true;
    const before = oldestMatch(data);
    try {
      const older = await this.ask(new AbortController().signal, before);
      const known = new Set(data.traces.map((trace) => trace.traceId));
      const traces = [...data.traces, ...older.traces.filter((trace) => !known.has(trace.traceId))];
      if (this.search.data === data)
        this.search.data = { ...data, traces, truncated: older.truncated && traces.length > shown };
    } catch (error) {
      console.warn("cannot load older traces", error);
    } finally {
      this.loadingOlder = false;
    }
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
    const shown = sortTraces((this.search.data?.traces ?? []).map(summarizeTrace), this.sort);
    const at = shown.findIndex((trace) => trace.wire.traceId === this.marked);
    this.marked = shown[Math.min(shown.length - 1, Math.max(0, at + by))]?.wire.traceId ?? "";
    this.renderRoot.querySelector<GsTraceList>("gs-trace-list")?.showRow(this.marked);
  }
}

/** Milliseconds since 1970 of the oldest match that was found. */
function oldestMatch(data: WireTraceSearch): number {
  return Math.min(...data.traces.map((trace) => nanosToMillis(trace.matchedAtUnixNano)));
}
