/**
 * Of a sample of bad traces the few that show the fault: of each way to go wrong one, the most frequent way first, each the one in which
 * it is seen best (whole, of a size that can be read, slowest where slowness is the fault). And where the trouble begins in most of them. Pure.
 */
import { SPAN_KIND_CONSUMER, SPAN_KIND_SERVER } from "../../model/span-batch.ts";
import type { TreeSpan } from "../../query/traces/trace-tree.ts";
import type { EvidenceBrokeFirst, EvidenceTrace } from "../channels/notification.ts";
import {
  answeringServices,
  beginOfTrouble,
  criticalSpanOf,
  nameOf,
  usualPath,
  type TroubleBegin,
} from "./broke-first.ts";
import { formatMillis } from "./format-figures.ts";
import type { SampledTrace, TraceSample } from "./sample-traces.ts";

export interface ExplainedTrace extends SampledTrace {
  readonly begin: TroubleBegin;
}

export interface ChosenTraces {
  readonly traces: readonly ExplainedTrace[];
  readonly brokeFirst: EvidenceBrokeFirst | undefined;
}

const MOST_TRACES = 3;
const ANSWERING = new Set([SPAN_KIND_SERVER, SPAN_KIND_CONSUMER]);
/** A waterfall of more spans is hard to read. */
const READABLE_SPANS = 400;

export interface TracePreference {
  /** Ids of traces that were chosen before: among equals they stay. */
  readonly keep?: ReadonlySet<string>;
  /** Where there are traces in which the trouble begins in this service, only those; "" = wherever it begins. */
  readonly ownFirst?: string;
}

export function chooseTraces(
  { bad, good, seenBy }: TraceSample,
  { keep = new Set(), ownFirst = "" }: TracePreference = {},
): ChosenTraces {
  const known = { usual: usualPath(good), services: answeringServices([...good, ...bad]) };
  const all = bad.map((trace): ExplainedTrace => ({ ...trace, begin: beginOfTrouble(trace, seenBy, known) }));
  const own = all.filter(({ begin }) => begin.span.service === ownFirst);
  const explained = own.length > 0 ? own : all;
  if (explained.length === 0) return { traces: [], brokeFirst: undefined };
  const shapes = [...Map.groupBy(explained, ({ begin }) => begin.shape).values()].sort((a, b) => b.length - a.length);
  const ranked = shapes.map((alike) => alike.toSorted((a, b) => showing(b, seenBy, keep) - showing(a, seenBy, keep)));
  const chosen: ExplainedTrace[] = [];
  // One of each shape, then second ones of the most frequent.
  for (let round = 0; chosen.length < MOST_TRACES && ranked.some((own) => own.length > round); round++)
    for (const alike of ranked) if (round < alike.length && chosen.length < MOST_TRACES) chosen.push(alike[round]);
  return { traces: chosen, brokeFirst: brokeFirstOf(explained, ranked) };
}

/** What the service answered in most of the traces; "" = it answered in none. */
export function commonOperation(traces: readonly SampledTrace[], service: string): string {
  const names = traces.flatMap(({ span }) => {
    let answering: TreeSpan | undefined = span;
    while (answering && !ANSWERING.has(answering.kind)) answering = answering.parent;
    return answering?.service === service ? [answering.name] : [];
  });
  const counts = [...Map.groupBy(names, (name) => name)].sort((a, b) => b[1].length - a[1].length);
  return counts[0]?.[0] ?? "";
}

/** By the span in which the trouble began; the text says of which request. */
export function evidenceTraceOf({ tree, span, begin }: ExplainedTrace): EvidenceTrace {
  const { service, name, isError, spanId, startMicros, endMicros } = begin.span;
  const request = `in ${nameOf(span)}, ${formatMillis((span.endMicros - span.startMicros) / 1000)}`;
  return {
    traceId: tree.traceId,
    spanId,
    service,
    operation: name,
    durationMs: Math.round(endMicros - startMicros) / 1000,
    error: isError,
    text: begin.span === span ? begin.text : `${begin.text} (${request})`,
    criticalSpan: nameOf(criticalSpanOf(tree.root)),
  };
}

/** How well a trace shows its fault; higher is better. */
function showing({ tree, span }: SampledTrace, seenBy: TraceSample["seenBy"], keep: ReadonlySet<string>): number {
  const whole = tree.isComplete ? 2 : 0;
  const readable = tree.spans.length <= READABLE_SPANS ? 1 : 0;
  const length = Math.log10(Math.max(1, span.endMicros - span.startMicros)) / 10;
  // Of failed ones more spans tell more of the way; of slow ones it is the time.
  const telling = seenBy === "slow" ? length : Math.min(tree.spans.length, READABLE_SPANS) / READABLE_SPANS / 4;
  return whole + readable + telling + (keep.has(tree.traceId) ? 0.5 : 0);
}

/** The operation in which most of the requests broke first. */
function brokeFirstOf(
  explained: readonly ExplainedTrace[],
  ranked: readonly (readonly ExplainedTrace[])[],
): EvidenceBrokeFirst {
  const places = [...Map.groupBy(explained, ({ begin }) => nameOf(begin.span)).entries()];
  const [[place, own]] = places.sort((a, b) => b[1].length - a[1].length);
  const best = ranked.map(([first]) => first).find(({ begin }) => nameOf(begin.span) === place) ?? own[0];
  const { span, detail } = best.begin;
  return {
    kind: "span",
    service: span.service,
    text: span.name,
    detail,
    time: Math.floor(span.startMicros / 1000),
    traceId: best.tree.traceId,
    spanId: span.spanId,
    share: own.length / explained.length,
  };
}
