/**
 * One service, the whole story on one page: how it does, over time, whom it talks to, its operations, what went wrong, traces to look
 * at, its instances. In: the address (/services/<name>, ?sort), the API; out: links to its traces, logs, metrics and place on the map,
 * all in the same time range. Each part asks for itself, so that a slow one holds up no other.
 */
import { html, LitElement, nothing, type TemplateResult } from "lit";
import { customElement } from "lit/decorators.js";
import type {
  WireErrorGroups,
  WireExamples,
  WireExceptionGroups,
  WireGoldenDetail,
  WireInstances,
  WireOperations,
  WireReleases,
  WireServiceMap,
} from "goldspan/contract";
import { fetchOperations } from "../api/endpoints.ts";
import { fetchExceptions } from "../api/exception-endpoints.ts";
import {
  fetchErrorGroups,
  fetchExamples,
  fetchGoldenDetail,
  fetchInstances,
  fetchReleases,
  fetchServiceMap,
} from "../api/metric-endpoints.ts";
import { queryExemplars, queryRange, type PromExemplars } from "../api/prometheus.ts";
import type { Interval } from "../base/interval.ts";
import { changeParams, type ParamChanges } from "../base/params.ts";
import { zoomedRange } from "../base/time-range.ts";
import { askActiveAlerts } from "../controllers/active-alerts.ts";
import { bindKeys } from "../controllers/bind-keys.ts";
import { followSignals } from "../controllers/follow-signals.ts";
import { onLiveBeat } from "../controllers/on-live-beat.ts";
import { QueryController } from "../controllers/query-controller.ts";
import {
  parseErrorSplit,
  splitBars,
  splitGrid,
  splitQuery,
  type ErrorSplit,
  type SplitBars,
} from "../model/error-split.ts";
import { exemplarDots, splitExemplarKey } from "../model/exemplars.ts";
import { firstKnown } from "../model/known-part.ts";
import { formatTerm, serviceTerm } from "../model/query-text.ts";
import { alertsByService } from "../model/service-alerts.ts";
import { formatOrder, parseOrder, toggleOrder, type SignalColumn } from "../model/service-order.ts";
import { parseStretch } from "../model/stretch.ts";
import { releaseMarks } from "../model/totals.ts";
import { links } from "../state/links.ts";
import { currentPlace, nameIn, navigate, navigateParams } from "../state/location.ts";
import { serviceHueOf } from "../state/service-hues.ts";
import { currentBounds, setTimeRange, timeRange } from "../state/time-range.ts";
import type { Emitted } from "../widgets/emit.ts";
import { dotStyles, hueStyles } from "../widgets/hue-styles.ts";
import { panelStates } from "../widgets/panel-states.ts";
import { panelStyles } from "../widgets/panel-styles.ts";
import { controlStyles, sharedStyles } from "../widgets/shared-styles.ts";
import "../components/gs-error-groups.ts";
import "../components/gs-exception-table.ts";
import "../components/gs-example-traces.ts";
import "../components/gs-golden-charts.ts";
import "../components/gs-instance-table.ts";
import "../components/gs-neighbours.ts";
import "../components/gs-operation-table.ts";
import "../components/gs-service-head.ts";
import "../widgets/gs-skeleton.ts";
import { pageStyles } from "./page-styles.ts";
import { servicePageStyles } from "./service-page-styles.ts";

const BUCKETS = 60;
const OPERATION_BUCKETS = 40;
const MOST_GROUPS = 6;
const EXAMPLES = 5;

@customElement("gs-service-page")
export class GsServicePage extends LitElement {
  static override styles = [
    sharedStyles,
    controlStyles,
    panelStyles,
    dotStyles,
    ...hueStyles,
    pageStyles,
    servicePageStyles,
  ];

