/** What a rule would have done: as a sentence, as remarks on how far that can be trusted, and as a chart. In: a replay; out: plain data. Pure. */
import type { WireRuleReplay } from "goldspan/contract";
import { formatMillis } from "../base/format-duration.ts";
import { formatPlural } from "../base/format-number.ts";
import { formatAgo } from "../base/format-time.ts";

export type ReplayedRule = WireRuleReplay["rules"][number];
export type ReplayedEpisode = ReplayedRule["episodes"][number];

export interface Span {
  readonly value: string;
  readonly label: string;
  readonly words: string;
  readonly millis: number;
}

export const SPANS: readonly Span[] = [
  { value: "1h", label: "1 h", words: "hour", millis: 3_600_000 },
  { value: "24h", label: "24 h", words: "24 hours", millis: 86_400_000 },
  { value: "7d", label: "7 d", words: "7 days", millis: 7 * 86_400_000 },
];
export const USUAL_SPAN = SPANS[1];

export function spanOf(value: string | null): Span {
  return SPANS.find((span) => span.value === value) ?? USUAL_SPAN;
}

/** `Would have fired 3 times in the last 7 days` */
export function sayFired({ fired, error }: ReplayedRule, { words }: Span): string {
  if (error !== "" && fired === 0) return `Cannot be evaluated: ${error}`;
  if (fired === 0) return `Would not have fired in the last ${words}`;
  return `Would have fired ${fired === 1 ? "once" : formatPlural(fired, "time")} in the last ${words}`;
}

/** Between evaluations up to this nothing that a rule is made for is missed. */
const FINE_MILLIS = 60_000;

export function remarksOf(replay: WireRuleReplay, rule: ReplayedRule, now: number): string[] {
  const { startMillis, endMillis, reachedMillis, stepMillis, dataStartMillis } = replay;
  const remarks: string[] = [];
  if (dataStartMillis !== null && dataStartMillis > startMillis + stepMillis)
    remarks.push(`History begins ${formatAgo(dataStartMillis, now)}: nothing is known of the time before.`);
  if (reachedMillis < endMillis)
    remarks.push(
      `Evaluating it takes long: only the time up to ${formatMillis(endMillis - reachedMillis)} ago was looked at. Choose a shorter time.`,
    );
  if (stepMillis > FINE_MILLIS)
    remarks.push(`Looked at every ${formatMillis(stepMillis)}: what is shorter may be missing.`);
  if (rule.error !== "" && rule.fired > 0) remarks.push(`Some evaluations failed: ${rule.error}`);
  if (rule.fired > rule.episodes.length) remarks.push(`The first ${rule.episodes.length} are shown.`);
  return remarks;
}

/** Structurally those of the chart widget, which this folder may not import. */
interface PreviewSeries {
  readonly label: string;
  readonly values: readonly (number | null)[];
  readonly tone: string;
  readonly shape: "line";
  readonly dashed?: boolean;
}

export interface PreviewChart {
  readonly title: string;
  readonly unit: string;
  readonly times: readonly number[];
  readonly series: readonly PreviewSeries[];
  readonly hidden: number;
  readonly levels: readonly { readonly from: number; readonly label: string; readonly tone: string }[];
  readonly stretches: readonly {
    readonly from: number;
    readonly to: number;
    readonly label: string;
    readonly tone: string;
  }[];
  readonly top: number;
}

const UNITS: Readonly<Record<string, string>> = { "1/s": "per second", "By/s": "bytes per second" };
const HUES = 14;

/** A rule without values that could be drawn shows how many of its alerts fire. */
export function previewChart(
  replay: WireRuleReplay,
  rule: ReplayedRule,
  hueOf: (service: string) => number,
): PreviewChart {
  const { chart, episodes } = rule;
  const stretches = [...unknownTimes(replay), ...episodes.flatMap((episode) => stretchesOf(episode, replay))];
  if (!chart) {
    const times = Array.from(
      { length: 121 },
      (_, i) => replay.startMillis + (i * (replay.endMillis - replay.startMillis)) / 120,
    );
    const values = times.map(
      (at) =>
        episodes.filter((one) => one.firedAtMillis <= at && at <= (one.resolvedAtMillis ?? replay.endMillis)).length,
    );
    const series = [{ label: "firing", values, tone: "error", shape: "line" as const }];
    return {
      title: "alerts that would have fired",
      unit: "",
      times,
      series,
      hidden: 0,
      levels: [],
      stretches,
      top: Math.max(1, ...values),
    };
  }
  const { timesMillis, threshold, band } = chart;
  const names = namesOf(chart.series.map(({ labels }) => labels));
  const series: PreviewSeries[] = chart.series.map(({ labels, values }, index) => {
    const { service_name: service } = labels;
    const hue = service === undefined || isRepeated(chart.series, service) ? (index * 5) % HUES : hueOf(service);
    return { label: names[index], values, tone: `service-${hue}`, shape: "line" };
  });
  if (band) {
    series.push({ label: "usual at most", values: band.upper, tone: "text-3", shape: "line", dashed: true });
    series.push({ label: "usual at least", values: band.lower, tone: "text-3", shape: "line", dashed: true });
  }
  const drawn = series.filter(({ values }) => values.some((value) => value !== null));
  return {
    title: chart.title,
    unit: UNITS[chart.unit] ?? chart.unit,
    times: timesMillis,
    series: drawn,
    hidden: chart.hidden,
    levels: threshold === null ? [] : [{ from: threshold, label: `fires ${chart.side}`, tone: "warn" }],
    stretches,
    top: drawn.reduce((most, { values }) => values.reduce<number>((a, b) => Math.max(a, b ?? 0), most), threshold ?? 0),
  };
}

function stretchesOf(
  { activeAtMillis, firedAtMillis, resolvedAtMillis }: ReplayedEpisode,
  { reachedMillis }: WireRuleReplay,
) {
  const pending = { from: activeAtMillis, to: firedAtMillis, label: "", tone: "warn" };
  const firing = { from: firedAtMillis, to: resolvedAtMillis ?? reachedMillis, label: "", tone: "error" };
  return firedAtMillis > activeAtMillis ? [pending, firing] : [firing];
}

function unknownTimes({ startMillis, endMillis, reachedMillis, dataStartMillis, stepMillis }: WireRuleReplay) {
  const grey = (from: number, to: number, label: string) => ({ from, to, label, tone: "text-3" });
  const begin = Math.min(dataStartMillis ?? startMillis, endMillis);
  return [
    ...(begin > startMillis + stepMillis ? [grey(startMillis, begin, "no data yet")] : []),
    ...(reachedMillis < endMillis ? [grey(reachedMillis, endMillis, "not looked at")] : []),
  ];
}

function isRepeated(all: readonly { readonly labels: Readonly<Record<string, string>> }[], service: string): boolean {
  return all.filter(({ labels }) => labels.service_name === service).length > 1;
}

/** What tells series from each other, the values of their labels alone; one alone has no name to be told by. */
function namesOf(all: readonly Readonly<Record<string, string>>[]): string[] {
  const keys = [...new Set(all.flatMap((labels) => Object.keys(labels)))];
  const telling = keys.filter((key) => key !== "__name__" && all.some((labels) => labels[key] !== all[0][key]));
  const shown = telling.length > 0 ? telling : keys.filter((key) => key !== "__name__");
  return all.map(
    (labels) =>
      shown
        .map((key) => labels[key] ?? "")
        .filter(Boolean)
        .join(" ") ||
      labels.__name__ ||
      "value",
  );
}
