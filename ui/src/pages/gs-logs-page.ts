/**
 * Recent log lines, newest first, by service and least severity, with the details of one at the side and its trace one click away. In:
 * the address (?service, ?severity, ?log), the API; out: links to traces. New lines wait behind a button while the range is live.
 */
import { css, html, LitElement, nothing, type TemplateResult } from "lit";
import { customElement, query } from "lit/decorators.js";
import type { WireLog } from "goldspan/contract";
import { fetchLogs } from "../api/endpoints.ts";
import { formatPlural } from "../base/format-number.ts";
import { formatRecent, formatUtc } from "../base/format-time.ts";
import { nanosToMillis } from "../base/nanos.ts";
import { changeParams, type ParamChanges } from "../base/params.ts";
import { shortenMiddle } from "../base/shorten.ts";
import "../components/gs-log-panel.ts";
import "../components/gs-log-row.ts";
import { bindKeys } from "../controllers/bind-keys.ts";
import { followSignals } from "../controllers/follow-signals.ts";
import { PagedQuery, type PageOf } from "../controllers/paged-query.ts";
import { formatLogFields } from "../model/log-fields.ts";
import { readTerm } from "../model/query-text.ts";
import { SEVERITY_LEVELS } from "../model/severity.ts";
import { links } from "../state/links.ts";
import { currentPlace, navigate, navigateParams } from "../state/location.ts";
import { hueOf, serviceHues } from "../state/service-hues.ts";
import { linkTo, setTimeRange, timeRange } from "../state/time-range.ts";
import "../widgets/gs-skeleton.ts";
import "../widgets/gs-virtual-list.ts";
import type { GsVirtualList } from "../widgets/gs-virtual-list.ts";
import { panelStates } from "../widgets/panel-states.ts";
import { panelStyles } from "../widgets/panel-styles.ts";
import { controlStyles, sharedStyles } from "../widgets/shared-styles.ts";
import { splitStyles } from "./split-styles.ts";

const PAGE_SIZE = 300;
const DAY = 86_400_000;

@customElement("gs-logs-page")
export class GsLogsPage extends LitElement {
  static override styles = [
    sharedStyles,
    controlStyles,
    panelStyles,
    splitStyles,
    css`
      form {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: var(--space-3) var(--space-4);
        padding: var(--space-3) var(--space-5);
        border-bottom: var(--hairline) solid var(--line);
      }
      label {
        display: inline-flex;
        align-items: center;
        gap: var(--space-3);
        color: var(--text-2);
      }
      .count {
        margin-left: auto;
        color: var(--text-2);
      }
      .new {
        color: var(--accent);
        border-color: var(--accent);
      }
      .older {
        display: flex;
        justify-content: center;
        padding: var(--space-2);
        border-top: var(--hairline) solid var(--line);
      }
      @media (max-width: 899.98px) {
        form {
          padding-inline: var(--space-3);
        }
        label > span,
        .count {
          display: none;
        }
      }
    `,
  ];

  @query("gs-virtual-list") private list?: GsVirtualList;

  private readonly search = new PagedQuery<WireLog>(this, {
    key: () => `logs ${this.service} ${this.severity} ${JSON.stringify(timeRange.value)}`,
    ask: async (range, signal) => {
      const asked = {
        ...range,
        service: this.service || undefined,
        severity: this.severity || undefined,
        limit: PAGE_SIZE,
      };
      const { logs, truncated } = await fetchLogs(asked, signal);
      return { items: logs, truncated: truncated === true };
    },
    idOf: (log) => `${log.timeUnixNano} ${log.service} ${log.spanId ?? ""} ${log.body}`,
    millisOf: (log) => nanosToMillis(log.timeUnixNano),
  });

  constructor() {
    super();
    followSignals(this, currentPlace, timeRange, serviceHues);
    bindKeys(this, "Logs", [
      { keys: "j", label: "Next line", run: () => this.move(1) },
      { keys: "k", label: "Previous line", run: () => this.move(-1) },
      { keys: "enter", label: "Its trace", run: () => this.openTrace() },
      { keys: "n", label: "Show new lines", run: () => this.search.showWaiting() },
      { keys: "esc", label: "Close the details", run: () => this.write({ log: undefined }) },
    ]);
  }

  override render(): TemplateResult {
    return html`<h1 class="unseen">Logs</h1>
      <div class="page">
        ${this.renderFilters()}
        <div class="split">
          <div class="main">
            ${panelStates(this.search.query, {
              data: (page) => this.renderLines(page),
              empty: (page) => (page.items.length === 0 ? this.renderEmpty() : undefined),
              skeleton: () => html`<gs-skeleton .lines=${20}></gs-skeleton>`,
            })}
          </div>
          ${this.renderDetails()}
        </div>
      </div>`;
  }

