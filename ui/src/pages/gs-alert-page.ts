/**
 * One alert: what is wrong and since when, its chart, and the evidence: where it broke first, traces and lines that show it, what bad
 * requests have in common, releases, neighbours; who was told. In: the address (/alerts/<id>), the API; out: links to all of it.
 */
import { html, LitElement, nothing, type TemplateResult } from "lit";
import { customElement } from "lit/decorators.js";
import type { WireAlert, WireAlertChart, WireAlertDetail, WireEvidence, WireNormalBand } from "goldspan/contract";
import { fetchAlert, fetchAlertChart, fetchNormalBand } from "../api/alert-endpoints.ts";
import { formatAgo, formatDateTime, formatUtc } from "../base/format-time.ts";
import type { Interval } from "../base/interval.ts";
import { zoomedRange } from "../base/time-range.ts";
import { unitNamer } from "../base/format-unit.ts";
import { severityMarkStyles } from "../components/severity-mark-styles.ts";
import { bindKeys } from "../controllers/bind-keys.ts";
import { followSignals } from "../controllers/follow-signals.ts";
import { onLiveBeat } from "../controllers/on-live-beat.ts";
import { QueryController } from "../controllers/query-controller.ts";
import { alertChart, bandRange } from "../model/alert-chart.ts";
import { otherLabels, phaseOf, severityTone } from "../model/alert-list.ts";
import { serviceTerm } from "../model/query-text.ts";
import { links, linksAt } from "../state/links.ts";
import { currentPlace, nameIn, navigate } from "../state/location.ts";
import { serviceHueOf } from "../state/service-hues.ts";
import { setTimeRange } from "../state/time-range.ts";
import type { Emitted } from "../widgets/emit.ts";
import "../widgets/gs-skeleton.ts";
import "../widgets/gs-time-chart.ts";
import { dotStyles, hueStyles } from "../widgets/hue-styles.ts";
import { icon } from "../widgets/icons.ts";
import { panelStates } from "../widgets/panel-states.ts";
import { panelStyles } from "../widgets/panel-styles.ts";
import { controlStyles, sharedStyles } from "../widgets/shared-styles.ts";
import { detailPageStyles } from "./detail-page-styles.ts";
import { alertPageStyles } from "./alert-page-styles.ts";
import "./gs-alert-evidence.ts";
import { pageStyles } from "./page-styles.ts";

@customElement("gs-alert-page")
export class GsAlertPage extends LitElement {
  static override styles = [
    sharedStyles,
    controlStyles,
    panelStyles,
    dotStyles,
    ...hueStyles,
    severityMarkStyles,
    pageStyles,
    detailPageStyles,
    alertPageStyles,
  ];

  private readonly detail = new QueryController<WireAlertDetail>(this, {
    key: () => (this.alertId ? `alert ${this.alertId}` : undefined),
    ask: (signal) => fetchAlert(this.alertId, signal),
    keepStale: false,
  });

  /** Over all its time; until it is there, or where it cannot be made, the chart is that of the evidence. */
  private readonly wholeChart = new QueryController<WireAlertChart>(this, {
    key: () => (this.detail.data?.evidence?.chart ? `chart ${this.alertId}` : undefined),
    ask: (signal) => fetchAlertChart(this.alertId, signal),
    keepStale: false,
  });
  /** Asked where the rule judges by what is normal; without an answer the chart has what was known when it fired. */
  private readonly band = new QueryController<WireNormalBand>(this, {
    key: () => (this.bandRange ? `band ${this.alertId} ${JSON.stringify(this.bandRange)}` : undefined),
    ask: (signal) => fetchNormalBand(this.alertId, this.bandRange ?? { start: 0, end: 0, step: 1 }, signal),
    keepStale: false,
  });

