/**
 * Logs: a query, how many lines over time, what they have in common, the lines themselves, however many, or what the query counts them to. In:
 * the address (pages/logs-place.ts), the API; out: the same address, kept up to date, so that a link shows this picture.
 */
import { LitElement, type PropertyValues, type TemplateResult } from "lit";
import { customElement, query, state } from "lit/decorators.js";
import type { WireLog, WireSavedSearch } from "goldspan/contract";
import type { Interval } from "../base/interval.ts";
import { changeParams, type ParamChanges } from "../base/params.ts";
import { zoomedRange } from "../base/time-range.ts";
import type { GsLogList, ListView } from "../components/gs-log-list.ts";
import type { GsLogPatterns } from "../components/gs-log-patterns.ts";
import type { GsLogQuery } from "../components/gs-log-query.ts";
import { bindKeys } from "../controllers/bind-keys.ts";
import { followSignals } from "../controllers/follow-signals.ts";
import { formatColumns, toggleColumn } from "../model/log-columns.ts";
import type { LogEdit } from "../model/log-completion.ts";
import { addFilter, removeFilter } from "../model/log-query-edit.ts";
import { links } from "../state/links.ts";
import { currentPlace, navigate, navigateParams } from "../state/location.ts";
import { serviceHueOf } from "../state/service-hues.ts";
import { setTimeRange } from "../state/time-range.ts";
import { saveFile } from "../widgets/save-file.ts";
import { panelStyles } from "../widgets/panel-styles.ts";
import { controlStyles, sharedStyles } from "../widgets/shared-styles.ts";
import { LogQuestions } from "./log-questions.ts";
import { LogRows } from "./log-rows.ts";
import { LogSuggestions } from "./log-suggestions.ts";
import { LogTail } from "./log-tail.ts";
import { renderLogs } from "./logs-layout.ts";
import { logsPageStyles } from "./logs-page-styles.ts";
import { readLogsPlace, translateOldParams, writeQuery, type LogsPlace, type LogsTab } from "./logs-place.ts";
import type { LogsScene } from "./logs-scene.ts";
import { splitStyles } from "./split-styles.ts";

const DAY = 86_400_000;

@customElement("gs-logs-page")
export class GsLogsPage extends LitElement {
  static override styles = [sharedStyles, controlStyles, panelStyles, splitStyles, logsPageStyles];

  @query("gs-log-list") private list?: GsLogList;
  @state() private facetsOpen = false;
  private readonly questions = new LogQuestions(this);
  private readonly rows = new LogRows(this);
  private readonly tail = new LogTail(this);
  private readonly suggestions = new LogSuggestions(this);
  private place: LogsPlace = readLogsPlace(new URLSearchParams());
  private editedField = "";
  private askedRows = "";
  /** The rank that comes to the top of the list with the next update: the list may not be there before, or count other lines. */
  private beginAt?: number;

  constructor() {
    super();
    followSignals(this, currentPlace, serviceHueOf);
    bindKeys(this, "Logs", [
      { keys: "j", label: "Next line", run: () => this.move(1) },
      { keys: "k", label: "Previous line", run: () => this.move(-1) },
      { keys: "enter", label: "Its trace", run: () => this.openTrace() },
      { keys: "n", label: "Show new lines", run: () => this.showNew() },
      {
        keys: "f",
        label: "Edit the query",
        run: () => this.renderRoot.querySelector<GsLogQuery>("gs-log-query")?.focus(),
      },
      { keys: "t", label: "Live tail", run: () => this.write({ tail: !this.place.tail, log: undefined }) },
      { keys: "p", label: "Pause or go on with the live tail", run: () => this.tail.togglePause() },
      { keys: "w", label: "Wrap lines", run: () => this.write({ wrap: !this.place.wrap }) },
      { keys: "esc", label: "Close the details", run: () => this.write({ log: undefined }) },
    ]);
    this.rows.onShift = (by) => {
      this.beginAt = (this.beginAt ?? this.list?.place ?? 0) + by;
    };
    this.rows.onBegin = (rank) => {
      this.beginAt = rank;
    };
    this.tail.isAtTop = () => this.list?.isAtTop !== false && this.place.chosen === "";
  }

  protected override willUpdate(_changed: PropertyValues): void {
    const { params } = currentPlace.value;
    const translated = translateOldParams(params);
    if (translated) {
      navigateParams(translated, { replace: true });
      return;
    }
    this.place = readLogsPlace(params);
    const { query: text, at, tail, tab } = this.place;
    this.tail.follow(tail ? text : undefined);
    const listed = tab === "lines" && !tail && !this.questions.isTable;
    const wanted = listed ? `${text} ${at ?? ""} ${this.questions.key}` : "";
    if (wanted !== this.askedRows) {
      this.askedRows = wanted;
      this.rows.ask(listed ? { query: text, ...this.questions.bounds, at } : undefined);
    }
    this.rows.expect(this.questions.counted);
  }

  protected override updated(): void {
    if (this.beginAt === undefined || !this.list) return;
    this.list.goToNext(this.beginAt);
    this.beginAt = undefined;
  }

  override render(): TemplateResult {
    return renderLogs(this.scene());
  }

