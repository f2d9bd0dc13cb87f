/**
 * All about one log line at the side of the page: its fields, the lines around it, its trace in small. In: its id, and the line when it is known
 * already; out: gs-close, gs-open-line, and what the panel tells. Asks for context, trace and the rest of a long body itself.
 */
import { css, html, LitElement, nothing, type PropertyValues, type TemplateResult } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import type { WireLog, WireLogContext, WireTraceSummary } from "goldspan/contract";
import { fetchTrace } from "../api/endpoints.ts";
import { fetchLogContext } from "../api/log-endpoints.ts";
import "../components/gs-log-context.ts";
import "../components/gs-log-panel.ts";
import "../components/gs-trace-card.ts";
import { QueryController } from "../controllers/query-controller.ts";
import { previewTrace } from "../model/trace-preview.ts";
import { linksAt } from "../state/links.ts";
import { nanosToMillis } from "../base/nanos.ts";
import { emit } from "../widgets/emit.ts";
import "../widgets/gs-section.ts";
import "../widgets/gs-skeleton.ts";
import { panelStates } from "../widgets/panel-states.ts";
import { panelStyles } from "../widgets/panel-styles.ts";
import { controlStyles, sharedStyles } from "../widgets/shared-styles.ts";

const FIRST_REACH = 5;
const MOST_REACH = 100;

@customElement("gs-log-details")
export class GsLogDetails extends LitElement {
  static override styles = [
    sharedStyles,
    controlStyles,
    panelStyles,
    css`
      :host {
        display: grid;
      }
      gs-log-panel {
        min-height: 0;
      }
      gs-trace-card {
        margin: 0 var(--space-4) var(--space-4);
      }
    `,
  ];

  @property() lineId = "";
  @property({ attribute: false }) line?: WireLog;
  @property({ attribute: false }) hueOf: (service: string) => number = () => 0;
  @property({ attribute: false }) columns: readonly string[] = [];
  @state() private reach = FIRST_REACH;
  @state() private wholeBody?: string;

  private readonly context = new QueryController<WireLogContext>(this, {
    key: () => (this.lineId ? `log context ${this.reach} ${this.lineId}` : undefined),
    ask: (signal) => fetchLogContext(this.lineId, { before: this.reach, after: this.reach }, signal),
    keepStale: false,
  });

  private readonly trace = new QueryController<WireTraceSummary | null>(this, {
    key: () => (this.known?.traceId ? `trace preview ${this.known.traceId}` : undefined),
    ask: async (signal) => {
      const traceId = this.known?.traceId ?? "";
      return previewTrace(traceId, await fetchTrace(traceId, signal)) ?? null;
    },
    keepStale: false,
  });

  protected override willUpdate(changed: PropertyValues): void {
    if (!changed.has("lineId")) return;
    this.reach = FIRST_REACH;
    this.wholeBody = undefined;
  }

  override render(): TemplateResult {
    const log = this.known;
    if (!log) {
      return html`${panelStates(this.context, { data: () => nothing, skeleton: () => html`<gs-skeleton .lines=${10}></gs-skeleton>` })}`;
    }
    const links = linksAt(nanosToMillis(log.timeUnixNano));
    const shown = this.wholeBody === undefined ? log : { ...log, body: this.wholeBody, bodyBytes: undefined };
    return html`<gs-log-panel
      filterable
      .log=${{ ...shown, raw: log }}
      .hue=${this.hueOf(log.service)}
      .links=${links}
      .columns=${this.columns}
      @gs-whole=${this.loadWhole}
    >
      ${
        log.traceId
          ? html`<a class="button" href=${links.trace(log.traceId, log.spanId, log.timeUnixNano)}
                >Open its trace at this line</a
              >
              <button
                class="button"
                @click=${() => emit(this, "gs-filter", { field: "trace_id", value: log.traceId, negated: false })}
              >
                Lines of this trace
              </button>`
          : html`<span class="faint">It carries no trace id.</span>`
      }
      <div slot="sections">${this.renderTrace(log)}${this.renderContext()}</div>
    </gs-log-panel>`;
  }

  /** A trace that was sampled away, or hasn't come yet, leaves no gap. */
  private renderTrace(log: WireLog): unknown {
    const { data } = this.trace;
    if (!log.traceId || !data) return nothing;
    const href = linksAt(nanosToMillis(log.timeUnixNano)).trace(log.traceId, log.spanId, log.timeUnixNano);
    return html`<gs-trace-card .trace=${data} .href=${href} .hueOf=${this.hueOf}></gs-trace-card>`;
  }

  private renderContext(): unknown {
    const { data } = this.context;
    return html`<gs-section
      heading="Around it"
      .count=${data ? String(data.before.length + data.after.length) : ""}
      open
    >
      ${panelStates(this.context, {
        data: (context) =>
          html`<gs-log-context
            .context=${context}
            .reach=${this.reach}
            @gs-wider=${() => (this.reach = Math.min(MOST_REACH, this.reach * 3))}
          ></gs-log-context>`,
        skeleton: () => html`<gs-skeleton .lines=${6}></gs-skeleton>`,
      })}
    </gs-section>`;
  }

  private get known(): WireLog | undefined {
    return this.line?.id === this.lineId ? this.line : this.context.data?.log;
  }

  private readonly loadWhole = async (): Promise<void> => {
    const { lineId } = this;
    try {
      const { log } = await fetchLogContext(lineId, { before: 0, after: 0, whole: true }, new AbortController().signal);
      if (lineId === this.lineId) this.wholeBody = log.body;
    } catch (error) {
      emit(this, "gs-notice", (error as Error).message);
    }
  };
}
