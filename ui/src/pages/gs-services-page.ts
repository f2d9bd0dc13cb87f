/**
 * The services with their four golden signals, worst first: the page someone on call opens. In: the address (?sort), the API; out: the
 * totals, the table, or how to send the first data. Asks again on each live beat.
 */
import { css, html, LitElement, type TemplateResult } from "lit";
import { customElement, state } from "lit/decorators.js";
import type { WireGoldenService, WireGoldenSignals, WireReleases } from "goldspan/contract";
import { fetchGolden, fetchReleases } from "../api/metric-endpoints.ts";
import type { Interval } from "../base/interval.ts";
import { changeParams } from "../base/params.ts";
import { zoomedRange } from "../base/time-range.ts";
import { askActiveAlerts } from "../controllers/active-alerts.ts";
import { bindKeys } from "../controllers/bind-keys.ts";
import { onLiveBeat } from "../controllers/on-live-beat.ts";
import { QueryController } from "../controllers/query-controller.ts";
import { followSignals } from "../controllers/follow-signals.ts";
import { knownPart } from "../model/known-part.ts";
import { formatTerm } from "../model/query-text.ts";
import {
  formatOrder,
  parseOrder,
  sortSignals,
  toggleOrder,
  type SignalColumn,
  type SignalOrder,
} from "../model/service-order.ts";
import { alertsByService } from "../model/service-alerts.ts";
import { links } from "../state/links.ts";
import { currentPlace, navigate, navigateParams } from "../state/location.ts";
import { currentBounds, setTimeRange, timeRange } from "../state/time-range.ts";
import type { Emitted } from "../widgets/emit.ts";
import { panelStates } from "../widgets/panel-states.ts";
import { panelStyles } from "../widgets/panel-styles.ts";
import { sharedStyles } from "../widgets/shared-styles.ts";
import "../components/gs-service-table.ts";
import type { GsServiceTable } from "../components/gs-service-table.ts";
import "../components/gs-totals.ts";
import "../widgets/gs-skeleton.ts";
import { FirstData } from "./first-data.ts";
import { pageStyles } from "./page-styles.ts";

const BUCKETS = 40;

@customElement("gs-services-page")
export class GsServicesPage extends LitElement {
  static override styles = [
    sharedStyles,
    panelStyles,
    pageStyles,
    css`
      gs-totals {
        margin-bottom: var(--space-4);
      }
    `,
  ];

  @state() private selected = "";
  /** Names as they were shown last; kept while the pointer is over them, so that nothing moves under it. */
  private shown: readonly string[] = [];
  private shownOrder = "";

  private readonly services = new QueryController<WireGoldenSignals>(this, {
    key: () => `golden ${JSON.stringify(timeRange.value)}`,
    ask: (signal) => fetchGolden(currentBounds(), BUCKETS, signal),
  });
  private readonly releases = new QueryController<WireReleases>(this, {
    key: () => `releases ${JSON.stringify(timeRange.value)}`,
    ask: (signal) => fetchReleases("", currentBounds(), signal),
  });
  private readonly firstData = new FirstData(
    this,
    () => this.tellsOfNoRequests,
    () => this.refresh(),
  );

  private readonly alerts = askActiveAlerts(this);

  constructor() {
    super();
    followSignals(this, currentPlace, timeRange);
    onLiveBeat(this, () => this.refresh());
    bindKeys(this, "Services", [
      { keys: "j", label: "Next service", run: () => this.move(1) },
      { keys: "k", label: "Previous service", run: () => this.move(-1) },
      { keys: "enter", label: "Open the service", run: () => this.open() },
      { keys: "t", label: "Traces of the service", run: () => this.openTraces() },
    ]);
  }

  override render(): TemplateResult {
    if (this.firstData.isWaiting)
      return html`<h1 class="unseen">Services</h1>
        ${this.firstData.renderWaiting()}`;
    return html`<h1 class="unseen">Services</h1>
      ${this.firstData.renderArrival()}
      ${panelStates(this.services, {
        data: (data) => this.renderServices(data),
        empty: (data) => (data.services.length === 0 ? this.renderEmpty() : undefined),
        skeleton: () => html`<div class="panel"><gs-skeleton .lines=${12}></gs-skeleton></div>`,
      })}`;
  }

  private renderServices(signals: WireGoldenSignals): TemplateResult {
    const data = knownPart(signals);
    const onZoomShare = (event: Emitted<Interval>): void => {
      const at = (share: number): number => data.startMillis + share * (data.endMillis - data.startMillis);
      setTimeRange(zoomedRange(at(event.detail.from), at(event.detail.to)));
    };
    return html`<gs-totals
        .services=${data.services}
        .releases=${this.releases.data?.releases ?? []}
        .links=${links}
        @gs-zoom-share=${onZoomShare}
      ></gs-totals>
      <div class="panel">
        <gs-service-table
          .services=${this.inOrder(data.services)}
          .order=${this.order}
          .selected=${this.selected}
          .alerts=${alertsByService(this.alerts.data?.alerts ?? [])}
          .links=${links}
          @gs-sort=${this.onSort}
          @gs-zoom-share=${onZoomShare}
        ></gs-service-table>
      </div>`;
  }

  private renderEmpty(): TemplateResult {
    return html`<gs-empty
      heading="No requests in this time range"
      why="There is data, but none of it began in the time shown."
    >
      <button @click=${() => setTimeRange({ kind: "relative", millis: 24 * 3_600_000 })}>Show the last 24 hours</button>
    </gs-empty>`;
  }

  /** Nobody is there, or only who sends nothing but metrics, as the collector does. */
  private get tellsOfNoRequests(): boolean {
    return this.services.data?.services.every(({ source }) => source === "none") ?? false;
  }

  private get order(): SignalOrder {
    return parseOrder(currentPlace.value.params.get("sort"));
  }

  /** Live data never moves a row under the pointer: the order stays while the pointer is over the table. */
  private inOrder(services: readonly WireGoldenService[]): WireGoldenService[] {
    const sorted = sortSignals(services, this.order);
    const order = formatOrder(this.order) ?? "worst";
    const table = this.renderRoot.querySelector("gs-service-table");
    if (order === this.shownOrder && table?.matches(":hover")) {
      const place = new Map(this.shown.map((name, index) => [name, index]));
      sorted.sort((a, b) => (place.get(a.name) ?? this.shown.length) - (place.get(b.name) ?? this.shown.length));
    }
    this.shown = sorted.map((service) => service.name);
    this.shownOrder = order;
    return sorted;
  }

  private refresh(): void {
    this.services.refresh();
    this.releases.refresh();
  }

  private readonly onSort = (event: Emitted<SignalColumn>): void => {
    const sort = formatOrder(toggleOrder(this.order, event.detail));
    navigateParams(changeParams(currentPlace.value.params, { sort }), { replace: true });
  };

  private open(): void {
    if (this.selected) navigate(links.service(this.selected));
  }

  private move(by: number): void {
    const at = this.shown.indexOf(this.selected);
    this.selected = this.shown[Math.min(this.shown.length - 1, Math.max(0, at + by))] ?? "";
    this.renderRoot.querySelector<GsServiceTable>("gs-service-table")?.showRow(this.selected);
  }

  private openTraces(): void {
    if (this.selected) navigate(links.traces(formatTerm("service", ":", this.selected)));
  }
}
