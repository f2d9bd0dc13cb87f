import { expect, test } from "vitest";
import { FineClock, createStartSharpener } from "./fine-clock.ts";

/** A wall clock that shows whole milliseconds, and a monotonic one beside it that started at another time. */
function open() {
  const time = { realMillis: 1_000_000.7, driftMillis: 0 };
  const clock = new FineClock(
    () => Math.floor(time.realMillis),
    () => time.realMillis - 999_000 + time.driftMillis,
  );
  return { time, clock };
}

test("the fraction is found after the wall clock has ticked, and then stays exact", () => {
  const { time, clock } = open();
  for (let n = 0; n < 50; n++) {
    clock.nowMillis();
    time.realMillis += 0.1;
  }
  for (let n = 0; n < 50; n++) {
    expect(Math.abs(clock.nowMillis() - time.realMillis)).toBeLessThan(0.11);
    time.realMillis += 0.037;
  }
});

test("it stays within the wall clock's millisecond, however the other clock drifts", () => {
  const { time, clock } = open();
  for (let n = 0; n < 1_000; n++) {
    time.realMillis += 0.31;
    time.driftMillis += n % 2 === 0 ? 0.5 : -0.3;
    const wall = Math.floor(time.realMillis);
    const fine = clock.nowMillis();
    expect(fine).toBeGreaterThanOrEqual(wall);
    expect(fine).toBeLessThan(wall + 1);
  }
});

test("when the wall clock is set, the clock follows at once", () => {
  const { time, clock } = open();
  clock.nowMillis();
  time.realMillis += 3_600_000;
  time.driftMillis -= 3_600_000;
  expect(Math.floor(clock.nowMillis())).toBe(Math.floor(time.realMillis));
});

test("only starts that the SDK has taken itself are sharpened", () => {
  const sharpen = createStartSharpener(
    new FineClock(
      () => 5_000,
      () => 0,
    ),
  );
  const check = (provided: boolean | undefined, expected: [number, number]): void => {
    const span = { startTime: [4, 999_000_000], _startTimeProvided: provided };
    sharpen(span);
    expect(span.startTime).toEqual(expected);
  };
  check(false, [5, 0]);
  check(true, [4, 999_000_000]);
  check(undefined, [4, 999_000_000]);
});
