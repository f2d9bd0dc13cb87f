/** Fetches what selectors need: one read for each distinct selector, or several where its windows lie apart. */
import type { MetricReader, MillisRange } from "../../../store/store.ts";
import { compareLabels } from "./labels.ts";
import type { VectorSelector } from "../parse/ast.ts";
import type { SelectorWindow } from "../plan/selector-windows.ts";
import { StoredSeries } from "./samples.ts";

export type SelectorSeries = ReadonlyMap<VectorSelector, readonly StoredSeries[]>;

/** As how many samples a histogram counts: it takes some 500 bytes. */
const HISTOGRAM_WEIGHT = 32;

/** Series come sorted by labels. @param onFetched is told how many samples came; what it throws ends the fetching */
export async function fetchSeries(
  windows: readonly SelectorWindow[],
  reader: Pick<MetricReader, "selectSeries">,
  signal: AbortSignal,
  onFetched: (samples: number) => void,
): Promise<SelectorSeries> {
  const groups = new Map<string, SelectorWindow[]>();
  for (const window of windows) {
    const key = JSON.stringify(window.selector.matchers);
    groups.set(key, [...(groups.get(key) ?? []), window]);
  }
  const found = new Map<VectorSelector, readonly StoredSeries[]>();
  const reads = [...groups.values()].flatMap(overlapping).map(async ({ range, selectors }) => {
    const series = await reader.selectSeries(selectors[0].matchers, range, signal);
    onFetched(
      series.reduce(
        (sum, { timestamps: { length }, histograms }) => sum + length * (histograms ? HISTOGRAM_WEIGHT : 1),
        0,
      ),
    );
    const stored = series.map((one) => new StoredSeries(one)).sort((a, b) => compareLabels(a.labels, b.labels));
    for (const selector of selectors) found.set(selector, stored);
  });
  await Promise.all(reads);
  return found;
}

/** Windows of one selector that touch become one read. */
function overlapping(windows: readonly SelectorWindow[]): { range: MillisRange; selectors: VectorSelector[] }[] {
  const reads: { range: { start: number; end: number }; selectors: VectorSelector[] }[] = [];
  for (const { selector, start, end } of windows.toSorted((a, b) => a.start - b.start)) {
    const last = reads.at(-1);
    if (last && start <= last.range.end + 1) {
      last.range.end = Math.max(last.range.end, end);
      last.selectors.push(selector);
    } else reads.push({ range: { start, end }, selectors: [selector] });
  }
  return reads;
}
