/**
 * Steps -> a trace: spans with times, attributes, exceptions and logs, as OTLP JSON. In: a step tree, a start and a Random; out:
 * a ShopTrace. The same input gives the same trace.
 */
import type { WireLogRecord, WireSpan } from "goldspan/contract";
import { toKeyValues, type PlainAttributes } from "./otlp-values.ts";
import type { Random } from "./random.ts";
import { shopVersion } from "./shop-services.ts";
import type { Step } from "./step.ts";

export interface ShopSpan {
  readonly service: string;
  readonly version: string;
  readonly span: WireSpan;
  /** Milliseconds since 1970, with a fraction. */
  readonly start: number;
  readonly millis: number;
}

export interface ShopLog {
  readonly service: string;
  readonly version: string;
  readonly time: number;
  readonly record: WireLogRecord;
}

export interface ShopTrace {
  readonly traceId: string;
  readonly spans: ShopSpan[];
  readonly logs: ShopLog[];
}

export interface TraceSeed {
  readonly traceId: string;
  readonly startMillis: number;
  readonly afterRollout: boolean;
  /** true forces the first step that may fail to do so, false forbids it. */
  readonly fail?: boolean;
}

interface Outcome {
  readonly end: number;
  readonly failure?: { readonly status: number; readonly message: string };
}

export function generateTrace(root: Step, seed: TraceSeed, random: Random): ShopTrace {
  const trace: ShopTrace = { traceId: seed.traceId, spans: [], logs: [] };
  addStep(trace, root, seed, random, seed.startMillis, "", undefined);
  return trace;
}

/** Milliseconds with a fraction -> decimal nanoseconds; microsecond precision, as clocks give it. */
export function toNanoText(millis: number): string {
  const micros = Math.round((millis - Math.floor(millis)) * 1000);
  return `${Math.floor(millis)}${String(Math.min(micros, 999)).padStart(3, "0")}000`;
}

function addStep(
  trace: ShopTrace,
  step: Step,
  seed: TraceSeed,
  random: Random,
  start: number,
  parentId: string,
  caller: string | undefined,
): Outcome {
  const crosses = step.call && caller !== undefined && caller !== step.service;
  const clientId = crosses ? random.hex(8) : "";
  const spanId = random.hex(8);
  const begin = start + (crosses ? random.around(0.4) : 0);
  const own = random.around(step.ownMillis);
  let failure: Outcome["failure"];
  let cursor = begin + own * 0.3;
  let end = cursor;
  for (const child of step.children) {
    if (failure && child.kind !== 3) continue;
    for (let turn = 0; turn < (child.times ?? 1); turn++) {
      const outcome = addStep(trace, child, seed, random, cursor, spanId, step.service);
      if (!(step.kind === 4)) end = Math.max(end, outcome.end);
      if (!step.parallel && step.kind !== 4) cursor = outcome.end + own * (child.times ? 0.001 : 0.08);
      failure ??= outcome.failure;
    }
  }
  const breaks = !failure && step.fails !== undefined && (seed.fail ?? random.chance(step.fails.chance));
  if (breaks && step.fails) failure = { status: step.fails.status, message: step.fails.message };
  end += own * 0.62 * (breaks ? (step.fails?.slow ?? 1) : 1);
  const version = shopVersion(step.service, seed.afterRollout);
  trace.spans.push({
    service: step.service,
    version,
    start: begin,
    millis: end - begin,
    span: {
      traceId: seed.traceId,
      spanId,
      ...(parentId || clientId ? { parentSpanId: clientId || parentId } : {}),
      flags: 257,
      name: step.name,
      kind: step.kind,
      startTimeUnixNano: toNanoText(begin),
      endTimeUnixNano: toNanoText(end),
      attributes: toKeyValues({ ...step.attributes, ...outcomeAttributes(step, failure, random) }),
      ...(breaks && step.fails ? { events: [exceptionEvent(step, begin + (end - begin) * 0.9)] } : {}),
      ...(failure ? { status: { code: 2, message: breaks ? failure.message : "" } } : {}),
    },
  });
  addLogs(trace, step, seed, random, { spanId, begin, end, failed: Boolean(failure), version });
  if (!crosses || !step.call) return { end, failure };
  const clientEnd = end + random.around(0.4);
  const callerVersion = shopVersion(caller, seed.afterRollout);
  trace.spans.push({
    service: caller,
    version: callerVersion,
    start,
    millis: clientEnd - start,
    span: {
      traceId: seed.traceId,
      spanId: clientId,
      ...(parentId ? { parentSpanId: parentId } : {}),
      flags: 257,
      name: step.call.name,
      kind: 3,
      startTimeUnixNano: toNanoText(start),
      endTimeUnixNano: toNanoText(clientEnd),
      attributes: toKeyValues({ ...step.call.attributes, ...outcomeAttributes(step, failure, random) }),
      ...(failure ? { status: { code: 2 } } : {}),
    },
  });
  return { end: clientEnd, failure };
}

function outcomeAttributes(step: Step, failure: Outcome["failure"], random: Random): PlainAttributes {
  const user = { "enduser.id": `u-${random.integer(1000, 9999)}`, "thread.name": `exec-${random.integer(1, 16)}` };
  if (!("http.request.method" in step.attributes)) return user;
  const status = failure?.status ?? 200;
  return { ...user, "http.response.status_code": status, ...(failure ? { "error.type": String(status) } : {}) };
}

function exceptionEvent(step: Step, at: number): NonNullable<WireSpan["events"]>[number] {
  return {
    timeUnixNano: toNanoText(at),
    name: "exception",
    attributes: toKeyValues({
      "exception.type": step.fails?.type ?? "",
      "exception.message": step.fails?.message ?? "",
      "exception.stacktrace": step.fails?.stack ?? "",
    }),
  };
}

interface Spot {
  readonly spanId: string;
  readonly begin: number;
  readonly end: number;
  readonly failed: boolean;
  readonly version: string;
}

function addLogs(trace: ShopTrace, step: Step, seed: TraceSeed, random: Random, spot: Spot): void {
  for (const log of step.logs ?? []) {
    if ((log.onlyFailed && !spot.failed) || (log.onlyOk && spot.failed)) continue;
    if (log.chance !== undefined && !random.chance(log.chance)) continue;
    const time = spot.begin + (spot.end - spot.begin) * log.at;
    trace.logs.push({
      service: step.service,
      version: spot.version,
      time,
      record: {
        timeUnixNano: toNanoText(time),
        observedTimeUnixNano: toNanoText(time + 3),
        severityNumber: log.severity,
        severityText: ["", "TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL"][Math.ceil(log.severity / 4)],
        body: { stringValue: log.body },
        attributes: toKeyValues({ "logger.name": `shop.${step.service}`, ...log.attributes }),
        flags: 1,
        traceId: seed.traceId,
        spanId: spot.spanId,
      },
    });
  }
}