  constructor() {
    super();
    followSignals(this, currentPlace, serviceHueOf);
    onLiveBeat(this, () => {
      this.detail.refresh();
      if (this.detail.data?.alert.state !== "resolved") this.wholeChart.refresh();
    });
    bindKeys(this, "Alert", [
      { keys: "t", label: "Its first trace", run: () => this.openTrace() },
      { keys: "s", label: "Its service", run: () => this.withAlert(({ service }) => navigate(links.service(service))) },
      { keys: "esc", label: "All alerts", run: () => navigate(links.alerts()) },
    ]);
  }

  override render(): TemplateResult {
    return panelStates(this.detail, {
      data: (data) => this.renderDetail(data),
      skeleton: () => html`<div class="panel"><gs-skeleton .lines=${16}></gs-skeleton></div>`,
    });
  }

  private renderDetail(data: WireAlertDetail): TemplateResult {
    const { alert, evidence } = data;
    return html`${this.renderHead(alert, evidence)} ${this.chart ? this.renderChart(alert, this.chart) : nothing}
      ${
        evidence
          ? html`<gs-alert-evidence
              .evidence=${evidence}
              .hueOf=${serviceHueOf.value}
              .links=${linksAt(alert.activeAtMillis)}
            ></gs-alert-evidence>`
          : html`<section class="panel" aria-label="Evidence">
              <p class="nothing">
                ${
                  alert.state === "pending"
                    ? "Evidence is gathered when the alert fires."
                    : "Nothing was found: no trace and no log line meets this alert's labels."
                }
              </p>
            </section>`
      }
      <div class="beside">${this.renderTold(data)} ${this.renderEpisodes(data)}</div>
      ${this.renderRule(data)}`;
  }

  private renderHead(alert: WireAlert, evidence: WireEvidence | null): TemplateResult {
    const { name, summary, severity, service, operation, annotations } = alert;
    const phase = phaseOf(alert);
    const at = linksAt(alert.activeAtMillis);
    const query = serviceTerm(service);
    return html`<header class="head">
      <div class="title">
        <span class="mark ${phase === "resolved" ? "plain" : severityTone(severity)}"
          >${icon(phase === "resolved" ? "check" : phase === "silenced" ? "bellOff" : "warning")}${phase}</span
        >
        <h1>${summary || name}</h1>
        <nav aria-label="More of this alert">
          ${
            evidence && evidence.traces.length > 0
              ? html`<a
                  class="button primary"
                  href=${links.trace(evidence.traces[0].traceId, evidence.traces[0].spanId)}
                  >${icon("traces")} The trace that shows it</a
                >`
              : nothing
          }
          ${
            service
              ? html`<a class="button" href=${at.service(service)}>${icon("services")} ${service}</a>
                  <a class="button" href=${at.logs(query)}>${icon("logs")} Logs</a>`
              : nothing
          }
          <a class="button" href=${links.alerts({ tab: "silences", for: alert.id })}>${icon("bellOff")} Silence</a>
        </nav>
      </div>
      ${annotations.description && annotations.description !== summary ? html`<p class="more">${annotations.description}</p>` : nothing}
      <dl class="facts">
        ${this.fact("Alert", name)} ${severity ? this.fact("Severity", severity) : nothing}
        ${
          service
            ? this.fact("Service", html`<span class="dot hue-${serviceHueOf.value(service)}"></span> ${service}`)
            : nothing
        }
        ${operation ? this.fact("Operation", html`<span class="mono">${operation}</span>`) : nothing}
        ${this.moment("Began", alert.activeAtMillis)}
        ${alert.resolvedAtMillis === null ? nothing : this.moment("Resolved", alert.resolvedAtMillis)}
        ${otherLabels(alert).map(([label, value]) => this.fact(label, value))}
      </dl>
    </header>`;
  }

  private fact(title: string, text: unknown): TemplateResult {
    return html`<div>
      <dt>${title}</dt>
      <dd>${text}</dd>
    </div>`;
  }

  private moment(title: string, millis: number): TemplateResult {
    return this.fact(
      title,
      html`<span title=${formatUtc(millis)}
        >${formatAgo(millis, Date.now())} <span class="faint">${formatDateTime(millis)}</span></span
      >`,
    );
  }

