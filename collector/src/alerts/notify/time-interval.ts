/**
 * Time intervals as Alertmanager's file has them (times of the day, weekdays, days of the month, months, years, location): text -> data,
 * and whether a moment lies in one. Without a location they are in UTC.
 */

/** Inclusive on both ends. */
export interface NumberRange {
  readonly begin: number;
  readonly end: number;
}

/** What is absent holds always; of a list one must hold. */
export interface TimeInterval {
  /** Minutes of the day, the end exclusive. */
  readonly times?: readonly NumberRange[];
  /** 0 is Sunday. */
  readonly weekdays?: readonly NumberRange[];
  /** 1 to 31; negative ones count from the month's end, -1 is its last day. */
  readonly daysOfMonth?: readonly NumberRange[];
  readonly months?: readonly NumberRange[];
  readonly years?: readonly NumberRange[];
  /** IANA name: "Europe/Berlin". */
  readonly location?: string;
}

/** A text that is no such range; says what it should be. */
export class TimeIntervalError extends Error {
  override name = "TimeIntervalError";
}

const WEEKDAYS = ["sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"];
const MONTHS = "january february march april may june july august september october november december".split(" ");

/** "09:00" -> 540; "24:00" is the end of the day. @throws TimeIntervalError */
export function parseTimeOfDay(text: string): number {
  const found = /^([01]\d|2[0-3]):([0-5]\d)$|^24:00$/.exec(text);
  if (!found)
    throw new TimeIntervalError(`cannot read ${JSON.stringify(text)} as a time of the day; write it as 09:00`);
  return found[1] === undefined ? 1440 : Number(found[1]) * 60 + Number(found[2]);
}

/** @throws TimeIntervalError */
export function parseTimeRange(start: string, end: string): NumberRange {
  if (start === "" || end === "") throw new TimeIntervalError("a range of times needs both start_time and end_time");
  const range = { begin: parseTimeOfDay(start), end: parseTimeOfDay(end) };
  if (range.begin >= range.end)
    throw new TimeIntervalError(`start_time ${start} is not before end_time ${end}; over midnight, write two ranges`);
  return range;
}

/** "monday:friday" @throws TimeIntervalError */
export function parseWeekdays(text: string): NumberRange {
  return rangeOf(text, (day) => {
    const index = WEEKDAYS.indexOf(day);
    if (index < 0) throw new TimeIntervalError(`${JSON.stringify(day)} is no day of the week: ${WEEKDAYS.join(", ")}`);
    return index;
  });
}

/** "1:15", "-3:-1" @throws TimeIntervalError */
export function parseDaysOfMonth(text: string): NumberRange {
  const read = (day: string) => {
    const number = wholeOf(day, "day of the month");
    if (number === 0 || Math.abs(number) > 31)
      throw new TimeIntervalError(`${day} is no day of the month: 1 to 31, or -31 to -1 from its end`);
    return number;
  };
  const [begin, end = begin] = text.split(":").map(read);
  if (text.split(":").length > 2)
    throw new TimeIntervalError(`cannot read ${JSON.stringify(text)} as a range; write it as 1:15`);
  if (begin < 0 && end > 0)
    throw new TimeIntervalError(`${text}: where the first day counts from the month's end, the last one must too`);
  // 28 days is the shortest month: what is the wrong way round there is so in each.
  const inShortest = (day: number) => (day < 0 ? 28 + day : day);
  if (inShortest(begin) > inShortest(end)) throw new TimeIntervalError(`${text}: the last day lies before the first`);
  return { begin, end };
}

/** "january:march", "1:3" @throws TimeIntervalError */
export function parseMonths(text: string): NumberRange {
  return rangeOf(text, (month) => {
    const named = MONTHS.indexOf(month) + 1;
    const number = named > 0 ? named : wholeOf(month, "month");
    if (number < 1 || number > 12) throw new TimeIntervalError(`${month} is no month: 1 to 12 or its English name`);
    return number;
  });
}

/** "2026:2028" @throws TimeIntervalError */
export function parseYears(text: string): NumberRange {
  return rangeOf(text, (year) => wholeOf(year, "year"));
}

/** @throws TimeIntervalError when the machine knows no such time zone */
export function parseLocation(text: string): string {
  // Go's name for the machine's own zone.
  const zone = text === "Local" ? Intl.DateTimeFormat().resolvedOptions().timeZone : text === "" ? "UTC" : text;
  try {
    clockOf(zone);
    return zone;
  } catch {
    throw new TimeIntervalError(`unknown time zone ${JSON.stringify(text)}; write it as Europe/Berlin`);
  }
}

function rangeOf(text: string, read: (part: string) => number): NumberRange {
  const parts = text.toLowerCase().split(":");
  if (parts.length > 2)
    throw new TimeIntervalError(`cannot read ${JSON.stringify(text)} as a range; write it as first:last`);
  const [begin, end = begin] = parts.map(read);
  if (begin > end) throw new TimeIntervalError(`${text}: the last lies before the first`);
  return { begin, end };
}

function wholeOf(text: string, what: string): number {
  if (!/^[-+]?\d{1,9}$/.test(text)) throw new TimeIntervalError(`cannot read ${JSON.stringify(text)} as a ${what}`);
  return Number(text);
}

/** Whether a moment (milliseconds since 1970) lies in the interval. */
export function containsTime(interval: TimeInterval, atMillis: number): boolean {
  const { year, month, day, weekday, minute } = localTime(atMillis, interval.location ?? "UTC");
  const holds = (ranges: readonly NumberRange[] | undefined, test: (range: NumberRange) => boolean) =>
    ranges === undefined || ranges.some(test);
  const within = (value: number) => (range: NumberRange) => value >= range.begin && value <= range.end;
  const length = new Date(Date.UTC(year, month, 0)).getUTCDate();
  return (
    holds(interval.times, ({ begin, end }) => minute >= begin && minute < end) &&
    holds(interval.daysOfMonth, ({ begin, end }) => {
      const first = begin < 0 ? length + begin + 1 : begin;
      const last = end < 0 ? length + end + 1 : end;
      return first <= length && day >= first && day <= Math.min(last, length);
    }) &&
    holds(interval.months, within(month)) &&
    holds(interval.weekdays, within(weekday)) &&
    holds(interval.years, within(year))
  );
}

const clocks = new Map<string, Intl.DateTimeFormat>();

function clockOf(zone: string): Intl.DateTimeFormat {
  let clock = clocks.get(zone);
  if (!clock) {
    clock = new Intl.DateTimeFormat("en-US", {
      timeZone: zone,
      hourCycle: "h23",
      year: "numeric",
      month: "numeric",
      day: "numeric",
      hour: "numeric",
      minute: "numeric",
    });
    clocks.set(zone, clock);
  }
  return clock;
}

function localTime(atMillis: number, zone: string) {
  const parts: Record<string, number> = {};
  for (const { type, value } of clockOf(zone).formatToParts(atMillis)) parts[type] = Number(value);
  const { year, month, day, hour, minute } = parts;
  const weekday = new Date(Date.UTC(year, month - 1, day)).getUTCDay();
  return { year, month, day, weekday, minute: hour * 60 + minute };
}
