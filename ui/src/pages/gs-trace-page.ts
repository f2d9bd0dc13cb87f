/**
 * One trace: head, findings, overview, then the waterfall, its logs or its table, and the details of what is chosen at the side. In: the
 * address (/traces/{id}?span&log&tab&find&zoom), the API; out: the same address, kept up to date, so that a link shows this picture.
 */
import { html, LitElement, nothing, type TemplateResult } from "lit";
import { customElement, query, state } from "lit/decorators.js";
import type { WireOtlpLogs, WireOtlpTraces, WirePins } from "goldspan/contract";
import { fetchPins, fetchTrace, fetchTraceLogs, pinTrace, traceJsonHref, unpinTrace } from "../api/endpoints.ts";
import { formatDuration } from "../base/format-duration.ts";
import type { Interval } from "../base/interval.ts";
import { changeParams, type ParamChanges } from "../base/params.ts";
import { findTraceId } from "../base/trace-id.ts";
import { followSignals } from "../controllers/follow-signals.ts";
import { QueryController } from "../controllers/query-controller.ts";
import type { Finding } from "../model/findings.ts";
import type { Selection } from "../model/selection.ts";
import { sameSelection } from "../model/selection.ts";
import { mainRoot, operationOf, serviceOf, type Trace } from "../model/trace.ts";
import { buildTraceView } from "../model/trace-view.ts";
import { links, linksAt } from "../state/links.ts";
import { currentPlace, nameIn, navigateParams } from "../state/location.ts";
import { readNumberPreference, readPreference, writePreference } from "../state/preferences.ts";
import { serviceHueOf } from "../state/service-hues.ts";
import { linkTo } from "../state/time-range.ts";
import { emit, type Emitted } from "../widgets/emit.ts";
import { panelStates } from "../widgets/panel-states.ts";
import { panelStyles } from "../widgets/panel-styles.ts";
import { controlStyles, sharedStyles } from "../widgets/shared-styles.ts";
import { splitStyles } from "./split-styles.ts";
import { bindTraceKeys } from "./trace-keys.ts";
import { renderTrace, type TraceScene } from "./trace-layout.ts";
import { tracePageStyles } from "./trace-page-styles.ts";
import { readSelection, readTab, readZoom, writeSelection, writeZoom, type TraceTab } from "./trace-place.ts";
import { TraceWorkspace } from "./trace-workspace.ts";
import type { GsWaterfall } from "../components/gs-waterfall.ts";
import type { GsTraceToolbar } from "../components/gs-trace-toolbar.ts";
import type { GsTraceLogs } from "../components/gs-trace-logs.ts";

interface Answer {
  readonly trace: WireOtlpTraces;
  readonly logs: WireOtlpLogs | undefined;
}

@customElement("gs-trace-page")
export class GsTracePage extends LitElement {
  static override styles = [sharedStyles, controlStyles, panelStyles, splitStyles, tracePageStyles];

  @state() private selected?: Selection;
  @state() private find = "";
  @state() private logsShown = readPreference("trace.logs") !== "off";
  @state() private criticalShown = readPreference("trace.critical") !== "off";
  @state() private panelWidth = readNumberPreference("trace.panel", 0);
  @state() private nameShare = readNumberPreference("trace.names", 0.38);
  @query("gs-waterfall") private waterfall?: GsWaterfall;
  @query("gs-trace-toolbar") private toolbar?: GsTraceToolbar;
  @query("gs-trace-logs") private logList?: GsTraceLogs;
  private workspace?: TraceWorkspace;
  private links = links;
  private built?: Answer;
  private zoomTimer?: number;

  private readonly answer = new QueryController<Answer>(this, {
    // Empty while the page is being left: the address is another page's already.
    key: () => this.traceId || undefined,
    ask: (signal) => this.ask(signal),
    keepStale: false,
    remember: false,
  });

  private readonly pins = new QueryController<WirePins>(this, { key: () => "pins", ask: fetchPins });

  constructor() {
    super();
    followSignals(this, currentPlace, serviceHueOf);
    bindTraceKeys(this, {
      move: (by) => this.move(by),
      left: () => this.follow(this.workspace?.foldOrLeave()),
      right: () => this.follow(this.workspace?.unfoldOrEnter()),
      open: () => this.select(this.workspace?.cursor),
      close: () => this.closeOrClear(),
      search: () => this.toolbar?.focus(),
      step: (direction) => this.step(direction),
      fold: (to) => this.foldAll(to),
      zoomToCursor: () => this.zoomToCursor(),
      zoomOut: () => this.workspace && this.zoom(this.workspace.wholeTime),
      toggleLogs: () => this.setOption("logs", !this.logsShown),
      toggleCritical: () => this.setOption("critical", !this.criticalShown),
      togglePin: () => this.togglePin(),
      tab: (tab) => this.write({ tab: tab === "waterfall" ? undefined : tab }),
      reload: () => this.answer.refresh(),
    });
  }

