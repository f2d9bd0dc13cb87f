/** The chart of an alert over all its time, made anew: what evidence has ends when it was gathered. */
import type { Evidence, EvidenceChart } from "../channels/notification.ts";
import type { AlertingRule } from "../rules/rule-file.ts";
import type { StoreReader } from "../../store/store.ts";
import { chartOfExpr, chartOfSpans, chartTimes } from "./chart-of-rule.ts";
import type { Deviation } from "./compare-operations.ts";
import { watchedBy } from "./watched-signal.ts";

export interface ChartedAlert {
  readonly labels: Readonly<Record<string, string>>;
  readonly rule: AlertingRule | undefined;
  readonly evidence: Evidence;
  readonly activeAtMillis: number;
  /** Of the chart; what comes more than 6 h after the begin is left out. */
  readonly endMillis: number;
}

const DEFAULT_WINDOW_MILLIS = 5 * 60_000;
const MOST_AFTER_MILLIS = 6 * 3_600_000;
/** Of charts of spans, by their unit. */
const DEVIATIONS: Readonly<Record<string, Deviation>> = { "1": "errors", s: "latency", "1/s": "traffic" };

/** Undefined where evidence has none either. */
export async function chartOfAlert(
  reader: StoreReader,
  { labels, rule, evidence, activeAtMillis, endMillis }: ChartedAlert,
  signal: AbortSignal,
): Promise<EvidenceChart | undefined> {
  const { chart, service, operation } = evidence;
  if (!chart) return undefined;
  const watched = watchedBy(rule, DEFAULT_WINDOW_MILLIS);
  const end = Math.min(endMillis, activeAtMillis + MOST_AFTER_MILLIS);
  const times = chartTimes(activeAtMillis, watched.rangeMillis, end);
  const ofRule = await chartOfExpr(reader, watched, labels, times, signal);
  if (ofRule) return ofRule;
  return chartOfSpans(reader, { service, operation }, DEVIATIONS[chart.unit] ?? "errors", times, signal);
}
