/**
 * Alerts: what fires now, and in tabs beside it what fired, the rules, silences, channels and objectives. In: the address (?tab, and what
 * each tab keeps there); out: links to each alert. Every tab is an element of its own, loaded when it is first opened.
 */
import { html, LitElement, nothing, type TemplateResult } from "lit";
import { customElement } from "lit/decorators.js";
import { changeParams } from "../base/params.ts";
import { followSignals } from "../controllers/follow-signals.ts";
import { alertingSummary } from "../state/alerting.ts";
import { currentPlace, navigateParams } from "../state/location.ts";
import type { Emitted } from "../widgets/emit.ts";
import "../widgets/gs-empty.ts";
import "../widgets/gs-tabs.ts";
import { controlStyles, sharedStyles } from "../widgets/shared-styles.ts";
import { alertsPageStyles } from "./alerts-page-styles.ts";
import "./gs-alerts-now.ts";
import { pageStyles } from "./page-styles.ts";

interface Tab {
  readonly value: string;
  readonly label: string;
  readonly draw: () => TemplateResult;
  readonly load?: () => Promise<unknown>;
}

const TABS: readonly Tab[] = [
  { value: "", label: "Alerts", draw: () => html`<gs-alerts-now></gs-alerts-now>` },
  {
    value: "history",
    label: "History",
    draw: () => html`<gs-alert-history></gs-alert-history>`,
    load: () => import("./gs-alert-history.ts"),
  },
  {
    value: "rules",
    label: "Rules",
    draw: () => html`<gs-alert-rules></gs-alert-rules>`,
    load: () => import("./gs-alert-rules.ts"),
  },
  {
    value: "silences",
    label: "Silences",
    draw: () => html`<gs-silences></gs-silences>`,
    load: () => import("./gs-silences.ts"),
  },
  {
    value: "objectives",
    label: "Objectives",
    draw: () => html`<gs-objectives></gs-objectives>`,
    load: () => import("./gs-objectives.ts"),
  },
  {
    value: "channels",
    label: "Channels",
    draw: () => html`<gs-alert-channels></gs-alert-channels>`,
    load: () => import("./gs-alert-channels.ts"),
  },
];
/** What tabs keep in the address; means nothing to another. */
const OF_TABS = Object.fromEntries(
  ["for", "new", "rule", "channel", "of", "over", "labels", "file", "line", "ask", "above"].map((name) => [
    name,
    undefined,
  ]),
);

@customElement("gs-alerts-page")
export class GsAlertsPage extends LitElement {
  static override styles = [sharedStyles, controlStyles, pageStyles, alertsPageStyles];

  private readonly loaded = new Set<string>();

  constructor() {
    super();
    followSignals(this, currentPlace, alertingSummary);
  }

  override render(): TemplateResult {
    const summary = alertingSummary.value;
    if (summary && !summary.isOn) return this.renderOff();
    const tab = TABS.find(({ value }) => value === this.tab) ?? TABS[0];
    return html`<h1 class="unseen">Alerts</h1>
      <div class="tabs">
        <gs-tabs
          label="What to see of alerts"
          .items=${TABS.map(({ value, label }) => ({ value, label, count: this.countOf(value) }))}
          .value=${tab.value}
          @gs-change=${(event: Emitted<string>) =>
            navigateParams(changeParams(currentPlace.value.params, { ...OF_TABS, tab: event.detail || undefined }))}
        ></gs-tabs>
      </div>
      ${this.renderProblems()} ${this.isLoaded(tab) ? tab.draw() : nothing}`;
  }

  private renderProblems(): TemplateResult | typeof nothing {
    const problems = alertingSummary.value?.problems ?? [];
    if (problems.length === 0) return nothing;
    return html`<ul class="problems" role="status">
      ${problems.map((problem) => html`<li>${problem}</li>`)}
    </ul>`;
  }

  private renderOff(): TemplateResult {
    return html`<h1 class="unseen">Alerts</h1>
      <gs-empty
        heading="Alerting does not run"
        why="Configure the extension alerting and list it under service.extensions; the default rules then watch every service."
      ></gs-empty>`;
  }

  private isLoaded({ value, load }: Tab): boolean {
    if (!load || this.loaded.has(value)) return true;
    void this.load(value, load);
    return false;
  }

  private async load(value: string, load: () => Promise<unknown>): Promise<void> {
    await load();
    this.loaded.add(value);
    this.requestUpdate();
  }

  private countOf(tab: string): string | undefined {
    const firing = alertingSummary.value?.firing ?? 0;
    return tab === "" && firing > 0 ? String(firing) : undefined;
  }

  private get tab(): string {
    return currentPlace.value.params.get("tab") ?? "";
  }
}
