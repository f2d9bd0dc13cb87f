/**
 * When an exception happened: time, message, version, and the way to its trace at the right span and to the log lines around it. In:
 * occurrences newest first, the service, links; out: nothing but the links.
 */
import { css, html, LitElement, nothing, type TemplateResult } from "lit";
import { customElement, property } from "lit/decorators.js";
import type { WireExceptionDetail } from "goldspan/contract";
import { formatPlural } from "../base/format-number.ts";
import { formatRecent, formatUtc } from "../base/format-time.ts";
import { nanosToMillis } from "../base/nanos.ts";
import type { Links } from "../model/links.ts";
import { formatTerm } from "../model/query-text.ts";
import { icon } from "../widgets/icons.ts";
import { controlStyles, sharedStyles, tableStyles } from "../widgets/shared-styles.ts";

export type Occurrence = WireExceptionDetail["occurrences"][number];

const FIRST_ROWS = 20;
/** Log lines without a trace are shown this far around the moment. */
const AROUND_MILLIS = 30_000;

@customElement("gs-occurrences")
export class GsOccurrences extends LitElement {
  static override styles = [
    sharedStyles,
    controlStyles,
    tableStyles,
    css`
      :host {
        container-type: inline-size;
      }
      th:first-child,
      td:first-child {
        padding-left: var(--space-5);
      }
      td:first-child,
      .source,
      .version {
        white-space: nowrap;
      }
      td:last-child {
        padding-right: var(--space-5);
        white-space: nowrap;
      }
      .what {
        width: 100%;
        max-width: 0;
      }
      tbody tr:hover > * {
        background: var(--surface-2);
      }
      tr.selected > * {
        background: var(--surface-selected);
      }
      .ways {
        display: flex;
        justify-content: flex-end;
        gap: var(--space-4);
      }
      .more {
        padding: var(--space-2);
        text-align: center;
      }
      td a svg {
        width: var(--icon-small);
        height: var(--icon-small);
        vertical-align: -0.15em;
      }
      @container (max-width: 640px) {
        .source,
        .version {
          display: none;
        }
        th:first-child,
        td:first-child {
          padding-left: var(--space-4);
        }
      }
    `,
  ];

  @property({ attribute: false }) occurrences: readonly Occurrence[] = [];
  @property() service = "";
  /** The row that the keyboard is at; -1 = none. */
  @property({ type: Number }) selected = -1;
  @property({ type: Boolean }) all = false;
  @property({ attribute: false }) links?: Links;

  get shown(): readonly Occurrence[] {
    return this.all ? this.occurrences : this.occurrences.slice(0, FIRST_ROWS);
  }

  override render(): TemplateResult {
    const { shown } = this;
    const hidden = this.occurrences.length - shown.length;
    return html`<table>
        <thead>
          <tr>
            <th scope="col">Time</th>
            <th scope="col" class="what">Message</th>
            <th scope="col" class="source">From</th>
            <th scope="col" class="version">Version</th>
            <th scope="col"><span class="unseen">Where to go on</span></th>
          </tr>
        </thead>
        <tbody>
          ${shown.map((one, index) => this.row(one, index))}
        </tbody>
      </table>
      ${
        hidden > 0
          ? html`<div class="more">
              <button class="button plain" @click=${() => (this.all = true)}>
                ${formatPlural(hidden, "more", "more")}
              </button>
            </div>`
          : nothing
      }`;
  }

  private row(one: Occurrence, index: number): TemplateResult {
    const millis = nanosToMillis(one.timeUnixNano);
    const trace = one.traceId
      ? this.links?.trace(one.traceId, one.spanId, one.source === "log" ? one.timeUnixNano : undefined)
      : undefined;
    return html`<tr class=${index === this.selected ? "selected" : ""}>
      <td title=${formatUtc(millis)}>${formatRecent(millis, Date.now(), 3)}</td>
      <td class="what cut" title=${one.message}>${one.message || html`<span class="faint">no message</span>`}</td>
      <td class="source dim">${one.source === "log" ? "log line" : "span"}</td>
      <td class="version dim">${one.version ?? ""}</td>
      <td>
        <span class="ways">
          ${trace ? html`<a href=${trace} title="Its trace, at the span">${icon("traces")} trace</a>` : nothing}
          <a href=${this.logsOf(one, millis)} title=${one.traceId ? "Log lines of its trace" : "Log lines around it"}
            >${icon("logs")} logs</a
          >
        </span>
      </td>
    </tr>`;
  }

  private logsOf({ traceId }: Occurrence, millis: number): string {
    const query = traceId ? formatTerm("trace_id", ":", traceId) : formatTerm("service", ":", this.service);
    const around = { from: millis - AROUND_MILLIS, to: millis + AROUND_MILLIS };
    return (traceId ? this.links : this.links?.within(around))?.logs(query) ?? "";
  }
}
