/** All log lines of a trace by time, as a list. In: the trace view, hues, the chosen line; out: gs-select (Selection). */
import { css, html, LitElement, nothing, type TemplateResult } from "lit";
import { customElement, property, query } from "lit/decorators.js";
import { formatOffset } from "../base/format-duration.ts";
import { formatLogFields } from "../model/log-fields.ts";
import { operationOf } from "../model/trace.ts";
import type { TraceView } from "../model/trace-view.ts";
import { emit } from "../widgets/emit.ts";
import "../widgets/gs-empty.ts";
import "../widgets/gs-virtual-list.ts";
import type { GsVirtualList } from "../widgets/gs-virtual-list.ts";
import { sharedStyles } from "../widgets/shared-styles.ts";
import "./gs-log-row.ts";

@customElement("gs-trace-logs")
export class GsTraceLogs extends LitElement {
  static override styles = [
    sharedStyles,
    css`
      :host {
        display: flex;
        flex-direction: column;
        min-height: 0;
        background: var(--surface-1);
      }
      gs-virtual-list {
        flex: 1;
      }
    `,
  ];

  @property({ attribute: false }) view?: TraceView;
  @property({ attribute: false }) hueOf: (service: string) => number = () => 0;
  /** Line number; -1 = none. */
  @property({ type: Number }) selected = -1;
  @query("gs-virtual-list") private list?: GsVirtualList;

  showLine(line: number): void {
    this.list?.showRow(line);
  }

  override render(): TemplateResult {
    const { view } = this;
    if (!view) return html`${nothing}`;
    const { lines } = view.logs;
    if (lines.length === 0) {
      return html`<gs-empty
        heading="No logs with this trace id"
        why="Log lines appear here when they carry the trace id: send them by OTLP from a logger that the OpenTelemetry SDK knows."
      ></gs-empty>`;
    }
    return html`<gs-virtual-list
      label="Logs of the trace"
      .count=${lines.length}
      .drawRow=${(index: number) => this.row(view, index)}
      .version=${[view, this.selected, this.hueOf]}
    ></gs-virtual-list>`;
  }

  private row(view: TraceView, index: number): TemplateResult {
    const line = view.logs.lines[index];
    return html`<gs-log-row
      .time=${formatOffset(line.at, view.trace.totalNanos)}
      .severityNumber=${line.severityNumber}
      .service=${line.service}
      .hue=${this.hueOf(line.service)}
      .body=${line.body}
      .fields=${formatLogFields(line.record.attributes)}
      .aside=${line.row >= 0 ? operationOf(view.trace, line.row) : "no span"}
      .selected=${index === this.selected}
      @click=${() => emit(this, "gs-select", { kind: "log", index })}
    ></gs-log-row>`;
  }
}
