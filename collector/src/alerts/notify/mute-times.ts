/** Whether a route tells nobody at a moment, as its time intervals say; and an interval in words. */
import type { NamedIntervals } from "./config/interval-config.ts";
import type { Route } from "./route-tree.ts";
import { containsTime, type NumberRange, type TimeInterval } from "./time-interval.ts";

export function isInInterval(name: string, intervals: NamedIntervals, atMillis: number): boolean {
  return (intervals.get(name) ?? []).some((interval) => containsTime(interval, atMillis));
}

export function isMutedRoute(
  { muteTimeIntervals, activeTimeIntervals }: Pick<Route, "muteTimeIntervals" | "activeTimeIntervals">,
  intervals: NamedIntervals,
  atMillis: number,
): boolean {
  const isIn = (name: string) => isInInterval(name, intervals, atMillis);
  return muteTimeIntervals.some(isIn) || (activeTimeIntervals.length > 0 && !activeTimeIntervals.some(isIn));
}

const WEEKDAYS = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];
const MONTHS = [
  "January",
  "February",
  "March",
  "April",
  "May",
  "June",
  "July",
  "August",
  "September",
  "October",
  "November",
  "December",
];

/** `Monday to Friday, 08:00 to 18:00 (Europe/Berlin)` */
export function describeInterval({ times, weekdays, daysOfMonth, months, years, location }: TimeInterval): string {
  const said = [
    listed(weekdays, (day) => WEEKDAYS[day]),
    listed(daysOfMonth, (day) => (day < 0 ? `${-day === 1 ? "last" : `${-day}th last`} day` : `day ${day}`)),
    listed(months, (month) => MONTHS[month - 1]),
    listed(years, String),
    times?.map(({ begin, end }) => `${clock(begin)} to ${clock(end)}`).join(" and "),
  ].filter(Boolean);
  return said.length === 0 ? "always" : `${said.join(", ")} (${location ?? "UTC"})`;
}

function listed(ranges: readonly NumberRange[] | undefined, name: (value: number) => string): string | undefined {
  return ranges
    ?.map(({ begin, end }) => (begin === end ? name(begin) : `${name(begin)} to ${name(end)}`))
    .join(" and ");
}

function clock(minutes: number): string {
  return [Math.floor(minutes / 60), minutes % 60].map((part) => String(part).padStart(2, "0")).join(":");
}
