/** What a clock on the wall shows somewhere -> seconds since 1970: for syslog's times without a zone, and without a year. */
import { utcSeconds } from "../logs/rfc3339.ts";

/** Month 1 to 12. Undefined = there is no such day or hour. */
export type WallClock = typeof utcSeconds;

const MOST_CACHED = 512;
/** Zones change their offset at full quarters of an hour. */
const CACHE_SECONDS = 900;

/** @param location a name of the IANA's time zones, "UTC" or "Local". Undefined = there is no such place. */
export function wallClockOf(location: string): WallClock | undefined {
  if (location === "UTC") return utcSeconds;
  let format: Intl.DateTimeFormat;
  try {
    format = new Intl.DateTimeFormat("en-US", {
      timeZone: location === "Local" ? undefined : location,
      hourCycle: "h23",
      year: "numeric",
      month: "numeric",
      day: "numeric",
      hour: "numeric",
      minute: "numeric",
      second: "numeric",
    });
  } catch {
    return undefined;
  }
  const offsets = new Map<number, number>();
  return (...shown) => {
    const local = utcSeconds(...shown);
    if (local === undefined) return undefined;
    const quarter = Math.floor(local / CACHE_SECONDS);
    let offset = offsets.get(quarter);
    if (offset === undefined) {
      if (offsets.size === MOST_CACHED) offsets.clear();
      // The first guess may lie on the other side of a change; the second does not.
      offset = offsetAt(format, local - offsetAt(format, local));
      offsets.set(quarter, offset);
    }
    return local - offset;
  };
}

/** Seconds that the zone is ahead of UTC at this time; 2 µs. */
function offsetAt(format: Intl.DateTimeFormat, seconds: number): number {
  const parts: Record<string, number> = {};
  for (const { type, value } of format.formatToParts(seconds * 1000)) parts[type] = Number(value);
  const { year, month, day, hour, minute, second } = parts;
  return (utcSeconds(year, month, day, hour, minute, second) ?? seconds) - seconds;
}

/** The year that makes a time without one nearest to now: a message of 31 December that comes in January is of last year. */
export function secondsWithoutYear(
  clock: WallClock,
  nowSeconds: number,
  ...shown: [month: number, day: number, hour: number, minute: number, second: number]
): number | undefined {
  const thisYear = new Date(nowSeconds * 1000).getUTCFullYear();
  let best: number | undefined;
  for (const year of [thisYear - 1, thisYear, thisYear + 1]) {
    const seconds = clock(year, ...shown);
    if (seconds === undefined) continue;
    if (best === undefined || Math.abs(seconds - nowSeconds) < Math.abs(best - nowSeconds)) best = seconds;
  }
  return best;
}
