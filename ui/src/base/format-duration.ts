/**
 * Durations as text: nanoseconds in, three significant digits and a fitting unit out (ns, µs, ms, s, min, h). And back, for
 * duration fields: "500ms", "1.5s", "2m".
 */
import { formatSignificant, NARROW_SPACE, NO_VALUE } from "./format-number.ts";

/** Largest unit first; nanoseconds of each. */
const UNITS: readonly (readonly [number, string])[] = [
  [1e9, "s"],
  [1e6, "ms"],
  [1e3, "µs"],
  [1, "ns"],
];

const NANOS_PER: Record<string, number> = {
  ns: 1,
  us: 1e3,
  µs: 1e3,
  ms: 1e6,
  s: 1e9,
  m: 60e9,
  min: 60e9,
  h: 3600e9,
  d: 86_400e9,
};

export function formatDuration(nanos: number | null | undefined): string {
  if (nanos === null || nanos === undefined || Number.isNaN(nanos)) return NO_VALUE;
  if (nanos < 0) return `−${formatDuration(-nanos)}`;
  if (nanos === 0) return `0${NARROW_SPACE}s`;
  if (nanos >= 100 * 60e9) return formatPair(nanos, 3600e9, "h", 60e9, "min");
  if (nanos >= 100e9) return formatPair(nanos, 60e9, "min", 1e9, "s");
  for (const [size, unit] of UNITS) {
    if (nanos >= size * 0.9995 || size === 1) return `${formatSignificant(nanos / size)}${NARROW_SPACE}${unit}`;
  }
  return NO_VALUE;
}

export function formatMillis(millis: number | null | undefined): string {
  return formatDuration(millis === null || millis === undefined ? null : millis * 1e6);
}

/** A moment within something that lasts `whole`: its unit, to a thousandth of it, so that neighbours can be told apart: "4.146 s". */
export function formatOffset(nanos: number, whole: number): string {
  const [size, unit] = UNITS.find(([size]) => whole >= size) ?? [1, "ns"];
  const text = (Math.abs(nanos) / size).toFixed(size === 1 ? 0 : 3);
  return `${nanos < 0 && Number(text) !== 0 ? "−" : ""}${text}${NARROW_SPACE}${unit}`;
}

/** An axis label: the unit follows the step, so that all labels of an axis share it. */
export function formatDurationTick(nanos: number, step: number): string {
  if (nanos === 0) return "0";
  const magnitude = Math.max(Math.abs(nanos), step);
  if (step >= 60e9) return formatDuration(nanos);
  const [size, unit] = UNITS.find(([size]) => magnitude >= size) ?? [1, "ns"];
  const decimals = Math.max(0, Math.ceil(-Math.log10(step / size) - 1e-9));
  return `${(nanos / size).toFixed(Math.min(decimals, 9))}${NARROW_SPACE}${unit}`;
}

/** Nanoseconds of "500ms", "1.5 s", "2m30s"; a bare number is milliseconds. undefined when it is no duration. */
export function parseDuration(text: string): number | undefined {
  const body = text.replace(/[\s\u202f]/g, "");
  if (/^\d+(\.\d+)?$/.test(body)) return Number(body) * 1e6;
  if (!/^((\d+\.?\d*|\.\d+)(ns|us|µs|ms|s|min|m|h|d))+$/.test(body)) return undefined;
  let nanos = 0;
  for (const [, amount, unit] of body.matchAll(/(\d+\.?\d*|\.\d+)(ns|us|µs|ms|s|min|m|h|d)/g)) {
    nanos += Number(amount) * NANOS_PER[unit];
  }
  return nanos;
}

function formatPair(nanos: number, big: number, bigUnit: string, small: number, smallUnit: string): string {
  const total = Math.round(nanos / small);
  const perBig = big / small;
  const rest = total % perBig;
  const head = `${Math.floor(total / perBig)}${NARROW_SPACE}${bigUnit}`;
  return rest === 0 ? head : `${head} ${rest}${NARROW_SPACE}${smallUnit}`;
}
