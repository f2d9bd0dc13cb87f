/**
 * Go durations ("1h30m", "200ms", "-1.5s") <-> numbers: the grammar of time.ParseDuration, as the Collector's YAML uses it, and
 * Prometheus' days, weeks and years.
 */

const NANOS_PER: Record<string, number> = {
  ns: 1,
  us: 1e3,
  µs: 1e3,
  μs: 1e3,
  ms: 1e6,
  s: 1e9,
  m: 60e9,
  h: 3600e9,
  d: 86400e9,
  w: 7 * 86400e9,
  y: 365 * 86400e9,
};

/** Nanoseconds of a Go duration (and of d, w and y: days, weeks, years of 365 days); undefined when the text is none. "0" needs no unit. */
export function parseDurationNanos(text: string): number | undefined {
  const trimmed = text.trim();
  const sign = trimmed.startsWith("-") ? -1 : 1;
  const body = trimmed.replace(/^[+-]/, "");
  if (body === "0") return 0;
  const part = /(\d+\.?\d*|\.\d+)(ns|us|µs|μs|ms|s|m|h|d|w|y)/y;
  let nanos = 0;
  while (part.lastIndex < body.length) {
    const found = part.exec(body);
    if (!found) return undefined;
    nanos += Number(found[1]) * NANOS_PER[found[2]];
  }
  return body === "" ? undefined : sign * nanos;
}

export function parseDurationMillis(text: string): number | undefined {
  const nanos = parseDurationNanos(text);
  return nanos === undefined ? undefined : nanos / 1e6;
}

/** The shortest Go duration of a number of milliseconds: 90000 -> "1m30s", 0.2 -> "200us". */
export function formatDurationMillis(millis: number): string {
  if (millis === 0) return "0s";
  let left = Math.round(Math.abs(millis) * 1e6);
  let text = millis < 0 ? "-" : "";
  for (const unit of ["h", "m"]) {
    const whole = Math.floor(left / NANOS_PER[unit]);
    if (whole > 0) text += `${whole}${unit}`;
    left -= whole * NANOS_PER[unit];
  }
  if (left === 0) return text;
  const unit = left >= 1e9 ? "s" : left >= 1e6 ? "ms" : left >= 1e3 ? "us" : "ns";
  return text + `${left / NANOS_PER[unit]}${unit}`;
}
