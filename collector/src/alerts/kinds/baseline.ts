/**
 * `baseline`: a golden signal that is far from normal: by so many deviations, by a share of what is normal, and by an amount that
 * matters. Deviations hold what hours of the past differed by, and what so few requests differ by for chance alone.
 */
import { recordOf } from "../../model/labels.ts";
import { seenInstances } from "../../query/golden/releases.ts";
import type { BaselineSource } from "../rules/rule-source.ts";
import { formatMeasure } from "./format-value.ts";
import { centerAt, type BaselineHistory, type Normal } from "./history/baseline-history.ts";
import { textTest, type FoundSamples, type KindTools } from "./kind-tools.ts";
import { CallsPerRequest, DependencyErrors } from "./signals/dependency-signals.ts";
import { ErrorRatio, Latency, Traffic } from "./signals/request-signals.ts";
import { Memory, Saturation } from "./signals/resource-signals.ts";
import { labelsOfKey, type Reading, type SignalReader } from "./signals/signal.ts";

/** A process that has just begun is slow at first: it must be so much slower than that. */
const WARM_UP_MILLIS = 120_000;
const WARM_UP_FACTOR = 2;
const MINUTES_10 = 600_000;

export interface Band {
  /** Null = none, on that side. */
  readonly lower: number | null;
  readonly upper: number | null;
  /** Null = nothing is known of the past. */
  readonly center: number | null;
}

export function signalOf(tools: KindTools, source: BaselineSource): SignalReader {
  switch (source.signal) {
    case "error_ratio":
      return new ErrorRatio(tools, source);
    case "latency":
      return new Latency(tools, source);
    case "traffic":
      return new Traffic(tools, source);
    case "saturation":
      return new Saturation(tools);
    case "memory":
      return new Memory(tools);
    case "dependency_errors":
      return new DependencyErrors(tools, source);
    case "calls_per_request":
      return new CallsPerRequest(tools, source);
  }
}

export async function findDeviations(
  tools: KindTools,
  history: BaselineHistory,
  source: BaselineSource,
  timeMillis: number,
): Promise<FoundSamples | undefined> {
  const signal = signalOf(tools, source);
  const normals = await history.normals(tools, signal, timeMillis);
  if (!normals) return undefined;
  if (normals.size === 0 && source.withoutHistory === undefined) return [];
  const readings = await signal.now(timeMillis);
  if (!readings) return undefined;
  const isWanted = subjectTest(source);
  const samples: FoundSamples[number][] = [];
  for (const key of new Set([...normals.keys(), ...readings.keys()])) {
    if (!isWanted(key)) continue;
    const known = normals.get(key);
    const normal = known && { ...known, center: centerAt(known, timeMillis) };
    const reading = readings.get(key) ?? (normal && silence(source, normal));
    if (!reading || !isEnough(source, reading, normal)) continue;
    const band = normal ? bandOf(source, normal, reading) : withoutHistory(source);
    const side = sideOf(reading, band);
    if (side === undefined) continue;
    if (source.signal === "latency" && (await isWarmingUp(tools, key, reading.value, band, timeMillis))) continue;
    samples.push(sampleOf(source, signal, timeMillis, { key, reading, band, side, basis: normal?.basis ?? "none" }));
  }
  return samples;
}

interface Deviation {
  readonly key: string;
  readonly reading: Reading;
  readonly band: Band;
  readonly side: "above" | "below";
  readonly basis: Normal["basis"] | "none";
}

function sampleOf(
  source: BaselineSource,
  signal: SignalReader,
  timeMillis: number,
  { key, reading, band, side, basis }: Deviation,
): FoundSamples[number] {
  const labels = labelsOfKey(signal, key);
  const { value, count, windowMillis, about } = reading;
  return {
    labels,
    timestampMillis: timeMillis,
    value,
    details: {
      signal: source.signal,
      ...(band.center !== null && { normal: band.center }),
      ...(band.lower !== null && { lower: band.lower }),
      ...(band.upper !== null && { upper: band.upper }),
      direction: side,
      basis,
      unit: signal.unit,
      window: windowMillis / 1000,
      ...(Number.isFinite(count) && { count: Math.round(count) }),
      ...(about !== undefined && { about }),
      summary: sentenceOf(source, recordOf(labels), reading, band, signal.unit),
    },
  };
}

function withoutHistory({ withoutHistory: upper = Infinity }: BaselineSource): Band {
  return { lower: null, upper, center: null };
}

/** What is normal at one time. */
export interface NormalNow extends Normal {
  readonly center: number;
}

