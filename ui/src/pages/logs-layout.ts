/** How the logs page is put together: bar, tools, histogram, facets, the list or what stands for it, details. In: a scene; out: a template. */
import { html, nothing, type TemplateResult } from "lit";
import type { WireLog } from "goldspan/contract";
import type { Interval } from "../base/interval.ts";
import "../components/gs-log-facets.ts";
import "../components/gs-log-help.ts";
import "../components/gs-log-histogram.ts";
import "../components/gs-log-list.ts";
import type { ListView } from "../components/gs-log-list.ts";
import "../components/gs-log-patterns.ts";
import "../components/gs-log-table.ts";
import { addCondition, splitPipes } from "../model/log-query-edit.ts";
import { parsePatternColumn } from "../model/log-patterns.ts";
import { linkTo } from "../state/time-range.ts";
import type { Emitted } from "../widgets/emit.ts";
import "../widgets/gs-skeleton.ts";
import { icon } from "../widgets/icons.ts";
import { panelStates, type QueryState } from "../widgets/panel-states.ts";
import "./gs-log-details.ts";
import { renderBar, renderTailBar } from "./logs-bar.ts";
import type { LogFilter, LogsScene } from "./logs-scene.ts";

export function renderLogs(scene: LogsScene): TemplateResult {
  const { place, questions } = scene;
  const wrong = scene.complaint !== undefined && !scene.hasAnswer;
  return html`<h1 class="unseen">Logs</h1>
    <div
      class="page"
      @gs-filter=${(event: Emitted<LogFilter>) => scene.onFilter(event.detail)}
      @gs-column=${(event: Emitted<string>) => scene.onColumn(event.detail)}
    >
      ${renderBar(scene)} ${place.tail ? renderTailBar(scene) : wrong ? nothing : renderHistogram(scene)}
      <div class="split">
        ${place.tail || wrong || place.tab === "patterns" ? nothing : renderFacets(scene)}
        <div class="main">${renderMain(scene)}</div>
        ${place.chosen && place.tab === "lines" && !questions.isTable ? renderDetails(scene) : nothing}
      </div>
    </div>`;
}

function renderHistogram({ questions, onZoom, onTime, onFilter }: LogsScene): TemplateResult {
  const { summary, range } = questions;
  return html`<div class="histogram">
    ${panelStates(withoutComplaint(summary), {
      data: (data) =>
        html`<gs-log-histogram
          .summary=${data}
          .range=${range}
          @gs-zoom=${(event: Emitted<Interval>) => onZoom(event.detail)}
          @gs-time=${(event: Emitted<Interval>) => onTime(event.detail.to)}
          @gs-level=${(event: Emitted<string>) => onFilter({ field: "level", value: event.detail, negated: false })}
        ></gs-log-histogram>`,
      skeleton: () => html`<gs-skeleton shape="block"></gs-skeleton>`,
    })}
    ${questions.counted?.partial ? html`<p class="partial">${icon("warning")} ${questions.counted.partial}</p>` : nothing}
  </div>`;
}

function renderFacets(scene: LogsScene): TemplateResult {
  const { questions } = scene;
  return html`<aside class="facets ${scene.facetsOpen ? "open" : ""}" aria-label="Fields">
    ${panelStates(withoutComplaint(questions.facets), {
      data: (found) =>
        html`<gs-log-facets
          .found=${found}
          .whole=${questions.whole}
          .terms=${questions.terms}
          .names=${scene.names}
          .hueOf=${scene.hueOf}
          @gs-unfilter=${(event: Emitted<LogFilter>) => scene.onUnfilter(event.detail)}
          @gs-facets=${(event: Emitted<readonly string[]>) => scene.onFacets(event.detail)}
          @gs-more=${(event: Emitted<string>) => scene.onMore(event.detail)}
          @gs-want-names=${() => scene.onWantNames()}
        ></gs-log-facets>`,
      skeleton: () => html`<gs-skeleton .lines=${14}></gs-skeleton>`,
    })}
  </aside>`;
}

function renderMain(scene: LogsScene): unknown {
  const { place, questions } = scene;
  if (scene.complaint && !scene.hasAnswer) return renderExamples(scene);
  if (place.tail) return renderTail(scene);
  if (place.tab === "patterns") return renderPatterns(scene);
  if (questions.isTable) {
    return panelStates(withoutComplaint(questions.table), {
      data: (table) =>
        html`<gs-log-table
          class="fill"
          .table=${table}
          .order=${place.order}
          .range=${questions.range}
          .hueOf=${scene.hueOf}
          @gs-order=${(event: Emitted<string>) => scene.onOrder(event.detail)}
          @gs-zoom=${(event: Emitted<Interval>) => scene.onZoom(event.detail)}
          @gs-save=${(event: Emitted<{ name: string; type: string; text: string }>) => scene.onSave(event.detail)}
        ></gs-log-table>`,
      empty: (table) => (table.rows.length === 0 && table.progress === 1 ? renderNothing(scene) : undefined),
      skeleton: () => html`<gs-skeleton .lines=${14}></gs-skeleton>`,
    });
  }
  return renderLines(scene);
}

