/**
 * Where the trouble of a request began. Of one that failed: the deepest failed spans, and of those the one that began first, in whatever
 * service. Of a slow one: the operation on the critical path that takes more than it takes in good requests. Pure.
 */
import { LineMask } from "../../model/line-mask.ts";
import { SPAN_KIND_CLIENT, SPAN_KIND_PRODUCER, SPAN_KIND_SERVER } from "../../model/span-batch.ts";
import { criticalPath } from "../../query/traces/critical-path.ts";
import { failureOf, spanAttribute } from "../../query/traces/span-details.ts";
import { eachBelow, type TreeSpan } from "../../query/traces/trace-tree.ts";
import { formatMillis } from "./format-figures.ts";
import type { SampledTrace, TraceSample } from "./sample-traces.ts";

export interface TroubleBegin {
  readonly span: TreeSpan;
  /** Equal for requests that went wrong in the same way. */
  readonly shape: string;
  /** In a few words: what failed and how, or where the time went. */
  readonly text: string;
  /** What the span says of itself beyond its name; "" = nothing. */
  readonly detail: string;
}

/** Time on the critical path by `service operation`, in milliseconds. */
export type PathTimes = ReadonlyMap<string, number>;

/** What is known of requests beyond the one that is looked at. */
export interface KnownRequests {
  /** What good ones spend where, see {@link usualPath}. */
  readonly usual: PathTimes;
  /** Address of a callee -> the service that answers there. */
  readonly services: ReadonlyMap<string, string>;
}

export function beginOfTrouble(trace: SampledTrace, seenBy: TraceSample["seenBy"], known: KnownRequests): TroubleBegin {
  if (seenBy === "exception") return failed(trace, trace.span, known);
  return (seenBy === "slow" ? undefined : firstFailure(trace, known)) ?? slowest(trace.span, known);
}

/** What requests spend where on average. */
export function usualPath(traces: readonly SampledTrace[]): PathTimes {
  const sums = new Map<string, number>();
  for (const { span } of traces)
    for (const [key, { millis }] of pathOf(span)) sums.set(key, (sums.get(key) ?? 0) + millis / traces.length);
  return sums;
}

export function nameOf({ service, name }: TreeSpan): string {
  return `${service} ${name}`;
}

/** The span that takes most of the critical path below `top`, those of the same operation together. */
export function criticalSpanOf(top: TreeSpan): TreeSpan {
  const [first] = [...pathOf(top).values()].sort((a, b) => b.millis - a.millis);
  return first?.longest ?? top;
}

/** A call that waited this share of its time for a callee which did not fail. */
const WAITED_SHARE = 0.8;

function firstFailure(trace: SampledTrace, known: KnownRequests): TroubleBegin | undefined {
  const first = deepestFailures(trace.span).reduce<TreeSpan | undefined>(
    (best, span) => (best && best.startMicros <= span.startMicros ? best : span),
    undefined,
  );
  if (!first) return undefined;
  const late = calleeThatWasLate(first);
  if (late) {
    const begin = slowest(late, { ...known, usual: new Map() });
    const waited = formatMillis((first.endMicros - first.startMicros) / 1000);
    return { ...begin, text: `${nameOf(first)} gave up after ${waited}: ${begin.text}`, shape: `late\0${begin.shape}` };
  }
  return failed(trace, first, known);
}

function failed({ tree }: SampledTrace, first: TreeSpan, { services }: KnownRequests): TroubleBegin {
  const attempts = tree.spans.filter(
    ({ isError, service, name }) => isError && service === first.service && name === first.name,
  ).length;
  const { type, message } = failureOf(first);
  const peer = calleeOf(first, services);
  const said = [type, oneLine(message)].filter(Boolean).join(": ");
  const detail = [said, peer === "" ? "" : `calling ${peer}`, attempts > 1 ? `${attempts} attempts` : ""];
  const words = detail.filter(Boolean).join(", ");
  return {
    span: first,
    shape: `${nameOf(first)}\0${type}\0${masked(message)}`,
    text: words === "" ? `${nameOf(first)} fails` : `${nameOf(first)}: ${words}`,
    detail: words,
  };
}

/** Failed spans without a failed span below them. */
function deepestFailures(top: TreeSpan): TreeSpan[] {
  const below = [...eachBelow(top)];
  const hasFailedBelow = new Set<TreeSpan>();
  for (const span of below.toReversed())
    if (span.parent && (span.isError || hasFailedBelow.has(span))) hasFailedBelow.add(span.parent);
  return below.filter((span) => span.isError && !hasFailedBelow.has(span));
}

