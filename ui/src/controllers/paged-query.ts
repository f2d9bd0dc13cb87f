/**
 * A list of newest things (traces, log lines) that can be continued into the past and grows at its head while the range is live. In:
 * how to ask for a stretch of time, how to tell items apart; out: the page of items as a query state. New items never push the list
 * down: they wait until they are asked for.
 */
import type { ReactiveControllerHost } from "lit";
import { ApiError } from "../api/api-error.ts";
import type { Interval } from "../base/interval.ts";
import type { ResolvedRange } from "../base/time-range.ts";
import { currentBounds } from "../state/time-range.ts";
import { onLiveBeat } from "./on-live-beat.ts";
import { QueryController } from "./query-controller.ts";

export interface PageOf<T> {
  /** Newest first. */
  readonly items: readonly T[];
  /** There are older ones in the range. */
  readonly truncated: boolean;
  /** What was asked for, milliseconds since 1970. */
  readonly range: Interval;
  /** What the answer lacks, if anything. */
  readonly partial?: string;
  /** 0 to 1 while the search still runs; absent = it is done. */
  readonly progress?: number;
}

/** What a search has found so far. */
export type OnFound<T> = (items: readonly T[], progress: number) => void;

export interface PagedOptions<T> {
  /** Changes when the question does. */
  readonly key: () => string;
  readonly ask: (
    range: ResolvedRange,
    signal: AbortSignal,
    onFound: OnFound<T>,
  ) => Promise<{ items: readonly T[]; truncated: boolean; partial?: string }>;
  /** Equal for the same thing in two answers. */
  readonly idOf: (item: T) => string;
  /** By which the list is ordered, milliseconds since 1970. */
  readonly millisOf: (item: T) => number;
}

export class PagedQuery<T> {
  readonly query: QueryController<PageOf<T>>;
  loadingOlder = false;
  private readonly host: ReactiveControllerHost;
  private readonly options: PagedOptions<T>;
  /** Why the last look for new items failed. */
  private lookError?: ApiError;
  private waiting?: { readonly key: string; readonly page: PageOf<T> };

  constructor(host: ReactiveControllerHost, options: PagedOptions<T>) {
    this.host = host;
    this.options = options;
    this.query = new QueryController<PageOf<T>>(host, {
      key: options.key,
      ask: (signal, onPart) => this.ask(currentBounds(), signal, onPart),
    });
    onLiveBeat(host, () => void this.lookForNew());
  }

  /** How many new items wait. */
  get waitingCount(): number {
    if (this.waiting?.key !== this.options.key()) return 0;
    const present = new Set(numberIds(this.query.data?.items ?? [], this.options.idOf));
    return numberIds(this.waiting.page.items, this.options.idOf).filter((id) => !present.has(id)).length;
  }

  showWaiting(): void {
    if (this.waitingCount > 0 && this.waiting) this.query.data = this.waiting.page;
    this.waiting = undefined;
    this.host.requestUpdate();
  }

  /** Asks for what lies before the oldest item. Its millisecond is asked for again, so what is known already is left out. */
  async loadOlder(): Promise<void> {
    const { data } = this.query;
    if (!data || this.loadingOlder) return;
    this.loadingOlder = true;
    this.host.requestUpdate();
    try {
      const older = await this.ask(
        { start: data.range.from, end: oldestMillis(data, this.options.millisOf) },
        new AbortController().signal,
      );
      const known = new Set(numberIds(data.items, this.options.idOf));
      const ids = numberIds(older.items, this.options.idOf);
      const added = older.items.filter((_, index) => !known.has(ids[index]));
      const merged = { ...data, items: [...data.items, ...added], truncated: older.truncated && added.length > 0 };
      if (this.query.data === data) this.query.data = merged;
    } catch (error) {
      console.warn("cannot load older items", error);
    }
    this.loadingOlder = false;
    this.host.requestUpdate();
  }

  /** An empty list and one that failed have nothing to lose and are filled at once. What went wrong stands above the list meanwhile. */
  private async lookForNew(): Promise<void> {
    const present = this.query.data;
    const failed = this.query.error !== undefined && this.query.error !== this.lookError;
    if (!present || failed || present.items.length === 0) {
      this.query.refresh();
      return;
    }
    const key = this.options.key();
    try {
      this.waiting = { key, page: await this.ask(currentBounds(), new AbortController().signal) };
      this.tellLookError(undefined);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      if (key === this.options.key()) this.tellLookError(error);
    }
  }

  private tellLookError(error: ApiError | undefined): void {
    if (error || this.query.error === this.lookError) this.query.error = error;
    this.lookError = error;
    this.host.requestUpdate();
  }

  /** Parts are told from the first item on: nothing says less than what was there before. */
  private async ask(
    { start, end }: ResolvedRange,
    signal: AbortSignal,
    onPart: (page: PageOf<T>) => void = () => {},
  ): Promise<PageOf<T>> {
    const range = { from: start, to: end };
    const { items, truncated, partial } = await this.options.ask({ start, end }, signal, (found, progress) => {
      if (found.length > 0) onPart({ items: found, truncated: false, range, progress });
    });
    return { items, truncated, range, partial };
  }
}

/** Milliseconds since 1970 of the oldest item. */
export function oldestMillis<T>(page: PageOf<T>, millisOf: (item: T) => number): number {
  return page.items.reduce((least, item) => Math.min(least, millisOf(item)), page.range.to);
}

/** Things that are equal (the same line logged twice) are told apart by which of them it is. */
function numberIds<T>(items: readonly T[], idOf: (item: T) => string): string[] {
  const seen = new Map<string, number>();
  return items.map((item) => {
    const id = idOf(item);
    const count = seen.get(id) ?? 0;
    seen.set(id, count + 1);
    return `${id} ${count}`;
  });
}
