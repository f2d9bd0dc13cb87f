/**
 * What a rule looked at while it was replayed, to be drawn: the measured values over time, and what they are held against. A PromQL rule's
 * expression is asked over the whole range; rules of Goldspan's kinds are watched while they are evaluated. Writes nothing.
 */
import { labelsKey, recordOf, type Labels } from "../../model/labels.ts";
import { runRangeQuery } from "../../query/metrics/engine.ts";
import { formatExpr } from "../../query/metrics/parse/format-expr.ts";
import { parseExpr } from "../../query/metrics/parse/parse-expr.ts";
import type { MetricReader } from "../../store/store.ts";
import type { FindSamples } from "../evaluate/alerting-rule.ts";
import { unitOf } from "../evidence/unit-of-expr.ts";
import { watchedByExpr } from "../evidence/watched-signal.ts";
import { signalOf, subjectTest } from "../kinds/baseline.ts";
import type { RuleKinds } from "../kinds/rule-kinds.ts";
import { burnAlerts, burnRate } from "../kinds/slo.ts";
import { labelsOfKey } from "../kinds/signals/signal.ts";
import { meets } from "../kinds/threshold.ts";
import type { AlertingRule } from "../rules/rule-file.ts";
import type { BaselineSource, TraceMeasure } from "../rules/rule-source.ts";

export interface ReplayChart {
  /** What is measured, in words. */
  readonly title: string;
  /** As UCUM has it; "" = not known. */
  readonly unit: string;
  /** What values are held against, where that is one number. */
  readonly threshold: number | null;
  /** Which side of it fires. */
  readonly side: "above" | "below";
  readonly timesMillis: readonly number[];
  /** As long as the times; null = no value. Those that fired first, then those nearest to it. */
  readonly series: readonly {
    readonly labels: Readonly<Record<string, string>>;
    readonly values: readonly (number | null)[];
  }[];
  /** Series that are not among them. */
  readonly hidden: number;
  /** What is normal for the first series, where that is learnt. */
  readonly band: { readonly lower: readonly (number | null)[]; readonly upper: readonly (number | null)[] } | null;
}

export interface ChartRange {
  readonly startMillis: number;
  readonly endMillis: number;
}

const POINTS = 240;
const LEAST_STEP_MILLIS = 5000;
const MOST_SERIES = 12;
const MOST_WATCHED = 2000;
const MOST_SAMPLES = 5_000_000;

/** Labels of alerts that fired, to be drawn first. */
type Fired = readonly Readonly<Record<string, string>>[];

/** Undefined where the rule's expression gives no numbers over time. */
export async function chartOfExpr(
  metrics: Pick<MetricReader, "selectSeries">,
  rule: Pick<AlertingRule, "expr" | "alert">,
  { startMillis, endMillis }: ChartRange,
  fired: Fired,
  signal?: AbortSignal,
): Promise<ReplayChart | undefined> {
  const expr = parseExpr(rule.expr);
  const { comparison } = watchedByExpr(expr, rule.alert);
  const measured = comparison?.measured ?? expr;
  const title = formatExpr(measured);
  const stepMillis = Math.max(LEAST_STEP_MILLIS, Math.ceil((endMillis - startMillis) / POINTS / 1000) * 1000);
  const range = { startMillis, endMillis, stepMillis };
  const { value } = await runRangeQuery({ reader: metrics, query: title, ...range, maxSamples: MOST_SAMPLES, signal });
  if (value.type !== "matrix") return undefined;
  const count = Math.floor((endMillis - startMillis) / stepMillis) + 1;
  const all = value.series.map(({ labels, timestamps, values, histograms }) => {
    const drawn = new Array<number | null>(count).fill(null);
    timestamps.forEach((time, i) => {
      if (Number.isFinite(values[i]) && !histograms?.[i])
        drawn[Math.round((time - startMillis) / stepMillis)] = values[i];
    });
    return { labels: recordOf(labels), values: drawn };
  });
  const side = comparison?.isBelow ? "below" : "above";
  return {
    title,
    unit: unitOf(measured),
    threshold: comparison?.threshold ?? null,
    side,
    timesMillis: Array.from({ length: count }, (_, i) => startMillis + i * stepMillis),
    ...chosen(all, side, fired),
    band: null,
  };
}

/** Stands between the evaluation of a rule and its kind, and keeps what was measured, also where the rule's bound is not met. */
export class KindWatch {
  readonly #kinds: RuleKinds;
  readonly #range: ChartRange;
  readonly #stepMillis: number;
  readonly #count: number;
  readonly #series = new Map<string, { readonly labels: Labels; readonly values: (number | null)[] }>();

  /** @param stepMillis between two evaluations: points are no closer than that */
  constructor(kinds: RuleKinds, range: ChartRange, stepMillis: number) {
    this.#kinds = kinds;
    this.#range = range;
    const length = range.endMillis - range.startMillis;
    this.#stepMillis = stepMillis * Math.max(1, Math.ceil(length / stepMillis / POINTS));
    this.#count = Math.floor(length / this.#stepMillis) + 1;
  }

