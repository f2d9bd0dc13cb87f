/**
 * `new_error`: fingerprints of exceptions that nobody saw before, or that were gone and are back with a release. From what the
 * exceptions connector remembers beyond the retention of spans; a store that has just begun learns and says nothing.
 */
import { EXCEPTIONS, EXCEPTIONS_METRIC, FINGERPRINT_LABEL } from "../../model/exceptions/exception-record.ts";
import type { ExceptionRecord } from "../../model/exceptions/exception-record.ts";
import { labelsOf, labelValue } from "../../model/labels.ts";
import { exceptionCounts } from "../../query/exceptions/exception-counts.ts";
import { timeBuckets } from "../../query/golden/time-buckets.ts";
import type { NewErrorSource } from "../rules/rule-source.ts";
import { formatMeasure } from "./format-value.ts";
import { textTest, type FoundSamples, type KindTools } from "./kind-tools.ts";

/** Of one rule and evaluation. */
const MOST_ALERTS = 100;
/** Beyond it all records are listed: they are some KB each. */
const MOST_GOT = 200;
const MOST_MESSAGE = 200;
const BIRTH_SLOT_MILLIS = 600_000;

export async function findNewErrors(
  tools: KindTools,
  source: NewErrorSource,
  timeMillis: number,
): Promise<FoundSamples> {
  const records = await recentRecords(tools, source.windowMillis, timeMillis);
  if (records.length === 0) return [];
  const birth = await birthOf(tools, timeMillis);
  const [isService, isType] = [textTest(source.service), textTest(source.type)];
  const wanted = records.filter(({ service, type }) => isService(service) && isType(type));
  const found = wanted.flatMap((record) => {
    const why = reasonOf(record, source, timeMillis, birth);
    return why === undefined ? [] : [{ record, why }];
  });
  if (found.length === 0) return [];
  const counts = await tools.share(`exception counts ${source.windowMillis}`, timeMillis, () =>
    exceptionCounts(
      tools.reader.metrics,
      timeBuckets(timeMillis - source.windowMillis, timeMillis, 1),
      {},
      tools.signal,
    ),
  );
  const samples: FoundSamples[number][] = [];
  for (const { record, why } of found) {
    const counted = Math.round(counts.byFingerprint.get(record.fingerprint)?.[0] ?? 0);
    // A record is written before its series is flushed; what it knows is exact for a new one.
    const value = Math.max(counted, why.kind === "new" ? Math.min(record.count, 1e9) : 1);
    if (value < source.minCount) continue;
    const { fingerprint, service, type, culprit, message } = record;
    const short = message.length > MOST_MESSAGE ? `${message.slice(0, MOST_MESSAGE).toWellFormed()}…` : message;
    const labels = labelsOf({ service_name: service, exception_type: type, fingerprint });
    const times = value === 1 ? "once" : `${formatMeasure(value, "count")} times`;
    const where = culprit === "" ? "" : ` in ${culprit}`;
    samples.push({
      labels,
      timestampMillis: timeMillis,
      value,
      details: {
        kind: why.kind,
        message: short,
        culprit,
        version: why.version,
        ...(record.traceId !== undefined && { traceId: record.traceId }),
        ...(record.spanId !== undefined && { spanId: record.spanId }),
        summary: `${service}: ${why.words} ${type === "" ? "error" : type}${where}, ${times}: ${short}`,
      },
    });
  }
  return samples.sort((a, b) => b.value - a.value).slice(0, MOST_ALERTS);
}

interface Reason {
  readonly kind: "new" | "returned";
  readonly words: string;
  readonly version: string;
}

function reasonOf(
  { noticedAtMillis, firstSeenUnixNano, versions }: ExceptionRecord,
  { windowMillis, learningMillis, returnedAfterMillis }: NewErrorSource,
  timeMillis: number,
  birth: number,
): Reason | undefined {
  const since = timeMillis - windowMillis;
  const [newest, before] = versions;
  // Met later than it is now: this clock isn't the machine's, but that of a replay or a drill. Then its own time says when it came.
  const appeared = noticedAtMillis <= timeMillis ? noticedAtMillis : millisOf(firstSeenUnixNano);
  if (appeared > since && appeared <= timeMillis) {
    // All is new to a store that is new.
    if (appeared - birth < learningMillis) return undefined;
    return { kind: "new", words: "new", version: newest?.name ?? "" };
  }
  if (returnedAfterMillis === 0 || before === undefined) return undefined;
  const [began, ended] = [millisOf(newest.firstSeenUnixNano), Math.max(...versions.slice(1).map(lastSeen))];
  const isBack = began > since && began <= timeMillis && began - ended >= returnedAfterMillis;
  if (!isBack) return undefined;
  return { kind: "returned", words: `back with ${newest.name} (last in ${before.name}):`, version: newest.name };
}

/** Of fingerprints that came within the window. */
async function recentRecords(
  { reader, documents, share }: KindTools,
  windowMillis: number,
  timeMillis: number,
): Promise<readonly ExceptionRecord[]> {
  return share(`recent exceptions ${windowMillis}`, timeMillis, async () => {
    const matchers = [
      { name: "__name__", operator: "=", value: EXCEPTIONS_METRIC } as const,
      { name: FINGERPRINT_LABEL, operator: "!=", value: "" } as const,
    ];
    const range = { start: timeMillis - windowMillis, end: timeMillis };
    const series = await reader.metrics.findSeries({ selections: [matchers], range, limit: MOST_GOT + 1 });
    if (series.length > MOST_GOT)
      return (await documents.list(EXCEPTIONS)).map(({ value }) => value as ExceptionRecord);
    const fingerprints = new Set(series.map((labels) => labelValue(labels, FINGERPRINT_LABEL)));
    const found = await Promise.all(Array.from(fingerprints, (each) => documents.get(EXCEPTIONS, each)));
    return found.filter((record) => record !== undefined).map((record) => record as ExceptionRecord);
  });
}

/** When this store's data begins; unix milliseconds. */
async function birthOf({ reader, share }: KindTools, timeMillis: number): Promise<number> {
  return share("birth of the store", Math.floor(timeMillis / BIRTH_SLOT_MILLIS), async () => {
    const ranges = await Promise.all([reader.dataRange("traces"), reader.dataRange("logs")]);
    const starts = ranges.flatMap((range) => (range ? [Number(range.start / 1_000_000n)] : []));
    return Math.min(timeMillis, ...starts);
  });
}

function lastSeen({ lastSeenUnixNano }: { readonly lastSeenUnixNano: string }): number {
  return millisOf(lastSeenUnixNano);
}

function millisOf(nanos: string): number {
  return Number(BigInt(nanos) / 1_000_000n);
}
