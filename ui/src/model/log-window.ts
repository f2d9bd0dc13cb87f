/**
 * A stretch of a list of any length, of which a bounded number of rows is in memory. In: pages of rows as they come, from a moment (the
 * pivot) into the past ("down") and towards now ("up"); out: which row has which rank (0 = newest of all), and which page is wanted next.
 * Ranks are estimates until an end is reached: then `shift` says by how many rows everything moves, so that nothing on the screen does.
 * Pages that were let go are asked for again by the cursor they came by. Pure.
 */
export type Direction = "down" | "up";

export interface PageOfRows<T> {
  readonly rows: readonly T[];
  /** Where the next one begins; undefined = that was all. */
  readonly cursor?: string;
}

export interface WantedPage {
  readonly direction: Direction;
  readonly page: number;
  /** undefined = the first one. */
  readonly cursor?: string;
}

export interface WindowStart {
  /** How many rows are newer than the pivot, as far as is known; 0 with `isNewest`. */
  readonly rank: number;
  /** Nothing can be newer than the pivot. */
  readonly isNewest: boolean;
}

interface Page<T> {
  readonly cursor?: string;
  readonly first: number;
  readonly count: number;
  rows?: readonly T[];
}

interface Chain<T> {
  readonly pages: Page<T>[];
  count: number;
  next?: string;
  ended: boolean;
  /** Of the page that is on its way. */
  partial: readonly T[];
}

/** Rows that are asked for beyond those in view. */
const AHEAD = 120;
/** Rows in memory: so many pages. */
const MOST_PAGES = 20;
/** How far beyond what is known a view may lie to be reached page by page. */
const WALK = 1500;
/** Rows that are expected behind what is known, as long as an end isn't. */
const MORE = 200;

export class LogWindow<T> {
  private readonly chains: Readonly<Record<Direction, Chain<T>>>;
  private rank: number;
  private expected = 0;

  constructor({ rank, isNewest }: WindowStart) {
    this.rank = isNewest ? 0 : Math.max(0, Math.round(rank));
    this.chains = { down: newChain(), up: { ...newChain<T>(), ended: isNewest } };
  }

  /** Rows of all, as far as is known. */
  get total(): number {
    const { down, up } = this.chains;
    const known = this.rank + down.count + down.partial.length;
    if (down.ended && up.ended) return known;
    return down.ended ? Math.max(known, this.expected) : Math.max(known + (this.isEmpty ? 0 : MORE), this.expected);
  }

  /** Every row there is has been counted. */
  get isWhole(): boolean {
    return this.chains.down.ended && this.chains.up.ended;
  }

  /** No page has come yet. */
  get isEmpty(): boolean {
    return this.chains.down.pages.length === 0 && this.chains.down.partial.length === 0;
  }

  /** Rows in memory. */
  get held(): number {
    return [this.chains.down, this.chains.up]
      .flatMap(({ pages }) => pages)
      .reduce((sum, page) => sum + (page.rows?.length ?? 0), 0);
  }

  /** Ranks that are known, the last exclusive; some of their rows may have been let go. */
  get known(): { readonly first: number; readonly last: number } {
    const { down, up } = this.chains;
    return { first: this.rank - up.count, last: this.rank + down.count + down.partial.length };
  }

  /** Undefined where nothing is known or nothing is held. */
  rowAt(rank: number): T | undefined {
    const below = rank - this.rank;
    return below >= 0 ? rowOf(this.chains.down, below) : rowOf(this.chains.up, -1 - below);
  }

  /** The first row in memory that is the wanted one. @returns -1 when there is none */
  rankOf(isWanted: (row: T) => boolean): number {
    for (const direction of ["down", "up"] as const) {
      const { pages, partial, count } = this.chains[direction];
      for (const { first, rows = [] } of [...pages, { first: count, rows: partial }]) {
        const at = rows.findIndex(isWanted);
        if (at >= 0) return direction === "down" ? this.rank + first + at : this.rank - 1 - first - at;
      }
    }
    return -1;
  }

  /** What counting has found: how many rows there are. */
  expect(total: number): void {
    this.expected = total;
  }

