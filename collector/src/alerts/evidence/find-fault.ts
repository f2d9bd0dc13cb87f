/**
 * What an alert tells of, as far as labels, series and sums of spans say: whose fault, of which kind, which operations deviate, and what
 * to look for in traces. Reads sums only; no span is opened.
 */
import { latencyQuantileMillis } from "../../model/latency-histogram.ts";
import type { StoreReader } from "../../store/store.ts";
import type { Labels } from "../notify/labels.ts";
import type { BoundedParts } from "./bounded-parts.ts";
import {
  compareOperations,
  deviationOf,
  plainestDeviation,
  usualSlowMillis,
  type DeviatingOperation,
  type Deviation,
  type OperationSums,
} from "./compare-operations.ts";
import { nanosOf, type EvidenceWindow } from "./evidence-window.ts";
import { operationOfLabels, serviceOfLabels, type FaultSubject } from "./find-subject.ts";
import type { Badness } from "./sample-traces.ts";
import { subjectsOfSeries } from "./subject-of-series.ts";
import type { WatchedSignal } from "./watched-signal.ts";

export interface Fault {
  readonly subject: FaultSubject;
  /** Undefined: nothing deviates that spans tell of. */
  readonly deviation: Deviation | undefined;
  readonly operations: readonly DeviatingOperation[];
  /** What to look for in traces, the likeliest first. */
  readonly badness: readonly Badness[];
}

const NO_SUMS: OperationSums = { operations: [], seconds: 1 };

/** @param lineService whose lines the rule counts; "" = it counts none */
export async function findFault(
  reader: StoreReader,
  parts: BoundedParts,
  watched: WatchedSignal,
  labels: Labels,
  window: EvidenceWindow,
  lineService: string,
): Promise<Fault> {
  const [bad, good] = await parts.run("sums of operations", [NO_SUMS, NO_SUMS], (signal) =>
    sumsOf(reader, window, signal),
  );
  const all = [...bad.operations, ...good.operations];
  const ofLabels = serviceOfLabels(labels, new Set(all.map(({ service }) => service))) || lineService;
  const behind =
    ofLabels === "" && watched.selectors.length > 0
      ? await parts.run("series behind the rule", [], (signal) =>
          subjectsOfSeries(reader, watched, labels, window, signal),
        )
      : [];
  const candidates = new Set(ofLabels === "" ? behind.map(({ service }) => service) : [ofLabels]);
  const deviation = deviationOf(watched.fault) ?? plainestDeviation(watched.fault, bad, good, candidates);
  const named = operationOfLabels(
    labels,
    all.filter(({ service }) => candidates.has(service)).map(({ operation }) => operation),
  );
  const deviating = deviation ? compareOperations(deviation, bad, good, candidates) : [];
  // Series are what the rule looks at: what they say comes before what else deviates.
  const [first] = behind;
  const most = deviating.find(({ service }) => service === (ofLabels || first?.service || service));
  const service = ofLabels || first?.service || most?.service || "";
  const operation = named || watched.spans?.operation || (first?.operation ?? "") || (most?.operation ?? "");
  const subject = { service, operation };
  const operations = named === "" ? deviating : deviating.filter((one) => one.operation === named);
  return {
    subject,
    deviation,
    operations,
    badness: badnessOf(watched, labels, deviation, subject, bad, good),
  };
}

async function sumsOf(
  reader: StoreReader,
  { bad, good }: EvidenceWindow,
  signal: AbortSignal,
): Promise<[OperationSums, OperationSums]> {
  const data = await reader.dataRange("traces");
  const since = data ? Number(data.start / 1_000_000n) : bad.end;
  const sums = async ({ start, end }: EvidenceWindow["bad"]): Promise<OperationSums> => ({
    operations: await reader.summarizeOperations(nanosOf({ start, end }), { buckets: 1 }, signal),
    seconds: Math.max(1, (end - Math.max(start, since)) / 1000),
  });
  return Promise.all([sums(bad), sums(good)]);
}

function badnessOf(
  { thresholdMillis, spans, fault }: WatchedSignal,
  labels: Labels,
  deviation: Deviation | undefined,
  { service, operation }: FaultSubject,
  bad: OperationSums,
  good: OperationSums,
): Badness[] {
  // Service and operation are the subject's.
  const more =
    spans === undefined
      ? {}
      : { where: { ...spans, service: service || undefined, operation: operation || undefined } };
  const millis = thresholdMillis ?? usualSlowMillis(good, service, operation) ?? slowNow(bad, service, operation);
  const slow: Badness[] = millis === undefined ? [] : [{ kind: "slow", millis, ...more }];
  const error: Badness = { kind: "error", ...more };
  const any: Badness = { kind: "any", ...more };
  const type = labels.exception_type ?? "";
  const thrown: Badness[] = type === "" ? [] : [{ kind: "exception", type }];
  if (deviation === "latency") return [...slow, error, any];
  if (deviation === undefined && fault === "saturation") {
    // What runs out of a resource is slow, also where it was before, or too little is known of that: its slowest ones then.
    const slowest = slowNow(bad, service, operation);
    return [
      ...slow,
      ...(slowest === undefined ? [] : [{ kind: "slow", millis: slowest * WITHIN_BUCKET, ...more } as const]),
      error,
      any,
    ];
  }
  return [...thrown, error, ...slow, any];
}

/** A quantile of the histogram may lie so much above all there are. */
const WITHIN_BUCKET = 0.79;

/** Where nothing was before: the slowest tenth. */
function slowNow({ operations }: OperationSums, service: string, operation: string): number | undefined {
  const own = operations.filter((one) => one.service === service && (!operation || one.operation === operation));
  const [most] = own.toSorted((a, b) => b.count - a.count);
  return most ? (latencyQuantileMillis(most.latency, 0.9) ?? undefined) : undefined;
}
