/** One fingerprint in a time range: what is remembered of it and how often it came, as one. */
import type { ExceptionRecord } from "../../model/exceptions/exception-record.ts";
import type { TimeBuckets } from "../golden/time-buckets.ts";
import type { Occurrence } from "./find-occurrences.ts";

export interface ExceptionGroup {
  readonly fingerprint: string;
  readonly type: string;
  /** Of the newest. */
  readonly message: string;
  readonly service: string;
  readonly culprit: string;
  readonly count: number;
  /** In the range. */
  readonly firstSeenUnixNano: bigint;
  readonly lastSeenUnixNano: bigint;
  /** Undefined where nobody remembers. */
  readonly firstEverUnixNano: bigint | undefined;
  readonly trend: readonly number[];
  /** Newest first. */
  readonly versions: readonly string[];
  readonly traceId: string | undefined;
  readonly spanId: string | undefined;
}

const NANOS = 1_000_000n;

/**
 * @param counts of the range by time of arrival; undefined = none
 * @returns undefined when it did not come within the range
 */
export function groupOfRecord(
  record: ExceptionRecord,
  counts: Float64Array | undefined,
  buckets: TimeBuckets,
): ExceptionGroup | undefined {
  const [first, last] = [BigInt(record.firstSeenUnixNano), BigInt(record.lastSeenUnixNano)];
  const [start, end] = [
    BigInt(Math.trunc(buckets.start)) * NANOS,
    BigInt(Math.trunc(buckets.end)) * NANOS + NANOS - 1n,
  ];
  if (last < start || first > end) return undefined;
  const trend = wholeNumbers(counts ?? new Float64Array(buckets.count));
  const counted = trend.reduce((sum, each) => sum + each, 0);
  // What is remembered is exact where all of it lies within the range, and knows of the newest before it is counted.
  const known = first >= start && last <= end ? record.count : last <= end ? 1 : 0;
  const count = Math.max(counted, known);
  if (count === 0) return undefined;
  if (count > counted) trend[bucketOf(last, buckets)] += count - counted;
  const [from, to] = [trend.findIndex((each) => each > 0), trend.findLastIndex((each) => each > 0)];
  const { fingerprint, type, message, service, culprit, versions, traceId, spanId } = record;
  return {
    fingerprint,
    type,
    message,
    service,
    culprit,
    count,
    firstSeenUnixNano: first >= start ? first : beginOf(from, buckets),
    lastSeenUnixNano: last <= end ? last : beginOf(to + 1, buckets),
    firstEverUnixNano: first,
    trend,
    versions: versions.map(({ name }) => name),
    traceId,
    spanId,
  };
}

/** @param occurrences of one fingerprint, newest first; at least one */
export function groupOfOccurrences(occurrences: readonly Occurrence[], buckets: TimeBuckets): ExceptionGroup {
  const [newest] = occurrences;
  const trend = Array.from({ length: buckets.count }, () => 0);
  for (const { timeUnixNano } of occurrences) trend[bucketOf(timeUnixNano, buckets)]++;
  const example = occurrences.find(({ traceId }) => traceId !== undefined);
  const { fingerprint, type, message, service, culprit } = newest;
  return {
    fingerprint,
    type,
    message,
    service,
    culprit,
    count: occurrences.length,
    firstSeenUnixNano: occurrences[occurrences.length - 1].timeUnixNano,
    lastSeenUnixNano: newest.timeUnixNano,
    firstEverUnixNano: undefined,
    trend,
    versions: [...new Set(occurrences.flatMap(({ version }) => version ?? []))],
    traceId: example?.traceId,
    spanId: example?.spanId,
  };
}

function bucketOf(nanos: bigint, { start, width, count }: TimeBuckets): number {
  return Math.min(count - 1, Math.max(0, Math.floor((Number(nanos / NANOS) - start) / width)));
}

function beginOf(bucket: number, { start, width }: TimeBuckets): bigint {
  return BigInt(Math.trunc(start + bucket * width)) * NANOS;
}

/** An increase is spread over the time between two samples; whole numbers with the same sum. */
function wholeNumbers(counts: Float64Array): number[] {
  let [sum, given] = [0, 0];
  return Array.from(counts, (count) => {
    sum += count;
    const whole = Math.round(sum) - given;
    given += whole;
    return whole;
  });
}