  /**
   * A better guess of how many rows are newer than the pivot, as long as the newest end isn't known.
   * @returns by how many rows the ranks of all rows grew
   */
  place(rank: number): number {
    const { up } = this.chains;
    if (up.ended) return 0;
    const before = this.rank;
    this.rank = Math.max(Math.round(rank), up.count);
    this.settle();
    return this.rank - before;
  }

  /** Too far from what is known to walk there: a new window, at a time that corresponds to the rank, is quicker. */
  isBeyond(first: number, last: number): boolean {
    const { down, up } = this.chains;
    const { known } = this;
    if (this.isEmpty) return false;
    return (!down.ended && first > known.last + WALK) || (!up.ended && last < known.first - WALK);
  }

  /** The page that a view of these ranks needs most; undefined = it has all. */
  wanted(first: number, last: number): WantedPage | undefined {
    const { down, up } = this.chains;
    const missing =
      this.missing("down", first - this.rank, last - this.rank) ??
      this.missing("up", this.rank - 1 - last, this.rank - 1 - first);
    if (missing) return missing;
    if (!down.ended && last + AHEAD >= this.rank + down.count)
      return { direction: "down", page: down.pages.length, cursor: down.next };
    if (!up.ended && first - AHEAD < this.rank - up.count)
      return { direction: "up", page: up.pages.length, cursor: up.next };
    return (
      this.missing("down", first - AHEAD - this.rank, last + AHEAD - this.rank) ??
      this.missing("up", this.rank - 1 - last - AHEAD, this.rank - 1 - first + AHEAD)
    );
  }

  /** Rows of the wanted page while it is on its way, if it is a new one. */
  showPartial({ direction, page }: WantedPage, rows: readonly T[]): void {
    const chain = this.chains[direction];
    if (direction === "down" && page === chain.pages.length) chain.partial = rows;
  }

  /**
   * Takes a page in, and lets go of those farthest from the view.
   * @returns by how many rows the ranks of all rows grew
   */
  take(
    { direction, page, cursor }: WantedPage,
    { rows, cursor: next }: PageOfRows<T>,
    view: { first: number; last: number },
  ): number {
    const chain = this.chains[direction];
    const before = this.rank;
    if (page === chain.pages.length) {
      chain.partial = [];
      chain.pages.push({ cursor, first: chain.count, count: rows.length, rows });
      chain.count += rows.length;
      chain.next = next;
      chain.ended = next === undefined;
    } else if (rows.length === chain.pages[page].count) chain.pages[page].rows = rows;
    this.settle();
    this.letGo((view.first + view.last) / 2 + this.rank - before);
    return this.rank - before;
  }

  /** Corrects the estimate by the ends that are known. */
  private settle(): void {
    const { down, up } = this.chains;
    if (up.ended) this.rank = up.count;
    else if (down.ended && this.expected > 0) this.rank = Math.max(this.expected - down.count, up.count + MORE);
    else if (up.count >= this.rank) this.rank = up.count + MORE;
  }

  private missing(direction: Direction, first: number, last: number): WantedPage | undefined {
    const { pages } = this.chains[direction];
    const page = pages.findIndex((page) => !page.rows && page.first <= last && page.first + page.count > first);
    return page < 0 ? undefined : { direction, page, cursor: pages[page].cursor };
  }

  private letGo(middle: number): void {
    const held = (["down", "up"] as const).flatMap((direction) =>
      this.chains[direction].pages
        .filter(({ rows }) => rows)
        .map((page) => {
          const at = page.first + page.count / 2;
          return { page, away: Math.abs((direction === "down" ? this.rank + at : this.rank - at) - middle) };
        }),
    );
    held.sort((a, b) => a.away - b.away);
    for (const { page } of held.slice(MOST_PAGES)) page.rows = undefined;
  }
}

function newChain<T>(): Chain<T> {
  return { pages: [], count: 0, ended: false, partial: [] };
}

function rowOf<T>({ pages, partial, count }: Chain<T>, index: number): T | undefined {
  if (index >= count) return partial[index - count];
  let low = 0;
  let high = pages.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (pages[middle].first <= index) low = middle;
    else high = middle - 1;
  }
  return pages[low]?.rows?.[index - pages[low].first];
}