  protected override willUpdate(): void {
    const { data } = this.answer;
    if (data && data !== this.built) {
      this.built = data;
      this.workspace = new TraceWorkspace(buildTraceView(this.traceId, data.trace, data.logs), this.logsShown);
      const zoom = readZoom(currentPlace.value.params);
      if (zoom) this.workspace.setTimeView(zoom);
      this.selected = undefined;
      this.find = "";
      this.links = linksAt(this.workspace.view.trace.begin.seconds * 1000);
      document.title = titleOf(this.workspace.view.trace);
    }
    if (this.workspace && data) this.readPlace(this.workspace);
  }

  override render(): TemplateResult {
    return panelStates(this.answer, {
      data: () => (this.workspace ? renderTrace(this.scene(this.workspace)) : nothing),
      empty: () => (this.workspace?.view.trace.count === 0 ? this.renderUnknown() : undefined),
      skeleton: () => html`<gs-skeleton shape="block"></gs-skeleton><gs-skeleton .lines=${18}></gs-skeleton>`,
    });
  }

  private renderUnknown(): TemplateResult {
    if (!findTraceId(this.traceId)) {
      return html`<gs-empty
        heading="This is no trace id"
        why=${`A trace id has 32 hexadecimal digits; ${this.traceId} has not.`}
      >
        <a class="button" href=${linkTo("/traces")}>Search traces</a>
      </gs-empty>`;
    }
    return html`<gs-empty
      heading="No trace with this id"
      why=${`Nothing is stored under ${this.traceId}. It may not have arrived yet, its spans may have been sampled away, or it is older than the retention.`}
    >
      <button class="button" @click=${() => this.answer.refresh()}>Look again</button>
      <a class="button" href=${linkTo("/traces")}>Search traces</a>
    </gs-empty>`;
  }

  private scene(workspace: TraceWorkspace): TraceScene {
    const { trace } = workspace.view;
    const hueOf = serviceHueOf.value;
    return {
      workspace,
      tab: readTab(currentPlace.value.params),
      hues: trace.services.map((service) => hueOf(service.name)),
      hueOf,
      links: this.links,
      selected: this.selected,
      find: this.find,
      logsShown: this.logsShown,
      criticalShown: this.criticalShown,
      panelWidth: this.panelWidth,
      nameShare: this.nameShare,
      onNames: (share) => this.resizeNames(share),
      jsonHref: traceJsonHref(trace.traceId),
      pinned: this.isPinned,
      onPin: () => this.togglePin(),
      onSelect: (selection) => this.select(selection),
      onClose: () => this.select(undefined),
      onToggle: (selection) => this.toggle(selection),
      onZoom: (interval) => this.zoom(interval),
      onFind: (text) => this.search(text),
      onStep: (direction) => this.step(direction),
      onFold: (to) => this.foldAll(to),
      onOption: (name, on) => this.setOption(name, on),
      onFinding: (finding) => this.openFinding(finding),
      onTab: (tab: TraceTab) => this.write({ tab: tab === "waterfall" ? undefined : tab }),
      onResize: (event: Emitted<number>) => this.resizePanel(event.detail),
    };
  }

  private get traceId(): string {
    const { path } = currentPlace.value;
    return (nameIn(path, "traces") || nameIn(path, "trace")).toLowerCase();
  }

  /** The trace decides; logs that can't be had leave it without logs. A trace that isn't there, or can't be, is empty, not an error. */
  private async ask(signal: AbortSignal): Promise<Answer> {
    const [trace, logs] = await Promise.allSettled([
      fetchTrace(this.traceId, signal),
      fetchTraceLogs(this.traceId, signal),
    ]);
    if (trace.status === "fulfilled")
      return { trace: trace.value, logs: logs.status === "fulfilled" ? logs.value : undefined };
    const { reason } = trace as { reason: unknown };
    if ([400, 404].includes((reason as { status?: number }).status ?? 0))
      return { trace: { resourceSpans: [] }, logs: undefined };
    throw reason;
  }

  /** Follows the address: after a click, back, forward, or a link to a span of this very trace. */
  private readPlace(workspace: TraceWorkspace): void {
    const { params } = currentPlace.value;
    const find = params.get("find") ?? "";
    if (find !== this.find || (find !== "" && !workspace.matches)) {
      this.find = find;
      workspace.search(find);
    }
    const selection = readSelection(params, workspace.view);
    if (sameSelection(selection, this.selected)) return;
    this.selected = selection;
    if (!selection) return;
    workspace.goTo(selection);
    this.show(selection, "center");
  }

