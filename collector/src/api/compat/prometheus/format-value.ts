/**
 * Numbers and histograms as Prometheus' JSON has them: values are strings, written as Go writes them.
 * https://prometheus.io/docs/prometheus/latest/querying/api/#expression-query-result-formats
 */
import { bucketsOf } from "../../../model/histogram-buckets.ts";
import { CUSTOM_BUCKETS_SCHEMA, type NativeHistogram } from "../../../model/native-histogram.ts";
import { exponentialBound } from "../../../query/metrics/histogram/histogram.ts";

/** "1.5", "+Inf", "NaN", "-0", "1e-07". */
export function formatFloat(value: number): string {
  if (value === Infinity) return "+Inf";
  if (value === -Infinity) return "-Inf";
  if (Object.is(value, -0)) return "-0";
  const text = String(value);
  // Go writes at least two digits of an exponent.
  return text.includes("e") ? text.replace(/e([+-])(\d)$/, "e$10$2") : text;
}

/** Seconds, as a JSON number. */
export function formatTime(millis: number): string {
  return String(millis / 1000);
}

/** 0 = (lower, upper], 1 = [lower, upper), 2 = open, 3 = closed. */
type Bounds = 0 | 1 | 2 | 3;

/** `{"count":"4","sum":"9.5","buckets":[[0,"1","2","4"]]}`; empty buckets are left out. */
export function formatHistogram(histogram: NativeHistogram): string {
  const buckets = [...bucketRows(histogram)]
    .filter(({ count }) => count !== 0)
    .map(
      ({ bounds, lower, upper, count }) =>
        `[${bounds},"${formatFloat(lower)}","${formatFloat(upper)}","${formatFloat(count)}"]`,
    );
  const rest = buckets.length > 0 ? `,"buckets":[${buckets.join(",")}]` : "";
  return `{"count":"${formatFloat(histogram.count)}","sum":"${formatFloat(histogram.sum)}"${rest}}`;
}

interface BucketRow {
  readonly bounds: Bounds;
  readonly lower: number;
  readonly upper: number;
  readonly count: number;
}

/** From the lowest up. Where a bucket overlaps the zero bucket, its bound on that side is the zero bucket's. */
function* bucketRows(histogram: NativeHistogram): Generator<BucketRow> {
  const { schema, zeroThreshold, zeroCount, customValues = [] } = histogram;
  const positive = bucketsOf(histogram, "positive");
  if (schema === CUSTOM_BUCKETS_SCHEMA) {
    for (const [i, index] of positive.indexes.entries()) {
      const lower = index === 0 ? -Infinity : customValues[index - 1];
      const upper = index < customValues.length ? customValues[index] : Infinity;
      yield { bounds: index === 0 ? 3 : 0, lower, upper, count: positive.counts[i] };
    }
    return;
  }
  const negative = bucketsOf(histogram, "negative");
  for (let i = negative.indexes.length - 1; i >= 0; i--) {
    const [low, high] = [
      -exponentialBound(negative.indexes[i], schema),
      -exponentialBound(negative.indexes[i] - 1, schema),
    ];
    yield { bounds: 1, lower: low, upper: high > -zeroThreshold ? -zeroThreshold : high, count: negative.counts[i] };
  }
  if (zeroCount > 0) yield { bounds: 3, lower: -zeroThreshold, upper: zeroThreshold, count: zeroCount };
  for (const [i, index] of positive.indexes.entries()) {
    const [low, high] = [exponentialBound(index - 1, schema), exponentialBound(index, schema)];
    yield { bounds: 0, lower: low < zeroThreshold ? zeroThreshold : low, upper: high, count: positive.counts[i] };
  }
}
