/**
 * The evidence of an alert: whose fault it is, traces in which it is seen, where it broke first, log lines, what differs, since which
 * release, how the neighbours do. In: an alert, its rule and a store; out: Evidence. Bounded in time and bytes; each part may fail or be
 * left out without harm to the others, and the alert goes out in any case.
 */
import type { EvidenceBrokeFirst } from "../channels/notification.ts";
import { BoundedParts } from "./bounded-parts.ts";
import { chooseTraces, evidenceTraceOf, type ChosenTraces } from "./choose-traces.ts";
import {
  compareOperations,
  deviationOf,
  plainestDeviation,
  usualSlowMillis,
  type DeviatingOperation,
  type Deviation,
  type OperationSums,
} from "./compare-operations.ts";
import type { GatherEvidence } from "./evidence-subject.ts";
import { evidenceWindow, nanosOf, type EvidenceWindow } from "./evidence-window.ts";
import { findLogs, type FoundLogs } from "./find-logs.ts";
import { findRelease } from "./find-release.ts";
import { operationOfLabels, serviceOfLabels, type FaultSubject } from "./find-subject.ts";
import { linksOf } from "./links.ts";
import { pinTraces } from "./pin-traces.ts";
import { sampleTraces, type Badness, type TraceSample } from "./sample-traces.ts";
import { watchedBy } from "./watched-signal.ts";

const NO_SUMS: OperationSums = { operations: [], seconds: 1 };
const NO_SAMPLE: TraceSample = { bad: [], good: [], seenBy: "any" };
const NO_CHOICE: ChosenTraces = { traces: [], brokeFirst: undefined };
const NO_LOGS: FoundLogs = { logs: [], first: undefined };

export const gatherEvidence: GatherEvidence = async (subject, tools) => {
  const { labels, rule, id, activeAtMillis, nowMillis, previous } = subject;
  const { reader, externalUrl } = tools;
  const parts = new BoundedParts(tools);
  const watched = watchedBy(rule);
  const window = evidenceWindow(activeAtMillis, watched.rangeMillis, nowMillis);
  try {
    const [bad, good] = await parts.run("sums of operations", [NO_SUMS, NO_SUMS], async (signal) => {
      const data = await reader.dataRange("traces");
      const since = data ? Number(data.start / 1_000_000n) : window.bad.end;
      const sums = async ({ start, end }: EvidenceWindow["bad"]): Promise<OperationSums> => ({
        operations: await reader.summarizeOperations(nanosOf({ start, end }), { buckets: 1 }, signal),
        seconds: Math.max(1, (end - Math.max(start, since)) / 1000),
      });
      return [await sums(window.bad), await sums(window.good)];
    });
    const operations = [...bad.operations, ...good.operations];
    const service = serviceOfLabels(labels, new Set(operations.map((one) => one.service)));
    const own = new Set(service === "" ? [] : [service]);
    const deviation = deviationOf(watched.fault) ?? plainestDeviation(bad, good, own);
    const deviating = deviation ? compareOperations(deviation, bad, good, own) : [];
    const named = operationOfLabels(
      labels,
      operations.filter((one) => one.service === service).map(({ operation }) => operation),
    );
    const found = subjectOf(service, named, deviating);
    const sample = await parts.run("traces", NO_SAMPLE, (signal) =>
      firstSample(badnessesOf(deviation, watched.thresholdMillis, good, found), (badness) =>
        sampleTraces(reader, found, badness, window, () => parts.usedShare > SAMPLE_SHARE, signal),
      ),
    );
    const keep = new Set(previous?.traces.map(({ traceId }) => traceId));
    const chosen = await parts.run("choice of traces", NO_CHOICE, async () => chooseTraces(sample, keep));
    const traces = chosen.traces.map(evidenceTraceOf);
    const traceIds = traces.map(({ traceId }) => traceId);
    const services = [chosen.brokeFirst?.service ?? "", found.service].filter(Boolean);
    const { logs, first } = await parts.run("logs", NO_LOGS, (signal) =>
      findLogs(reader, window, traceIds, services, undefined, signal),
    );
    const releaseChange = await parts.run("release", undefined, (signal) =>
      findRelease(reader, window, services, signal),
    );
    await parts.run("pins", 0, (signal) =>
      pinTraces(reader.pins, traceIds, labels.alertname ?? "", parts.limits.pinnedTraces, signal),
    );
    return {
      ...found,
      traces,
      logs,
      release: releaseChange?.version ?? "",
      links: linksOf({ externalUrl, alertId: id, ...found, traces, range: { ...window.bad, start: window.good.end } }),
      gatheredAt: nowMillis,
      brokeFirst: chosen.brokeFirst ?? brokeFirstOfLog(first),
      operations: deviating.map(({ excess: _, ...shown }) => shown),
      ...(releaseChange && { releaseChange }),
    };
  } finally {
    parts.close(labels.alertname ?? id);
  }
};

/** Of the CPU time, for reading traces. */
const SAMPLE_SHARE = 0.5;

/** What the labels don't say is what deviates most. */
function subjectOf(service: string, operation: string, [most]: readonly DeviatingOperation[]): FaultSubject {
  if (service === "") return { service: most?.service ?? "", operation: most?.operation ?? operation };
  return { service, operation: operation || (most?.operation ?? "") };
}

/** What to look for in traces, the likeliest first. */
function badnessesOf(
  deviation: Deviation | undefined,
  thresholdMillis: number | undefined,
  good: OperationSums,
  { service, operation }: FaultSubject,
): Badness[] {
  const millis = thresholdMillis ?? usualSlowMillis(good, service, operation);
  const slow: Badness[] = millis === undefined ? [] : [{ kind: "slow", millis }];
  const error: Badness = { kind: "error" };
  return deviation === "latency" ? [...slow, error, { kind: "any" }] : [error, ...slow, { kind: "any" }];
}

async function firstSample(
  badnesses: readonly Badness[],
  sampleOf: (badness: Badness) => Promise<TraceSample>,
): Promise<TraceSample> {
  let sample = NO_SAMPLE;
  for (const badness of badnesses) {
    sample = await sampleOf(badness);
    if (sample.bad.length > 0) break;
  }
  return sample;
}

function brokeFirstOfLog(line: FoundLogs["first"]): EvidenceBrokeFirst | undefined {
  if (!line) return undefined;
  const { service, body, timeMillis, traceId, spanId } = line;
  return { kind: "log", service, text: body.slice(0, 300), detail: "", time: timeMillis, traceId, spanId, share: 0 };
}