  readonly find: FindSamples = async (rule, timeMillis, signal) => {
    const { source } = rule;
    if (source.kind === "logs" || source.kind === "traces") {
      const { above, below, ...unbounded } = source;
      const found = await this.#kinds.find({ ...rule, source: unbounded }, timeMillis, signal);
      for (const { labels, value } of found ?? []) this.#note(labels, timeMillis, value, below === undefined);
      return found?.filter(({ value }) => meets({ above, below }, value));
    }
    const found = await this.#kinds.find(rule, timeMillis, signal);
    if (source.kind === "slo")
      this.#note(
        [],
        timeMillis,
        burnRate(this.#kinds.slo(source), source, timeMillis, burnAlerts(source)[0].longMillis),
        true,
      );
    if (source.kind === "baseline") await this.#noteReadings(source, timeMillis, signal);
    return found;
  };

  /** Undefined where the kind has no values that could be drawn. */
  async chart({ source }: AlertingRule, fired: Fired): Promise<ReplayChart | undefined> {
    if (this.#series.size === 0 || source.kind === "promql") return undefined;
    const { startMillis, endMillis } = this.#range;
    const timesMillis = Array.from({ length: this.#count }, (_, i) => startMillis + i * this.#stepMillis);
    const all = Array.from(this.#series.values(), ({ labels, values }) => ({ labels: recordOf(labels), values }));
    const common = { timesMillis, band: null };
    switch (source.kind) {
      case "logs":
      case "traces": {
        const side = source.below === undefined ? "above" : "below";
        const threshold = source.above ?? source.below ?? null;
        const [title, unit] =
          source.kind === "logs" ? ["log records", ""] : (OF_MEASURE[source.measure] ?? [source.measure, "s"]);
        return { ...common, title, unit, threshold, side, ...chosen(all, side, fired) };
      }
      case "slo": {
        const [{ factor }] = burnAlerts(source);
        const title = "times as fast as allowed the budget burns, over 1 h";
        return { ...common, title, unit: "", threshold: factor, side: "above", ...chosen(all, "above", fired) };
      }
      case "baseline": {
        const side = source.direction === "below" ? "below" : "above";
        const { series, hidden } = chosen(all, side, fired);
        const [first] = series;
        const range = { startMillis, endMillis, stepMillis: this.#stepMillis };
        const { lower, upper } = await this.#kinds.band(source, first.labels, range);
        const [title, unit] = OF_SIGNAL[source.signal];
        const others = { series: [first], hidden: hidden + series.length - 1 };
        return { timesMillis, title, unit, threshold: null, side, ...others, band: { lower, upper } };
      }
      default:
        return undefined;
    }
  }

  async #noteReadings(source: BaselineSource, timeMillis: number, stop: AbortSignal | undefined): Promise<void> {
    const signal = signalOf(this.#kinds.tools(stop), source);
    const isWanted = subjectTest(source);
    for (const [key, { value }] of (await signal.now(timeMillis)) ?? [])
      if (isWanted(key)) this.#note(labelsOfKey(signal, key), timeMillis, value, source.direction !== "below");
  }

  /** Of several values between two points the one nearest to firing counts. */
  #note(labels: Labels, timeMillis: number, value: number | undefined, isHighBad: boolean): void {
    if (value === undefined || !Number.isFinite(value)) return;
    const key = labelsKey(labels);
    let series = this.#series.get(key);
    if (!series && this.#series.size >= MOST_WATCHED) return;
    if (!series) this.#series.set(key, (series = { labels, values: new Array<number | null>(this.#count).fill(null) }));
    const at = Math.floor((timeMillis - this.#range.startMillis) / this.#stepMillis);
    const known = series.values[at] ?? null;
    if (known === null || (isHighBad ? value > known : value < known)) series.values[at] = value;
  }
}

const OF_MEASURE: Readonly<Partial<Record<TraceMeasure, readonly [title: string, unit: string]>>> = {
  count: ["spans", ""],
  errors: ["failed spans", ""],
  rate: ["spans per second", "1/s"],
  error_ratio: ["share of failed spans", "1"],
  avg: ["average duration", "s"],
  max: ["longest duration", "s"],
};
const OF_SIGNAL: Readonly<Record<BaselineSource["signal"], readonly [title: string, unit: string]>> = {
  error_ratio: ["share of failed requests", "1"],
  latency: ["latency", "s"],
  traffic: ["requests per second", "1/s"],
  saturation: ["saturation", "1"],
  memory: ["memory", "By"],
  dependency_errors: ["share of failed calls", "1"],
  calls_per_request: ["calls for each request", ""],
};

type Drawn = ReplayChart["series"][number];

function chosen(
  all: readonly Drawn[],
  side: ReplayChart["side"],
  fired: Fired,
): Pick<ReplayChart, "series" | "hidden"> {
  const ranked = all
    .map((series) => ({
      series,
      hasFired: fired.some((labels) => isPartOf(series.labels, labels)),
      worst: worstOf(series, side),
    }))
    .filter(({ worst }) => worst !== undefined)
    .sort((a, b) => Number(b.hasFired) - Number(a.hasFired) || (b.worst as number) - (a.worst as number));
  const series = ranked.slice(0, MOST_SERIES).map((each) => each.series);
  return { series, hidden: ranked.length - series.length };
}

/** The larger, the nearer to firing. */
function worstOf({ values }: Drawn, side: ReplayChart["side"]): number | undefined {
  let worst: number | undefined;
  for (const value of values) {
    if (value === null) continue;
    const far = side === "above" ? value : -value;
    if (worst === undefined || far > worst) worst = far;
  }
  return worst;
}

function isPartOf(labels: Readonly<Record<string, string>>, all: Readonly<Record<string, string>>): boolean {
  return Object.entries(labels).every(([name, value]) => name === "__name__" || all[name] === value);
}
