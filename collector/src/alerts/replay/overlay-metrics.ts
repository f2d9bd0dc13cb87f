/** A store's series with those that a replay makes laid over them: recording rules and ALERTS, in memory, for as long as it runs. */
import { RuleError, type RuleSample } from "../evaluate/rule-sample.ts";
import { compileMatcher } from "../../model/label-matcher.ts";
import { labelsKey, labelValue, type Labels } from "../../model/labels.ts";
import type { NativeHistogram } from "../../model/native-histogram.ts";
import type { LabelMatcher, MetricReader, MillisRange, Series } from "../../store/store.ts";

/** 16 bytes each. */
const MOST_SAMPLES = 4_000_000;

interface MadeSeries {
  readonly labels: Labels;
  readonly times: number[];
  readonly values: (number | NativeHistogram | "stale")[];
}

export class OverlayMetrics {
  readonly #metrics: Pick<MetricReader, "selectSeries">;
  readonly #made = new Map<string, MadeSeries>();
  #samples = 0;

  constructor(metrics: Pick<MetricReader, "selectSeries">) {
    this.#metrics = metrics;
  }

  /** @throws RuleError when there are too many */
  add({ labels, timestampMillis, value }: RuleSample): void {
    const key = labelsKey(labels);
    let series = this.#made.get(key);
    if (!series) this.#made.set(key, (series = { labels, times: [], values: [] }));
    if (timestampMillis <= (series.times.at(-1) ?? -Infinity)) return;
    if (++this.#samples > MOST_SAMPLES)
      throw new RuleError(
        `cannot replay so much: rules made more than ${MOST_SAMPLES} samples; replay a shorter time, or fewer rules`,
      );
    series.times.push(timestampMillis);
    series.values.push(value);
  }

  /** What a replay made stands for what the store has of the same series. */
  async selectSeries(matchers: readonly LabelMatcher[], range: MillisRange, signal?: AbortSignal): Promise<Series[]> {
    const stored = await this.#metrics.selectSeries(matchers, range, signal);
    if (this.#made.size === 0) return stored;
    const compiled = matchers.map(compileMatcher);
    const made: Series[] = [];
    const keys = new Set<string>();
    for (const [key, series] of this.#made) {
      if (!compiled.every(({ name, test }) => test(labelValue(series.labels, name)))) continue;
      keys.add(key);
      const cut = cutSeries(series, range);
      if (cut) made.push(cut);
    }
    return [...stored.filter(({ labels }) => !keys.has(labelsKey(labels))), ...made];
  }
}

function cutSeries({ labels, times, values }: MadeSeries, { start, end }: MillisRange): Series | undefined {
  const from = times.findIndex((time) => time >= start);
  const last = times.findLastIndex((time) => time <= end);
  if (from < 0 || last < from) return undefined;
  const own = values.slice(from, last + 1);
  return {
    labels,
    timestamps: Float64Array.from(times.slice(from, last + 1)),
    values: Float64Array.from(own, (value) => (typeof value === "number" ? value : NaN)),
    ...(own.includes("stale") && { stale: Uint8Array.from(own, (value) => (value === "stale" ? 1 : 0)) }),
    ...(own.some((value) => typeof value === "object") && {
      histograms: own.map((value) => (typeof value === "object" ? value : undefined)),
    }),
  };
}
