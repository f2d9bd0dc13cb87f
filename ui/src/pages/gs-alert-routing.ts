/**
 * The routes of notification, and which of them take an alert: one that is active, or whatever labels are typed. In: the address
 * (?labels), channels with their routes; out: links to channels.
 */
import { css, html, LitElement, nothing, type TemplateResult } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import type { WireAlert, WireAlerts, WireChannel, WireChannels, WireRouting } from "goldspan/contract";
import { fetchAlerts, fetchRouting } from "../api/alert-endpoints.ts";
import { changeParams } from "../base/params.ts";
import "../components/gs-route-tree.ts";
import { followSignals } from "../controllers/follow-signals.ts";
import { QueryController } from "../controllers/query-controller.ts";
import { formatLabels, parseLabels } from "../model/route-rows.ts";
import { links } from "../state/links.ts";
import { currentPlace, navigateParams } from "../state/location.ts";
import { icon } from "../widgets/icons.ts";
import { panelStyles } from "../widgets/panel-styles.ts";
import { controlStyles, sharedStyles } from "../widgets/shared-styles.ts";
import { alertTabStyles } from "./alert-tab-styles.ts";

const TYPING_MILLIS = 200;

@customElement("gs-alert-routing")
export class GsAlertRouting extends LitElement {
  static override styles = [
    sharedStyles,
    controlStyles,
    panelStyles,
    alertTabStyles,
    css`
      form {
        display: flex;
        flex-wrap: wrap;
        gap: var(--space-3);
        padding: var(--space-3) var(--space-5);
      }
      form input {
        flex: 1 1 var(--field-width);
      }
      form select {
        flex: 0 1 var(--panel-width);
      }
      .answer {
        min-height: var(--row);
        padding: 0 var(--space-5) var(--space-3);
        color: var(--text-2);
        overflow-wrap: anywhere;
      }
      gs-route-tree {
        padding-bottom: var(--space-3);
        border-top: var(--hairline) solid var(--line);
      }
    `,
  ];

  @property({ attribute: false }) channels?: WireChannels;
  @property({ attribute: false }) hrefOf: (channel: WireChannel) => string = () => "";
  /** What is typed cannot be read. */
  @state() private isWrong = false;
  private typing = 0;

  private readonly alerts = new QueryController<WireAlerts>(this, { key: () => "alerts", ask: fetchAlerts });
  private readonly routing = new QueryController<WireRouting>(this, {
    key: () => {
      const labels = parseLabels(this.labels);
      return labels && Object.keys(labels).length > 0 ? `routing ${formatLabels(labels)}` : undefined;
    },
    ask: (signal) => fetchRouting(parseLabels(this.labels) ?? {}, signal),
  });

  constructor() {
    super();
    followSignals(this, currentPlace);
  }

  override render(): TemplateResult {
    const { channels } = this;
    if (!channels || channels.routes.length === 0) return html`${nothing}`;
    const asked = this.labels === "" || this.isWrong ? undefined : this.routing.data;
    return html`<section class="panel" aria-label="Who is told of what">
      <header class="panel-head">
        <h2>Who is told of what</h2>
        <span class="dim">routes of ${channels.configFile}</span>
      </header>
      ${this.renderQuestion()}
      <p class="answer" role="status">${this.renderAnswer(asked)}</p>
      <gs-route-tree
        .routes=${channels.routes}
        .timeIntervals=${channels.timeIntervals}
        .channels=${channels.channels}
        .routing=${asked}
        .hrefOf=${this.hrefOf}
      ></gs-route-tree>
    </section>`;
  }

  private renderQuestion(): TemplateResult {
    const active = (this.alerts.data?.alerts ?? []).filter(({ state }) => state !== "resolved");
    return html`<form aria-label="An alert to follow" @submit=${(event: Event) => event.preventDefault()}>
      <input
        type="search"
        aria-label="Labels of an alert"
        aria-invalid=${String(this.isWrong)}
        placeholder="labels, such as alertname=Down service_name=payments severity=page"
        .value=${this.labels}
        @input=${this.onText}
      />
      ${
        active.length === 0
          ? nothing
          : html`<select aria-label="Or an active alert" @change=${this.onAlert}>
              <option value="">or an active alert …</option>
              ${active.map((alert) => html`<option value=${alert.id} ?selected=${this.isOf(alert)}>${alert.name}: ${alert.summary || formatLabels(alert.labels)}</option>`)}
            </select>`
      }
    </form>`;
  }

  private renderAnswer(routing: WireRouting | undefined): unknown {
    if (this.isWrong) return html`<span class="error">Write labels as name=value, with quotes around blanks.</span>`;
    if (this.labels === "") return "Type labels, or choose an alert, to see the way it takes.";
    if (this.routing.error) return html`<span class="error">It cannot be told: ${this.routing.error.message}</span>`;
    if (!routing) return nothing;
    const { matches, silencedBy, inhibitedBy } = routing;
    if (matches.length === 0) return "No route takes it: nobody is told.";
    const told = [...new Set(matches.filter(({ isMuted }) => !isMuted).map(({ receiver }) => receiver))];
    const muted = [...new Set(matches.filter(({ isMuted }) => isMuted).map(({ receiver }) => receiver))];
    const held =
      silencedBy.length > 0
        ? html` But it is <a href=${links.alerts({ tab: "silences" })}>silenced</a>.`
        : inhibitedBy.length > 0
          ? " But another alert that is active inhibits it."
          : "";
    return html`${told.length > 0 ? html`It goes to <b>${told.join(", ")}</b>.` : "Nobody is told now."}${muted.length > 0 ? html` ${icon("bellOff")} ${muted.join(", ")} would hear of it at another time of the day or week.` : ""}${held}`;
  }

  private isOf({ labels }: WireAlert): boolean {
    return formatLabels(labels) === this.labels;
  }

  private readonly onText = (event: Event): void => {
    const labels = (event.target as HTMLInputElement).value;
    window.clearTimeout(this.typing);
    this.typing = window.setTimeout(() => {
      if (!this.isConnected) return;
      this.isWrong = parseLabels(labels) === undefined;
      if (!this.isWrong) this.write(labels.trim());
    }, TYPING_MILLIS);
  };

  private readonly onAlert = (event: Event): void => {
    const id = (event.target as HTMLSelectElement).value;
    const alert = this.alerts.data?.alerts.find((each) => each.id === id);
    this.isWrong = false;
    this.write(alert ? formatLabels(alert.labels) : "");
  };

  private write(labels: string): void {
    navigateParams(changeParams(currentPlace.value.params, { labels: labels || undefined }), { replace: true });
  }

  private get labels(): string {
    return currentPlace.value.params.get("labels") ?? "";
  }
}
