/** What fires now, is pending, silenced, or was resolved lately. In: the address (?q, ?service, ?state, and ?receiver as messages link to it), the API; out: links to each. */
import { html, LitElement, type TemplateResult } from "lit";
import { customElement, query, state } from "lit/decorators.js";
import type { WireAlerts } from "goldspan/contract";
import { fetchAlerts } from "../api/alert-endpoints.ts";
import { changeParams, type ParamChanges } from "../base/params.ts";
import "../components/gs-alert-list.ts";
import type { GsAlertList } from "../components/gs-alert-list.ts";
import { bindKeys } from "../controllers/bind-keys.ts";
import { followSignals } from "../controllers/follow-signals.ts";
import { onLiveBeat } from "../controllers/on-live-beat.ts";
import { QueryController } from "../controllers/query-controller.ts";
import { filterAlerts, PHASES, sortAlerts } from "../model/alert-list.ts";
import { links } from "../state/links.ts";
import { currentPlace, navigate, navigateParams } from "../state/location.ts";
import { serviceHueOf } from "../state/service-hues.ts";
import "../widgets/gs-empty.ts";
import "../widgets/gs-skeleton.ts";
import { panelStates } from "../widgets/panel-states.ts";
import { panelStyles } from "../widgets/panel-styles.ts";
import { controlStyles, sharedStyles } from "../widgets/shared-styles.ts";
import { filterFormStyles } from "./filter-form-styles.ts";

const TYPING_MILLIS = 250;
/** In the address. */
const FILTERS = ["q", "service", "state", "receiver"] as const;

@customElement("gs-alerts-now")
export class GsAlertsNow extends LitElement {
  static override styles = [sharedStyles, controlStyles, panelStyles, filterFormStyles];

  @state() private selected = "";
  @query("gs-alert-list") private list?: GsAlertList;
  private typing?: number;

  private readonly alerts = new QueryController<WireAlerts>(this, { key: () => "alerts", ask: fetchAlerts });

  constructor() {
    super();
    followSignals(this, currentPlace, serviceHueOf);
    onLiveBeat(this, () => this.alerts.refresh());
    bindKeys(this, "Alerts", [
      { keys: "j", label: "Next alert", run: () => this.move(1) },
      { keys: "k", label: "Previous alert", run: () => this.move(-1) },
      { keys: "enter", label: "Open the alert", run: () => this.selected && navigate(links.alert(this.selected)) },
      { keys: "f", label: "Filter by text", run: () => this.renderRoot.querySelector<HTMLElement>("input")?.focus() },
    ]);
  }

  override render(): TemplateResult {
    return html`${this.renderFilters()}
      <div class="panel">
        ${panelStates(this.alerts, {
          data: () =>
            html`<gs-alert-list
              .alerts=${this.shown}
              .selected=${this.selected}
              .hueOf=${serviceHueOf.value}
              .links=${links}
            ></gs-alert-list>`,
          empty: () => (this.shown.length === 0 ? this.renderEmpty() : undefined),
          skeleton: () => html`<gs-skeleton .lines=${8}></gs-skeleton>`,
        })}
      </div>`;
  }

  private renderFilters(): TemplateResult {
    const alerts = this.alerts.data?.alerts ?? [];
    return html`<form aria-label="Filters" @submit=${(event: Event) => event.preventDefault()}>
      ${this.renderChoice("state", "Any state", PHASES, "as given")}
      ${this.renderChoice(
        "service",
        "Any service",
        alerts.map(({ service }) => service),
      )}
      ${this.renderChoice(
        "receiver",
        "Any receiver",
        alerts.flatMap(({ receivers }) => receivers),
      )}
      <input
        type="search"
        aria-label="Words of the alert"
        placeholder="words, labels"
        .value=${this.param("q")}
        @input=${this.onText}
      />
    </form>`;
  }

  /** Of what there is, and of what the address asks for. */
  private renderChoice(
    name: string,
    any: string,
    found: readonly string[],
    order: "sorted" | "as given" = "sorted",
  ): TemplateResult {
    const chosen = this.param(name);
    const distinct = [...new Set([...found, chosen])].filter(Boolean);
    const values = order === "sorted" ? distinct.sort() : distinct;
    return html`<select
      aria-label=${any}
      @change=${(event: Event) => this.write({ [name]: (event.target as HTMLSelectElement).value || undefined })}
    >
      <option value="">${any.toLowerCase()}</option>
      ${values.map((value) => html`<option value=${value} ?selected=${value === chosen}>${value}</option>`)}
    </select>`;
  }

  private renderEmpty(): TemplateResult {
    const filtered = FILTERS.some((name) => this.param(name) !== "");
    return html`<gs-empty
      heading=${filtered ? "No such alert" : "Nothing fires"}
      why=${
        filtered
          ? "No alert meets the filters."
          : "The rules watch every service; what they find stands here, with the traces and log lines that show it."
      }
    >
      ${
        filtered
          ? html`<button
              class="button"
              @click=${() => this.write(Object.fromEntries(FILTERS.map((name) => [name, undefined])))}
            >
              Clear the filters
            </button>`
          : html`<a class="button" href=${links.alerts({ tab: "history" })}>What fired before</a>
              <a class="button" href=${links.alerts({ tab: "rules" })}>The rules</a>`
      }
    </gs-empty>`;
  }

  private get shown() {
    const [text, service, phase, receiver] = FILTERS.map((name) => this.param(name));
    return sortAlerts(filterAlerts(this.alerts.data?.alerts ?? [], { text, service, phase, receiver }));
  }

  private param(name: string): string {
    return currentPlace.value.params.get(name) ?? "";
  }

  private readonly onText = (event: Event): void => {
    const q = (event.target as HTMLInputElement).value;
    window.clearTimeout(this.typing);
    this.typing = window.setTimeout(() => this.isConnected && this.write({ q: q || undefined }), TYPING_MILLIS);
  };

  private move(by: number): void {
    const { shown } = this;
    const at = shown.findIndex(({ id }) => id === this.selected);
    this.selected = shown[Math.min(shown.length - 1, Math.max(0, at + by))]?.id ?? "";
    this.list?.showRow(this.selected);
  }

  private write(changes: ParamChanges): void {
    navigateParams(changeParams(currentPlace.value.params, changes), { replace: true });
  }
}
