/** Objectives: how each error budget stands and how fast it burns, the one with least left first. In: the API; out: links, new ones. */
import { css, html, LitElement, type TemplateResult } from "lit";
import { customElement } from "lit/decorators.js";
import type { WireAlerts, WireSlo, WireSlos } from "goldspan/contract";
import { fetchAlerts, fetchSlos } from "../api/alert-endpoints.ts";
import "../components/gs-slo.ts";
import { bindKeys } from "../controllers/bind-keys.ts";
import { followSignals } from "../controllers/follow-signals.ts";
import { onLiveBeat } from "../controllers/on-live-beat.ts";
import { QueryController } from "../controllers/query-controller.ts";
import { links } from "../state/links.ts";
import { currentPlace, navigate } from "../state/location.ts";
import { serviceHueOf } from "../state/service-hues.ts";
import "../widgets/gs-empty.ts";
import "../widgets/gs-skeleton.ts";
import { icon } from "../widgets/icons.ts";
import { panelStates } from "../widgets/panel-states.ts";
import { panelStyles } from "../widgets/panel-styles.ts";
import { controlStyles, sharedStyles } from "../widgets/shared-styles.ts";
import { alertTabStyles } from "./alert-tab-styles.ts";

@customElement("gs-objectives")
export class GsObjectives extends LitElement {
  static override styles = [
    sharedStyles,
    controlStyles,
    panelStyles,
    alertTabStyles,
    css`
      .button:hover {
        text-decoration: none;
      }
    `,
  ];

  private readonly slos = new QueryController<WireSlos>(this, { key: () => "slos", ask: fetchSlos });
  private readonly alerts = new QueryController<WireAlerts>(this, { key: () => "alerts", ask: fetchAlerts });

  constructor() {
    super();
    followSignals(this, currentPlace, serviceHueOf);
    onLiveBeat(this, () => {
      this.slos.refresh();
      this.alerts.refresh();
    });
    bindKeys(this, "Objectives", [{ keys: "n", label: "New objective", run: () => navigate(newObjective()) }]);
  }

  override render(): TemplateResult {
    return html`<div class="tools">
        <a class="button primary" href=${newObjective()}>${icon("plus")} New objective</a>
      </div>
      ${panelStates(this.slos, {
        data: ({ slos }) => html`${slos.map((slo) => this.renderSlo(slo))}`,
        empty: ({ slos }) =>
          slos.length === 0
            ? html`<gs-empty
                heading="No objectives"
                why="An objective says how many requests of a service must be good over weeks, such as 99.9 % in 30 days. What may fail is its budget: it pages when that burns fast, and makes a ticket when it burns slowly."
              ></gs-empty>`
            : undefined,
        skeleton: () => html`<div class="panel"><gs-skeleton .lines=${9}></gs-skeleton></div>`,
      })}`;
  }

  private renderSlo(slo: WireSlo): TemplateResult {
    const alerts = this.alerts.data?.alerts.filter(
      ({ ruleId, state }) => ruleId === slo.ruleId && state !== "resolved",
    );
    return html`<div class="panel">
      <gs-slo
        .slo=${slo}
        .alerts=${alerts ?? []}
        .links=${links}
        .hueOf=${serviceHueOf.value}
        .editHref=${links.alerts({ tab: "rules", file: slo.file, ...(slo.line > 0 ? { line: String(slo.line) } : {}) })}
      ></gs-slo>
    </div>`;
  }
}

function newObjective(): string {
  return links.alerts({ tab: "rules", new: "slo" });
}
