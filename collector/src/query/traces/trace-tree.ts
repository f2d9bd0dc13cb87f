/**
 * Spans of some traces -> a tree each, for those who reason about a trace: who called whom, what failed below what. An object a span:
 * for samples of traces, not for searches. Details (attributes, messages) are read from a span when they are asked for: span-details.ts.
 */
import { formatHex } from "../../base/hex.ts";
import { decodeText } from "../../base/protobuf.ts";
import { NONE } from "../../model/record-batch.ts";
import { SPAN_KIND_SERVER, STATUS_ERROR, type SpanBatch } from "../../model/span-batch.ts";
import { resourceNames } from "../../wire/otlp/resource-names.ts";
import { isZero } from "../../wire/otlp/tags.ts";

export interface TreeSpan {
  /** Lower-case hex, as all ids here. */
  readonly spanId: string;
  readonly service: string;
  readonly name: string;
  /** OTLP SpanKind. */
  readonly kind: number;
  readonly isError: boolean;
  /** Unix microseconds with a fraction: within a quarter of a microsecond. */
  readonly startMicros: number;
  /** Not before the start. */
  readonly endMicros: number;
  parent: TreeSpan | undefined;
  /** By start. */
  readonly children: TreeSpan[];
  /** Where it lies, for details. */
  readonly batch: SpanBatch;
  readonly index: number;
}

export interface TraceTree {
  readonly traceId: string;
  /** By start. */
  readonly spans: readonly TreeSpan[];
  /** Spans without a parent, by start; at least one. */
  readonly roots: readonly TreeSpan[];
  /** The earliest span that names no parent, else the earliest root. */
  readonly root: TreeSpan;
  /** False when the span without a parent has not arrived. */
  readonly isComplete: boolean;
}

/** By trace id. Cost: some 2 µs a span. */
export function buildTraceTrees(batches: readonly SpanBatch[]): Map<string, TraceTree> {
  const members = new Map<string, Member[]>();
  for (const batch of batches) {
    const services = batch.groups.map(({ resource }) => resourceNames(resource).service);
    for (let index = 0; index < batch.count; index++) {
      const traceId = formatHex(batch.bytes, batch.traceId[index], 16);
      let own = members.get(traceId);
      if (!own) members.set(traceId, (own = []));
      own.push(memberOf(batch, index, services[batch.group[index]]));
    }
  }
  return new Map(Array.from(members, ([traceId, own]) => [traceId, treeOf(traceId, own)]));
}

/** Every span under it, itself first. */
export function* eachBelow(span: TreeSpan): Generator<TreeSpan> {
  const waiting = [span];
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    yield next;
    for (let i = next.children.length - 1; i >= 0; i--) waiting.push(next.children[i]);
  }
}

interface Member {
  readonly span: TreeSpan;
  /** "" = it names none. */
  readonly parentId: string;
}

function memberOf(batch: SpanBatch, index: number, service: string): Member {
  const { bytes, parentSpanId, nameOffset, nameLength } = batch;
  const parent = parentSpanId[index];
  const startMicros = microsOf(batch.startLow[index], batch.startHigh[index]);
  return {
    parentId: parent === NONE || isZero(bytes, parent, 8) ? "" : formatHex(bytes, parent, 8),
    span: {
      spanId: formatHex(bytes, batch.spanId[index], 8),
      service,
      name: decodeText(bytes, nameOffset[index], nameOffset[index] + nameLength[index]),
      kind: batch.kind[index],
      isError: batch.statusCode[index] === STATUS_ERROR,
      startMicros,
      endMicros: Math.max(startMicros, microsOf(batch.endLow[index], batch.endHigh[index])),
      parent: undefined,
      children: [],
      batch,
      index,
    },
  };
}

function microsOf(low: number, high: number): number {
  return (high * 4_294_967_296) / 1000 + low / 1000;
}

function treeOf(traceId: string, members: Member[]): TraceTree {
  members.sort((a, b) => a.span.startMicros - b.span.startMicros);
  const byId = new Map<string, TreeSpan>();
  // Zipkin-style senders let client and server share an id: children belong to the server's half.
  for (const { span } of members)
    if (!byId.has(span.spanId) || span.kind === SPAN_KIND_SERVER) byId.set(span.spanId, span);
  const roots: TreeSpan[] = [];
  let root: TreeSpan | undefined;
  for (const { span, parentId } of members) {
    const other = byId.get(span.spanId);
    const parent = other !== span ? undefined : byId.get(parentId);
    if (parent && parent !== span && !isAbove(span, parent)) {
      span.parent = parent;
      parent.children.push(span);
      continue;
    }
    roots.push(span);
    if (parentId === "") root ??= span;
  }
  return { traceId, spans: members.map(({ span }) => span), roots, root: root ?? roots[0], isComplete: !!root };
}

/** Whether `span` is above `other`: then it cannot be its child as well. */
function isAbove(span: TreeSpan, other: TreeSpan): boolean {
  for (let at: TreeSpan | undefined = other; at; at = at.parent) if (at === span) return true;
  return false;
}