  private select(selection: Selection | undefined): void {
    if (!this.workspace) return;
    if (selection?.kind === "group") this.toggle(selection);
    else this.write(writeSelection(selection, this.workspace.view), selection === undefined);
  }

  /** Moves what the tab shows: rows, or log lines, which are chosen as one comes by. */
  private move(by: number): void {
    const { workspace } = this;
    const tab = readTab(currentPlace.value.params);
    if (tab === "waterfall") this.follow(workspace?.move(by));
    const line = tab === "logs" ? workspace?.moveLine(this.selected, by) : undefined;
    if (line && workspace) this.write(writeSelection(line, workspace.view));
  }

  /** After a move of the cursor: keeps it in view, and the panel on it when it is open. */
  private follow(selection: Selection | undefined): void {
    if (!selection) return;
    this.requestUpdate();
    this.show(selection, "nearest");
    if (this.selected && selection.kind !== "group" && this.workspace)
      this.write(writeSelection(selection, this.workspace.view), true);
  }

  private show(selection: Selection, block: "nearest" | "center"): void {
    void this.updateComplete.then(() => {
      if (selection.kind === "log") this.logList?.showLine(selection.index);
      return this.waterfall?.showRow(selection, block);
    });
  }

  private toggle(selection: Selection): void {
    this.workspace?.toggle(selection);
    this.requestUpdate();
  }

  private search(find: string): void {
    const { workspace } = this;
    this.find = find;
    workspace?.search(find);
    this.write({ find, tab: undefined });
    const first = workspace?.matches?.[0];
    if (!workspace || first === undefined) return;
    workspace.goTo({ kind: "span", index: first });
    this.show({ kind: "span", index: first }, "center");
  }

  private step(direction: -1 | 1): void {
    const selection = this.workspace?.stepToMatch(direction);
    if (selection) this.follow(selection);
  }

  private foldAll(to: "all" | "none" | number): void {
    this.workspace?.foldAll(to);
    this.requestUpdate();
  }

  private zoom(interval: Interval): void {
    const { workspace } = this;
    if (!workspace) return;
    workspace.setTimeView(interval);
    this.requestUpdate();
    window.clearTimeout(this.zoomTimer);
    this.zoomTimer = window.setTimeout(() => this.write(writeZoom(workspace.timeView, workspace.wholeTime), true), 300);
  }

  private zoomToCursor(): void {
    const { workspace } = this;
    if (!workspace?.cursor) return;
    workspace.zoomTo(workspace.cursor);
    this.zoom(workspace.timeView);
  }

  private openFinding(finding: Finding): void {
    const selection: Selection =
      finding.kind === "repeat" ? { kind: "group", index: finding.group } : { kind: "span", index: finding.row };
    this.workspace?.goTo(selection);
    if (finding.kind === "gap")
      this.zoom({ from: finding.from - finding.nanos * 0.2, to: finding.from + finding.nanos * 1.2 });
    if (finding.kind !== "repeat") this.select(selection);
    this.requestUpdate();
    this.show(selection, "center");
  }

  private setOption(name: "logs" | "critical", on: boolean): void {
    writePreference(`trace.${name}`, on ? "on" : "off");
    if (name === "logs") {
      this.logsShown = on;
      this.workspace?.showLogs(on);
    } else {
      this.criticalShown = on;
    }
  }

  private get isPinned(): boolean {
    return this.pins.data?.pins.some(({ traceId }) => traceId === this.traceId) ?? false;
  }

  private togglePin(): void {
    const { traceId, isPinned } = this;
    if (!this.workspace) return;
    void (isPinned ? unpinTrace(traceId) : pinTrace(traceId))
      .then(() => emit(this, "gs-notice", isPinned ? "Unpinned" : "Pinned: retention doesn't take it"))
      .catch((error: unknown) => emit(this, "gs-notice", (error as Error).message))
      .finally(() => this.pins.refresh());
  }

  private closeOrClear(): void {
    if (this.selected) this.select(undefined);
    else if (this.find) this.search("");
    else if (this.workspace) this.zoom(this.workspace.wholeTime);
  }

  private resizePanel(width: number): void {
    this.panelWidth = width;
    writePreference("trace.panel", String(Math.round(width)));
  }

  private resizeNames(share: number): void {
    this.nameShare = share;
    writePreference("trace.names", share.toFixed(3));
  }

  private write(changes: ParamChanges, replace = true): void {
    navigateParams(changeParams(currentPlace.value.params, changes), { replace });
  }
}

/** What a tab, a bookmark and the history show. */
function titleOf(trace: Trace): string {
  const root = mainRoot(trace);
  if (root < 0) return "Trace · Goldspan";
  return `${serviceOf(trace, root)} ${operationOf(trace, root)} · ${formatDuration(trace.totalNanos)} · Goldspan`;
}
