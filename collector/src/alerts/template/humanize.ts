/** Numbers for people, as Prometheus' template functions write them: four significant digits. */
import { formatFloat } from "./format-float.ts";
import { GoTime } from "./time.ts";

const LARGE = ["k", "M", "G", "T", "P", "E", "Z", "Y"];
const LARGE_1024 = ["ki", "Mi", "Gi", "Ti", "Pi", "Ei", "Zi", "Yi"];
const SMALL = ["m", "u", "n", "p", "f", "a", "z", "y"];

function four(value: number): string {
  return formatFloat(value, "g", 4);
}

function isPlain(value: number): boolean {
  return value === 0 || !Number.isFinite(value);
}

/** Down to under `base` with the prefixes of large numbers. */
function scaledDown(value: number, base: number, prefixes: readonly string[]): string {
  let [size, prefix] = [value, ""];
  for (const next of prefixes) {
    if (Math.abs(size) < base) break;
    prefix = next;
    size /= base;
  }
  return four(size) + prefix;
}

/** Up to 1 and more with the prefixes of small numbers. */
function scaledUp(value: number): string {
  let [size, prefix] = [value, ""];
  for (const next of SMALL) {
    if (Math.abs(size) >= 1) break;
    prefix = next;
    size *= 1000;
  }
  return four(size) + prefix;
}

/** 1234567 -> 1.235M, 0.0123 -> 12.3m */
export function humanize(value: number): string {
  if (isPlain(value)) return four(value);
  return Math.abs(value) >= 1 ? scaledDown(value, 1000, LARGE) : scaledUp(value);
}

/** 1048576 -> 1Mi */
export function humanize1024(value: number): string {
  if (!Number.isFinite(value) || Math.abs(value) <= 1) return four(value);
  return scaledDown(value, 1024, LARGE_1024);
}

/** Seconds: 135.3 -> 2m 15s, 0.0123 -> 12.3ms */
export function humanizeDuration(value: number): string {
  if (!Number.isFinite(value)) return four(value);
  if (value === 0) return "0s";
  if (Math.abs(value) < 1) return `${scaledUp(value)}s`;
  const sign = value < 0 ? "-" : "";
  const size = Math.abs(value);
  const whole = Math.trunc(size);
  const [seconds, minutes] = [whole % 60, Math.trunc(whole / 60) % 60];
  const [hours, days] = [Math.trunc(whole / 3600) % 24, Math.trunc(whole / 86_400)];
  if (days !== 0) return `${sign}${days}d ${hours}h ${minutes}m ${seconds}s`;
  if (hours !== 0) return `${sign}${hours}h ${minutes}m ${seconds}s`;
  if (minutes !== 0) return `${sign}${minutes}m ${seconds}s`;
  return `${sign}${four(size)}s`;
}

/** 0.959 -> 95.9% */
export function humanizePercentage(value: number): string {
  return `${four(value * 100)}%`;
}

/** Unix seconds: 1643114203 -> 2022-01-25 12:36:43 +0000 UTC. @throws TemplateFault */
export function humanizeTimestamp(value: number): string {
  return Number.isFinite(value) ? (GoTime.ofSeconds(value).text ?? "") : four(value);
}
