/**
 * Values of metrics as text, by their unit. In: a number in a base unit (seconds, bytes, a share from 0 to 1); out: three significant
 * digits with the unit that fits. Unknown units stand behind the number as they are.
 */
import { formatBytes } from "./format-bytes.ts";
import { formatDuration } from "./format-duration.ts";
import {
  formatCount,
  formatPercent,
  formatRate,
  NARROW_SPACE,
  NO_VALUE,
  pickRateUnit,
  rateUnitSize,
} from "./format-number.ts";

/** What a unit is called in metadata and in metric names -> how it is written. */
const KINDS: Readonly<Record<string, (value: number) => string>> = {
  seconds: (value) => formatDuration(value * 1e9),
  s: (value) => formatDuration(value * 1e9),
  milliseconds: (value) => formatDuration(value * 1e6),
  ms: (value) => formatDuration(value * 1e6),
  nanoseconds: formatDuration,
  bytes: formatSignedBytes,
  by: formatSignedBytes,
  ratio: formatPercent,
  "1": formatPercent,
  percent: (value) => formatPercent(value / 100),
  "%": (value) => formatPercent(value / 100),
  "per second": formatRate,
  "bytes per second": (value) => `${formatSignedBytes(value)}/s`,
};

export function formatUnit(value: number | null | undefined, unit = ""): string {
  if (value === null || value === undefined || Number.isNaN(value)) return NO_VALUE;
  if (!Number.isFinite(value)) return value > 0 ? "∞" : "−∞";
  const known = KINDS[unit.toLowerCase()];
  if (known) return known(value);
  return unit === "" ? formatCount(value) : `${formatCount(value)}${NARROW_SPACE}${unit}`;
}

/** Names values of one chart, whose largest is `top`: rates all in the same unit, seconds or minutes. */
export function unitNamer(unit: string, top: number): (value: number | null) => string {
  const rate = pickRateUnit(top);
  return unit === "per second" ? (value) => formatRate(value, rate) : (value) => formatUnit(value, unit);
}

/** The unit in which the ticks of an axis up to `top` are round: 1024s for bytes, minutes for slow rates. */
export function tickUnitOf(unit: string, top: number): number {
  const name = unit.toLowerCase();
  if (name === "per second") return rateUnitSize(pickRateUnit(top));
  if (!/^(?:bytes|by|bytes per second)$/.test(name) || !(top > 0)) return 1;
  return 1024 ** Math.max(0, Math.floor(Math.log(top) / Math.log(1024)));
}

function formatSignedBytes(value: number): string {
  return value < 0 ? `−${formatBytes(-value)}` : formatBytes(value);
}
