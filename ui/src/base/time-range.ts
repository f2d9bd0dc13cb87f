/**
 * The application's time range as a value: relative ("the last 30 minutes", which is what "live" means) or absolute. In: query
 * parameters `last=30m` or `from=…&to=…` in milliseconds since 1970; out: the same, and ranges stepped, zoomed and named.
 */
import { formatDuration, parseDuration } from "./format-duration.ts";
import { formatClock, formatDate, formatDateTime } from "./format-time.ts";

export type TimeRange =
  | { readonly kind: "relative"; readonly millis: number }
  | { readonly kind: "absolute"; readonly from: number; readonly to: number };

export interface ResolvedRange {
  readonly start: number;
  readonly end: number;
}

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** What the range menu offers, by the text that stands in the address. */
export const RELATIVE_CHOICES = ["5m", "15m", "30m", "1h", "3h", "6h", "12h", "24h", "2d", "7d"] as const;

const DEFAULT_RANGE: TimeRange = { kind: "relative", millis: 30 * MINUTE };

/** Zooming in ends here. */
const SHORTEST_RANGE_MILLIS = 10;

/** Anything missing or nonsensical is the default range. */
export function parseTimeRange(params: URLSearchParams): TimeRange {
  const from = Number(params.get("from") ?? Number.NaN);
  const to = Number(params.get("to") ?? Number.NaN);
  if (Number.isFinite(from) && Number.isFinite(to) && to > from) return { kind: "absolute", from, to };
  const last = parseDuration(params.get("last") ?? "");
  return last ? { kind: "relative", millis: Math.round(last / 1e6) } : DEFAULT_RANGE;
}

/** The parameters that stand for a range; the default one needs none. */
export function rangeParams(range: TimeRange): { last?: string; from?: number; to?: number } {
  if (range.kind === "absolute") return { last: undefined, from: Math.round(range.from), to: Math.round(range.to) };
  const last = sameRange(range, DEFAULT_RANGE) ? undefined : formatSpan(range.millis);
  return { last, from: undefined, to: undefined };
}

export function sameRange(a: TimeRange, b: TimeRange): boolean {
  if (a.kind === "relative") return b.kind === "relative" && a.millis === b.millis;
  return b.kind === "absolute" && a.from === b.from && a.to === b.to;
}

export function resolveRange(range: TimeRange, now: number): ResolvedRange {
  return range.kind === "absolute" ? { start: range.from, end: range.to } : { start: now - range.millis, end: now };
}

export function rangeMillis(range: TimeRange): number {
  return range.kind === "absolute" ? range.to - range.from : range.millis;
}

/** One whole range back (-1) or on (+1). Stepping past now gives the live range of the same length. */
export function stepRange(range: TimeRange, direction: -1 | 1, now: number): TimeRange {
  const { start, end } = resolveRange(range, now);
  const millis = end - start;
  if (direction > 0 && end + millis >= now) return liveRange(millis);
  return { kind: "absolute", from: start + direction * millis, to: end + direction * millis };
}

/** The range of a length that ends now; a dragged one gets a length that can be said: whole seconds, from an hour on whole minutes. */
export function liveRange(millis: number): TimeRange {
  const unit = millis >= HOUR ? MINUTE : 1000;
  return { kind: "relative", millis: Math.max(1, Math.round(millis / unit)) * unit };
}

/** The range itself when a moment lies in it, else half an hour around the moment. */
export function rangeAround(range: TimeRange, millis: number, now: number): TimeRange {
  const { start, end } = resolveRange(range, now);
  if (millis >= start && millis <= end) return range;
  return { kind: "absolute", from: Math.floor(millis - 15 * MINUTE), to: Math.floor(millis + 15 * MINUTE) };
}

/** A range dragged on a chart: at least SHORTEST_RANGE_MILLIS wide, whole milliseconds. */
export function zoomedRange(from: number, to: number): TimeRange {
  const start = Math.floor(Math.min(from, to));
  return { kind: "absolute", from: start, to: Math.max(Math.ceil(Math.max(from, to)), start + SHORTEST_RANGE_MILLIS) };
}

/** "14:00:00 – 14:00:30", of a part of the range. */
export function nameStretch({ from, to }: { readonly from: number; readonly to: number }, now: number): string {
  return nameRange({ kind: "absolute", from, to }, now);
}

/** "Last 30 min" or "14:00:00 – 14:30:00", with the date when it is not today's. */
export function nameRange(range: TimeRange, now: number): string {
  if (range.kind === "relative") return `Last ${spellSpan(range.millis)}`;
  const short = range.to - range.from < 10_000 ? 3 : 0;
  const sameDay = formatDate(range.from) === formatDate(range.to);
  const from =
    formatDate(range.from) === formatDate(now) ? formatClock(range.from, short) : formatDateTime(range.from, short);
  return `${from} – ${sameDay ? formatClock(range.to, short) : formatDateTime(range.to, short)}`;
}

/** 5400000 -> "90 min", 238000 -> "3 min 58 s". */
function spellSpan(millis: number): string {
  const short = /^(\d+)([a-z]+)$/.exec(formatSpan(millis));
  if (!short || /^(s|ms)$/.test(short[2]) || Number(short[1]) >= 100) return formatDuration(millis * 1e6);
  return `${short[1]} ${short[2] === "m" ? "min" : short[2]}`;
}

/** 5400000 -> "90m"; the largest unit that divides evenly. */
export function formatSpan(millis: number): string {
  if (millis % (24 * HOUR) === 0 && millis > 24 * HOUR) return `${millis / (24 * HOUR)}d`;
  if (millis % HOUR === 0) return `${millis / HOUR}h`;
  if (millis % MINUTE === 0) return `${millis / MINUTE}m`;
  return millis % 1000 === 0 ? `${millis / 1000}s` : `${millis}ms`;
}
