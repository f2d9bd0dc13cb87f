import { describe, expect, it } from "vitest";
import { Random } from "../../../../test/kit/random.ts";
import { SampleJoiner } from "./join-samples.ts";
import type { SeriesSamples } from "./open-samples.ts";

const ALL = { start: 0, end: 1e9 };

/** Values say which part a sample is from. */
function part(number: number, ...times: number[]): SeriesSamples {
  return {
    timestamps: Float64Array.from(times),
    values: Float64Array.from(times, (time) => number + time / 1000),
    kinds: Uint8Array.from(times, () => number),
    starts: Float64Array.from(times, (time) => time - number),
  } as SeriesSamples;
}

function join(...parts: SeriesSamples[]): [times: number[], numbers: number[]] {
  const { timestamps, values, kinds, starts } = new SampleJoiner(ALL).join(parts);
  const numbers = Array.from(timestamps, (time, i) => Math.round(values[i] - time / 1000));
  expect([...(kinds ?? [])]).toEqual(numbers);
  expect([...(starts ?? [])]).toEqual(Array.from(timestamps, (time, i) => time - numbers[i]));
  return [[...timestamps], numbers];
}

describe("parts of a series", () => {
  it("follow each other, whatever order they come in", () => {
    expect(join(part(2, 30, 40), part(1, 10, 20))).toEqual([
      [10, 20, 30, 40],
      [1, 1, 2, 2],
    ]);
  });

  it("that overlap are one in order of time, each time once, of the part that stands first", () => {
    expect(join(part(1, 10, 20, 30), part(2, 30, 40))).toEqual([
      [10, 20, 30, 40],
      [1, 1, 1, 2],
    ]);
    expect(join(part(1, 10, 40, 50), part(2, 20, 30, 40, 60))).toEqual([
      [10, 20, 30, 40, 50, 60],
      [1, 2, 2, 1, 1, 2],
    ]);
    expect(join(part(1, 10, 20), part(2, 10, 20))).toEqual([
      [10, 20],
      [1, 1],
    ]);
  });

  it("are joined as sorting them all would do", () => {
    const random = new Random(11);
    for (let round = 0; round < 300; round++) {
      const parts = Array.from({ length: 2 + random.below(5) }, (_, p) => {
        const times = new Set(Array.from({ length: 1 + random.below(12) }, () => random.below(40)));
        return part(p, ...[...times].sort((a, b) => a - b));
      });
      const inOrder = parts.toSorted((a, b) => a.timestamps[0] - b.timestamps[0]);
      const places = inOrder.flatMap(({ timestamps, kinds }, p) =>
        Array.from(timestamps, (time, i) => ({ time, p, number: kinds?.[i] ?? 0 })),
      );
      places.sort((a, b) => a.time - b.time || a.p - b.p);
      const once = places.filter(({ time }, n) => n === 0 || places[n - 1].time !== time);
      expect(join(...parts)).toEqual([once.map(({ time }) => time), once.map(({ number }) => number)]);
    }
  });

  it("of series that share their times share them in the answer, also where they overlap", () => {
    const joiner = new SampleJoiner(ALL);
    const [first, second] = [part(1, 10, 20, 30), part(2, 20, 40)];
    const other = (of: SeriesSamples) => ({ ...of, values: of.values.map((value) => value * 2) });
    const one = joiner.join([first, second]);
    const two = joiner.join([other(first), other(second)]);
    expect(two.timestamps).toBe(one.timestamps);
    expect([...two.values]).toEqual(Array.from(one.values, (value) => value * 2));
  });
});

describe("samples that lie in the range in part", () => {
  const joiner = new SampleJoiner({ start: 20, end: 30 });

  it("are told from those within and those outside", () => {
    const places = [[20, 30], [10, 20], [10, 40], [31], [10], [21, 25]].map((times) =>
      joiner.place(Float64Array.from(times)),
    );
    expect(places).toEqual(["within", "in part", "outside", "outside", "outside", "within"]);
  });

  it("are copied as they would be cut, and take none of the lent memory", () => {
    const samples = part(1, 10, 20, 30, 40);
    const [cut, copied] = [joiner.cut(samples), joiner.copy(samples)];
    expect(copied).toEqual(cut);
    expect([copied.values.buffer === samples.values.buffer, copied.timestamps === cut?.timestamps]).toEqual([
      false,
      true,
    ]);
    samples.values.fill(0);
    samples.starts?.fill(0);
    expect([[...copied.timestamps], [...copied.values], [...(copied.starts ?? [])]]).toEqual([
      [20, 30],
      [1.02, 1.03],
      [19, 29],
    ]);
  });
});
