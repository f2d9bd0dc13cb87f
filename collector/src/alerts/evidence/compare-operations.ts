/**
 * Which operations deviate, and by how much: sums of the bad stretch held against those of the good one. Pure. What a service answers
 * (server and consumer spans) is counted; of one that answers nothing, all it does.
 */
import { LATENCY_BOUNDS_MICROS, LATENCY_BUCKETS, latencyQuantileMillis } from "../../model/latency-histogram.ts";
import { SPAN_KIND_CONSUMER, SPAN_KIND_SERVER } from "../../model/span-batch.ts";
import type { OperationSummary } from "../../store/store.ts";
import type { FaultKind } from "./watched-signal.ts";
import { formatMillis, formatPercent, formatRate } from "./format-figures.ts";

export interface OperationSums {
  readonly operations: readonly OperationSummary[];
  /** Of the stretch, as far as there is data for it. */
  readonly seconds: number;
}

export interface DeviatingOperation {
  readonly service: string;
  readonly operation: string;
  /** Requests that are worse than they would be as before; of traffic, that are more or fewer. */
  readonly excess: number;
  /** Of the excess of all that were compared. */
  readonly share: number;
  readonly text: string;
}

/** The kinds of deviation that can be seen in requests. */
export type Deviation = "errors" | "latency" | "traffic";

const OPERATIONS_SHOWN = 5;
/** Of fewer requests nothing can be said. */
const LEAST_REQUESTS = 5;
/** Below it nothing happened. */
const LEAST_EXCESS = 1;
const SLOW_QUANTILE = 0.95;
const LEAST_SLOW_MILLIS = 1;

/** Largest excess first. @param services only these; empty = all */
export function compareOperations(
  deviation: Deviation,
  bad: OperationSums,
  good: OperationSums,
  services: ReadonlySet<string>,
): DeviatingOperation[] {
  const before = byOperation(entriesOf(good.operations, services));
  const now = byOperation(entriesOf(bad.operations, services));
  const found: Omit<DeviatingOperation, "share">[] = [];
  for (const key of new Set([...now.keys(), ...before.keys()])) {
    const pair = { now: now.get(key), before: before.get(key) };
    const one = pair.now ?? pair.before;
    if (!one) continue;
    const deviating = DEVIATIONS[deviation](pair, bad.seconds, good.seconds);
    if (deviating && deviating.excess >= LEAST_EXCESS)
      found.push({ service: one.service, operation: one.operation, ...deviating });
  }
  const total = found.reduce((sum, { excess }) => sum + excess, 0);
  return found
    .sort((a, b) => b.excess - a.excess)
    .slice(0, OPERATIONS_SHOWN)
    .map((one) => ({ ...one, share: total > 0 ? one.excess / total : 0 }));
}

/**
 * Which of them the data shows most of, when the rule doesn't say. Errors before all: what fails is often also slow, or fast. But what
 * runs out of a resource becomes slow, and the errors of its everyday are not to blame.
 */
export function plainestDeviation(
  fault: FaultKind,
  bad: OperationSums,
  good: OperationSums,
  services: ReadonlySet<string>,
): Deviation | undefined {
  const excessOf = (deviation: Deviation) =>
    compareOperations(deviation, bad, good, services).reduce((sum, { excess }) => sum + excess, 0);
  const requests = entriesOf(bad.operations, services).reduce((sum, { count }) => sum + count, 0);
  if (fault === "saturation" && excessOf("latency") > requests * 0.05) return "latency";
  if (excessOf("errors") > requests * 0.01) return "errors";
  if (excessOf("latency") > requests * 0.1) return "latency";
  const usual = entriesOf(good.operations, services).reduce((sum, { count }) => sum + count, 0);
  if (usual > 0 && good.seconds > 0) {
    const times = requests / bad.seconds / (usual / good.seconds);
    if (times > 2 || times < 0.5) return "traffic";
  }
  return undefined;
}

