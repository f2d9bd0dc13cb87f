/**
 * One exception: what it says, how often over time, where in the code, in which operations and versions, and each time it happened. In:
 * the address (/exceptions/<fingerprint>), the API; out: links to traces at the span, to logs, to the service, in the same time range.
 */
import { html, LitElement, nothing, type TemplateResult } from "lit";
import { customElement, query, state } from "lit/decorators.js";
import type { WireExceptionDetail, WireExceptionGroup } from "goldspan/contract";
import { fetchException } from "../api/exception-endpoints.ts";
import { clamp } from "../base/clamp.ts";
import { formatCount, formatExact } from "../base/format-number.ts";
import { formatAgo, formatDateTime, formatUtc } from "../base/format-time.ts";
import type { Interval } from "../base/interval.ts";
import { nanosToMillis } from "../base/nanos.ts";
import { zoomedRange } from "../base/time-range.ts";
import "../components/gs-exception.ts";
import "../components/gs-occurrences.ts";
import type { GsOccurrences } from "../components/gs-occurrences.ts";
import { bindKeys } from "../controllers/bind-keys.ts";
import { followSignals } from "../controllers/follow-signals.ts";
import { onLiveBeat } from "../controllers/on-live-beat.ts";
import { QueryController } from "../controllers/query-controller.ts";
import { waysFrom } from "../model/chart-ways.ts";
import { exceptionLogQuery, exceptionTraceQuery, firstEver, isNewIn, splitType } from "../model/exception-groups.ts";
import { formatTerm } from "../model/query-text.ts";
import { links } from "../state/links.ts";
import { currentPlace, nameIn, navigate } from "../state/location.ts";
import { serviceHueOf } from "../state/service-hues.ts";
import { currentBounds, setTimeRange, timeRange } from "../state/time-range.ts";
import type { Emitted } from "../widgets/emit.ts";
import "../widgets/gs-skeleton.ts";
import "../widgets/gs-time-chart.ts";
import { dotStyles, hueStyles } from "../widgets/hue-styles.ts";
import { icon } from "../widgets/icons.ts";
import { panelStates } from "../widgets/panel-states.ts";
import { panelStyles } from "../widgets/panel-styles.ts";
import { controlStyles, sharedStyles } from "../widgets/shared-styles.ts";
import { detailPageStyles } from "./detail-page-styles.ts";
import { exceptionPageStyles } from "./exception-page-styles.ts";
import { pageStyles } from "./page-styles.ts";

const BUCKETS = 60;

@customElement("gs-exception-page")
export class GsExceptionPage extends LitElement {
  static override styles = [
    sharedStyles,
    controlStyles,
    panelStyles,
    dotStyles,
    ...hueStyles,
    pageStyles,
    detailPageStyles,
    exceptionPageStyles,
  ];

  @state() private selected = -1;
  @query("gs-occurrences") private occurrences?: GsOccurrences;

  private readonly detail = new QueryController<WireExceptionDetail>(this, {
    key: () => (this.fingerprint ? `exception ${this.fingerprint} ${JSON.stringify(timeRange.value)}` : undefined),
    ask: (signal) => fetchException(this.fingerprint, currentBounds(), BUCKETS, signal),
  });

  constructor() {
    super();
    followSignals(this, currentPlace, timeRange, serviceHueOf);
    onLiveBeat(this, () => this.detail.refresh());
    bindKeys(this, "Error", [
      { keys: "j", label: "Next time it happened", run: () => this.move(1) },
      { keys: "k", label: "Previous time it happened", run: () => this.move(-1) },
      { keys: "enter", label: "Its trace", run: () => this.openTrace() },
      {
        keys: "l",
        label: "Its log lines",
        run: () => this.withGroup((group) => navigate(links.logs(exceptionLogQuery(group)))),
      },
      { keys: "s", label: "Its service", run: () => this.withGroup(({ service }) => navigate(links.service(service))) },
      { keys: "esc", label: "All errors", run: () => navigate(links.exceptions("")) },
    ]);
  }

  override render(): TemplateResult {
    return panelStates(this.detail, {
      data: (data) => this.renderDetail(data),
      skeleton: () => html`<div class="panel"><gs-skeleton .lines=${16}></gs-skeleton></div>`,
    });
  }

  private renderDetail(data: WireExceptionDetail): TemplateResult {
    const { group, occurrences } = data;
    return html`${this.renderHead(group, data.startMillis)}
      <div class="panel chart">${this.renderTrend(data)}</div>
      <div class="beside">
        ${this.panel("Where in the code", this.renderStack(data))}
        <div>
          ${this.panel("Operations", this.renderOperations(data))}${this.panel("Versions", this.renderVersions(group))}
        </div>
      </div>
      ${this.panel(
        "When it happened",
        occurrences.length === 0
          ? html`<p class="nothing">Not in this time range</p>`
          : html`<gs-occurrences
              .occurrences=${occurrences}
              .service=${group.service}
              .selected=${this.selected}
              .links=${links}
            ></gs-occurrences>`,
        occurrences.length < group.count ? `the newest ${formatExact(occurrences.length)}` : "",
      )}`;
  }