  private renderFilters(): TemplateResult {
    const services = [...serviceHues.value.keys()].sort();
    const page = this.search.query.data;
    const { waitingCount } = this.search;
    return html`<form aria-label="Filters" @submit=${(event: Event) => event.preventDefault()}>
      <label>
        <span>Service</span>
        <select
          aria-label="Service"
          @change=${(event: Event) => this.write({ service: valueOf(event), log: undefined })}
        >
          <option value="">any service</option>
          ${services.map((name) => html`<option value=${name} ?selected=${name === this.service}>${name}</option>`)}
        </select>
      </label>
      <label>
        <span>At least</span>
        <select
          aria-label="Least severity"
          @change=${(event: Event) => this.write({ severity: valueOf(event), log: undefined })}
        >
          <option value="">any severity</option>
          ${SEVERITY_LEVELS.slice(1).map(
            ({ number, name }) => html`<option value=${number} ?selected=${number === this.severity}>${name}</option>`,
          )}
        </select>
      </label>
      <span class="count"
        >${page ? `${formatPlural(page.items.length, "line")}${page.truncated ? ", the newest" : ""}` : ""}</span
      >
      ${
        waitingCount > 0
          ? html`<button class="button new" @click=${() => this.search.showWaiting()}>${waitingCount} new</button>`
          : nothing
      }
    </form>`;
  }

  private renderLines(page: PageOf<WireLog>): TemplateResult {
    const chosen = this.chosen;
    return html`<div class="page">
      <gs-virtual-list
        class="fill"
        label="Log lines, newest first"
        .count=${page.items.length}
        .drawRow=${(index: number) => this.renderLine(page.items[index], chosen)}
        .version=${[page, chosen]}
      ></gs-virtual-list>
      ${
        page.truncated
          ? html`<div class="older">
              <button class="button" ?disabled=${this.search.loadingOlder} @click=${() => void this.search.loadOlder()}>
                ${this.search.loadingOlder ? "Loading…" : "Older lines"}
              </button>
            </div>`
          : nothing
      }
    </div>`;
  }

  private renderLine(log: WireLog, chosen: WireLog | undefined): TemplateResult {
    const millis = nanosToMillis(log.timeUnixNano);
    return html`<gs-log-row
      .time=${formatRecent(millis, Date.now(), 3)}
      .timeTitle=${formatUtc(millis)}
      .severityNumber=${log.severityNumber}
      .service=${log.service}
      .hue=${hueOf(log.service)}
      .body=${log.body || (log.eventName ?? "")}
      .fields=${formatLogFields(log.attributes)}
      .aside=${log.traceId ? `trace ${shortenMiddle(log.traceId, 9)}` : ""}
      .selected=${log === chosen}
      @click=${() => this.write({ log: log === chosen ? undefined : keyOf(log) })}
    ></gs-log-row>`;
  }

  private renderDetails(): TemplateResult {
    const log = this.chosen;
    if (!log) return html`${nothing}`;
    return html`<aside class="details" aria-label="Details">
      <gs-log-panel
        .log=${{ ...log, raw: log }}
        .hue=${hueOf(log.service)}
        .links=${links}
        @gs-close=${() => this.write({ log: undefined })}
      >
        ${
          log.traceId
            ? html`<a class="button" href=${links.trace(log.traceId, log.spanId, log.timeUnixNano)}
                >Open its trace at this line</a
              >`
            : html`<span class="faint">It carries no trace id.</span>`
        }
      </gs-log-panel>
    </aside>`;
  }

  private renderEmpty(): TemplateResult {
    const filtered = this.service !== "" || this.severity > 0;
    return html`<gs-empty
      heading="No log lines"
      why=${filtered ? "None in this time range meets the filters." : "None arrived for this time range. Loggers send here by OTLP, as spans do."}
    >
      ${
        filtered
          ? html`<button class="button" @click=${() => this.write({ service: undefined, severity: undefined })}>
              Clear the filters
            </button>`
          : html`<a class="button" href=${linkTo("/services")}>See what sends here</a>`
      }
      <button class="button" @click=${() => setTimeRange({ kind: "relative", millis: DAY })}>
        Show the last 24 hours
      </button>
    </gs-empty>`;
  }

  private get service(): string {
    const { params } = currentPlace.value;
    return params.get("service") ?? readTerm(params.get("q") ?? "", "service", ":") ?? "";
  }

  private get severity(): number {
    return Number(currentPlace.value.params.get("severity") ?? 0) || 0;
  }

  private get chosen(): WireLog | undefined {
    const key = currentPlace.value.params.get("log");
    return key ? this.search.query.data?.items.find((log) => keyOf(log) === key) : undefined;
  }

  private move(by: number): void {
    const items = this.search.query.data?.items ?? [];
    const chosen = this.chosen;
    const at = chosen ? items.indexOf(chosen) + by : 0;
    const next = items[Math.min(items.length - 1, Math.max(0, at))];
    if (!next) return;
    this.write({ log: keyOf(next) });
    this.list?.showRow(items.indexOf(next));
  }

  private openTrace(): void {
    const { traceId, spanId, timeUnixNano } = this.chosen ?? {};
    if (traceId) navigate(links.trace(traceId, spanId, timeUnixNano));
  }

  private write(changes: ParamChanges): void {
    navigateParams(changeParams(currentPlace.value.params, changes), { replace: true });
  }
}

/** Names a line in the address. */
function keyOf(log: WireLog): string {
  return `${log.timeUnixNano}.${log.spanId ?? ""}`;
}

function valueOf(event: Event): string {
  return (event.target as HTMLSelectElement).value;
}
