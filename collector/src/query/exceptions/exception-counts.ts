/** How often exceptions came, by fingerprint and over time: from the series that the exceptions connector makes. */
import { EXCEPTIONS_METRIC, FINGERPRINT_LABEL } from "../../model/exceptions/exception-record.ts";
import { labelValue } from "../../model/labels.ts";
import type { LabelMatcher, MetricReader } from "../../store/store.ts";
import { SERVICE_LABEL } from "../golden/service-of-series.ts";
import { addIncreases, type TimeBuckets } from "../golden/time-buckets.ts";

/** Read before the range, so that the first increase has something to be taken from: series are flushed once a minute at least. */
const BEFORE_MILLIS = 130_000;
/** A series that is flushed with every exception has a sample each 5 s. */
const LEAST_MILLIS_BETWEEN_SAMPLES = 5000;
/** Held at a time, 16 bytes each. */
const MOST_SAMPLES = 4_000_000;

export interface ExceptionCounts {
  /** A count for each bucket. */
  readonly byFingerprint: ReadonlyMap<string, Float64Array>;
  /** There are more series than can be read; these are some of them. */
  readonly truncated: boolean;
}

export async function exceptionCounts(
  metrics: MetricReader,
  buckets: TimeBuckets,
  only: { readonly service?: string; readonly fingerprint?: string },
  signal?: AbortSignal,
): Promise<ExceptionCounts> {
  const matchers: LabelMatcher[] = [{ name: "__name__", operator: "=", value: EXCEPTIONS_METRIC }];
  if (only.service !== undefined) matchers.push({ name: SERVICE_LABEL, operator: "=", value: only.service });
  matchers.push(
    only.fingerprint === undefined
      ? { name: FINGERPRINT_LABEL, operator: "!=", value: "" }
      : { name: FINGERPRINT_LABEL, operator: "=", value: only.fingerprint },
  );
  const range = { start: buckets.start - BEFORE_MILLIS, end: buckets.end };
  const most = Math.ceil(MOST_SAMPLES / Math.max(1, (range.end - range.start) / LEAST_MILLIS_BETWEEN_SAMPLES));
  const found = await metrics.findSeries({ selections: [matchers], range, limit: most + 1 }, signal);
  const truncated = found.length > most;
  const byFingerprint = new Map<string, Float64Array>();
  const selections = truncated ? [...matchers, oneOf(found.slice(0, most).map(fingerprintOf))] : matchers;
  for (const series of await metrics.selectSeries(selections, range, signal)) {
    const fingerprint = fingerprintOf(series.labels);
    let counts = byFingerprint.get(fingerprint);
    if (!counts) byFingerprint.set(fingerprint, (counts = new Float64Array(buckets.count)));
    // Every series tells when it began: none is taken for new that isn't.
    addIncreases(counts, series, buckets, { firstOfTarget: Infinity });
  }
  return { byFingerprint, truncated };
}

function fingerprintOf(labels: Parameters<typeof labelValue>[0]): string {
  return labelValue(labels, FINGERPRINT_LABEL);
}

function oneOf(fingerprints: readonly string[]): LabelMatcher {
  return { name: FINGERPRINT_LABEL, operator: "=~", value: fingerprints.join("|") };
}