  private renderChart(alert: WireAlert, chart: NonNullable<WireEvidence["chart"]>): TemplateResult {
    const { series, levels, marks, stretches, unit, top, note } = alertChart(chart, alert, this.band.data);
    return html`<div class="panel chart">
      <gs-time-chart
        heading=${chart.title}
        note=${note}
        .times=${chart.timesMillis}
        .series=${series}
        .levels=${levels}
        .marks=${marks}
        .stretches=${stretches}
        .nameValue=${unitNamer(unit, top)}
        emptyText="no values around the alert"
        @gs-zoom=${(event: Emitted<Interval>) => setTimeRange(zoomedRange(event.detail.from, event.detail.to))}
      ></gs-time-chart>
    </div>`;
  }

  private renderTold({ told, alert }: WireAlertDetail): TemplateResult {
    return html`<section class="panel" aria-label="Who was told">
      <header><h2>Who was told</h2></header>
      ${
        told.length === 0
          ? html`<p class="nothing">
              ${alert.receivers.length === 0 ? "Nobody: no channel is configured." : `Nobody yet; it goes to ${alert.receivers.join(", ")}.`}
            </p>`
          : html`<ul class="lines told">
              ${told.map(
                ({ timeMillis, receiver, kind, reason, outcome, message }) =>
                  html`<li class=${outcome}>
                    <span title=${formatUtc(timeMillis)}>${formatDateTime(timeMillis)}</span>
                    <span class="wrap"
                      >${receiver} <span class="faint">${kind}</span>${message ? html` · ${message}` : nothing}</span
                    >
                    <span>${outcome === "sent" ? reason.replaceAll("_", " ") : outcome}</span>
                  </li>`,
              )}
            </ul>`
      }
    </section>`;
  }

  private renderEpisodes({ episodes }: WireAlertDetail): TemplateResult {
    return html`<section class="panel" aria-label="Earlier times">
      <header><h2>Earlier times</h2></header>
      ${
        episodes.length === 0
          ? html`<p class="nothing">It has not fired before, as far as is remembered.</p>`
          : html`<ul class="lines">
              ${episodes.map(
                ({ id, firedAtMillis, resolvedAtMillis, summary, name }) =>
                  html`<li>
                    <a href=${links.alert(id)} title=${formatUtc(firedAtMillis)}>${formatDateTime(firedAtMillis)}</a>
                    <span class="cut">${summary || name}</span>
                    <span class="dim"
                      >${resolvedAtMillis === null ? "still" : formatAgo(firedAtMillis, resolvedAtMillis).replace(" ago", "")}</span
                    >
                  </li>`,
              )}
            </ul>`
      }
    </section>`;
  }

  private renderRule({ rule }: WireAlertDetail): TemplateResult | typeof nothing {
    if (!rule) return nothing;
    return html`<section class="panel" aria-label="Rule">
      <header>
        <h2>Rule</h2>
        <span class="aside">${rule.file}:${rule.line}, ${rule.group}</span>
      </header>
      <p class="cause mono">${rule.query}</p>
      <p class="nothing">
        <a href=${links.alerts({ tab: "rules", rule: rule.id })}>All rules</a>${
          rule.chartQuery ? html` · <a href=${links.metrics(rule.chartQuery)}>Its expression as a chart</a>` : nothing
        }
      </p>
    </section>`;
  }

  private get bandRange(): ReturnType<typeof bandRange> {
    return this.detail.data?.rule?.source === "baseline" && this.chart ? bandRange(this.chart) : undefined;
  }

  private get chart(): WireAlertChart | undefined {
    return this.wholeChart.data ?? this.detail.data?.evidence?.chart ?? undefined;
  }

  private get alertId(): string {
    return nameIn(currentPlace.value.path, "alerts");
  }

  private withAlert(run: (alert: WireAlert) => void): void {
    if (this.detail.data) run(this.detail.data.alert);
  }

  private openTrace(): void {
    const trace = this.detail.data?.evidence?.traces[0];
    if (trace) navigate(links.trace(trace.traceId, trace.spanId));
  }
}
