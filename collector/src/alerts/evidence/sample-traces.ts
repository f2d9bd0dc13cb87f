/**
 * A sample of the traces in which a fault is seen, and of those in which it isn't: of the bad stretch and of the good one. Bounded by
 * the number of traces and of spans; read chunk by chunk, so that giant traces end it early.
 */
import { formatHex, parseHex } from "../../base/hex.ts";
import { SPAN_KIND_CONSUMER, SPAN_KIND_SERVER } from "../../model/span-batch.ts";
import { exceptionOf } from "../../query/traces/span-details.ts";
import { buildTraceTrees, type TraceTree, type TreeSpan } from "../../query/traces/trace-tree.ts";
import type { SpanFilter, StoreReader } from "../../store/store.ts";
import { nanosOf, type EvidenceWindow } from "./evidence-window.ts";
import type { FaultSubject } from "./find-subject.ts";

export interface SampledTrace {
  readonly tree: TraceTree;
  /** The subject's span that is bad; of a good trace the one that answers. */
  readonly span: TreeSpan;
}

export interface TraceSample {
  /** In which a request of the subject failed, or was slow. */
  readonly bad: readonly SampledTrace[];
  readonly good: readonly SampledTrace[];
  readonly seenBy: Badness["kind"];
}

/** What makes a request of the subject a bad one. */
export type Badness = {
  /** Of spans, beyond the subject's own. */
  readonly where?: Partial<SpanFilter>;
} & (
  | { readonly kind: "error" }
  | { readonly kind: "slow"; readonly millis: number }
  /** It threw such an exception, whether it failed or not. */
  | { readonly kind: "exception"; readonly type: string }
  /** It is known as one. */
  | { readonly kind: "trace"; readonly traceIds: readonly string[] }
  /** None is: the newest stand for what happens. */
  | { readonly kind: "any" }
);

export interface SampleLimits {
  readonly badTraces: number;
  readonly goodTraces: number;
  readonly spans: number;
}

export const DEFAULT_SAMPLE: SampleLimits = { badTraces: 80, goodTraces: 120, spans: 24_000 };
const CHUNK = 20;

/** @param isEnough asked between chunks */
export async function sampleTraces(
  reader: StoreReader,
  { service, operation }: FaultSubject,
  badness: Badness,
  window: EvidenceWindow,
  isEnough: () => boolean,
  signal: AbortSignal,
  limits = DEFAULT_SAMPLE,
): Promise<TraceSample> {
  const whose = { ...(service !== "" && { service }), ...(operation !== "" && { operation }) };
  const isBad = badTest(badness);
  const isOwn = (span: TreeSpan) =>
    (service === "" || span.service === service) && (operation === "" || span.name === operation);
  // Half of the spans is for the good ones.
  const budget = { spans: limits.spans / 2 };
  const badFilter = { range: nanosOf(window.bad), ...whose, ...badness.where, ...filterOf(badness) };
  const badIds =
    badness.kind === "trace"
      ? bytesOf(badness.traceIds)
      : await idsOf(reader, badFilters(badFilter, badness), limits.badTraces, new Set(), signal);
  const bad: SampledTrace[] = [];
  for (const tree of await readTrees(reader, badIds, budget, isEnough, signal)) {
    const span = mostTelling(tree.spans.filter((one) => isOwn(one) && isBad(one)));
    if (span) bad.push({ tree, span });
  }
  if (bad.length === 0 || badness.kind === "any") return { bad, good: [], seenBy: badness.kind };
  budget.spans += limits.spans / 2;
  const seen = new Set(bad.map(({ tree }) => tree.traceId));
  const more = badness.kind === "slow" ? { maxDurationNanos: nanosOfMillis(badness.millis) } : {};
  const goodIds = await Promise.all(
    [window.bad, window.good].map((range) => {
      const filter = { range: nanosOf(range), ...whose, ...badness.where, ...more };
      return idsOf(reader, [filter], limits.goodTraces / 2, seen, signal);
    }),
  );
  const good: SampledTrace[] = [];
  for (const tree of await readTrees(reader, goodIds.flat(), budget, isEnough, signal)) {
    const own = tree.spans.filter(isOwn);
    const span = mostTelling(own);
    if (span && (badness.kind === "trace" || !own.some(isBad))) good.push({ tree, span });
  }
  return { bad, good, seenBy: badness.kind };
}

/** The newest slow ones, and before them those that are slowest by far: few among many. */
function badFilters(filter: SpanFilter, badness: Badness): SpanFilter[] {
  if (badness.kind !== "slow") return [filter];
  return [{ ...filter, minDurationNanos: nanosOfMillis(badness.millis * 3) }, filter];
}

function filterOf(badness: Badness): Partial<SpanFilter> {
  if (badness.kind === "error") return { errorsOnly: true };
  if (badness.kind === "exception") return { attributes: [{ key: "exception.type", value: badness.type }] };
  return badness.kind === "slow" ? { minDurationNanos: nanosOfMillis(badness.millis) } : {};
}

function badTest(badness: Badness): (span: TreeSpan) => boolean {
  if (badness.kind === "error") return ({ isError }) => isError;
  if (badness.kind === "exception") return (span) => exceptionOf(span).type === badness.type;
  if (badness.kind !== "slow") return () => true;
  const micros = badness.millis * 1000;
  return ({ startMicros, endMicros }) => endMicros - startMicros >= micros;
}

/** Of several spans of the subject in one trace: one that answers before others, and of those the longest. */
function mostTelling(spans: readonly TreeSpan[]): TreeSpan | undefined {
  const weight = ({ kind }: TreeSpan) => (kind === SPAN_KIND_SERVER || kind === SPAN_KIND_CONSUMER ? 1 : 0);
  const length = ({ startMicros, endMicros }: TreeSpan) => endMicros - startMicros;
  let best: TreeSpan | undefined;
  for (const span of spans)
    if (!best || weight(span) > weight(best) || (weight(span) === weight(best) && length(span) > length(best)))
      best = span;
  return best;
}

async function idsOf(
  reader: StoreReader,
  filters: readonly SpanFilter[],
  most: number,
  skip: ReadonlySet<string>,
  signal: AbortSignal,
): Promise<Uint8Array[]> {
  const ids = new Map<string, Uint8Array>();
  for (const filter of filters) {
    if (ids.size >= most) break;
    // Some of those that are found are to be skipped.
    for (const { traceId } of await reader.findTraces(filter, most + Math.min(skip.size, most), signal)) {
      const hex = formatHex(traceId);
      if (ids.size < most && !skip.has(hex)) ids.set(hex, traceId);
    }
  }
  return [...ids.values()];
}

function bytesOf(traceIds: readonly string[]): Uint8Array[] {
  return traceIds.flatMap((id) => parseHex(id) ?? []);
}

async function readTrees(
  reader: StoreReader,
  ids: readonly Uint8Array[],
  budget: { spans: number },
  isEnough: () => boolean,
  signal: AbortSignal,
): Promise<TraceTree[]> {
  const trees: TraceTree[] = [];
  for (let i = 0; i < ids.length && budget.spans > 0 && !(i > 0 && isEnough()); i += CHUNK) {
    const batches = await reader.readTraces(ids.slice(i, i + CHUNK), "full", signal);
    budget.spans -= batches.reduce((sum, { count }) => sum + count, 0);
    trees.push(...buildTraceTrees(batches).values());
  }
  return trees;
}

function nanosOfMillis(millis: number): bigint {
  return BigInt(Math.max(0, Math.round(millis * 1e6)));
}