/** The duration from which a request counts as slow: what 95 % were below before. Undefined = nothing was before. */
export function usualSlowMillis(good: OperationSums, service: string, operation: string): number | undefined {
  const own = good.operations.filter((one) => one.service === service && (!operation || one.operation === operation));
  const total = new Float64Array(LATENCY_BUCKETS);
  for (const { latency } of entriesOf(own, new Set())) for (let i = 0; i < total.length; i++) total[i] += latency[i];
  return latencyQuantileMillis(total, SLOW_QUANTILE) ?? undefined;
}

/** Server and consumer operations of services that have any. */
function entriesOf(operations: readonly OperationSummary[], services: ReadonlySet<string>): OperationSummary[] {
  const isEntry = ({ kind }: OperationSummary) => kind === SPAN_KIND_SERVER || kind === SPAN_KIND_CONSUMER;
  const answering = new Set(operations.filter(isEntry).map(({ service }) => service));
  return operations.filter(
    (one) => (services.size === 0 || services.has(one.service)) && (isEntry(one) || !answering.has(one.service)),
  );
}

interface Requests {
  readonly service: string;
  readonly operation: string;
  count: number;
  errors: number;
  readonly latency: Float64Array;
}

/** Client and internal spans may have the same name: they are one operation here. */
function byOperation(operations: readonly OperationSummary[]): Map<string, Requests> {
  const found = new Map<string, Requests>();
  for (const { service, operation, count, errorCount, latency } of operations) {
    const key = `${service}\0${operation}`;
    let sum = found.get(key);
    if (!sum)
      found.set(key, (sum = { service, operation, count: 0, errors: 0, latency: new Float64Array(LATENCY_BUCKETS) }));
    sum.count += count;
    sum.errors += errorCount;
    for (let i = 0; i < LATENCY_BUCKETS; i++) sum.latency[i] += latency[i];
  }
  return found;
}

interface Pair {
  readonly now: Requests | undefined;
  readonly before: Requests | undefined;
}

type Compare = (
  pair: Pair,
  badSeconds: number,
  goodSeconds: number,
) => { readonly excess: number; readonly text: string } | undefined;

const DEVIATIONS: Readonly<Record<Deviation, Compare>> = {
  errors({ now, before }) {
    if (!now || now.count === 0) return undefined;
    const usual = before && before.count >= LEAST_REQUESTS ? before.errors / before.count : undefined;
    const ratio = now.errors / now.count;
    const excess = now.errors - (usual ?? 0) * now.count;
    const was = usual === undefined ? "" : `, before ${formatPercent(usual)}`;
    return { excess, text: `${formatPercent(ratio)} of requests fail${was}` };
  },
  latency({ now, before }) {
    if (!now || now.count === 0) return undefined;
    const usual =
      before && before.count >= LEAST_REQUESTS ? latencyQuantileMillis(before.latency, SLOW_QUANTILE) : null;
    const p95 = latencyQuantileMillis(now.latency, SLOW_QUANTILE) ?? 0;
    if (usual === null) return { excess: 0, text: "" };
    // Within the histogram's own error nothing has changed.
    const slowFrom = Math.max(usual * 1.3, usual + LEAST_SLOW_MILLIS);
    const excess = countAbove(now.latency, slowFrom) - (1 - SLOW_QUANTILE) * now.count;
    return { excess, text: `p95 ${formatMillis(p95)}, before ${formatMillis(usual)}` };
  },
  traffic({ now, before }, badSeconds, goodSeconds) {
    const [rate, usual] = [(now?.count ?? 0) / badSeconds, (before?.count ?? 0) / goodSeconds];
    return {
      excess: Math.abs(rate - usual) * badSeconds,
      text: `${formatRate(rate)} requests/s, before ${formatRate(usual)}`,
    };
  },
};

/** Requests in the buckets above a duration. */
function countAbove(latency: ArrayLike<number>, millis: number): number {
  let count = 0;
  for (let i = LATENCY_BUCKETS - 1; i > 0 && LATENCY_BOUNDS_MICROS[i - 1] >= millis * 1000; i--) count += latency[i];
  return count;
}

export function deviationOf(fault: FaultKind): Deviation | undefined {
  if (fault === "errors" || fault === "latency" || fault === "traffic") return fault;
  return fault === "silence" ? "traffic" : undefined;
}
