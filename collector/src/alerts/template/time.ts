/** Go's time.Time and time.Duration in templates: what their methods give, in UTC. */
import { formatGoTime } from "../../query/logql/run/go-time.ts";
import { formatFloat } from "./format-float.ts";
import { Structure, TemplateFault, toFloat, typeName, type Value } from "./value.ts";

const MONTHS = "January February March April May June July August September October November December".split(" ");
const DAYS = "Sunday Monday Tuesday Wednesday Thursday Friday Saturday".split(" ");
const BILLION = 1_000_000_000n;
const PRINTED = "2006-01-02 15:04:05.999999999 +0000 UTC";
/** 0001-01-01T00:00:00Z, Go's zero time. */
const ZERO_NANOS = -62_135_596_800n * BILLION;

export class GoTime extends Structure {
  readonly nanos: bigint;

  constructor(nanos: bigint) {
    const date = new Date(Number(floorDiv(nanos, 1_000_000n)));
    const whole =
      (value: number): (() => Value) =>
      () =>
        BigInt(value);
    super(
      "time.Time",
      {},
      {
        Format: (layout) => formatTime(nanos, typeof layout === "string" ? layout : ""),
        String: () => formatTime(nanos, PRINTED),
        Unix: () => floorDiv(nanos, BILLION),
        UnixMilli: () => floorDiv(nanos, 1_000_000n),
        UnixNano: () => nanos,
        Year: whole(date.getUTCFullYear()),
        Month: () => MONTHS[date.getUTCMonth()],
        Day: whole(date.getUTCDate()),
        Hour: whole(date.getUTCHours()),
        Minute: whole(date.getUTCMinutes()),
        Second: whole(date.getUTCSeconds()),
        Weekday: () => DAYS[date.getUTCDay()],
        UTC: () => new GoTime(nanos),
        IsZero: () => nanos === ZERO_NANOS,
        Add: (by) => new GoTime(nanos + durationOf(by)),
        Sub: (other) => new GoDuration(nanos - timeOf(other)),
        Before: (other) => nanos < timeOf(other),
        After: (other) => nanos > timeOf(other),
        Equal: (other) => nanos === timeOf(other),
      },
      formatTime(nanos, PRINTED),
    );
    this.nanos = nanos;
  }

  static ofMillis(millis: number): GoTime {
    return new GoTime(BigInt(Math.round(millis)) * 1_000_000n);
  }

  /** @throws TemplateFault beyond what 64 bits of nanoseconds hold */
  static ofSeconds(seconds: number): GoTime {
    if (!(Math.abs(seconds * 1e9) < 2 ** 63))
      throw new TemplateFault(
        `${formatFloat(seconds, "g")} cannot be represented as a nanoseconds timestamp since it overflows int64`,
      );
    // Milliseconds, as Prometheus' own times are.
    return new GoTime(BigInt(Math.trunc(seconds * 1e3)) * 1_000_000n);
  }
}

export class GoDuration extends Structure {
  readonly nanos: bigint;

  constructor(nanos: bigint) {
    const seconds = Number(nanos) / 1e9;
    super(
      "time.Duration",
      { seconds },
      {
        Seconds: () => seconds,
        Minutes: () => seconds / 60,
        Hours: () => seconds / 3600,
        Milliseconds: () => nanos / 1_000_000n,
        Nanoseconds: () => nanos,
        String: () => formatDuration(nanos),
        Truncate: (unit) => new GoDuration(truncated(nanos, durationOf(unit))),
      },
      formatDuration(nanos),
    );
    this.nanos = nanos;
  }

  static ofSeconds(seconds: number): GoDuration {
    if (!(Math.abs(seconds * 1e9) < 2 ** 63))
      throw new TemplateFault(
        `${formatFloat(seconds, "g")} cannot be represented as a nanoseconds duration since it overflows int64`,
      );
    return new GoDuration(BigInt(Math.trunc(seconds * 1e9)));
  }
}

function formatTime(nanos: bigint, layout: string): string {
  // The formatter knows times from 1970 on; before that the seconds are shifted by whole 400-year cycles, whose calendars are equal.
  if (nanos >= 0n) return formatGoTime(layout, nanos);
  const cycle = 12_622_780_800n * BILLION;
  const shift = -nanos / cycle + 1n;
  const shifted = formatGoTime(layout.replaceAll("2006", "\u0001\u0001\u0001\u0001"), nanos + shift * cycle);
  const year = new Date(Number(floorDiv(nanos, 1_000_000n))).getUTCFullYear();
  return shifted.replaceAll("\u0001\u0001\u0001\u0001", String(year).padStart(4, "0"));
}

/** As Go prints it: 1h2m3.5s, 150ms. */
function formatDuration(nanos: bigint): string {
  if (nanos === 0n) return "0s";
  const sign = nanos < 0n ? "-" : "";
  const size = nanos < 0n ? -nanos : nanos;
  if (size < 1_000n) return `${sign}${size}ns`;
  if (size < 1_000_000n) return `${sign}${decimal(size, 3)}µs`;
  if (size < BILLION) return `${sign}${decimal(size, 6)}ms`;
  const minutes = size / (60n * BILLION);
  const seconds = `${decimal(size % (60n * BILLION), 9)}s`;
  if (minutes === 0n) return sign + seconds;
  return `${sign}${minutes >= 60n ? `${minutes / 60n}h` : ""}${minutes % 60n}m${seconds}`;
}

function decimal(value: bigint, digits: number): string {
  const scale = 10n ** BigInt(digits);
  const rest = String(value % scale)
    .padStart(digits, "0")
    .replace(/0+$/, "");
  return `${value / scale}${rest === "" ? "" : `.${rest}`}`;
}

function timeOf(value: Value): bigint {
  if (value instanceof GoTime) return value.nanos;
  throw new TemplateFault(`wrong type for value; expected time.Time; got ${typeName(value)}`);
}

function durationOf(value: Value): bigint {
  return value instanceof GoDuration ? value.nanos : BigInt(Math.trunc(toFloat(value)));
}

function truncated(nanos: bigint, unit: bigint): bigint {
  return unit <= 0n ? nanos : nanos - (nanos % unit);
}

function floorDiv(a: bigint, b: bigint): bigint {
  return a < 0n && a % b !== 0n ? a / b - 1n : a / b;
}