  private renderHead(group: WireExceptionGroup, startMillis: number): TemplateResult {
    const { service, type, message, culprit, exampleTraceId, exampleSpanId } = group;
    const { name, from } = splitType(type);
    return html`<header class="head">
      <div class="title">
        <h1><span class="faint from">${from}</span>${name || message}</h1>
        ${isNewIn(group, startMillis) ? html`<span class="new" title="Never seen before the time shown">new</span>` : nothing}
        <nav aria-label="More of this error">
          ${
            exampleTraceId
              ? html`<a class="button primary" href=${links.trace(exampleTraceId, exampleSpanId)}
                  >${icon("traces")} Newest trace</a
                >`
              : nothing
          }
          <a class="button" href=${links.traces(exceptionTraceQuery(group))}>${icon("traces")} Failed traces</a>
          <a class="button" href=${links.logs(exceptionLogQuery(group))}>${icon("logs")} Logs</a>
          <a class="button" href=${links.exceptions(service)}>${icon("warning")} Errors of ${service}</a>
        </nav>
      </div>
      ${name ? html`<p class="message">${message}</p>` : nothing}
      <dl class="facts">
        <div>
          <dt>Service</dt>
          <dd>
            <a href=${links.service(service)}
              ><span class="dot hue-${serviceHueOf.value(service)}"></span> ${service}</a
            >
          </dd>
        </div>
        ${
          culprit
            ? html`<div>
                <dt>Thrown in</dt>
                <dd class="mono">${culprit}</dd>
              </div>`
            : nothing
        }
        <div>
          <dt>Times</dt>
          <dd class="error">${formatExact(group.count)}</dd>
        </div>
        ${this.when(group.firstEverUnixNano ? "First seen" : "First seen in this time", firstEver(group))}
        ${this.when("Last seen", group.lastSeenUnixNano)}
      </dl>
    </header>`;
  }

  private when(title: string, nanos: string): TemplateResult {
    const millis = nanosToMillis(nanos);
    return html`<div>
      <dt>${title}</dt>
      <dd title=${formatUtc(millis)}>
        ${formatAgo(millis, Date.now())} <span class="faint">${formatDateTime(millis)}</span>
      </dd>
    </div>`;
  }

  private renderTrend({ group, startMillis, stepMillis }: WireExceptionDetail): TemplateResult {
    const times = group.trend.map((_, index) => startMillis + index * stepMillis);
    return html`<gs-time-chart
      heading="Times"
      .times=${times}
      .range=${{ from: startMillis, to: startMillis + stepMillis * group.trend.length }}
      .series=${[{ label: "times", values: group.trend, tone: "error", shape: "bars" }]}
      .nameValue=${formatCount}
      .waysFrom=${(stretch: Interval) => waysFrom(stretch, links, group.service, "failures")}
      emptyText="not in this time range"
      @gs-zoom=${(event: Emitted<Interval>) => setTimeRange(zoomedRange(event.detail.from, event.detail.to))}
    ></gs-time-chart>`;
  }

  private renderStack({ group, stacktrace }: WireExceptionDetail): TemplateResult {
    if (stacktrace === "") return html`<p class="nothing">It came without a stack trace (exception.stacktrace).</p>`;
    const pairs = [
      { key: "exception.type", value: { stringValue: group.type } },
      { key: "exception.message", value: { stringValue: group.message } },
      { key: "exception.stacktrace", value: { stringValue: stacktrace } },
    ];
    return html`<gs-exception .pairs=${pairs}></gs-exception>`;
  }

  private renderOperations({ group, operations }: WireExceptionDetail): TemplateResult {
    if (operations.length === 0) return html`<p class="nothing">It came from no span</p>`;
    const most = Math.max(...operations.map(({ count }) => count));
    return html`<ul class="operations">
      ${operations.map(({ name, count }) => {
        const q = `${exceptionTraceQuery(group)} ${formatTerm("operation", ":", name)}`;
        return html`<li>
          <a class="cut" href=${links.traces(q)} title=${name}>${name}</a>
          <svg class="bar" viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true">
            <rect width=${(count / most) * 100} height="6"></rect>
          </svg>
          <span class="number">${formatCount(count)}</span>
        </li>`;
      })}
    </ul>`;
  }

  private renderVersions({ versions }: WireExceptionGroup): TemplateResult {
    if (versions.length === 0) return html`<p class="nothing">Its service tells no version (service.version)</p>`;
    return html`<p class="chips">
      ${versions.map((version) => html`<span class="chip">${version}</span>`)}
      <span class="faint">${versions.length > 1 ? "newest first" : ""}</span>
    </p>`;
  }

  private panel(title: string, body: unknown, aside = ""): TemplateResult {
    return html`<section class="panel" aria-label=${title}>
      <header>
        <h2>${title}</h2>
        <span class="aside faint">${aside}</span>
      </header>
      ${body}
    </section>`;
  }

  private get fingerprint(): string {
    return nameIn(currentPlace.value.path, "exceptions");
  }

  private withGroup(run: (group: WireExceptionGroup) => void): void {
    if (this.detail.data) run(this.detail.data.group);
  }

  private move(by: number): void {
    const last = (this.occurrences?.shown.length ?? 0) - 1;
    this.selected = clamp(this.selected + by, 0, Math.max(0, last));
  }

  private openTrace(): void {
    const one = this.occurrences?.shown[this.selected];
    if (one?.traceId) navigate(links.trace(one.traceId, one.spanId));
  }
}
