/**
 * What the logs page asks about a query as a whole: how many over time, what they have in common, the table of counting pipes, patterns, how
 * many came since. In: the place; out: query states, all for the same stretch of time. That stretch stays until something else is asked or
 * new lines are wanted: nothing moves under the reader.
 */
import type { ReactiveController, ReactiveControllerHost } from "lit";
import type { WireLogFacets, WireLogPatterns, WireLogSummary, WireLogTable } from "goldspan/contract";
import { fetchLogFacets, fetchLogPatterns, fetchLogSummary, fetchLogTable } from "../api/log-endpoints.ts";
import type { Interval } from "../base/interval.ts";
import type { ResolvedRange } from "../base/time-range.ts";
import type { Facet } from "../components/gs-log-facets.ts";
import { onLiveBeat } from "../controllers/on-live-beat.ts";
import { QueryController } from "../controllers/query-controller.ts";
import { filterTerms, isTableQuery, withoutField, type LogFilterTerm } from "../model/log-query-edit.ts";
import { currentPlace } from "../state/location.ts";
import { readPreference, writePreference } from "../state/preferences.ts";
import { currentBounds, timeRange } from "../state/time-range.ts";
import { readLogsPlace } from "./logs-place.ts";

const BUCKETS = 120;
const FACET_VALUES = 20;
const ALL_VALUES = 300;
const MOST_PATTERNS = 100;
const FACETS_KEY = "logs.facets";

export class LogQuestions implements ReactiveController {
  bounds: ResolvedRange = currentBounds();
  /** The same as an interval. */
  range: Interval = { from: 0, to: 0 };
  /** What the query says fields must be. */
  terms: readonly LogFilterTerm[] = [];
  readonly summary: QueryController<WireLogSummary>;
  readonly facets: QueryController<WireLogFacets>;
  readonly table: QueryController<WireLogTable>;
  readonly patterns: QueryController<WireLogPatterns>;
  /** Of the present question, as far as it is counted. */
  counted?: WireLogSummary;
  /** Lines that came since. */
  newCount = 0;
  /** Facets with all their values, asked for one by one. */
  whole: ReadonlyMap<string, Facet> = new Map();
  private readonly host: ReactiveControllerHost;
  private generation = 0;
  private asked = "";
  private chosenFacets: readonly string[] = readFacets();

  constructor(host: ReactiveControllerHost) {
    this.host = host;
    host.addController(this);
    this.summary = new QueryController(host, {
      key: () => (this.isTail ? undefined : `log summary ${this.key}`),
      ask: (signal, onPart) => {
        const { key } = this;
        const take = (part: WireLogSummary): WireLogSummary => {
          if (key === this.key) this.counted = part;
          return part;
        };
        return fetchLogSummary(this.question, BUCKETS, signal, (part) => {
          onPart(take(part));
          host.requestUpdate();
        }).then(take);
      },
    });
    this.facets = new QueryController(host, {
      key: () => (this.isTail ? undefined : `log facets ${this.chosenFacets.join("\n")} ${this.key}`),
      ask: (signal) => this.askFacets(signal),
    });
    this.table = new QueryController(host, {
      key: () => (this.isTable ? `log table ${this.key}` : undefined),
      ask: (signal, onPart) => fetchLogTable({ query: this.query, ...this.bounds }, BUCKETS, signal, onPart),
    });
    this.patterns = new QueryController(host, {
      key: () => (readLogsPlace(currentPlace.value.params).tab === "patterns" ? `log patterns ${this.key}` : undefined),
      ask: (signal, onPart) => fetchLogPatterns(this.question, MOST_PATTERNS, signal, onPart),
    });
    onLiveBeat(host, () => void this.lookForNew());
  }

  /** Runs before the questions do: another one is about another stretch of time. */
  hostUpdate(): void {
    if (this.key === this.asked) return;
    this.asked = this.key;
    this.bounds = currentBounds();
    this.range = { from: this.bounds.start, to: this.bounds.end };
    this.terms = filterTerms(this.query);
    this.counted = undefined;
    this.newCount = 0;
    this.whole = new Map();
  }

  get query(): string {
    return readLogsPlace(currentPlace.value.params).query;
  }

  /** Changes when the question does. */
  get key(): string {
    return `${this.query} ${JSON.stringify(timeRange.value)} ${this.generation}`;
  }

  get isTable(): boolean {
    const { tab, query, tail } = readLogsPlace(currentPlace.value.params);
    return tab === "lines" && !tail && isTableQuery(query);
  }

  /** Asks everything anew, up to now. */
  refresh(): void {
    this.generation += 1;
    this.host.requestUpdate();
  }

  chooseFacets(fields: readonly string[]): void {
    this.chosenFacets = fields;
    writePreference(FACETS_KEY, JSON.stringify(fields));
    this.host.requestUpdate();
  }

  /** All values of a field. */
  async askWhole(field: string): Promise<void> {
    const { key } = this;
    const query = withoutField(this.question.query, field);
    const { facets } = await fetchLogFacets(
      { query, ...this.bounds },
      [field],
      ALL_VALUES,
      new AbortController().signal,
    );
    if (key === this.key && facets[0]) this.whole = new Map(this.whole).set(field, facets[0]);
    this.host.requestUpdate();
  }

  private get isTail(): boolean {
    return readLogsPlace(currentPlace.value.params).tail;
  }

  private get question(): { query: string; start: number; end: number } {
    return { query: this.query, ...this.bounds };
  }

  /** Of a field that must have one value the others are told, too: as if it need not. */
  private async askFacets(signal: AbortSignal): Promise<WireLogFacets> {
    const { question } = this;
    const wanted = [
      ...new Set(
        filterTerms(question.query)
          .filter(({ negated }) => !negated)
          .map(({ field }) => field),
      ),
    ];
    const [found, ...others] = await Promise.all([
      fetchLogFacets(question, this.chosenFacets, FACET_VALUES, signal),
      ...wanted.map((field) =>
        fetchLogFacets({ ...question, query: withoutField(question.query, field) }, [field], FACET_VALUES, signal),
      ),
    ]);
    const freed = new Map(others.flatMap(({ facets }) => facets).map((facet) => [facet.field, facet]));
    return { ...found, facets: found.facets.map((facet) => freed.get(facet.field) ?? facet) };
  }

  /** An empty list has nothing to lose: it is filled at once. */
  private async lookForNew(): Promise<void> {
    const { key, question, counted } = this;
    if (this.isTail || !counted || counted.progress < 1) return;
    if (counted.total === 0) {
      this.refresh();
      return;
    }
    const { end } = currentBounds();
    if (end <= question.end) return;
    try {
      const { total } = await fetchLogSummary(
        { ...question, start: Math.ceil(question.end) + 1, end },
        1,
        new AbortController().signal,
      );
      if (key === this.key) this.newCount = total;
      this.host.requestUpdate();
    } catch (error) {
      console.warn("cannot look for new lines", error);
    }
  }
}

/** [] = those that tell most apart, as the server chooses. */
function readFacets(): string[] {
  try {
    const fields: unknown = JSON.parse(readPreference(FACETS_KEY) ?? "[]");
    return Array.isArray(fields) ? fields.filter((field) => typeof field === "string") : [];
  } catch (error) {
    if (error instanceof SyntaxError) return [];
    throw error;
  }
}
