/**
 * Groups of exceptions in a time range, most frequent first. From what the exceptions connector remembers and counts; where no such
 * connector is configured, from the newest failed traces and error logs.
 */
import { EXCEPTIONS, type ExceptionRecord } from "../../model/exceptions/exception-record.ts";
import type { LogCondition } from "../../model/log-condition.ts";
import type { DocumentStore, StoreReader } from "../../store/store.ts";
import type { TimeBuckets } from "../golden/time-buckets.ts";
import { exceptionCounts } from "./exception-counts.ts";
import { groupOfOccurrences, groupOfRecord, type ExceptionGroup } from "./exception-group.ts";
import { findOccurrences } from "./find-occurrences.ts";
import { compileGroupTest } from "./group-test.ts";

export interface ExceptionsSearch {
  readonly buckets: TimeBuckets;
  readonly condition: LogCondition;
  readonly service?: string;
  readonly limit: number;
}

export interface ExceptionList {
  readonly groups: readonly ExceptionGroup[];
  /** Beyond the limit, too. */
  readonly total: number;
  /** Not all was looked at. */
  readonly truncated: boolean;
}

export async function listExceptions(
  reader: StoreReader,
  documents: Pick<DocumentStore, "list">,
  { buckets, condition, service, limit }: ExceptionsSearch,
  signal?: AbortSignal,
): Promise<ExceptionList> {
  const isMet = compileGroupTest(condition);
  const records = (await documents.list(EXCEPTIONS)).map(({ value }) => value as ExceptionRecord);
  const { groups, truncated } =
    records.length > 0
      ? await remembered(reader, records, buckets, service, signal)
      : await searched(reader, buckets, service, signal);
  const met = groups.filter((group) => (service === undefined || group.service === service) && isMet(group));
  met.sort((a, b) => b.count - a.count || (a.lastSeenUnixNano > b.lastSeenUnixNano ? -1 : 1));
  return { groups: met.slice(0, limit), total: met.length, truncated };
}

interface Found {
  readonly groups: ExceptionGroup[];
  readonly truncated: boolean;
}

async function remembered(
  reader: StoreReader,
  records: readonly ExceptionRecord[],
  buckets: TimeBuckets,
  service: string | undefined,
  signal?: AbortSignal,
): Promise<Found> {
  const { byFingerprint, truncated } = await exceptionCounts(reader.metrics, buckets, { service }, signal);
  const groups = records.flatMap(
    (record) => groupOfRecord(record, byFingerprint.get(record.fingerprint), buckets) ?? [],
  );
  return { groups, truncated };
}

async function searched(
  reader: StoreReader,
  buckets: TimeBuckets,
  service: string | undefined,
  signal?: AbortSignal,
): Promise<Found> {
  const { occurrences, truncated } = await findOccurrences(reader, { range: nanosOf(buckets), service }, signal);
  const byFingerprint = Map.groupBy(occurrences, ({ fingerprint }) => fingerprint);
  return { groups: [...byFingerprint.values()].map((own) => groupOfOccurrences(own, buckets)), truncated };
}

export function nanosOf({ start, end }: TimeBuckets): { start: bigint; end: bigint } {
  return { start: BigInt(Math.trunc(start)) * 1_000_000n, end: BigInt(Math.trunc(end)) * 1_000_000n + 999_999n };
}
