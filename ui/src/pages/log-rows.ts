/**
 * The lines of the logs page as a window over all hits: asks for the pages that the view needs, one at a time, from the newest line or a moment
 * on. In: a query and its bounds, what is in view; out: the window, as a query state. A view far from everything known is reached by time.
 */
import type { ReactiveController, ReactiveControllerHost } from "lit";
import type { WireLog, WireLogSummary } from "goldspan/contract";
import { ApiError } from "../api/api-error.ts";
import { searchLogs } from "../api/log-endpoints.ts";
import { SKELETON_MILLIS } from "../controllers/query-controller.ts";
import { rankAt, timeAt } from "../model/log-histogram.ts";
import { LogWindow, type WantedPage } from "../model/log-window.ts";

const PAGE_SIZE = 200;
/** A bar that is being dragged comes by many places where nobody stays. */
const SETTLE_MILLIS = 80;

export interface LogQuestion {
  readonly query: string;
  /** Milliseconds since 1970, both inclusive. */
  readonly start: number;
  readonly end: number;
  /** The moment the list begins at; undefined = the newest line. */
  readonly at?: number;
}

/** The query says itself how many lines, or in which order: then a place in the list is no moment. */
const REORDERED = /\|\s*(?:sort|order|limit|head)\b/i;

interface Span {
  readonly first: number;
  readonly last: number;
}

export class LogRows implements ReactiveController {
  /** Of the question, or still of the one before it (stale). */
  lines?: LogWindow<WireLog>;
  error?: ApiError;
  stale = false;
  skeleton = false;
  /** Counts up when a row has changed. */
  version = 0;
  /** Of `| fields`. */
  fields?: readonly string[];
  partial?: string;
  /** Called when all ranks grow by a number. */
  onShift: (by: number) => void = () => {};
  /** Called when another window is shown, with the rank that belongs to the top. */
  onBegin: (rank: number) => void = () => {};

  private readonly host: ReactiveControllerHost;
  private question?: LogQuestion;
  private summary?: WireLogSummary;
  private next?: LogWindow<WireLog>;
  /** The moment that parts the two directions, in milliseconds. */
  private pivot = 0;
  private view: Span = { first: 0, last: 0 };
  private abort?: AbortController;
  private timer?: number;

  constructor(host: ReactiveControllerHost) {
    this.host = host;
    host.addController(this);
  }

  hostDisconnected(): void {
    this.stop();
    this.question = undefined;
  }

  /** Asks another question, or the same one anew; undefined = none. */
  ask(question: LogQuestion | undefined): void {
    this.stop();
    this.question = question;
    this.summary = undefined;
    this.error = undefined;
    if (!question) {
      this.lines = undefined;
      return;
    }
    const { at } = question;
    this.begin(
      at === undefined || at >= question.end
        ? { rank: 0, isNewest: true, millis: question.end }
        : { rank: 0, isNewest: false, millis: at },
    );
    this.timer = window.setTimeout(() => {
      this.skeleton = this.lines === undefined;
      this.stale = this.lines !== undefined && this.lines !== this.next;
      this.host.requestUpdate();
    }, SKELETON_MILLIS);
  }

  retry(): void {
    this.error = undefined;
    if (this.next?.isEmpty) this.ask(this.question);
    else this.fill();
    this.host.requestUpdate();
  }

  /** What counting has found so far. */
  expect(summary: WireLogSummary | undefined): void {
    if (summary === this.summary || !this.question || REORDERED.test(this.question.query)) return;
    this.summary = summary;
    if (!summary) return;
    const { next } = this;
    if (!next) return;
    next.expect(summary.total);
    this.version += 1;
    const by = next.place(rankAt(summary, this.pivot));
    if (by === 0) return;
    this.view = { first: this.view.first + by, last: this.view.last + by };
    if (next === this.lines) this.onShift(by);
  }