/** Nothing was ever found with a query that can't be read: how to write one says more than an empty page. */
function renderExamples(scene: LogsScene): TemplateResult {
  return html`<div class="examples">
    <gs-log-help @gs-try=${(event: Emitted<string>) => scene.onQuery(event.detail)}></gs-log-help>
  </div>`;
}

function renderLines(scene: LogsScene): TemplateResult {
  const { rows, place } = scene;
  const { lines, version } = rows;
  const state = {
    data: lines,
    error: rows.error,
    stale: rows.stale,
    skeleton: rows.skeleton,
    refresh: () => rows.retry(),
  };
  return panelStates(withoutComplaint(state), {
    data: (found) =>
      html`${rows.partial ? html`<p class="partial">${icon("warning")} ${rows.partial}</p>` : nothing}
        <gs-log-list
          .count=${found.total}
          .lineAt=${(rank: number) => found.rowAt(rank)}
          .version=${version}
          .columns=${columnsOf(scene)}
          ?wrap=${place.wrap}
          .chosen=${place.chosen}
          .hueOf=${scene.hueOf}
          .links=${scene.links}
          @gs-view=${(event: Emitted<ListView>) => scene.onView(event.detail)}
          @gs-open=${(event: Emitted<number>) => scene.onOpen(event.detail)}
        ></gs-log-list>`,
    empty: (found) => (found.isWhole && found.total === 0 ? renderNothing(scene) : undefined),
    skeleton: () => html`<gs-skeleton class="lines" .lines=${28}></gs-skeleton>`,
  });
}

/** `| fields` in the query says which, else what was chosen. */
function columnsOf({ place, rows }: LogsScene): readonly string[] {
  const fields = rows.fields?.filter((name) => !/^(?:service|level|body|time)$/.test(name));
  return fields && fields.length > 0 ? fields : place.columns;
}

function renderTail(scene: LogsScene): TemplateResult {
  const { tail, place } = scene;
  if (tail.lines.length === 0) {
    return html`<gs-empty
      heading="Waiting for lines"
      why="Lines that meet the query appear here as soon as they arrive."
    ></gs-empty>`;
  }
  return html`<gs-log-list
    class="fill"
    label="Live log lines, newest first"
    .count=${tail.lines.length}
    .lineAt=${(rank: number) => tail.lines[rank]}
    .version=${tail.version}
    .columns=${place.columns}
    ?wrap=${place.wrap}
    .chosen=${place.chosen}
    .hueOf=${scene.hueOf}
    .links=${scene.links}
    @gs-open=${(event: Emitted<number>) => scene.onOpen(event.detail)}
  ></gs-log-list>`;
}

function renderPatterns(scene: LogsScene): TemplateResult {
  const { questions, place } = scene;
  const { conditions } = splitPipes(place.query);
  return html`<gs-log-patterns
    class="fill scrolls"
    .found=${withoutComplaint(questions.patterns.snapshot)}
    .order=${parsePatternColumn(place.order)}
    .hueOf=${scene.hueOf}
    .links=${scene.links}
    @gs-sort=${(event: Emitted<string>) => scene.onOrder(event.detail === "count" ? "" : event.detail)}
    @gs-show-lines=${(event: Emitted<{ query: string }>) => scene.onShowLines(addCondition(conditions, event.detail.query))}
    @gs-leave-out=${(event: Emitted<{ query: string }>) => scene.onQuery(addCondition(place.query, `-(${event.detail.query})`))}
    @gs-zoom=${(event: Emitted<Interval>) => scene.onZoom(event.detail)}
  ></gs-log-patterns>`;
}

function renderDetails(scene: LogsScene): TemplateResult {
  const { place } = scene;
  return html`<aside class="details" aria-label="Details">
    <gs-log-details
      .lineId=${place.chosen}
      .line=${scene.chosen}
      .hueOf=${scene.hueOf}
      .columns=${place.columns}
      @gs-close=${() => scene.onClose()}
      @gs-open-line=${(event: Emitted<WireLog>) => scene.onOpenLine(event.detail)}
    ></gs-log-details>
  </aside>`;
}

function renderNothing({ place, onQuery, onDay }: LogsScene): TemplateResult {
  const filtered = place.query !== "";
  return html`<gs-empty
    heading="No log lines"
    why=${filtered ? "None in this time range meets the query." : "None arrived for this time range. Loggers send here by OTLP, as spans do."}
  >
    ${filtered ? html`<button class="button" @click=${() => onQuery("")}>Clear the query</button>` : html`<a class="button" href=${linkTo("/services")}>See what sends here</a>`}
    <button class="button" @click=${() => onDay()}>Search the last 24 hours</button>
  </gs-empty>`;
}

/** What is wrong with the query stands below the bar, once; results of the last good one stay, dimmed. */
function withoutComplaint<T>(query: QueryState<T> & { readonly error?: { readonly status?: number } }): QueryState<T> {
  if (query.error?.status !== 400) return query;
  return { data: query.data, stale: true, skeleton: false, refresh: () => query.refresh() };
}