/** What is normal for a reading; a side that the rule doesn't watch has no bound. */
export function bandOf(source: BaselineSource, normal: NormalNow, reading: Omit<Reading, "value">): Band {
  const { direction, deviations, minChange, minRelativeChange, signal } = source;
  const noise = noiseOf(source, normal, reading);
  const far = deviations * Math.hypot(normal.spread, noise);
  // What has been so for half a day is normal as well, but for traffic that fell away.
  const high = signal === "traffic" ? normal.center : Math.max(normal.center, normal.lately || 0);
  const low = signal === "traffic" ? normal.center : Math.min(normal.center, normal.lately || Infinity);
  const least = Math.max(source.atLeast, reading.atLeast ?? 0);
  const upper = Math.max(high + Math.max(far, minChange, high * minRelativeChange), least);
  const lower = low - Math.max(far, minChange, low * minRelativeChange);
  return {
    center: normal.center,
    upper: direction === "below" ? null : upper,
    lower: direction === "above" || lower < 0 ? null : lower,
  };
}

function sideOf({ value, sure = [value, value] }: Reading, { lower, upper }: Band): "above" | "below" | undefined {
  if (upper !== null && sure[0] > upper) return "above";
  return lower !== null && sure[1] < lower ? "below" : undefined;
}

/** Standard deviation of so few requests, when nothing is wrong. */
function noiseOf(
  { signal }: BaselineSource,
  normal: NormalNow,
  { count, windowMillis }: Omit<Reading, "value">,
): number {
  switch (signal) {
    case "error_ratio":
    case "dependency_errors": {
      const n = Math.max(1, count);
      const share = Math.min(0.5, Math.max(normal.center, 0.5 / n));
      return Math.sqrt((share * (1 - share)) / n);
    }
    case "traffic": {
      const seconds = windowMillis / 1000;
      return Math.sqrt(normal.center * seconds) / seconds;
    }
    case "calls_per_request":
      return Math.sqrt(normal.center / Math.max(1, count));
    default:
      return 0;
  }
}

function isEnough(source: BaselineSource, reading: Reading, normal: NormalNow | undefined): boolean {
  const { signal, minCount, minRate } = source;
  const seconds = reading.windowMillis / 1000;
  if (signal === "traffic") {
    if (!normal) return reading.count >= minCount;
    const usual = normal.center * seconds;
    return normal.center >= minRate && (usual >= minCount || reading.count >= minCount);
  }
  if (!Number.isFinite(reading.count)) return true;
  return reading.count >= minCount && (minRate === 0 || reading.count / seconds >= minRate);
}

/** A service of which there are no series any more has no traffic; one that had none for a day is no longer missed. */
function silence(source: BaselineSource, { lately }: Normal): Reading | undefined {
  if (source.signal !== "traffic" || source.direction === "above" || !(lately > 0)) return undefined;
  return { value: 0, count: 0, windowMillis: source.windowMillis };
}

/** Which keys of the signal a rule is about. */
export function subjectTest(source: BaselineSource): (key: string) => boolean {
  const [isService, isOperation] = [textTest(source.service), textTest(source.operation)];
  const hasOperation = source.by === "operation" && source.operation !== "";
  return (key) => {
    const [service, operation = ""] = key.split("\n");
    return isService(service) && (!hasOperation || isOperation(operation));
  };
}

async function isWarmingUp(
  { reader, share, signal }: KindTools,
  key: string,
  value: number,
  { upper }: Band,
  timeMillis: number,
): Promise<boolean> {
  if (upper === null || value > WARM_UP_FACTOR * upper) return false;
  const [service] = key.split("\n");
  const range = { start: timeMillis - MINUTES_10, end: timeMillis };
  const instances = await share(`instances ${service}`, timeMillis, () =>
    seenInstances(reader, range, service, signal),
  );
  const newest = Math.max(-Infinity, ...instances.map(({ firstSeenMillis }) => firstSeenMillis));
  return newest > timeMillis - WARM_UP_MILLIS;
}

const WORDS: Readonly<Record<BaselineSource["signal"], (value: string, quantile: number) => string>> = {
  error_ratio: (value) => `${value} of requests fail`,
  latency: (value, quantile) => `p${Number((quantile * 100).toPrecision(4))} is ${value}`,
  traffic: (value) => `${value} requests`,
  saturation: (value) => `${value} full`,
  memory: (value) => `takes ${value} of memory`,
  dependency_errors: (value) => `${value} of calls fail`,
  calls_per_request: (value) => `${value} calls for each request`,
};

/** `orders POST /orders: 12 % of requests fail, normally 0.4 %` */
function sentenceOf(
  source: BaselineSource,
  { service_name: service = "", span_name: operation = "", server = "" }: Readonly<Record<string, string>>,
  { value, about }: Reading,
  { center }: Band,
  unit: SignalReader["unit"],
): string {
  const subject = server === "" ? `${service}${operation === "" ? "" : ` ${operation}`}` : `${service} to ${server}`;
  const what = WORDS[source.signal](formatMeasure(value, unit), source.quantile);
  const normally = center === null ? "" : `, normally ${formatMeasure(center, unit)}`;
  return `${subject}: ${about === undefined ? "" : `${about} `}${what}${normally}`;
}