  private readonly detail = this.asking<WireGoldenDetail>("golden detail", (signal) =>
    fetchGoldenDetail(this.service, currentBounds(), BUCKETS, signal),
  );
  private readonly operations = this.asking<WireOperations>("operations", (signal) =>
    fetchOperations(this.service, currentBounds(), OPERATION_BUCKETS, signal),
  );
  private readonly map = this.asking<WireServiceMap>("map around", (signal) =>
    fetchServiceMap(this.service, currentBounds(), signal),
  );
  private readonly errors = this.asking<WireErrorGroups>("errors", (signal) =>
    fetchErrorGroups(this.service, currentBounds(), MOST_GROUPS, signal),
  );
  private readonly exceptions = this.asking<WireExceptionGroups>("exceptions of", (signal) =>
    fetchExceptions({ query: "", service: this.service, ...currentBounds(), limit: MOST_GROUPS }, signal),
  );
  private readonly examples = this.asking<WireExamples>("examples", (signal) =>
    fetchExamples(this.service, currentBounds(), EXAMPLES, signal),
  );
  private readonly instances = this.asking<WireInstances>("instances", (signal) =>
    fetchInstances(this.service, currentBounds(), signal),
  );
  private readonly releases = this.asking<WireReleases>("releases of", (signal) =>
    fetchReleases(this.service, currentBounds(), signal),
  );
  private readonly alerts = askActiveAlerts(this);
  /** Asked again with each detail: its bars stand in the same buckets. */
  private readonly split = new QueryController<{ readonly by: ErrorSplit; readonly bars: readonly SplitBars[] }>(this, {
    key: () => {
      const { data } = this.detail;
      return this.errorSplit !== "total" && data?.name === this.service
        ? `error split ${this.errorSplit} ${this.service} ${data.startMillis} ${data.bucketMillis}`
        : undefined;
    },
    ask: (signal) => this.askSplit(signal),
    remember: false,
  });
  private readonly exemplars = new QueryController<readonly PromExemplars[]>(this, {
    key: () => {
      const query = this.detail.data?.queries?.exemplars;
      return query && this.detail.data?.name === this.service
        ? `exemplars ${query} ${JSON.stringify(timeRange.value)}`
        : undefined;
    },
    ask: (signal) => queryExemplars(this.detail.data?.queries?.exemplars ?? "", currentBounds(), signal),
  });

  constructor() {
    super();
    followSignals(this, currentPlace, timeRange, serviceHueOf);
    const { detail, operations, map, errors, exceptions, examples, instances, releases, exemplars } = this;
    const queries = [detail, operations, map, errors, exceptions, examples, instances, releases, exemplars];
    onLiveBeat(this, () => queries.forEach((query) => query.refresh()));
    bindKeys(this, "Service", [
      { keys: "t", label: "Its traces", run: () => navigate(links.traces(this.query)) },
      { keys: "e", label: "Its failed traces", run: () => navigate(links.traces(`${this.query} error`)) },
      { keys: "l", label: "Its logs", run: () => navigate(links.logs(serviceTerm(this.service))) },
      { keys: "x", label: "Its errors by kind", run: () => navigate(links.exceptions(this.service)) },
      { keys: "m", label: "Its place on the map", run: () => navigate(links.map(this.service)) },
    ]);
  }

