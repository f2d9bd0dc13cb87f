/** One fingerprint: its group, its newest occurrences, where it happens, and a stack trace, also when all its records are gone. */
import { NotFoundError } from "../../base/errors.ts";
import { EXCEPTION_STACKS, EXCEPTIONS, type ExceptionRecord } from "../../model/exceptions/exception-record.ts";
import type { DocumentStore, StoreReader } from "../../store/store.ts";
import type { TimeBuckets } from "../golden/time-buckets.ts";
import { exceptionCounts } from "./exception-counts.ts";
import { groupOfOccurrences, groupOfRecord, type ExceptionGroup } from "./exception-group.ts";
import { findOccurrences, type Occurrence } from "./find-occurrences.ts";
import { nanosOf } from "./list-exceptions.ts";

export interface ExceptionDetail {
  readonly group: ExceptionGroup;
  /** Of the newest that has one; "" = none has. */
  readonly stacktrace: string;
  /** Newest first. */
  readonly occurrences: readonly Occurrence[];
  /** Of the occurrences that were read, most frequent first. */
  readonly operations: readonly { readonly name: string; readonly count: number }[];
}

const MOST_OCCURRENCES = 100;
const MOST_OPERATIONS = 20;

/** @throws NotFoundError */
export async function exceptionDetail(
  reader: StoreReader,
  documents: Pick<DocumentStore, "get">,
  fingerprint: string,
  buckets: TimeBuckets,
  signal?: AbortSignal,
): Promise<ExceptionDetail> {
  const record = (await documents.get(EXCEPTIONS, fingerprint)) as ExceptionRecord | undefined;
  const range = nanosOf(buckets);
  const search = record ? { range, service: record.service, like: record } : { range };
  const found = await findOccurrences(reader, search, signal);
  const own = found.occurrences.filter((occurrence) => occurrence.fingerprint === fingerprint);
  const group = record
    ? await groupOf(reader, record, buckets, signal)
    : own.length > 0
      ? groupOfOccurrences(own, buckets)
      : undefined;
  if (!group)
    throw new NotFoundError(
      `cannot find the exception ${fingerprint.slice(0, 100)}: it never came, or is forgotten; GET /api/v1/exceptions lists what there is`,
    );
  const stacktrace =
    own.find((occurrence) => occurrence.stacktrace !== "")?.stacktrace ??
    ((await documents.get(EXCEPTION_STACKS, fingerprint)) as string | undefined) ??
    "";
  const names = Map.groupBy(
    own.filter(({ operation }) => operation !== undefined),
    ({ operation }) => operation as string,
  );
  const operations = [...names].map(([name, { length: count }]) => ({ name, count }));
  operations.sort((a, b) => b.count - a.count || (a.name < b.name ? -1 : 1));
  return {
    group,
    stacktrace,
    occurrences: own.slice(0, MOST_OCCURRENCES),
    operations: operations.slice(0, MOST_OPERATIONS),
  };
}

/** Also of a range in which it did not come. */
async function groupOf(
  reader: StoreReader,
  record: ExceptionRecord,
  buckets: TimeBuckets,
  signal?: AbortSignal,
): Promise<ExceptionGroup> {
  const { fingerprint, service } = record;
  const { byFingerprint } = await exceptionCounts(reader.metrics, buckets, { service, fingerprint }, signal);
  const group = groupOfRecord(record, byFingerprint.get(fingerprint), buckets);
  if (group) return group;
  return {
    ...record,
    count: 0,
    firstSeenUnixNano: BigInt(record.firstSeenUnixNano),
    lastSeenUnixNano: BigInt(record.lastSeenUnixNano),
    firstEverUnixNano: BigInt(record.firstSeenUnixNano),
    trend: Array.from({ length: buckets.count }, () => 0),
    versions: record.versions.map(({ name }) => name),
    traceId: record.traceId,
    spanId: record.spanId,
  };
}
