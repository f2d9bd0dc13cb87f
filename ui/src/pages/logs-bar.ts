/** The top of the logs page: the query, tabs and tools, and what the live tail does. In: a scene; out: templates. */
import { html, nothing, type TemplateResult } from "lit";
import type { WireSavedSearch } from "goldspan/contract";
import { formatCount, formatExact, formatRate } from "../base/format-number.ts";
import "../components/gs-log-columns.ts";
import "../components/gs-log-help.ts";
import "../components/gs-log-query.ts";
import type { LogEdit } from "../model/log-completion.ts";
import { links } from "../state/links.ts";
import type { Emitted } from "../widgets/emit.ts";
import "../widgets/gs-popover.ts";
import type { GsPopover } from "../widgets/gs-popover.ts";
import "../widgets/gs-tabs.ts";
import { icon } from "../widgets/icons.ts";
import "./gs-log-tools.ts";
import type { LogsTab } from "./logs-place.ts";
import type { LogsScene } from "./logs-scene.ts";

const TABS = [
  { value: "lines", label: "Lines" },
  { value: "patterns", label: "Patterns" },
];

export function renderBar(scene: LogsScene): TemplateResult {
  const { place, questions } = scene;
  const lines = place.tab === "lines" && !questions.isTable;
  return html`<div class="bar">
      <gs-log-query
        .value=${place.query}
        .known=${scene.known}
        .complaint=${scene.complaint}
        @gs-query=${(event: Emitted<string>) => scene.onQuery(event.detail)}
        @gs-edit=${(event: Emitted<LogEdit>) => scene.onEdit(event.detail)}
      >
        <gs-popover label="How to ask" buttonClass="button plain icon" align="right">
          <span slot="label" class="question">?</span>
          <gs-log-help @gs-try=${(event: Emitted<string>) => tryExample(event, scene)}></gs-log-help>
        </gs-popover>
      </gs-log-query>
    </div>
    <div class="tools">
      <gs-tabs
        label="View"
        .items=${TABS}
        .value=${place.tab}
        @gs-change=${(event: Emitted<LogsTab>) => scene.onTab(event.detail)}
      ></gs-tabs>
      ${renderNew(scene)}
      <span class="end">
        ${place.tail || place.tab === "patterns" ? nothing : html`<button class="button plain narrow" aria-expanded=${String(scene.facetsOpen)} @click=${() => scene.onToggleFacets()}>${icon("filter")} Fields</button>`}
        <button
          class="button ${place.tail ? "" : "plain"} live"
          aria-pressed=${String(place.tail)}
          title="Lines as they arrive (t)"
          aria-label="Live tail"
          @click=${() => scene.onTail()}
        >
          <i></i><span>Live tail</span>
        </button>
        ${
          lines
            ? html`<button
                  class="button plain"
                  aria-pressed=${String(place.wrap)}
                  title="Wrap lines (w)"
                  @click=${() => scene.onWrap()}
                >
                  Wrap
                </button>
                <gs-popover
                  label="Columns"
                  buttonClass="button plain icon"
                  align="right"
                  @gs-open=${() => scene.onWantNames()}
                >
                  <span slot="label">${icon("table")}</span>
                  <gs-log-columns
                    .columns=${place.columns}
                    .names=${scene.names}
                    @gs-columns=${(event: Emitted<readonly string[]>) => scene.onColumns(event.detail)}
                  ></gs-log-columns>
                </gs-popover>`
            : nothing
        }
        ${
          place.query === ""
            ? nothing
            : html`<a
                class="button plain"
                href=${links.alerts({ tab: "rules", new: "logs", ask: place.query })}
                title="Make an alert of how many lines meet it"
                >${icon("bell")} Alert</a
              >`
        }
        <gs-log-tools
          .query=${place.query}
          .columns=${place.columns}
          .bounds=${questions.bounds}
          .total=${questions.counted?.total ?? 0}
          @gs-open-search=${(event: Emitted<WireSavedSearch>) => scene.onSearch(event.detail)}
        ></gs-log-tools>
      </span>
    </div>`;
}

function renderNew({ place, questions, tail, onNew }: LogsScene): unknown {
  const count = place.tail ? tail.waitingCount : questions.newCount;
  if (count === 0) return nothing;
  return html`<button class="button new" title="Show them (n)" @click=${() => onNew()}>
    ${formatCount(count)} new
  </button>`;
}

export function renderTailBar({ tail }: LogsScene): TemplateResult {
  const { rate, paused, connected, error } = tail;
  const skipped = (rate?.skipped ?? 0) + tail.dropped;
  return html`<div class="tail-bar">
    <span class="pulse ${connected && !paused ? "on" : ""}" aria-hidden="true"></span>
    <span role="status"
      >${error && error.status !== 400 ? html`<span class="error">${error.message}; trying again</span>` : paused ? "Paused" : connected ? "Following" : "Connecting"}</span
    >
    ${rate ? html`<span class="dim">${formatRate(rate.perSecond)}</span>` : nothing}
    ${skipped > 0 ? html`<span class="warn" title="More came than can be shown">${formatExact(skipped)} left out</span>` : nothing}
    <span class="faint">${formatExact(tail.lines.length)} lines</span>
    <button class="button" title="p" @click=${() => tail.togglePause()}>${paused ? "Go on" : "Pause"}</button>
  </div>`;
}

function tryExample(event: Emitted<string>, scene: LogsScene): void {
  (event.currentTarget as HTMLElement).closest<GsPopover>("gs-popover")?.close();
  scene.onQuery(event.detail);
}
