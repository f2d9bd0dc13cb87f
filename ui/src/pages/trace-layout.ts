/** How the parts of the trace page stand together. In: one scene with data and what to do on each event; out: a template. */
import { html, nothing, type TemplateResult } from "lit";
import { formatExact } from "../base/format-number.ts";
import type { Interval } from "../base/interval.ts";
import "../components/gs-log-panel.ts";
import type { LogDetail } from "../components/gs-log-panel.ts";
import "../components/gs-operation-stats.ts";
import "../components/gs-span-panel.ts";
import "../components/gs-trace-findings.ts";
import "../components/gs-trace-header.ts";
import "../components/gs-trace-logs.ts";
import "../components/gs-trace-overview.ts";
import "../components/gs-trace-toolbar.ts";
import "../components/gs-waterfall.ts";
import type { Finding } from "../model/findings.ts";
import type { Links } from "../model/links.ts";
import { formatTerm } from "../model/query-text.ts";
import { summarizeTraceOperations } from "../model/operation-stats.ts";
import type { Selection } from "../model/selection.ts";
import { operationOf } from "../model/trace.ts";
import type { TraceLog } from "../model/trace-logs.ts";
import type { Emitted } from "../widgets/emit.ts";
import "../widgets/gs-skeleton.ts";
import "../widgets/gs-splitter.ts";
import "../widgets/gs-tabs.ts";
import { styleOf } from "../widgets/style-of.ts";
import type { TraceTab } from "./trace-place.ts";
import type { TraceWorkspace } from "./trace-workspace.ts";

export interface TraceScene {
  readonly workspace: TraceWorkspace;
  readonly tab: TraceTab;
  readonly hues: readonly number[];
  readonly hueOf: (service: string) => number;
  readonly links: Links;
  readonly selected?: Selection;
  readonly find: string;
  readonly logsShown: boolean;
  readonly criticalShown: boolean;
  /** Pixels; 0 = as the tokens say. */
  readonly panelWidth: number;
  /** Share of the waterfall's width that the names take. */
  readonly nameShare: number;
  readonly onNames: (share: number) => void;
  readonly jsonHref: string;
  readonly pinned: boolean;
  readonly onPin: () => void;
  readonly onSelect: (selection: Selection | undefined) => void;
  readonly onClose: () => void;
  readonly onToggle: (selection: Selection) => void;
  readonly onZoom: (interval: Interval) => void;
  readonly onFind: (text: string) => void;
  readonly onStep: (direction: -1 | 1) => void;
  readonly onFold: (to: "all" | "none" | number) => void;
  readonly onOption: (name: "logs" | "critical", on: boolean) => void;
  readonly onFinding: (finding: Finding) => void;
  readonly onTab: (tab: TraceTab) => void;
  readonly onResize: (event: Emitted<number>) => void;
}

const LEAST_PANEL = 300;
const MOST_PANEL = 900;
const DEFAULT_PANEL = 440;

export function renderTrace(scene: TraceScene): TemplateResult {
  const { workspace, hues, selected } = scene;
  const { view } = workspace;
  const open = selected !== undefined && selected.kind !== "group";
  return html`<div class="page">
    <gs-trace-header
      .trace=${view.trace}
      .hues=${hues}
      .jsonHref=${scene.jsonHref}
      .logsHref=${scene.links.logs(formatTerm("trace_id", ":", view.trace.traceId))}
      .pinned=${scene.pinned}
      @gs-pin=${scene.onPin}
    ></gs-trace-header>
    <div class="strip">
      <gs-tabs
        class="tabs"
        label="Views of the trace"
        .items=${[
          { value: "waterfall", label: "Waterfall" },
          { value: "logs", label: "Logs", count: formatExact(view.logs.lines.length) },
          { value: "table", label: "Table" },
        ]}
        .value=${scene.tab}
        @gs-change=${(event: Emitted<TraceTab>) => scene.onTab(event.detail)}
      ></gs-tabs>
      <gs-trace-findings
        .trace=${view.trace}
        .findings=${view.findings}
        @gs-finding=${(event: Emitted<Finding>) => scene.onFinding(event.detail)}
      ></gs-trace-findings>
    </div>
    <div class="split">
      <div class="main">${renderTab(scene)}</div>
      ${
        open
          ? html`<gs-splitter
                trailing
                label="Width of the details"
                .size=${scene.panelWidth || DEFAULT_PANEL}
                .min=${LEAST_PANEL}
                .max=${MOST_PANEL}
                @gs-resize=${scene.onResize}
              ></gs-splitter>
              <aside
                class="details"
                aria-label="Details"
                ${styleOf({ "--panel-width": scene.panelWidth ? `${scene.panelWidth}px` : undefined })}
              >
                ${renderDetails(scene, selected)}
              </aside>`
          : nothing
      }
    </div>
  </div>`;
}

