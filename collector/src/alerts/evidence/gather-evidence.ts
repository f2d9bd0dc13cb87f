/**
 * The evidence of an alert: whose fault it is, traces in which it is seen, where it broke first, log lines, what differs, since which
 * release, how the neighbours do. In: an alert, its rule and a store; out: Evidence. Bounded in time and bytes; each part may fail or be
 * left out without harm to the others, and the alert goes out in any case.
 */
import type { Evidence, EvidenceBrokeFirst } from "../channels/notification.ts";
import { BoundedParts } from "./bounded-parts.ts";
import { chartOfExpr, chartOfSpans, chartTimes, withBand } from "./chart-of-rule.ts";
import { chooseTraces, commonOperation, evidenceTraceOf, type ChosenTraces } from "./choose-traces.ts";
import { compareAttributes } from "./compare-attributes.ts";
import { evidenceWindow, stretchWindow } from "./evidence-window.ts";
import { findFault, type Fault } from "./find-fault.ts";
import { findLogs, linesOfRule, type FoundLogs, type RuleLines } from "./find-logs.ts";
import { findNeighbours } from "./find-neighbours.ts";
import { findRelease } from "./find-release.ts";
import type { EvidenceSubject, EvidenceTools, GatherEvidence } from "./gather.ts";
import { linksOf } from "./links.ts";
import { pinTraces } from "./pin-traces.ts";
import { sampleTraces, type Badness, type TraceSample } from "./sample-traces.ts";
import { summarizeWaterfall } from "./summarize-waterfall.ts";
import { watchedBy, type WatchedSignal } from "./watched-signal.ts";

const NO_SAMPLE: TraceSample = { bad: [], good: [], seenBy: "any" };
const NO_CHOICE: ChosenTraces = { traces: [], brokeFirst: undefined };
const NO_LOGS: FoundLogs = { logs: [], first: undefined };
const NO_LINES: RuleLines = { service: "", traceIds: [] };
/** Of the CPU time, for reading traces. */
const SAMPLE_SHARE = 0.5;

export const gatherEvidence: GatherEvidence = async (subject, tools) => {
  const { labels, rule, activeAtMillis, nowMillis, startMillis, stretch } = subject;
  const parts = new BoundedParts(tools);
  const ofRule = watchedBy(rule, activeAtMillis - startMillis);
  const watched = stretch && stretch.about !== "any" ? { ...ofRule, fault: stretch.about } : ofRule;
  try {
    const data = await parts.run("begin of the data", undefined, () => tools.reader.dataRange("traces"));
    const since = data && Number(data.start / 1_000_000n);
    const window = stretch
      ? stretchWindow(stretch.startMillis, stretch.endMillis)
      : evidenceWindow(activeAtMillis, watched.rangeMillis, nowMillis, since);
    const evidence = await gatherWithin(parts, subject, tools, watched, window);
    // What was found until then is better than nothing.
    if (!evidence?.service) tools.signal.throwIfAborted();
    return evidence;
  } finally {
    parts.close(labels.alertname ?? "");
  }
};

