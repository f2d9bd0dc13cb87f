/** A histogram in the notation of test scripts, `{{schema:1 count:3 sum:2 buckets:[1 2]}}`, which parse/series-line.ts reads. */
import { indexesOf } from "../../../model/histogram-buckets.ts";
import type { BucketSpan, NativeHistogram } from "../../../model/native-histogram.ts";
import { formatG } from "./format.ts";

export function formatNotation(histogram: NativeHistogram): string {
  const { schema, count, sum, zeroCount, zeroThreshold, customValues = [], counterResetHint } = histogram;
  const parts: string[] = [];
  const add = (key: string, value: number) => {
    if (value !== 0) parts.push(`${key}:${formatG(value)}`);
  };
  add("schema", schema);
  add("count", count);
  add("sum", sum);
  add("z_bucket", zeroCount);
  add("z_bucket_w", zeroThreshold);
  if (customValues.length > 0) parts.push(`custom_values:[${customValues.map(formatG).join(" ")}]`);
  if (counterResetHint !== "unknown") parts.push(`counter_reset_hint:${counterResetHint}`);
  parts.push(...bucketParts("offset", "buckets", histogram.positiveSpans, histogram.positiveBuckets));
  parts.push(...bucketParts("n_offset", "n_buckets", histogram.negativeSpans, histogram.negativeBuckets));
  return `{{${parts.join(" ")}}}`;
}

/** Buckets a gap may be written out with; a wider one would make a line too long to read. */
const WIDEST_GAP = 1000;

function bucketParts(
  offsetKey: string,
  key: string,
  spans: readonly BucketSpan[],
  counts: readonly number[],
): string[] {
  const filled = indexesOf(spans).flatMap((index, i) => (counts[i] === 0 ? [] : [{ index, count: counts[i] }]));
  if (filled.length === 0) return [];
  const texts: string[] = [];
  filled.forEach(({ index, count }, i) => {
    const gap = i === 0 ? 0 : index - filled[i - 1].index - 1;
    if (gap > WIDEST_GAP) texts.push(`…${gap} empty…`);
    else for (let empty = 0; empty < gap; empty++) texts.push("0");
    texts.push(formatG(count));
  });
  const [{ index: first }] = filled;
  return [...(first === 0 ? [] : [`${offsetKey}:${first}`]), `${key}:[${texts.join(" ")}]`];
}