  override render(): TemplateResult {
    const hue = serviceHueOf.value(this.service);
    return html`<gs-service-head
        .name=${this.service}
        .hue=${hue}
        .detail=${this.detail.data?.name === this.service ? this.detail.data : undefined}
        .alerts=${alertsByService(this.alerts.data?.alerts ?? []).get(this.service)}
        .links=${links}
      ></gs-service-head>
      <div class="room">
        ${panelStates(this.detail, {
          data: (data) => this.renderCharts(data),
          skeleton: () =>
            html`<div class="charts">
              ${[0, 1, 2, 3].map(() => html`<div class="panel"><gs-skeleton shape="block"></gs-skeleton></div>`)}
            </div>`,
        })}
      </div>
      ${this.stretch ? html`<gs-difference service=${this.service}></gs-difference>` : nothing}
      ${this.panel(
        "Neighbours",
        html`<a href=${links.map(this.service)}>on the map</a>`,
        panelStates(this.map, {
          data: (map) =>
            html`<gs-neighbours .service=${this.service} .hue=${hue} .map=${map} .links=${links}></gs-neighbours>`,
          skeleton: () => html`<gs-skeleton .lines=${2}></gs-skeleton>`,
        }),
      )}
      ${this.panel("Operations", nothing, this.renderOperations())}
      <div class="split">
        ${this.panel("What went wrong", html`<a href=${links.traces(`${this.query} error`)}>failed traces</a>`, this.renderErrors())}
        ${this.panel("Errors by kind", html`<a href=${links.exceptions(this.service)}>all errors</a>`, this.renderExceptions())}
      </div>
      <div class="split">
        ${this.panel("Slow", html`<a href=${links.traces(this.query)}>all traces</a>`, this.renderExamples("slow"))}
        ${this.panel("Failed", html`<a href=${links.traces(`${this.query} error`)}>all failed</a>`, this.renderExamples("failed"))}
      </div>
      ${this.panel("Instances and versions", nothing, this.renderInstances())}`;
  }

  private renderCharts(data: WireGoldenDetail): TemplateResult {
    const bounds = { start: data.startMillis, end: data.endMillis };
    return html`<gs-golden-charts
      .detail=${data}
      .marks=${releaseMarks(this.releases.data?.releases ?? [], false)}
      .stretches=${this.stretch ? [{ ...this.stretch, label: "here", tone: "accent" }] : []}
      .links=${links}
      .split=${this.errorSplit}
      .splitBars=${this.split.data?.by === this.errorSplit ? this.split.data.bars : undefined}
      @gs-split=${(event: Emitted<ErrorSplit>) => this.write({ errors: event.detail === "total" ? undefined : event.detail })}
      .dots=${exemplarDots(this.exemplars.data ?? [], bounds, BUCKETS / 2)}
      @gs-zoom=${(event: Emitted<Interval>) => setTimeRange(zoomedRange(event.detail.from, event.detail.to))}
      @gs-exemplar=${(event: Emitted<string>) => {
        const { traceId, spanId } = splitExemplarKey(event.detail);
        navigate(links.trace(traceId, spanId));
      }}
    ></gs-golden-charts>`;
  }

  private renderOperations(): TemplateResult {
    const series = this.detail.data?.series;
    const lists = series ? [series.ratePerSecond, series.saturation] : [];
    const unknown = firstKnown(lists) / BUCKETS;
    return panelStates(this.operations, {
      data: ({ operations, startMillis, endMillis }) =>
        html`<gs-operation-table
          .service=${this.service}
          .operations=${operations}
          .order=${parseOrder(currentPlace.value.params.get("sort"))}
          .links=${links}
          .unknown=${unknown}
          @gs-sort=${this.onSort}
          @gs-zoom-share=${({ detail: { from, to } }: Emitted<Interval>) => {
            const start =
              startMillis + Math.floor(unknown * OPERATION_BUCKETS) * ((endMillis - startMillis) / OPERATION_BUCKETS);
            setTimeRange(zoomedRange(start + from * (endMillis - start), start + to * (endMillis - start)));
          }}
        ></gs-operation-table>`,
      empty: ({ operations }) => (operations.length === 0 ? nothingHere("No spans in this time range") : undefined),
      skeleton: () => html`<gs-skeleton .lines=${6}></gs-skeleton>`,
    });
  }

  private renderErrors(): TemplateResult {
    return panelStates(this.errors, {
      data: ({ groups }) => html`<gs-error-groups .groups=${groups} .links=${links}></gs-error-groups>`,
      empty: ({ groups }) => (groups.length === 0 ? nothingHere("Nothing failed") : undefined),
      skeleton: () => html`<gs-skeleton .lines=${4}></gs-skeleton>`,
    });
  }

