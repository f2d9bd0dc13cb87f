/**
 * Errors over time, taken apart: by the operation that failed or by the type of the exception. In: the service, how long a bucket is, what
 * Prometheus' API answers; out: the query, and bars that stand on each other with the rarest ones together. Pure.
 */
import { toGrid, toneOf, type PromSeries, type TimeGrid } from "./prom-series.ts";

const ERROR_SPLITS = ["total", "operation", "type"] as const;
export type ErrorSplit = (typeof ERROR_SPLITS)[number];

/** Structurally the chart's series. */
export interface SplitBars {
  readonly label: string;
  readonly values: readonly (number | null)[];
  readonly tone: string;
  readonly shape: "bars";
}

const MOST = 5;
/** A rate needs two samples; those come every 5 s. */
const SHORTEST_WINDOW_MILLIS = 15_000;

const LABELS: Readonly<Record<Exclude<ErrorSplit, "total">, string>> = {
  operation: "span_name",
  type: "exception_type",
};

export function parseErrorSplit(text: string | null): ErrorSplit {
  return ERROR_SPLITS.find((split) => split === text) ?? "total";
}

/** By operation the same requests as in the total; by type every exception counts, those that were caught, too. "" for the total. */
export function splitQuery(
  split: ErrorSplit,
  service: string,
  countedBy: "entry" | "all",
  bucketMillis: number,
): string {
  if (split === "total") return "";
  const window = `${Math.max(SHORTEST_WINDOW_MILLIS, Math.ceil(bucketMillis / 1000) * 1000)}ms`;
  const matchers = [`service_name=${JSON.stringify(service)}`];
  if (split === "operation") {
    if (countedBy === "entry") matchers.push('span_kind=~"SPAN_KIND_SERVER|SPAN_KIND_CONSUMER"');
    matchers.push('status_code="STATUS_CODE_ERROR"');
  }
  const metric = split === "operation" ? "traces_span_metrics_calls_total" : "exceptions_total";
  return `sum by (${LABELS[split]}) (rate(${metric}{${matchers.join(",")}}[${window}]))`;
}

/** The moments to ask for: the end of each bucket, whose rate is that of the bucket. */
export function splitGrid(frame: { startMillis: number; endMillis: number; bucketMillis: number }): TimeGrid {
  const { startMillis, endMillis, bucketMillis } = frame;
  return { start: startMillis + bucketMillis, end: endMillis, step: bucketMillis };
}

/** The largest first, so that it stands at the bottom; what is beyond a handful is "others". Nothing that never failed. */
export function splitBars(
  split: Exclude<ErrorSplit, "total">,
  result: readonly PromSeries[],
  grid: TimeGrid,
): SplitBars[] {
  const rows = result
    .map((series) => {
      const { labels, values } = toGrid(series, grid);
      return { label: labels[LABELS[split]] || NAMELESS[split], values, sum: sumOf(values) };
    })
    .filter(({ sum }) => sum > 0)
    .sort((a, b) => b.sum - a.sum || (a.label < b.label ? -1 : 1));
  const shown = rows.slice(0, MOST).map(({ label, values }, index): SplitBars => ({
    label,
    values,
    tone: index === 0 ? "error" : toneOf(index),
    shape: "bars",
  }));
  const rest = rows.slice(MOST);
  if (rest.length === 0) return shown;
  const values = rest[0].values.map((_, at) => sumOf(rest.map((row) => row.values[at])));
  return [...shown, { label: `${rest.length} others`, values, tone: "text-3", shape: "bars" }];
}

const NAMELESS = { operation: "without a name", type: "without a type" } as const;

function sumOf(values: readonly (number | null)[]): number {
  return values.reduce<number>((sum, value) => sum + (value ?? 0), 0);
}
