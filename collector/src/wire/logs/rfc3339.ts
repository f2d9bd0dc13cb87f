/** Points in time as RFC 3339 and ISO 8601 write them -> Unix nanoseconds: up to nine digits behind the second count, others are cut. */

const SHAPE =
  /^(\d{4})-(\d\d)-(\d\d)(?:[Tt _](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d{1,32}))?)?)? ?([Zz]|[+-]\d\d(?::?\d\d)?)?$/;

/** The first time that is too late for signed nanoseconds, in the year 2262. */
const TOO_LATE = 2n ** 63n;

/** Without a zone it is UTC. Undefined = no such text, a date that does not exist, or one after 2262. A leap second is the second after. */
export function parseRfc3339(text: string): bigint | undefined {
  const found = text.length > 64 ? null : SHAPE.exec(text);
  if (!found) return undefined;
  const [, year, month, day, hour = "0", minute = "0", second = "0", fraction = "", zone = "Z"] = found;
  const seconds = utcSeconds(+year, +month, +day, +hour, +minute, +second);
  const offset = offsetSeconds(zone);
  if (seconds === undefined || offset === undefined) return undefined;
  const nanos = BigInt(seconds - offset) * 1_000_000_000n + BigInt(fraction.slice(0, 9).padEnd(9, "0"));
  return nanos < TOO_LATE ? nanos : undefined;
}

/** Seconds since 1970 of a wall clock in UTC; undefined when there is no such day or hour. */
export function utcSeconds(
  year: number,
  month: number,
  day: number,
  hour: number,
  minute: number,
  second: number,
): number | undefined {
  if (month < 1 || month > 12 || hour > 24 || minute > 59 || second > 60) return undefined;
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  if (date.getUTCDate() !== day) return undefined;
  return date.getTime() / 1000 + hour * 3600 + minute * 60 + second;
}

function offsetSeconds(zone: string): number | undefined {
  if (zone === "Z" || zone === "z") return 0;
  const hours = Number(zone.slice(1, 3));
  const minutes = Number(zone.slice(3).replace(":", "") || 0);
  if (hours > 23 || minutes > 59) return undefined;
  return (zone.startsWith("-") ? -1 : 1) * (hours * 3600 + minutes * 60);
}
