/**
 * Where the grid lines of an axis lie: round steps, so that labels are short. In: the range of the axis and about how many
 * lines it has room for; out: positions in the unit of the range, ascending, all inside it.
 */

/** 1, 2 or 5 times a power of ten. */
function niceStep(span: number, count: number): number {
  if (!(span > 0) || count < 1) return 1;
  const rough = span / count;
  const power = 10 ** Math.floor(Math.log10(rough));
  const factor = rough / power;
  return (factor <= 1 ? 1 : factor <= 2 ? 2 : factor <= 5 ? 5 : 10) * power;
}

export function linearTicks(from: number, to: number, count: number): number[] {
  const step = niceStep(to - from, count);
  const ticks: number[] = [];
  for (let index = Math.ceil(from / step - 1e-9); index * step <= to + step * 1e-9; index++)
    ticks.push(index * step + 0);
  return ticks;
}

/** Powers of ten between two positive bounds; with few of them also 3 (or 2 and 5) times each. */
export function logTicks(from: number, to: number): number[] {
  const decades = Math.log10(to / from);
  const factors = decades > 4 ? [1] : decades > 1.2 ? [1, 3] : [1, 2, 5];
  const ticks: number[] = [];
  for (let power = Math.floor(Math.log10(from)); power <= Math.ceil(Math.log10(to)); power++) {
    for (const factor of factors) {
      const tick = Number((factor * 10 ** power).toPrecision(3));
      if (tick >= from * 0.999 && tick <= to * 1.001) ticks.push(tick);
    }
  }
  return ticks;
}

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const CLOCK_STEPS = [
  1,
  2,
  5,
  10,
  20,
  50,
  100,
  200,
  500,
  ...[1, 2, 5, 10, 15, 30].map((n) => n * SECOND),
  ...[1, 2, 5, 10, 15, 30].map((n) => n * MINUTE),
  ...[1, 2, 3, 6, 12].map((n) => n * HOUR),
  ...[1, 2, 7, 14, 30].map((n) => n * DAY),
];

export interface ClockTick {
  readonly millis: number;
  readonly label: string;
}

/** Ticks of a wall-clock axis (milliseconds since 1970), on round local times. */
export function clockTicks(from: number, to: number, count: number): ClockTick[] {
  const span = to - from;
  const step = CLOCK_STEPS.find((step) => span / step <= count) ?? Math.ceil(span / count / DAY) * DAY;
  const zone = new Date(from).getTimezoneOffset() * MINUTE;
  const ticks: ClockTick[] = [];
  for (let local = Math.ceil((from - zone) / step) * step; local + zone <= to; local += step) {
    ticks.push({ millis: local + zone, label: clockLabel(local, step) });
  }
  return ticks;
}

/** `local`: milliseconds that read as local time when taken for UTC. */
function clockLabel(local: number, step: number): string {
  const iso = new Date(local).toISOString();
  if (step >= DAY || (local % DAY === 0 && step >= HOUR)) return iso.slice(5, 10);
  if (step >= MINUTE) return iso.slice(11, 16);
  return step >= SECOND ? iso.slice(11, 19) : iso.slice(17, 23);
}
