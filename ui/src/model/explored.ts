/**
 * The answers of the metrics explorer as one chart and one table. In: answers by query, the grid, hues of services; out: series with names
 * and tones, units, and how many were left out. Pure.
 */
import {
  fillLegend,
  nameSeries,
  parsePromValue,
  pickSeries,
  toGrid,
  toneOf,
  type GridSeries,
  type PromLabels,
  type PromSeries,
  type TimeGrid,
} from "./prom-series.ts";

export interface ExploredQuery {
  /** "A", "B", …; shown when there are several. */
  readonly letter: string;
  readonly result: readonly PromSeries[];
  /** With {{label}} for labels; "" = what tells the series apart. */
  readonly legend?: string;
}

export interface ExploredSeries {
  readonly key: string;
  readonly label: string;
  readonly tone: string;
  readonly values: readonly (number | null)[];
  readonly labels: PromLabels;
  readonly last: number | null;
  readonly min: number | null;
  readonly max: number | null;
  readonly mean: number | null;
}

/** The service that all of them are about; "" when they are about several or don't tell. */
export function sharedService(series: readonly { readonly labels: PromLabels }[]): string {
  const names = new Set(series.map(({ labels }) => serviceOf(labels)));
  return names.size === 1 ? [...names][0] : "";
}

/** At most `most` series in all, the largest of each query; a series that names one service has that service's hue. */
export function exploreSeries(
  queries: readonly ExploredQuery[],
  grid: TimeGrid,
  most: number,
  hueOf: (service: string) => number,
): { series: ExploredSeries[]; hidden: number } {
  const each = Math.max(1, Math.floor(most / Math.max(1, queries.length)));
  let hidden = 0;
  let unnamed = 0;
  const series = queries.flatMap(({ letter, result, legend }) => {
    const picked = pickSeries(
      result.map((one) => toGrid(one, grid)),
      each,
    );
    hidden += picked.hidden;
    const names = nameSeries(picked.shown.map(({ labels }) => labels));
    const services = picked.shown.map(({ labels }) => serviceOf(labels));
    const byService = new Set(services).size === services.length && !services.includes("");
    return picked.shown.map((one, index): ExploredSeries => {
      const name = legend ? fillLegend(legend, one.labels) : names[index];
      return {
        key: `${letter} ${JSON.stringify(one.labels)}`,
        label: queries.length > 1 && !legend ? `${letter} ${name}` : name,
        tone: byService && queries.length === 1 ? `service-${hueOf(services[index])}` : toneOf(unnamed++),
        values: one.values,
        labels: one.labels,
        ...sumUp(one),
      };
    });
  });
  return { series, hidden };
}

export interface TableRow {
  readonly labels: PromLabels;
  /** Text where it is a histogram or no number. */
  readonly value: number | string;
}

/** Answers of instant queries as rows, largest first. Scalars and strings are one row without labels. */
export function tableRows(result: readonly PromSeries[] | readonly [number, string]): TableRow[] {
  if (typeof result[0] === "number") {
    const [, text] = result as readonly [number, string];
    const value = parsePromValue(text);
    return [{ labels: {}, value: Number.isNaN(value) ? text : value }];
  }
  const rows = (result as readonly PromSeries[]).map(({ metric, value, histogram }): TableRow => ({
    labels: metric,
    value: value
      ? parsePromValue(value[1])
      : `${histogram?.[1].count ?? 0} observations, sum ${histogram?.[1].sum ?? 0}`,
  }));
  return rows.sort((a, b) => (typeof b.value === "number" ? b.value : 0) - (typeof a.value === "number" ? a.value : 0));
}

/** Label names of all rows, the metric's name first. */
export function tableColumns(rows: readonly TableRow[]): string[] {
  const names = new Set(rows.flatMap(({ labels }) => Object.keys(labels)));
  return [...names].sort((a, b) => Number(b === "__name__") - Number(a === "__name__") || (a < b ? -1 : 1));
}

export function serviceOf(labels: PromLabels): string {
  return labels.service_name ?? labels["service.name"] ?? labels.job ?? "";
}

function sumUp({ values }: GridSeries): Pick<ExploredSeries, "last" | "min" | "max" | "mean"> {
  const known = values.filter((value) => value !== null);
  if (known.length === 0) return { last: null, min: null, max: null, mean: null };
  return {
    last: known[known.length - 1],
    min: known.reduce((a, b) => Math.min(a, b)),
    max: known.reduce((a, b) => Math.max(a, b)),
    mean: known.reduce((a, b) => a + b) / known.length,
  };
}
