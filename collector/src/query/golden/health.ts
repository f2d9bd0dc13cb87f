/**
 * How a service does, from its golden signals, in a sentence each: what is worst comes first in a list of services. The thresholds are
 * those most teams begin with; alerts have rules of their own.
 */
import type { ServiceSaturation } from "./saturation.ts";

export type Level = "ok" | "warn" | "bad";

export interface Reason {
  readonly signal: "traffic" | "errors" | "latency" | "saturation";
  readonly level: Level;
  readonly text: string;
}

export interface Health {
  readonly level: Level;
  /** 0 = fine; higher is worse. */
  readonly score: number;
  /** Worst first. */
  readonly reasons: readonly Reason[];
}

export interface Signals {
  /** Per time bucket, and so are the others that are lists. */
  readonly requests: readonly number[];
  /** Null = unknown. */
  readonly ratePerSecond: readonly (number | null)[];
  readonly errorRatio: number | null;
  /** Of the newest part of the range, and of the rest of it. */
  readonly p95Millis: { readonly before: number | null; readonly recent: number | null };
  readonly saturation: ServiceSaturation | undefined;
}

const ERRORS = { warn: 0.01, bad: 0.05 };
/** Of fewer requests one error is no share. */
const FEWEST_REQUESTS = 20;
/** A p95 of fewer is the third-slowest request or so, which is no trend. */
const FEWEST_FOR_TREND = 60;
/** How much slower than before. */
const SLOWER = { warn: 2, bad: 4 };
/** Less is no loss to anybody. */
const SLOWER_MILLIS = 50;
/** The newest part of the range is held against the rest of it. */
const RECENT_SHARE = 0.2;

/** How many of the time buckets are the newest part. */
export function recentBuckets(count: number): number {
  return Math.max(1, Math.round(count * RECENT_SHARE));
}

const SEVERITY: Readonly<Record<Level, number>> = { ok: 0, warn: 1, bad: 2 };

export function healthOf(signals: Signals): Health {
  const found = [errors(signals), saturation(signals), latency(signals), traffic(signals)];
  const weighed = found.filter((each) => each !== undefined).sort((a, b) => b.score - a.score);
  const reasons = weighed.filter(({ reason }) => reason.level !== "ok").map(({ reason }) => reason);
  const score = weighed.reduce((sum, each, i) => sum + each.score / (i + 1), 0);
  return { level: reasons[0]?.level ?? "ok", score, reasons };
}

interface Weighed {
  readonly score: number;
  readonly reason: Reason;
}

function errors({ errorRatio, requests }: Signals): Weighed | undefined {
  if (errorRatio === null || errorRatio === 0) return undefined;
  const enough = sum(requests) >= FEWEST_REQUESTS;
  const level = !enough ? "ok" : errorRatio >= ERRORS.bad ? "bad" : errorRatio >= ERRORS.warn ? "warn" : "ok";
  const text = `${percent(errorRatio)} of requests fail`;
  // Of two that are equally bad, the one that fails comes before the one that is slow or full.
  const score = SEVERITY[level] + (level === "ok" ? 0 : 0.5) + errorRatio / 2;
  return { score, reason: { signal: "errors", level, text } };
}

function saturation({ saturation: found }: Signals): Weighed | undefined {
  if (!found?.worst) return undefined;
  const { value, source, instance } = found.worst;
  const level = value >= source.badAt ? "bad" : value >= source.warnAt ? "warn" : "ok";
  const where = instance === "" ? "" : ` on ${instance}`;
  const text = `${source.resource} ${percent(value)} full${where} (${source.metric})`;
  return { score: SEVERITY[level] + value / 2, reason: { signal: "saturation", level, text } };
}

function latency({ p95Millis: { before, recent }, requests }: Signals): Weighed | undefined {
  if (halves(requests).some((part) => sum(part) < FEWEST_FOR_TREND)) return undefined;
  if (before === null || recent === null || recent - before < SLOWER_MILLIS) return undefined;
  const times = recent / Math.max(1, before);
  const level = times >= SLOWER.bad ? "bad" : times >= SLOWER.warn ? "warn" : "ok";
  const text = `p95 is ${times >= 10 ? Math.round(times) : times.toFixed(1)} times what it was (${duration(recent)}, before ${duration(before)})`;
  return { score: SEVERITY[level] + Math.min(0.5, times / 40), reason: { signal: "latency", level, text } };
}

/** Silence where there was traffic all the time. */
function traffic({ ratePerSecond }: Signals): Weighed | undefined {
  const [before, recent] = halves(ratePerSecond);
  if (before.length < 5 || recent.length < 2 || recent.some((rate) => rate > 0)) return undefined;
  const usual = median(before) ?? 0;
  if (usual === 0 || before.some((rate) => rate === 0)) return undefined;
  return { score: 1.5, reason: { signal: "traffic", level: "warn", text: "requests have stopped" } };
}

/** The older and the newer values, without gaps. */
function halves(values: readonly (number | null)[]): [number[], number[]] {
  const recent = recentBuckets(values.length);
  const known = (part: readonly (number | null)[]) => part.filter((value) => value !== null);
  return [known(values.slice(0, -recent)), known(values.slice(-recent))];
}

function median(values: readonly number[]): number | undefined {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
}

function sum(values: readonly number[]): number {
  return values.reduce((all, value) => all + value, 0);
}

function percent(share: number): string {
  return `${share >= 0.1 ? Math.round(share * 100) : Number((share * 100).toPrecision(2))} %`;
}

function duration(millis: number): string {
  return millis < 1000 ? `${Math.round(millis)} ms` : `${Number((millis / 1000).toPrecision(3))} s`;
}
