/**
 * How busy the shop is at a time of day, as a factor around 1: quiet at three in the morning (UTC), busy in the evening,
 * a bit less at weekends. Pure; averages to about 1 over a week.
 */

const DAY_MILLIS = 86_400_000;
const QUIETEST_HOUR = 3;
const SWING = 0.45;
const WEEKEND_FACTOR = 0.85;
const WEEKDAY_FACTOR = 1.06;

/** From 0.46 to 1.54. `epochMillis` is a time since 1970. */
export function dayFactor(epochMillis: number): number {
  const hour = ((epochMillis % DAY_MILLIS) / DAY_MILLIS) * 24;
  const daily = 1 - SWING * Math.cos(((hour - QUIETEST_HOUR) / 24) * 2 * Math.PI);
  const weekday = new Date(epochMillis).getUTCDay();
  return daily * (weekday === 0 || weekday === 6 ? WEEKEND_FACTOR : WEEKDAY_FACTOR);
}
