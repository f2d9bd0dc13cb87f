/**
 * One line for each service with its four golden signals; what is wrong with it stands below its name. In: services in the order to
 * show, links; out: gs-sort (column). A click on a line opens the service.
 */
import { html, LitElement, nothing, type TemplateResult } from "lit";
import { customElement, property } from "lit/decorators.js";
import { repeat } from "lit/directives/repeat.js";
import type { WireGoldenService, WireLevel } from "goldspan/contract";
import { pickRateUnit } from "../base/format-number.ts";
import type { Links } from "../model/links.ts";
import { formatTerm } from "../model/query-text.ts";
import type { ServiceAlerts } from "../model/service-alerts.ts";
import type { SignalColumn, SignalOrder } from "../model/service-order.ts";
import { emit } from "../widgets/emit.ts";
import { dotStyles, hueStyles } from "../widgets/hue-styles.ts";
import { icon } from "../widgets/icons.ts";
import { controlStyles, sharedStyles, tableStyles } from "../widgets/shared-styles.ts";
import "./gs-alert-mark.ts";
import "./gs-saturation.ts";
import { serviceTableStyles } from "./service-table-styles.ts";
import { SIGNAL_COLUMNS, signalCells, signalCellStyles } from "./signal-cells.ts";

@customElement("gs-service-table")
export class GsServiceTable extends LitElement {
  static override styles = [
    sharedStyles,
    controlStyles,
    tableStyles,
    dotStyles,
    ...hueStyles,
    signalCellStyles,
    serviceTableStyles,
  ];

  @property({ attribute: false }) services: readonly WireGoldenService[] = [];
  @property({ attribute: false }) order: SignalOrder = { column: "worst", descending: true };
  /** The row that the keyboard is at. */
  @property() selected = "";
  /** Active alerts, by service. */
  @property({ attribute: false }) alerts: ReadonlyMap<string, ServiceAlerts> = new Map();
  @property({ attribute: false }) links?: Links;

  showRow(service: string): void {
    this.renderRoot.querySelector(`[data-service="${CSS.escape(service)}"]`)?.scrollIntoView({ block: "nearest" });
  }

  override render(): TemplateResult {
    return html`<table>
      <thead>
        <tr>
          ${this.head("name", "Service", false)}
          ${SIGNAL_COLUMNS.map(({ column, title, spark }) => this.head(column, title, spark))}
          ${this.head("saturation", "Saturation", true)}
        </tr>
      </thead>
      <tbody>
        ${repeat(
          this.services,
          (service) => service.name,
          (service) => this.row(service),
        )}
      </tbody>
    </table>`;
  }

  private head(column: SignalColumn, title: string, spark: boolean): TemplateResult {
    const active = this.order.column === column;
    const sort = active ? (this.order.descending ? "descending" : "ascending") : "none";
    const worst = column === "name" && this.order.column === "worst";
    return html`<th class=${column === "name" ? "" : `number ${column}`} aria-sort=${sort} scope="col">
        <button @click=${() => emit(this, "gs-sort", column)}>
          ${title}${worst ? html`<span class="faint">worst first</span>` : nothing}${active ? icon(this.order.descending ? "down" : "up") : nothing}
        </button>
      </th>
      ${spark ? html`<th class="spark" aria-hidden="true"></th>` : nothing}`;
  }

  private row(service: WireGoldenService): TemplateResult {
    const { name, series, health } = service;
    const levelOf = (signal: string): WireLevel =>
      health.reasons.find((reason) => reason.signal === signal)?.level ?? "ok";
    const unit = pickRateUnit(Math.max(0, ...this.services.map(({ ratePerSecond }) => ratePerSecond ?? 0)));
    const figures = {
      rates: series.ratePerSecond,
      errors: series.errorRatio,
      errorTop: 0.2,
      p95Millis: series.p95Millis,
    };
    return html`<tr
      class="service ${name === this.selected ? "selected" : ""}"
      data-service=${name}
      @click=${(event: Event) => this.onRow(event)}
    >
      <th scope="row">${this.name(service)}</th>
      ${signalCells(service, figures, {
        name,
        query: formatTerm("service", ":", name),
        unit,
        links: this.links,
        slow: levelOf("latency") !== "ok",
      })}
      <td class="number saturation">
        <gs-saturation
          .saturation=${service.saturation}
          .level=${levelOf("saturation")}
          name=${name}
          href=${this.links?.service(name) ?? ""}
        ></gs-saturation>
      </td>
      <td class="spark">
        ${
          service.saturation
            ? html`<gs-sparkline
                tone=${levelOf("saturation") === "ok" ? "plain" : "warn"}
                .values=${series.saturation}
                .top=${1}
                label=${`Saturation of ${name}`}
              ></gs-sparkline>`
            : nothing
        }
      </td>
    </tr>`;
  }

  private name(service: WireGoldenService): TemplateResult {
    const [version, ...older] = service.versions;
    const { reasons } = service.health;
    return html`<div class="title">
        <a class="name" href=${this.links?.service(service.name) ?? ""}
          ><span class="dot hue-${service.color}"></span><span class="cut">${service.name}</span></a
        >
        ${
          this.alerts.has(service.name)
            ? html`<gs-alert-mark
                .alerts=${this.alerts.get(service.name)}
                href=${this.links?.alerts({ service: service.name }) ?? ""}
              ></gs-alert-mark>`
            : nothing
        }
        <span class="version cut" title=${older.length > 0 ? `before: ${older.join(", ")}` : nothing}
          >${version ?? ""}${older.length > 0 ? html`<span class="faint"> (${older[0]})</span>` : nothing}</span
        >
        ${
          service.countedBy === "all" && service.source !== "none"
            ? html`<span class="chip" title="It has no server or consumer spans, so all its spans are counted"
                >all spans</span
              >`
            : nothing
        }
        ${service.source === "none" ? html`<span class="chip" title="It sends metrics but no spans, and none that count requests">metrics only</span>` : nothing}
      </div>
      ${
        reasons.length > 0
          ? html`<div class="reasons cut" title=${reasons.map(({ text }) => text).join("\n")}>
              ${reasons.map(({ signal, text }, index) => html`${index > 0 ? " · " : nothing}<span class=${signal === "errors" ? "bad" : "warn"}>${index === 0 ? icon("warning") : nothing}${text}</span>`)}
            </div>`
          : nothing
      }`;
  }

  /** A click beside the links of a line opens the service, too. */
  private onRow(event: Event): void {
    const onControl = event.composedPath().some((node) => node instanceof HTMLElement && node.matches("a, button"));
    if (!onControl) (event.currentTarget as HTMLElement).querySelector<HTMLAnchorElement>("a.name")?.click();
  }
}
