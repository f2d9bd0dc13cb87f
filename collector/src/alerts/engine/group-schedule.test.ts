import { expect, test } from "vitest";
import { offsetOf, slotFrom, slotUntil } from "./group-schedule.ts";

test("groups spread over their interval, each at the same place again", () => {
  const offsets = Array.from({ length: 200 }, (_, i) => offsetOf("rules.yml", `group ${i}`, 15_000));
  expect(offsets.every((offset) => offset >= 0 && offset < 15_000)).toBe(true);
  for (const third of [0, 1, 2]) {
    const share = offsets.filter((offset) => Math.floor(offset / 5_000) === third).length;
    expect(share).toBeGreaterThan(40);
  }
  expect(offsetOf("rules.yml", "group 7", 15_000)).toBe(offsets[7]);
  expect(offsetOf("other.yml", "group 7", 15_000)).not.toBe(offsets[7]);
});

test("slots lie on the grid", () => {
  const check = (time: number, from: number, until: number) =>
    expect([slotFrom(time, 10, 3), slotUntil(time, 10, 3)]).toEqual([from, until]);
  check(13, 13, 13);
  check(14, 23, 13);
  check(22, 23, 13);
  check(2, 3, -7);
});
