/**
 * A store's series read in pages of hours: what a replay asks for step by step, a window that moves on by a minute, is read and decoded
 * once a page and cut out of it from then on. Bounded in samples; what is asked for once, or over longer than a page, is read as it is.
 */
import type { LabelMatcher, MetricReader, MillisRange, Series } from "../../store/store.ts";

/** Pages of so many hours, shorter where there are many series: how many is learnt from a first short one. */
const PAGE_MILLIS = 6 * 3_600_000;
/** Windows of like length share pages: they begin so much before the page that each window that ends in it is whole. */
const MARGIN_MILLIS = 900_000;
/** Of a page, and of all that are held: 16 bytes each. */
const SAMPLES_A_PAGE = 1_500_000;
const MOST_SAMPLES = 6_000_000;
/** Selectors whose length of pages is remembered. */
const MOST_SELECTORS = 2_000;
/** As how many samples a histogram counts. */
const HISTOGRAM_WEIGHT = 32;

interface Page {
  readonly series: Promise<readonly Series[]>;
  samples: number;
}

export class PagedMetrics implements Pick<MetricReader, "selectSeries"> {
  readonly #metrics: Pick<MetricReader, "selectSeries">;
  /** Least recently used first. */
  readonly #pages = new Map<string, Page>();
  /** How long the pages of a selector are; 0 = it was asked for once. */
  readonly #lengths = new Map<string, number>();
  #samples = 0;

  constructor(metrics: Pick<MetricReader, "selectSeries">) {
    this.#metrics = metrics;
  }

  async selectSeries(matchers: readonly LabelMatcher[], range: MillisRange, signal?: AbortSignal): Promise<Series[]> {
    const margin = Math.ceil((range.end - range.start) / MARGIN_MILLIS) * MARGIN_MILLIS;
    const selector = `${margin} ${JSON.stringify(matchers)}`;
    const length = this.#lengths.get(selector);
    if (length === undefined) this.#remember(selector, 0);
    if (length === undefined || margin > (length || PAGE_MILLIS))
      return this.#metrics.selectSeries(matchers, range, signal);
    const page = this.#page(selector, length || MARGIN_MILLIS, margin, matchers, range.end, signal);
    return cutAll(await page.series, range);
  }

  #page(
    selector: string,
    length: number,
    margin: number,
    matchers: readonly LabelMatcher[],
    end: number,
    signal: AbortSignal | undefined,
  ): Page {
    const start = Math.floor(end / length) * length;
    const key = `${start} ${length} ${selector}`;
    const known = this.#pages.get(key);
    if (known) {
      this.#pages.delete(key);
      this.#pages.set(key, known);
      return known;
    }
    const range = { start: start - margin, end: start + length - 1 };
    const page: Page = { series: this.#metrics.selectSeries(matchers, range, signal), samples: 0 };
    this.#pages.set(key, page);
    void this.#count(key, page, selector, length, margin);
    return page;
  }

  /** What a page holds, when it is there; one that cannot be read is forgotten. */
  async #count(key: string, page: Page, selector: string, length: number, margin: number): Promise<void> {
    try {
      const series = await page.series;
      const weigh = ({ timestamps, histograms }: Series) => timestamps.length * (histograms ? HISTOGRAM_WEIGHT : 1);
      page.samples = series.reduce((sum, one) => sum + weigh(one), 1);
    } catch {
      // Whoever asked for it is told.
      if (this.#pages.get(key) === page) this.#pages.delete(key);
      return;
    }
    // From the next page on.
    const most = Math.floor(((length + margin) * SAMPLES_A_PAGE) / page.samples) - margin;
    this.#remember(selector, Math.min(PAGE_MILLIS, Math.max(MARGIN_MILLIS, most)));
    if (this.#pages.get(key) === page) this.#samples += page.samples;
    this.#forget();
  }

  #remember(selector: string, length: number): void {
    if (this.#lengths.size >= MOST_SELECTORS) this.#lengths.clear();
    this.#lengths.set(selector, length);
  }

  #forget(): void {
    for (const [key, { samples }] of this.#pages) {
      if (this.#samples <= MOST_SAMPLES || this.#pages.size <= 1) return;
      if (samples === 0) continue;
      this.#pages.delete(key);
      this.#samples -= samples;
    }
  }
}

/** Series without samples in the range are left out. Those that share their times go on sharing them. */
function cutAll(all: readonly Series[], range: MillisRange): Series[] {
  const cuts = new Map<Float64Array, { readonly from: number; readonly to: number; readonly times: Float64Array }>();
  const found: Series[] = [];
  for (const series of all) {
    const { timestamps, values, stale, histograms, startTimestamps } = series;
    let cut = cuts.get(timestamps);
    if (!cut) {
      const from = lowerBound(timestamps, range.start);
      const to = lowerBound(timestamps, range.end + 1);
      cuts.set(timestamps, (cut = { from, to, times: timestamps.subarray(from, to) }));
    }
    const { from, to, times } = cut;
    if (from >= to) continue;
    found.push({
      labels: series.labels,
      timestamps: times,
      values: values.subarray(from, to),
      ...(stale && { stale: stale.subarray(from, to) }),
      ...(histograms && { histograms: histograms.slice(from, to) }),
      ...(startTimestamps && { startTimestamps: startTimestamps.subarray(from, to) }),
    });
  }
  return found;
}

/** The first place with a time of at least `time`. */
function lowerBound(times: Float64Array, time: number): number {
  let [low, high] = [0, times.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (times[middle] < time) low = middle + 1;
    else high = middle;
  }
  return low;
}
