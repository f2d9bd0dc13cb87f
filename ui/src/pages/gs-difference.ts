/**
 * What was different in a stretch of time that was chosen in a chart of a service: the evidence that an alert would carry. In: the
 * service, the address (?differ=<from>-<to> in milliseconds, ?about), the API; out: changes of the address. Nothing without a stretch.
 */
import { css, html, LitElement, nothing, type TemplateResult } from "lit";
import { customElement, property } from "lit/decorators.js";
import type { WireAlertChart, WireDifference, WireEvidence } from "goldspan/contract";
import { fetchDifference } from "../api/alert-endpoints.ts";
import { unitNamer } from "../base/format-unit.ts";
import { changeParams, type ParamChanges } from "../base/params.ts";
import { nameStretch } from "../base/time-range.ts";
import { bindKeys } from "../controllers/bind-keys.ts";
import { followSignals } from "../controllers/follow-signals.ts";
import { QueryController } from "../controllers/query-controller.ts";
import { stretchChart } from "../model/alert-chart.ts";
import { parseStretch } from "../model/stretch.ts";
import { links } from "../state/links.ts";
import { currentPlace, navigateParams } from "../state/location.ts";
import { serviceHueOf } from "../state/service-hues.ts";
import type { Emitted } from "../widgets/emit.ts";
import "../widgets/gs-skeleton.ts";
import "../widgets/gs-tabs.ts";
import "../widgets/gs-time-chart.ts";
import { icon } from "../widgets/icons.ts";
import { panelHeadStyles } from "../widgets/panel-head-styles.ts";
import { panelStates } from "../widgets/panel-states.ts";
import { panelStyles } from "../widgets/panel-styles.ts";
import { controlStyles, sharedStyles } from "../widgets/shared-styles.ts";
import "./gs-alert-evidence.ts";

const ABOUT = [
  { value: "", label: "Anything" },
  { value: "errors", label: "Errors" },
  { value: "latency", label: "Latency" },
  { value: "traffic", label: "Traffic" },
];

@customElement("gs-difference")
export class GsDifference extends LitElement {
  static override styles = [
    sharedStyles,
    controlStyles,
    panelStyles,
    panelHeadStyles,
    css`
      .all {
        margin-top: var(--space-4);
        padding: 0 var(--space-4) var(--space-4);
        background: var(--surface-selected);
        border-radius: var(--radius-large);
      }
      .panel-head {
        padding: var(--space-2) 0;
        border-bottom: 0;
      }
      .chart {
        padding: var(--space-1) var(--space-3) var(--space-2);
      }
      .nothing {
        padding: var(--space-4) var(--space-5);
        color: var(--text-2);
      }
      .room {
        padding: var(--space-4) var(--space-5);
      }
    `,
  ];

  @property() service = "";

  private readonly difference = new QueryController<WireDifference>(this, {
    key: () =>
      this.service && this.stretch && `difference ${this.service} ${JSON.stringify(this.stretch)} ${this.about}`,
    ask: (signal) => {
      const { from, to } = this.stretch ?? { from: 0, to: 0 };
      return fetchDifference({ service: this.service, start: from, end: to, about: this.about }, signal);
    },
    keepStale: false,
  });

  constructor() {
    super();
    followSignals(this, currentPlace, serviceHueOf);
    bindKeys(this, "What was different", [{ keys: "esc", label: "Close it", run: () => this.close() }]);
  }

  override render(): TemplateResult {
    const { stretch } = this;
    if (!stretch) return html`${nothing}`;
    return html`<section class="all" aria-label="What was different here?">
      <header class="panel-head">
        <h2>What was different here?</h2>
        <span class="dim">${nameStretch(stretch, Date.now())}, against the time before</span>
        <gs-tabs
          look="segments"
          label="In what"
          .items=${ABOUT}
          .value=${this.about}
          @gs-change=${(event: Emitted<string>) => this.write({ about: event.detail || undefined })}
        ></gs-tabs>
        <button class="button plain icon aside" aria-label="Close what was different" @click=${() => this.close()}>
          ${icon("close")}
        </button>
      </header>
      ${panelStates(this.difference, {
        data: ({ evidence }) => (evidence ? this.renderEvidence(evidence) : nothing),
        empty: ({ evidence }) => (isNothing(evidence) ? this.renderNothing() : undefined),
        skeleton: () => html`<div class="panel room"><gs-skeleton .lines=${10}></gs-skeleton></div>`,
      })}
    </section>`;
  }

  private renderEvidence(evidence: WireEvidence): TemplateResult {
    const there = this.stretch ? links.within(this.stretch) : links;
    return html`${evidence.chart ? this.renderChart(evidence.chart) : nothing}
      <gs-alert-evidence
        .evidence=${evidence}
        .hueOf=${serviceHueOf.value}
        .links=${there}
        notPinned
      ></gs-alert-evidence>`;
  }

  private renderChart(chart: WireAlertChart): TemplateResult {
    const { series, stretches, unit, top } = stretchChart(chart, this.stretch ?? { from: 0, to: 0 });
    return html`<div class="panel chart">
      <gs-time-chart
        heading=${chart.title}
        .times=${chart.timesMillis}
        .series=${series}
        .stretches=${stretches}
        .nameValue=${unitNamer(unit, top)}
      ></gs-time-chart>
    </div>`;
  }

  private renderNothing(): TemplateResult {
    return html`<div class="panel">
      <p class="nothing">
        Nothing stands out: no trace and no line of this service differs from the time before. A longer stretch, or one
        around the moment when it began, may show more.
      </p>
    </div>`;
  }

  private close(): void {
    if (this.stretch) this.write({ differ: undefined, about: undefined });
  }

  private write(changes: ParamChanges): void {
    navigateParams(changeParams(currentPlace.value.params, changes), { replace: true });
  }

  private get stretch(): ReturnType<typeof parseStretch> {
    return parseStretch(currentPlace.value.params.get("differ") ?? "");
  }

  private get about(): string {
    const about = currentPlace.value.params.get("about") ?? "";
    return ABOUT.some(({ value }) => value === about) ? about : "";
  }
}

/** Neighbours and a chart are there of every stretch. */
function isNothing(evidence: WireEvidence | null): boolean {
  if (!evidence) return true;
  const { traces, logs, operations, attributes, brokeFirst, release } = evidence;
  return traces.length + logs.length + operations.length + attributes.length === 0 && !brokeFirst && !release;
}
