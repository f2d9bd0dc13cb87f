/**
 * Groups of exceptions: what, where from, of whom, how often over time, since when, in which versions. In: groups, the begin of the
 * time shown, order, hues, links; out: gs-sort (column), gs-zoom-share (an Interval from 0 to 1) after a drag over a trend. Without
 * `sortable` the order is left as it came and the columns fit half a page.
 */
import { html, LitElement, nothing, type TemplateResult } from "lit";
import { customElement, property } from "lit/decorators.js";
import { repeat } from "lit/directives/repeat.js";
import type { WireExceptionGroup } from "goldspan/contract";
import { formatCount, formatExact } from "../base/format-number.ts";
import { formatAgo, formatUtc } from "../base/format-time.ts";
import { nanosToMillis } from "../base/nanos.ts";
import { firstEver, isNewIn, sortExceptions, splitType, type ExceptionColumn } from "../model/exception-groups.ts";
import type { Links } from "../model/links.ts";
import { emit } from "../widgets/emit.ts";
import "../widgets/gs-sparkline.ts";
import { dotStyles, hueStyles } from "../widgets/hue-styles.ts";
import { icon } from "../widgets/icons.ts";
import { controlStyles, sharedStyles, tableStyles } from "../widgets/shared-styles.ts";
import { exceptionTableStyles } from "./exception-table-styles.ts";

const MOST_VERSIONS = 2;

@customElement("gs-exception-table")
export class GsExceptionTable extends LitElement {
  static override styles = [sharedStyles, controlStyles, tableStyles, dotStyles, ...hueStyles, exceptionTableStyles];

  @property({ attribute: false }) groups: readonly WireExceptionGroup[] = [];
  @property({ type: Number }) startMillis = 0;
  @property({ type: Boolean }) sortable = false;
  @property() order: ExceptionColumn = "count";
  /** The row that the keyboard is at: a fingerprint. */
  @property() selected = "";
  @property({ attribute: false }) hueOf: (service: string) => number = () => 0;
  @property({ attribute: false }) links?: Links;

  /** In the order that is shown. */
  get shown(): readonly WireExceptionGroup[] {
    return this.sortable ? sortExceptions(this.groups, this.order) : this.groups;
  }

  showRow(fingerprint: string): void {
    this.renderRoot.querySelector(`[data-group="${CSS.escape(fingerprint)}"]`)?.scrollIntoView({ block: "nearest" });
  }

  override render(): TemplateResult {
    return html`<table class=${this.sortable ? "whole" : "half"}>
      <thead class=${this.sortable ? "" : "unseen"}>
        <tr>
          <th class="what" scope="col">Error</th>
          ${this.head("recent", "Trend", "trend")}${this.head("count", "Times", "number")}
          ${this.head("first", "First seen", "when first")}${this.head("last", "Last seen", "when")}
          <th class="versions" scope="col">Versions</th>
        </tr>
      </thead>
      <tbody>
        ${repeat(
          this.shown,
          ({ fingerprint }) => fingerprint,
          (group) => this.row(group),
        )}
      </tbody>
    </table>`;
  }

  private head(column: ExceptionColumn, title: string, look: string): TemplateResult {
    if (!this.sortable) return html`<th class=${look} scope="col">${title}</th>`;
    const active = this.order === column;
    return html`<th class=${look} scope="col" aria-sort=${active ? "descending" : "none"}>
      <button @click=${() => emit(this, "gs-sort", column)}>${title}${active ? icon("down") : nothing}</button>
    </th>`;
  }

  private row(group: WireExceptionGroup): TemplateResult {
    const { fingerprint, type, message, service, culprit, count, trend, lastSeenUnixNano } = group;
    const { name, from } = splitType(type);
    const title = name || message || "failed without saying why";
    const last = nanosToMillis(lastSeenUnixNano);
    const first = nanosToMillis(firstEver(group));
    return html`<tr class=${fingerprint === this.selected ? "selected" : ""} data-group=${fingerprint}>
      <td class="what">
        <a href=${this.links?.exception(fingerprint) ?? ""} title=${type ? `${type}: ${message}` : message}>
          <b class=${name ? "" : "says"}>${title}</b
          ><span class="faint from">${from ? ` ${from.replace(/[.\\:]+$/, "")}` : ""}</span>
          ${name ? html`<span class="message">${message}</span>` : nothing}
        </a>
        <p class="where">
          ${isNewIn(group, this.startMillis) ? html`<span class="new" title="Never seen before the time shown">new</span>` : nothing}
          <span class="dot hue-${this.hueOf(service)}"></span><span>${service}</span>
          ${culprit ? html`<span class="mono faint cut" title=${culprit}>${culprit}</span>` : nothing}
        </p>
      </td>
      <td class="trend">
        <gs-sparkline shape="bars" tone="error" .values=${trend} label=${`${title} over time`}></gs-sparkline>
      </td>
      <td class="number count" title=${formatExact(count)}>${formatCount(count)}</td>
      <td class="when first" title=${formatUtc(first)}>${formatAgo(first, Date.now())}</td>
      <td class="when" title=${formatUtc(last)}>${formatAgo(last, Date.now())}</td>
      <td class="versions" title=${group.versions.join(", ")}>${this.renderVersions(group.versions)}</td>
    </tr>`;
  }

  private renderVersions(versions: readonly string[]): TemplateResult {
    const shown = versions.slice(0, MOST_VERSIONS).join(", ");
    const more = versions.length - MOST_VERSIONS;
    return html`${shown}${more > 0 ? html`<span class="faint"> +${more}</span>` : nothing}`;
  }
}