/** The server's half of a failed call that did not fail itself and took the time: a call that timed out. */
function calleeThatWasLate(call: TreeSpan): TreeSpan | undefined {
  if (call.kind !== SPAN_KIND_CLIENT) return undefined;
  const callee = call.children.find(({ kind, isError }) => kind === SPAN_KIND_SERVER && !isError);
  const share = callee ? (callee.endMicros - callee.startMicros) / (call.endMicros - call.startMicros) : 0;
  return share >= WAITED_SHARE ? callee : undefined;
}

function slowest(top: TreeSpan, { usual, services }: KnownRequests): TroubleBegin {
  const total = (top.endMicros - top.startMicros) / 1000;
  const path = [...pathOf(top)].map(([key, part]) => ({ key, ...part, excess: part.millis - (usual.get(key) ?? 0) }));
  const [most] = path.sort((a, b) => b.excess - a.excess || b.millis - a.millis);
  if (!most) return { span: top, shape: nameOf(top), text: `${nameOf(top)} takes ${formatMillis(total)}`, detail: "" };
  const { longest, millis, count } = most;
  const peer = calleeOf(longest, services);
  const times = count > 1 ? ` in ${count} spans` : "";
  const of = millis < total * 0.98 ? ` of ${formatMillis(total)}` : "";
  const detail = [`${formatMillis(millis)}${of}${times}`, peer === "" ? "" : `calling ${peer}`];
  const words = detail.filter(Boolean).join(", ");
  return { span: longest, shape: `slow\0${most.key}`, text: `${nameOf(longest)} takes ${words}`, detail: words };
}

interface PathPart {
  readonly millis: number;
  readonly longest: TreeSpan;
  readonly count: number;
}

function pathOf(top: TreeSpan): Map<string, PathPart> {
  const parts = new Map<string, PathPart & { most: number }>();
  for (const [span, micros] of criticalPath(top)) {
    const known = parts.get(nameOf(span));
    const isLonger = !known || micros > known.most;
    parts.set(nameOf(span), {
      millis: (known?.millis ?? 0) + micros / 1000,
      count: (known?.count ?? 0) + 1,
      longest: isLonger ? span : known.longest,
      most: isLonger ? micros : known.most,
    });
  }
  return parts;
}

/** Who answers at which address, by calls whose other half is there: one that fails to arrive has none. */
export function answeringServices(traces: readonly SampledTrace[]): Map<string, string> {
  const services = new Map<string, string>();
  for (const { tree } of traces)
    for (const span of tree.spans) {
      const callee = span.children.find(({ kind, service }) => kind === SPAN_KIND_SERVER && service !== span.service);
      const address = callee === undefined ? "" : peerOf(span);
      if (callee && address !== "") services.set(address, callee.service);
    }
  return services;
}

/** `inventory at 10.0.0.7:80`, or what the call says alone. */
function calleeOf(span: TreeSpan, services: ReadonlyMap<string, string>): string {
  const address = peerOf(span);
  const service = services.get(address);
  return service === undefined || service === address ? address : `${service} at ${address}`;
}

/** What a call goes to, by what it says: "" where it is no call or says nothing. */
export function peerOf(span: TreeSpan): string {
  if (span.kind !== SPAN_KIND_CLIENT && span.kind !== SPAN_KIND_PRODUCER) return "";
  const peer = spanAttribute(span, "service.peer.name", "server.address", "network.peer.address", "rpc.service");
  const system = spanAttribute(span, "db.system.name", "messaging.system");
  const place = spanAttribute(span, "db.namespace", "messaging.destination.name");
  const port = spanAttribute(span, "server.port", "network.peer.port");
  const where = peer === "" ? place : port === "" || peer.includes(":") ? peer : `${peer}:${port}`;
  return [system, where].filter(Boolean).join(" ");
}

const mask = new LineMask();

function masked(message: string): string {
  mask.mask(message);
  return mask.text();
}

const MOST_MESSAGE = 160;

function oneLine(text: string): string {
  const line = text.replace(/\s+/g, " ").trim();
  return line.length > MOST_MESSAGE ? `${line.slice(0, MOST_MESSAGE - 1)}…` : line;
}
