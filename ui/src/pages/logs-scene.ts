/** What the logs page hands to the functions that draw it: what is known, and what may be done. */
import type { WireLog, WireSavedSearch } from "goldspan/contract";
import type { Interval } from "../base/interval.ts";
import type { ListView } from "../components/gs-log-list.ts";
import type { QueryComplaint } from "../components/query-editor.ts";
import type { Links } from "../model/links.ts";
import type { LogEdit, LogKnown } from "../model/log-completion.ts";
import type { LogQuestions } from "./log-questions.ts";
import type { LogRows } from "./log-rows.ts";
import type { LogTail } from "./log-tail.ts";
import type { LogsPlace, LogsTab } from "./logs-place.ts";

export interface LogFilter {
  readonly field: string;
  readonly value: string;
  readonly negated: boolean;
}

export interface LogsScene {
  readonly place: LogsPlace;
  readonly questions: LogQuestions;
  readonly rows: LogRows;
  readonly tail: LogTail;
  readonly names: LogKnown["fields"];
  readonly known: LogKnown;
  readonly hueOf: (service: string) => number;
  readonly links: Links;
  readonly chosen?: WireLog;
  /** What is wrong with the query. */
  readonly complaint?: QueryComplaint;
  /** Something is there from this query or one before. */
  readonly hasAnswer: boolean;
  readonly facetsOpen: boolean;
  readonly onQuery: (text: string) => void;
  readonly onEdit: (edit: LogEdit) => void;
  readonly onWantNames: () => void;
  readonly onTab: (tab: LogsTab) => void;
  readonly onTail: () => void;
  readonly onWrap: () => void;
  readonly onColumns: (columns: readonly string[]) => void;
  readonly onColumn: (name: string) => void;
  readonly onSearch: (search: WireSavedSearch) => void;
  readonly onZoom: (interval: Interval) => void;
  readonly onTime: (millis: number) => void;
  readonly onFilter: (filter: LogFilter) => void;
  readonly onUnfilter: (filter: Omit<LogFilter, "negated">) => void;
  readonly onFacets: (fields: readonly string[]) => void;
  readonly onMore: (field: string) => void;
  readonly onToggleFacets: () => void;
  readonly onView: (view: ListView) => void;
  readonly onOpen: (rank: number) => void;
  readonly onOpenLine: (log: WireLog) => void;
  readonly onClose: () => void;
  readonly onNew: () => void;
  readonly onDay: () => void;
  readonly onOrder: (order: string) => void;
  /** The lines that meet a query, whichever tab is open now. */
  readonly onShowLines: (query: string) => void;
  readonly onSave: (file: { name: string; type: string; text: string }) => void;
}
