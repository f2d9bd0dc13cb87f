/** What start timestamps say about counters: a sample whose counter began after the sample before it was taken counts from 0. */

/** @param previousStart 0 = unknown */
export function isNewStart(previousStart: number, previousTime: number, start: number, time: number): boolean {
  if (start === 0 || start >= time || start < previousTime) return false;
  if (start > previousTime) return true;
  // It began right at the sample before: a delta does, and so does a total whose beginning is not known.
  return previousStart <= previousTime && previousStart !== 0 && previousStart !== previousTime;
}

/** It began before the sample before was taken, and yet at another time than that one's counter. */
export function overlaps(previousStart: number, previousTime: number, start: number): boolean {
  return start !== 0 && start < previousTime && start !== previousStart;
}