async function gatherWithin(
  parts: BoundedParts,
  { labels, id, nowMillis, activeAtMillis, previous, details, stretch }: EvidenceSubject,
  { reader, externalUrl }: EvidenceTools,
  watched: WatchedSignal,
  window: ReturnType<typeof evidenceWindow>,
): Promise<Evidence | undefined> {
  const lines = await parts.run("lines of the rule", NO_LINES, (signal) =>
    linesOfRule(reader, watched.lines, labels, window, signal),
  );
  const fault = await findFault(reader, parts, watched, labels, window, lines.service);
  const { service } = fault.subject;
  const times = chartTimes(activeAtMillis, watched.rangeMillis, nowMillis);
  // Most of the time is spent waiting for the open blocks: what needs no traces waits beside them.
  const beside = Promise.all([
    parts.run("chart", undefined, async (signal) => {
      const ofRule = await chartOfExpr(reader, watched, labels, times, signal);
      const drawn = ofRule ?? (await chartOfSpans(reader, fault.subject, fault.deviation ?? "errors", times, signal));
      return drawn && withBand(drawn, details);
    }),
    parts.run("neighbours", [], async (signal) =>
      service === "" ? [] : findNeighbours(reader, window, service, signal),
    ),
  ]);
  const sample = await parts.run("traces", NO_SAMPLE, (signal) =>
    firstSample(badnessOf(fault, lines), (badness) =>
      sampleTraces(reader, fault.subject, badness, window, () => parts.usedShare > SAMPLE_SHARE, signal),
    ),
  );
  const keep = new Set(previous?.traces.map(({ traceId }) => traceId));
  // What runs out of a resource spends the time itself; what waits for others is slow as well, for another reason.
  const ownFirst = watched.fault === "saturation" ? service : "";
  const chosen = await parts.run("choice of traces", NO_CHOICE, async () => chooseTraces(sample, { keep, ownFirst }));
  const traces = chosen.traces.map(evidenceTraceOf);
  // Sums need not show what traces do. Memory grows for no request that could be named.
  const isOfRequests = sample.seenBy !== "any" && details?.signal !== "memory";
  const operation = fault.subject.operation || (isOfRequests ? commonOperation(chosen.traces, service) : "");
  const traceIds = traces.map(({ traceId }) => traceId);
  const services = [...new Set([chosen.brokeFirst?.service ?? "", service].filter(Boolean))];
  const attributes = await parts.run("attributes", [], async () => compareAttributes(sample.bad, sample.good));
  const [{ logs, first }, releaseChange, [chart, neighbours]] = await Promise.all([
    parts.run("logs", NO_LOGS, (signal) => findLogs(reader, window, traceIds, services, watched.lines, signal)),
    parts.run("release", undefined, (signal) => findRelease(reader, window, services, attributes, signal)),
    beside,
    parts.run("pins", 0, async (signal) =>
      stretch ? 0 : pinTraces(reader.pins, traceIds, labels.alertname ?? "", parts.limits.pinnedTraces, signal),
    ),
  ]);
  if (service === "" && traces.length === 0 && logs.length === 0 && !chart) return undefined;
  const range = { ...window.bad, start: window.good.end };
  const [shown] = chosen.traces;
  const found: Evidence = {
    service,
    operation,
    traces,
    logs,
    release: releaseChange?.version ?? "",
    links: linksOf({
      externalUrl,
      alertId: id,
      service,
      operation,
      traces,
      range,
    }),
    gatheredAt: nowMillis,
    activeAt: activeAtMillis,
    brokeFirst: (isPlain(sample, fault) ? chosen.brokeFirst : undefined) ?? brokeFirstOfLog(first),
    operations: fault.operations.map(({ service: of, operation: name, share, text }) => ({
      service: of,
      operation: name,
      share,
      text,
    })),
    attributes,
    neighbours,
    ...(releaseChange && { releaseChange }),
    ...(chart && { chart }),
    ...(shown && { waterfall: summarizeWaterfall(shown.tree, shown.begin.span) }),
  };
  return previous ? withPrevious(found, previous) : found;
}

/** Slow requests say where trouble began when slowness is the trouble; where nothing deviates there are slow ones as well. */
function isPlain({ seenBy }: TraceSample, { deviation }: Fault): boolean {
  return seenBy === "slow" ? deviation === "latency" : seenBy !== "any";
}

/** A later look that finds less, as the time was over or traces have gone, must not take away what was found. */
function withPrevious(found: Evidence, previous: Evidence): Evidence {
  const { gatheredAt, chart = previous.chart } = found;
  const drawn = chart && { chart };
  const logs = found.logs.length > 0 ? found.logs : previous.logs;
  if (found.traces.length === 0 && previous.traces.length > 0) return { ...previous, gatheredAt, logs, ...drawn };
  const { attributes = [], neighbours = [], releaseChange = previous.releaseChange } = found;
  return {
    ...found,
    logs,
    ...drawn,
    attributes: attributes.length > 0 ? attributes : previous.attributes,
    neighbours: neighbours.length > 0 ? neighbours : previous.neighbours,
    release: releaseChange?.version ?? "",
    ...(releaseChange && { releaseChange }),
  };
}

/** Traces of the lines that a rule counts are bad by that. */
function badnessOf({ badness }: Fault, { traceIds }: RuleLines): readonly Badness[] {
  return traceIds.length === 0 ? badness : [{ kind: "trace", traceIds }, ...badness];
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

const MOST_LINE = 300;

function brokeFirstOfLog(line: FoundLogs["first"]): EvidenceBrokeFirst | undefined {
  if (!line) return undefined;
  const { service, body, timeMillis, traceId, spanId } = line;
  const text = body.slice(0, MOST_LINE);
  return { kind: "log", service, text, detail: "", time: Math.floor(timeMillis), traceId, spanId, share: 0 };
}