function renderTab(scene: TraceScene): TemplateResult {
  const { workspace, hues, hueOf } = scene;
  const { view } = workspace;
  const onSelect = (event: Emitted<Selection>): void => scene.onSelect(event.detail);
  if (scene.tab === "logs") {
    const line = scene.selected?.kind === "log" ? scene.selected.index : -1;
    return html`<gs-trace-logs
      class="fill"
      .view=${view}
      .hueOf=${hueOf}
      .selected=${line}
      @gs-select=${onSelect}
    ></gs-trace-logs>`;
  }
  if (scene.tab === "table") {
    return html`<gs-operation-stats
      class="fill"
      .stats=${summarizeTraceOperations(view.trace, view.critical)}
      .hueOf=${hueOf}
      @gs-select=${onSelect}
      @gs-find=${(event: Emitted<string>) => scene.onFind(event.detail)}
    ></gs-operation-stats>`;
  }
  return html`<gs-trace-overview
      .trace=${view.trace}
      .hues=${hues}
      .view=${workspace.timeView}
      @gs-brush=${(event: Emitted<Interval>) => scene.onZoom(event.detail)}
    ></gs-trace-overview>
    <gs-trace-toolbar
      .trace=${view.trace}
      .hues=${hues}
      .text=${scene.find}
      .matchCount=${workspace.matches?.length ?? 0}
      .matchNumber=${workspace.matchNumber}
      .logsShown=${scene.logsShown}
      .criticalShown=${scene.criticalShown}
      @gs-search=${(event: Emitted<string>) => scene.onFind(event.detail)}
      @gs-step=${(event: Emitted<-1 | 1>) => scene.onStep(event.detail)}
      @gs-fold=${(event: Emitted<"all" | "none" | number>) => scene.onFold(event.detail)}
      @gs-option=${(event: Emitted<{ name: "logs" | "critical"; on: boolean }>) => scene.onOption(event.detail.name, event.detail.on)}
    ></gs-trace-toolbar>
    <gs-waterfall
      class="fill"
      .model=${workspace.model}
      .fold=${workspace.fold}
      .view=${workspace.timeView}
      .cursor=${workspace.cursor}
      .selected=${scene.selected}
      .found=${workspace.found}
      .hues=${hues}
      .logsShown=${scene.logsShown}
      .criticalShown=${scene.criticalShown}
      .nameShare=${scene.nameShare}
      @gs-names=${(event: Emitted<number>) => scene.onNames(event.detail)}
      @gs-select=${onSelect}
      @gs-toggle=${(event: Emitted<Selection>) => scene.onToggle(event.detail)}
      @gs-view=${(event: Emitted<Interval>) => scene.onZoom(event.detail)}
    ></gs-waterfall>`;
}

function renderDetails(scene: TraceScene, selected: Selection): TemplateResult {
  const { workspace, hues, links } = scene;
  if (selected.kind === "log") return renderLogDetails(scene, workspace.view.logs.lines[selected.index]);
  return html`<gs-span-panel
    .view=${workspace.view}
    .row=${selected.index}
    .hues=${hues}
    .links=${links}
    @gs-close=${scene.onClose}
    @gs-select=${(event: Emitted<Selection>) => scene.onSelect(event.detail)}
    @gs-find=${(event: Emitted<string>) => scene.onFind(event.detail)}
  ></gs-span-panel>`;
}

function renderLogDetails(scene: TraceScene, line: TraceLog): TemplateResult {
  const { record, row } = line;
  const detail: LogDetail = {
    service: line.service,
    severityNumber: line.severityNumber,
    severityText: record.severityText ?? "",
    timeUnixNano: record.timeUnixNano ?? record.observedTimeUnixNano ?? "0",
    body: line.body,
    eventName: record.eventName,
    spanId: record.spanId,
    attributes: record.attributes ?? [],
    resource: line.resource?.attributes,
    raw: record,
  };
  return html`<gs-log-panel
    .log=${detail}
    .hue=${scene.hueOf(line.service)}
    .links=${scene.links}
    @gs-close=${scene.onClose}
  >
    ${
      row >= 0
        ? html`<button class="button" @click=${() => scene.onSelect({ kind: "span", index: row })}>
            Go to its span: ${operationOf(scene.workspace.view.trace, row)}
          </button>`
        : nothing
    }
  </gs-log-panel>`;
}