  private scene(): LogsScene {
    const { place, questions, rows, tail } = this;
    const { summary, table, patterns } = questions;
    const errors = [summary.error, table.error, patterns.error, rows.error, tail.error];
    return {
      place,
      questions,
      rows,
      tail,
      names: this.suggestions.names,
      known: this.suggestions.known(this.editedField),
      hueOf: serviceHueOf.value,
      links,
      chosen: this.chosen,
      complaint: errors.find((error) => error?.status === 400),
      hasAnswer: summary.data !== undefined || rows.lines !== undefined || tail.lines.length > 0,
      facetsOpen: this.facetsOpen,
      onQuery: (text) => this.setQuery(text),
      onEdit: (edit: LogEdit) => this.edit(edit),
      onWantNames: () => this.suggestions.want(),
      onTab: (tab: LogsTab) => this.write({ tab: tab === "lines" ? undefined : tab, order: undefined }),
      onShowLines: (text) =>
        navigateParams(changeParams(writeQuery(currentPlace.value.params, text), { tab: undefined })),
      onTail: () => this.write({ tail: !place.tail, log: undefined, tab: undefined }),
      onWrap: () => this.write({ wrap: !place.wrap }),
      onColumns: (columns) => this.write({ cols: formatColumns(columns) }),
      onColumn: (name) => this.write({ cols: formatColumns(toggleColumn(place.columns, name)) }),
      onSearch: (search: WireSavedSearch) => this.openSearch(search),
      onZoom: (interval: Interval) => setTimeRange(zoomedRange(interval.from, interval.to)),
      onTime: (millis) => this.write({ at: Math.ceil(millis), log: undefined }),
      onFilter: ({ field, value, negated }) => this.setQuery(addFilter(place.query, field, value, negated)),
      onUnfilter: ({ field, value }) => this.setQuery(removeFilter(place.query, field, value)),
      onFacets: (fields) => questions.chooseFacets(fields),
      onMore: (field) =>
        void questions.askWhole(field).catch((error: unknown) => console.warn("cannot load values", error)),
      onToggleFacets: () => (this.facetsOpen = !this.facetsOpen),
      onView: (view: ListView) => this.rows.show(view),
      onOpen: (rank) => this.open(rank),
      onOpenLine: (log: WireLog) => this.write({ log: log.id }),
      onClose: () => this.write({ log: undefined }),
      onNew: () => this.showNew(),
      onDay: () => setTimeRange({ kind: "relative", millis: DAY }),
      onOrder: (order) => this.write({ order }),
      onSave: ({ name, type, text }) => saveFile(new Blob([text], { type }), name),
    };
  }

  /** The line at the side, when it is at hand; its details ask for it else. */
  private get chosen(): WireLog | undefined {
    const { chosen, tail } = this.place;
    if (chosen === "") return undefined;
    if (tail) return this.tail.lines.find(({ id }) => id === chosen);
    const rank = this.rankOfChosen;
    return rank < 0 ? undefined : this.rows.lines?.rowAt(rank);
  }

  private get rankOfChosen(): number {
    const { chosen, tail } = this.place;
    if (chosen === "") return -1;
    return tail
      ? this.tail.lines.findIndex(({ id }) => id === chosen)
      : (this.rows.lines?.rankOf(({ id }) => id === chosen) ?? -1);
  }

  private lineAt(rank: number): WireLog | undefined {
    return this.place.tail ? this.tail.lines[rank] : this.rows.lines?.rowAt(rank);
  }

  private move(by: -1 | 1): void {
    const { list } = this;
    this.renderRoot.querySelector<GsLogPatterns>("gs-log-patterns")?.move(by);
    if (!list) return;
    const at = this.rankOfChosen;
    const rank = Math.min(list.count - 1, Math.max(0, at < 0 ? list.view.first : at + by));
    list.showRank(rank);
    const line = this.lineAt(rank);
    if (line) this.write({ log: line.id }, true);
  }

  private open(rank: number): void {
    const line = this.lineAt(rank);
    if (line) this.write({ log: line.id === this.place.chosen ? undefined : line.id });
  }

  private openTrace(): void {
    const { traceId, spanId, timeUnixNano } = this.chosen ?? {};
    if (traceId) navigate(links.trace(traceId, spanId, timeUnixNano));
  }

  private showNew(): void {
    if (this.place.tail) {
      this.tail.showWaiting();
    } else if (this.questions.newCount > 0) {
      this.write({ at: undefined }, true);
      this.questions.refresh();
    }
    void this.updateComplete.then(() => this.list?.goTo(0));
  }

  private edit(edit: LogEdit): void {
    this.editedField = edit.kind === "value" ? edit.of : "";
    this.suggestions.edit(edit);
  }

  private openSearch({ query: text, columns = [] }: WireSavedSearch): void {
    navigateParams(changeParams(writeQuery(currentPlace.value.params, text), { cols: formatColumns(columns) }));
  }

  /** `| patterns` is a tab of its own. */
  private setQuery(text: string): void {
    const patterns = /\|\s*patterns\b[^|]*$/.exec(text);
    const params = writeQuery(currentPlace.value.params, patterns ? text.slice(0, patterns.index).trim() : text);
    navigateParams(patterns ? changeParams(params, { tab: "patterns" }) : params);
  }

  private write(changes: ParamChanges, replace = false): void {
    navigateParams(changeParams(currentPlace.value.params, changes), { replace });
  }
}
