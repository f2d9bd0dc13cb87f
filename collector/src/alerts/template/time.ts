/** Go's time.Time and time.Duration in templates: what their methods give. */
import { formatGoTime } from "../../query/logql/run/go-time.ts";
import { formatFloat } from "./format-float.ts";
import { Structure, TemplateFault, textOf, toFloat, typeName, type Value } from "./value.ts";

const MONTHS = "January February March April May June July August September October November December".split(" ");
const DAYS = "Sunday Monday Tuesday Wednesday Thursday Friday Saturday".split(" ");
const BILLION = 1_000_000_000n;
const PRINTED = "2006-01-02 15:04:05.999999999 -0700 MST";
/** 0001-01-01T00:00:00Z, Go's zero time. */
const ZERO_NANOS = -62_135_596_800n * BILLION;
const UTC: Zone = { offsetMinutes: 0, abbreviation: "UTC" };

export class GoTime extends Structure {
  readonly nanos: bigint;
  readonly #zone: Zone;

  constructor(nanos: bigint, zone: Zone = UTC) {
    const shifted = nanos + BigInt(zone.offsetMinutes) * 60n * BILLION;
    const date = new Date(Number(floorDiv(shifted, 1_000_000n)));
    const whole =
      (value: number): (() => Value) =>
      () =>
        BigInt(value);
    super(
      "time.Time",
      {},
      {
        Format: (layout) => formatTime(nanos, textOf(layout), zone),
        String: () => formatTime(nanos, PRINTED, zone),
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
        Add: (by) => new GoTime(nanos + durationOf(by), zone),
        Sub: (other) => new GoDuration(nanos - timeOf(other)),
        Before: (other) => nanos < timeOf(other),
        After: (other) => nanos > timeOf(other),
        Equal: (other) => nanos === timeOf(other),
      },
      formatTime(nanos, PRINTED, zone),
    );
    this.nanos = nanos;
    this.#zone = zone;
  }

  static get ZERO(): GoTime {
    return new GoTime(ZERO_NANOS);
  }

  /** @param layout Go's: how 2006-01-02 15:04:05 would be written */
  format(layout: string): string {
    return formatTime(this.nanos, layout, this.#zone);
  }

  /** The same moment in a time zone such as Europe/Paris. @throws TemplateFault */
  in(zone: string): GoTime {
    return new GoTime(this.nanos, zoneAt(zone, Number(floorDiv(this.nanos, 1_000_000n))));
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

interface Zone {
  readonly offsetMinutes: number;
  /** CET, or the offset where it has no letters. */
  readonly abbreviation: string;
}

/** @throws TemplateFault */
function zoneAt(name: string, millis: number): Zone {
  const part = (timeZoneName: "longOffset" | "short") => {
    try {
      const parts = new Intl.DateTimeFormat("en-GB", { timeZone: name, timeZoneName }).formatToParts(millis);
      return parts.find(({ type }) => type === "timeZoneName")?.value ?? "";
    } catch {
      throw new TemplateFault(`unknown time zone ${name}`);
    }
  };
  const found = /([+-])(\d\d):(\d\d)/.exec(part("longOffset"));
  const minutes = found ? Number(found[2]) * 60 + Number(found[3]) : 0;
  const offsetMinutes = found?.[1] === "-" ? -minutes : minutes;
  const short = part("short");
  const hasLetters = /^[A-Z]{3,5}$/.test(short);
  return { offsetMinutes, abbreviation: hasLetters ? short : offsetText(offsetMinutes, "").replace(/00$/, "") };
}

function offsetText(minutes: number, between: string): string {
  const two = (value: number) => String(value).padStart(2, "0");
  const size = Math.abs(minutes);
  return `${minutes < 0 ? "-" : "+"}${two(Math.floor(size / 60))}${between}${two(size % 60)}`;
}

/** What the formatter, which knows UTC and times from 1970 on, must not see: it is put in behind it. */
function formatTime(nanos: bigint, layout: string, { offsetMinutes, abbreviation }: Zone): string {
  const local = nanos + BigInt(offsetMinutes) * 60n * BILLION;
  const year = new Date(Number(floorDiv(local, 1_000_000n))).getUTCFullYear();
  const later = new Map<string, string>();
  const hidden = layout.replace(/Z07:00|Z0700|-07:00|-0700|-07|MST|2006/g, (part) => {
    const key = String.fromCharCode(0xe000 + later.size);
    if (later.size >= MOST_HIDDEN) throw new TemplateFault("the layout names too many zones and years");
    later.set(key, hiddenText(part, year, offsetMinutes, abbreviation));
    return key;
  });
  // Before 1970 by whole cycles of 400 years, whose calendars are equal.
  const cycle = 12_622_780_800n * BILLION;
  const shown = local >= 0n ? local : local + (-local / cycle + 1n) * cycle;
  return formatGoTime(hidden, shown).replace(/[\ue000-\ue007]/g, (key) => later.get(key) ?? "");
}

const MOST_HIDDEN = 8;

function hiddenText(part: string, year: number, offsetMinutes: number, abbreviation: string): string {
  if (part === "2006") return String(year).padStart(4, "0");
  if (part === "MST") return abbreviation;
  if (part.startsWith("Z") && offsetMinutes === 0) return "Z";
  const text = offsetText(offsetMinutes, part.includes(":") ? ":" : "");
  return part === "-07" ? text.slice(0, 3) : text;
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
