/**
 * One line for each service; one of them can be unfolded to its charts and operations. In: services in the order to show, the
 * operations of the unfolded one as a query state, links; out: gs-sort (column), gs-unfold (service name or "").
 */
import { html, LitElement, nothing, type TemplateResult } from "lit";
import { customElement, property } from "lit/decorators.js";
import { repeat } from "lit/directives/repeat.js";
import type { WireOperation, WireOperations, WireService } from "goldspan/contract";
import { pickRateUnit } from "../base/format-number.ts";
import type { Links } from "../model/links.ts";
import { formatTerm } from "../model/query-text.ts";
import { sortRed, type RedColumn, type RedOrder } from "../model/service-order.ts";
import { emit } from "../widgets/emit.ts";
import { dotStyles, hueStyles } from "../widgets/hue-styles.ts";
import { icon } from "../widgets/icons.ts";
import { panelStates, type QueryState } from "../widgets/panel-states.ts";
import { panelStyles } from "../widgets/panel-styles.ts";
import { controlStyles, sharedStyles, tableStyles } from "../widgets/shared-styles.ts";
import "../widgets/gs-skeleton.ts";
import { RED_COLUMNS, redCells, redCellStyles, type RedContext } from "./red-cells.ts";
import { serviceTableStyles } from "./service-table-styles.ts";

@customElement("gs-service-table")
export class GsServiceTable extends LitElement {
  static override styles = [
    sharedStyles,
    controlStyles,
    tableStyles,
    panelStyles,
    dotStyles,
    ...hueStyles,
    redCellStyles,
    serviceTableStyles,
  ];

  @property({ attribute: false }) services: readonly WireService[] = [];
  @property({ attribute: false }) order: RedOrder = { column: "worst", descending: true };
  @property() unfolded = "";
  /** The row that the keyboard is at. */
  @property() selected = "";
  @property({ attribute: false }) operations?: QueryState<WireOperations>;
  @property({ attribute: false }) links?: Links;

  showRow(service: string): void {
    this.renderRoot.querySelector(`[data-service="${CSS.escape(service)}"]`)?.scrollIntoView({ block: "nearest" });
  }

  override render(): TemplateResult {
    return html`<table>
      <thead>
        <tr>
          ${this.head("name", "Service", false)}
          ${RED_COLUMNS.map(({ column, title, spark }) => this.head(column, title, spark))}
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

  private head(column: RedColumn, title: string, spark: boolean): TemplateResult {
    const active = this.order.column === column;
    const sort = active ? (this.order.descending ? "descending" : "ascending") : "none";
    return html`<th class=${column === "name" ? "" : `number ${column}`} aria-sort=${sort} scope="col">
        <button @click=${() => emit(this, "gs-sort", column)}>
          ${title}${column === "name" && this.order.column === "worst" ? html`<span class="faint">worst first</span>` : nothing}${active ? icon(this.order.descending ? "down" : "up") : nothing}
        </button>
      </th>
      ${spark ? html`<th class="spark" aria-hidden="true"></th>` : nothing}`;
  }

  private row(service: WireService): TemplateResult {
    const open = service.name === this.unfolded;
    const [version, ...older] = service.versions;
    return html`<tr
        class="service ${open ? "open" : ""} ${service.name === this.selected ? "selected" : ""}"
        data-service=${service.name}
        @click=${(event: Event) => this.onRow(event, service.name)}
      >
        <th scope="row">
          <button
            aria-expanded=${String(open)}
            class="name"
            @click=${(event: Event) => this.toggle(event, service.name)}
          >
            ${icon("right")}<span class="dot hue-${service.color}"></span><span class="cut">${service.name}</span>
          </button>
          <span class="version cut" title=${older.length > 0 ? `before: ${older.join(", ")}` : nothing}
            >${version ?? ""}${older.length > 0 ? html`<span class="faint"> (${older[0]})</span>` : nothing}</span
          >
          ${
            service.countedBy === "all"
              ? html`<span class="chip" title="It has no server or consumer spans, so all its spans are counted"
                  >all spans</span
                >`
              : nothing
          }
        </th>
        ${redCells(service, this.context(service.name, formatTerm("service", ":", service.name)))}
      </tr>
      ${open ? this.detail(service) : nothing}`;
  }

  private detail(service: WireService): TemplateResult {
    return html`<tr class="detail">
        <td colspan="9">
          <div class="links">
            <a class="button" href=${this.links?.traces(formatTerm("service", ":", service.name)) ?? ""}
              >${icon("traces")} Traces</a
            >
            <a class="button" href=${this.links?.traces(`${formatTerm("service", ":", service.name)} error`) ?? ""}
              >${icon("warning")} Failed traces</a
            >
            <a class="button" href=${this.links?.logs(service.name) ?? ""}>${icon("logs")} Logs</a>
          </div>
          <slot></slot>
          ${
            this.operations
              ? panelStates(this.operations, {
                  data: () => nothing,
                  empty: (data) =>
                    data.operations.length === 0
                      ? html`<gs-empty heading="No operations in this time range"></gs-empty>`
                      : undefined,
                  skeleton: () => html`<gs-skeleton .lines=${5}></gs-skeleton>`,
                })
              : nothing
          }
        </td>
      </tr>
      ${sortRed(this.operations?.data?.operations ?? [], this.order).map((operation) => this.operationRow(service, operation))}`;
  }

  private operationRow(service: WireService, operation: WireOperation): TemplateResult {
    const query = `${formatTerm("service", ":", service.name)} ${formatTerm("operation", ":", operation.name)}`;
    return html`<tr class="operation ${this.operations?.stale ? "stale" : ""}">
      <th scope="row">
        <a class="cut" href=${this.links?.traces(query) ?? ""} title=${operation.name}>${operation.name}</a>
        <span class="chip">${operation.kind}</span>
      </th>
      ${redCells(operation, this.context(operation.name, query))}
    </tr>`;
  }

  private context(name: string, query: string): RedContext {
    const unit = pickRateUnit(Math.max(0, ...this.services.map((service) => service.ratePerSecond)));
    return { name, query, unit, links: this.links };
  }

  private onRow(event: Event, name: string): void {
    const onControl = event.composedPath().some((node) => node instanceof HTMLElement && node.matches("a, button"));
    if (!onControl) this.toggle(event, name);
  }

  private toggle(event: Event, name: string): void {
    event.stopPropagation();
    emit(this, "gs-unfold", name === this.unfolded ? "" : name);
  }
}