  private renderExceptions(): TemplateResult {
    return panelStates(this.exceptions, {
      data: ({ groups, startMillis, stepMillis }) =>
        html`<gs-exception-table
          .groups=${groups}
          .startMillis=${startMillis}
          .hueOf=${serviceHueOf.value}
          .links=${links}
          @gs-zoom-share=${({ detail: { from, to } }: Emitted<Interval>) => {
            const span = stepMillis * (groups[0]?.trend.length ?? 0);
            setTimeRange(zoomedRange(startMillis + from * span, startMillis + to * span));
          }}
        ></gs-exception-table>`,
      empty: ({ groups }) => (groups.length === 0 ? nothingHere("No exception in its spans and logs") : undefined),
      skeleton: () => html`<gs-skeleton .lines=${4}></gs-skeleton>`,
    });
  }

  private renderInstances(): TemplateResult {
    return panelStates(this.instances, {
      data: (data) => html`<gs-instance-table .data=${data} .endMillis=${currentBounds().end}></gs-instance-table>`,
      empty: ({ instances }) =>
        instances.length === 0 ? nothingHere("No instance has told its name (service.instance.id)") : undefined,
      skeleton: () => html`<gs-skeleton .lines=${4}></gs-skeleton>`,
    });
  }

  private renderExamples(which: "slow" | "failed"): TemplateResult {
    return panelStates(this.examples, {
      data: (data) =>
        html`<gs-example-traces
          .traces=${data[which]}
          .hueOf=${serviceHueOf.value}
          .links=${links}
        ></gs-example-traces>`,
      empty: (data) =>
        data[which].length === 0 ? nothingHere(which === "slow" ? "None stands out" : "None") : undefined,
      skeleton: () => html`<gs-skeleton .lines=${4}></gs-skeleton>`,
    });
  }

  private panel(title: string, aside: unknown, body: unknown): TemplateResult {
    return html`<section class="panel" aria-label=${title}>
      <header>
        <h2>${title}</h2>
        <span class="aside">${aside}</span>
      </header>
      <div class="body">${body}</div>
    </section>`;
  }

  /** "" while the address has gone elsewhere and this page is about to. */
  private get service(): string {
    return nameIn(currentPlace.value.path, "services");
  }

  private get query(): string {
    return formatTerm("service", ":", this.service);
  }

  private readonly onSort = (event: Emitted<SignalColumn>): void => {
    this.write({ sort: formatOrder(toggleOrder(parseOrder(currentPlace.value.params.get("sort")), event.detail)) });
  };

  private write(changes: ParamChanges): void {
    navigateParams(changeParams(currentPlace.value.params, changes), { replace: true });
  }

  /** In which somebody asks what was different. */
  private get stretch(): Interval | undefined {
    return parseStretch(currentPlace.value.params.get("differ") ?? "");
  }

  protected override willUpdate(): void {
    if (this.stretch) void import("./gs-difference.ts");
  }

  private get errorSplit(): ErrorSplit {
    return parseErrorSplit(currentPlace.value.params.get("errors"));
  }

  private async askSplit(signal: AbortSignal): Promise<{ by: ErrorSplit; bars: readonly SplitBars[] }> {
    const { detail, errorSplit } = this;
    if (!detail.data || errorSplit === "total") return { by: "total", bars: [] };
    const { name, countedBy, bucketMillis } = detail.data;
    const grid = splitGrid(detail.data);
    const { data } = await queryRange(splitQuery(errorSplit, name, countedBy, bucketMillis), grid, signal);
    return { by: errorSplit, bars: splitBars(errorSplit, data.result, grid) };
  }

  /** A question about the service and the time range that the address names. */
  private asking<T>(what: string, ask: (signal: AbortSignal) => Promise<T>): QueryController<T> {
    return new QueryController<T>(this, {
      key: () => (this.service ? `${what} ${this.service} ${JSON.stringify(timeRange.value)}` : undefined),
      ask,
    });
  }
}

function nothingHere(text: string): TemplateResult {
  return html`<p class="nothing">${text}</p>`;
}