  /** What is in view now. */
  show(view: Span): void {
    this.view = view;
    const { next, question, summary } = this;
    if (!next || !question || next !== this.lines) return;
    if (!next.isBeyond(view.first, view.last) || !summary) {
      this.fill();
      return;
    }
    this.abort?.abort();
    this.abort = undefined;
    window.clearTimeout(this.timer);
    this.timer = window.setTimeout(() => {
      const millis = Math.min(question.end, Math.max(question.start, timeAt(summary, view.first)));
      this.begin({ rank: view.first, isNewest: view.first === 0, millis });
    }, SETTLE_MILLIS);
  }

  /** About which rank a moment has; exact at the edges of the histogram's buckets. */
  rankAt(millis: number): number {
    return this.summary ? rankAt(this.summary, millis) : 0;
  }

  private begin({ rank, isNewest, millis }: { rank: number; isNewest: boolean; millis: number }): void {
    this.pivot = Math.floor(millis);
    this.next = new LogWindow({ rank, isNewest });
    this.view = { first: this.next.known.first, last: this.next.known.first + (this.view.last - this.view.first) };
    if (this.summary) this.next.expect(this.summary.total);
    this.fill();
  }

  private fill(): void {
    const { next, question } = this;
    if (!next || !question || this.abort || this.error) return;
    const wanted = next.wanted(this.view.first, this.view.last);
    if (!wanted) return;
    const abort = new AbortController();
    this.abort = abort;
    void this.load(next, question, wanted, abort.signal);
  }

  private async load(
    lines: LogWindow<WireLog>,
    question: LogQuestion,
    wanted: WantedPage,
    signal: AbortSignal,
  ): Promise<void> {
    try {
      const { direction, cursor } = wanted;
      const down = direction === "down";
      const { start, end } = question;
      const range = down
        ? { start, end: this.pivot === Math.floor(end) ? Math.ceil(end) : nanosBefore(this.pivot) }
        : { start: nanosOf(this.pivot), end: Math.ceil(end) };
      const asked = {
        query: question.query,
        ...range,
        start: down ? Math.floor(start) : range.start,
        limit: PAGE_SIZE,
        order: down ? undefined : ("oldest" as const),
        cursor,
      };
      const found = await searchLogs(asked, signal, (logs) => {
        if (signal.aborted || logs.length === 0) return;
        lines.showPartial(wanted, [...logs]);
        this.publish(lines);
      });
      if (signal.aborted) return;
      const by = lines.take(wanted, { rows: found.logs, cursor: found.cursor }, this.view);
      this.fields = found.fields;
      this.partial = found.partial ?? this.partial;
      this.publish(lines);
      if (by !== 0) this.shift(by);
    } catch (error) {
      if (signal.aborted) return;
      this.error = error instanceof ApiError ? error : new ApiError(0, { message: String(error) }, error);
      if (!(error instanceof ApiError)) console.error(error);
      this.settle();
    }
    this.abort = undefined;
    this.fill();
    this.host.requestUpdate();
  }

  private shift(by: number): void {
    this.view = { first: this.view.first + by, last: this.view.last + by };
    this.onShift(by);
  }

  private publish(lines: LogWindow<WireLog>): void {
    const isNew = lines !== this.lines;
    this.lines = lines;
    this.version += 1;
    if (isNew) this.onBegin(this.view.first);
    this.settle();
    this.host.requestUpdate();
  }

  private settle(): void {
    window.clearTimeout(this.timer);
    this.stale = false;
    this.skeleton = false;
  }

  private stop(): void {
    this.abort?.abort();
    this.abort = undefined;
    this.partial = undefined;
    this.view = { first: 0, last: 0 };
    this.settle();
  }
}

/** A moment in nanoseconds, and the last one before it: so that no line stands on both sides. */
function nanosOf(millis: number): string {
  return `${millis}000000`;
}

function nanosBefore(millis: number): string {
  return `${millis - 1}999999`;
}
