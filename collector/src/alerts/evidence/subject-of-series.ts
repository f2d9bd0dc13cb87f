/**
 * Whose fault an alert tells of when its labels don't say: the series behind the rule's expression are read, and the service and operation
 * are those whose series rose most against the time before (fell most, where silence is the fault). Bounded by the series that are read.
 */
import { labelValue, labelsKey, recordOf, type Labels } from "../../model/labels.ts";
import type { VectorSelector } from "../../query/metrics/parse/ast.ts";
import { addIncreases, timeBuckets } from "../../query/golden/time-buckets.ts";
import { serviceOfSeries } from "../../query/golden/service-of-series.ts";
import type { LabelMatcher, Series, StoreReader } from "../../store/store.ts";
import type { EvidenceWindow } from "./evidence-window.ts";
import { operationOfLabels, type FaultSubject } from "./find-subject.ts";
import { isOfErrors, type WatchedSignal } from "./watched-signal.ts";

export interface SeriesSubject extends FaultSubject {
  /** Of what all series changed by, 0 to 1. */
  readonly share: number;
}

/** More of one selector are not read: then its largest cannot be known either. */
const MOST_SERIES = 3000;
const MOST_SELECTORS = 4;
const COUNTER = /_(?:total|count|sum|bucket|created)$/;

/** The one that contributes most first. @param labels of the alert: series that differ in one of them are not its own */
export async function subjectsOfSeries(
  reader: StoreReader,
  watched: WatchedSignal,
  labels: Readonly<Record<string, string>>,
  window: EvidenceWindow,
  signal: AbortSignal,
): Promise<SeriesSubject[]> {
  const changes = new Map<string, FaultSubject & { amount: number }>();
  for (const selector of tellingSelectors(watched.selectors)) {
    const matchers = selector.matchers as readonly LabelMatcher[];
    const request = { selections: [matchers], range: window.bad, limit: MOST_SERIES + 1 };
    if ((await reader.metrics.findSeries(request, signal)).length > MOST_SERIES) continue;
    const length = window.bad.end - window.bad.start;
    const range = { start: window.bad.start - length, end: window.bad.end };
    const all = await reader.metrics.selectSeries(matchers, range, signal);
    const isEntry = all.some(isOfEntry) ? isOfEntry : () => true;
    const first = all.reduce((least, { timestamps }) => Math.min(least, timestamps[0]), Infinity);
    const seen = new Set<string>();
    for (const series of all) {
      const key = labelsKey(series.labels);
      if (seen.has(key) || !isEntry(series) || !isOfAlert(series.labels, labels)) continue;
      seen.add(key);
      const service = serviceOfSeries(series.labels);
      if (service === "") continue;
      const operation = operationOfLabels(recordOf(series.labels), []);
      const name = `${service}\0${operation}`;
      const known = changes.get(name) ?? { service, operation, amount: 0 };
      known.amount += changeOf(series, range, first);
      changes.set(name, known);
    }
    if (changes.size > 0) break;
  }
  const sign = watched.fault === "silence" ? -1 : 1;
  const weighed = [...changes.values()].map((one) => ({ ...one, amount: Math.max(0, sign * one.amount) }));
  const total = weighed.reduce((sum, { amount }) => sum + amount, 0);
  return weighed
    .sort((a, b) => b.amount - a.amount)
    .map(({ service, operation, amount }) => ({ service, operation, share: total > 0 ? amount / total : 0 }));
}

/** Those of errors before others: of a ratio the part that counts what failed. */
function tellingSelectors(selectors: readonly VectorSelector[]): VectorSelector[] {
  const weight = (selector: VectorSelector) => (isOfErrors(selector) ? 0 : 1);
  return selectors.toSorted((a, b) => weight(a) - weight(b)).slice(0, MOST_SELECTORS);
}

/** Of spans that answer: a failed call is counted at its caller as well, under the name of the call. */
function isOfEntry({ labels }: Series): boolean {
  return /SERVER|CONSUMER/.test(labelValue(labels, "span_kind"));
}

/** Of the second half of the range against the first: increases of counters, means of everything else. */
function changeOf(series: Series, range: { start: number; end: number }, firstOfTarget: number): number {
  // The buckets of a histogram would count each request many times; the last one holds them all.
  const le = labelValue(series.labels, "le");
  if (le !== "" && le !== "+Inf") return 0;
  const halves = timeBuckets(range.start, range.end, 2);
  if (COUNTER.test(labelValue(series.labels, "__name__"))) {
    const increases = new Float64Array(2);
    addIncreases(increases, series, halves, { firstOfTarget });
    return increases[1] - increases[0];
  }
  const middle = range.start + halves.width;
  const mean = (isOwn: (time: number) => boolean) => {
    const own = [...series.values].filter((value, i) => Number.isFinite(value) && isOwn(series.timestamps[i]));
    return own.length === 0 ? 0 : own.reduce((sum, value) => sum + value, 0) / own.length;
  };
  return mean((time) => time >= middle) - mean((time) => time < middle);
}

/** A label that both have must be equal; those that a rule adds are not among a series' own. */
function isOfAlert(series: Labels, labels: Readonly<Record<string, string>>): boolean {
  for (let i = 0; i < series.length; i += 2) {
    const own = labels[series[i]];
    if (series[i] !== "__name__" && own !== undefined && own !== series[i + 1]) return false;
  }
  return true;
}
